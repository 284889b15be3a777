"""The part of a SARIF log that is the same for every run: the tool, its rules and the weaknesses they belong to.

Requirements are those of SARIF 2.1.0 and of its readers: GitHub code scanning and GitLab cut or reject texts beyond
their limits, DefectDojo searches relationships for CWE numbers, GitLab needs the taxonomy's name.
"""

from __future__ import annotations

from typing import Any

from lintfoot import explain
from lintfoot.book import Book, Default, Rule
from lintfoot.findings import Severity, printable
from lintfoot.regexes import regex

Json = dict[str, Any]

LONGEST = 1_024  # characters of a description or a message that GitHub takes
_TAGS = 10  # tags of a rule that GitLab reads; GitHub rejects more than 20
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_PRECISION = {Default.CARD: "high", Default.ON: "high", Default.OPT: "medium", Default.AUDIT: "low"}
# GitLab and DefectDojo rank a result by its score before its level: the two must not contradict each other.
_SCORES = {Severity.ERROR: (7.0, 8.9), Severity.WARNING: (4.0, 6.9), Severity.NOTE: (0.1, 3.9)}
_SEMANTIC = regex(r"\d+\.\d+\.\d+")

NOTE, BUG, LEFT_OUT = "file-note", "internal-error", "results-left-out"
_OWN_NOTIFICATIONS = {
    NOTE: ("FileNote", "A file was skipped, or checked in part."),
    BUG: ("InternalError", "lintfoot failed inside while it checked a file; the other files were checked."),
    LEFT_OUT: ("ResultsLeftOut", "There are more results than the readers of this report take."),
}


def tool(book: Book, version: str) -> Json:
    """Describe lintfoot and all its rules, whatever was selected: GitHub expects them not to vary."""
    driver: Json = {"name": "lintfoot", "fullName": f"lintfoot {version}", "organization": "lintfoot"}
    driver["version"] = version
    if _SEMANTIC.fullmatch(version):
        driver["semanticVersion"] = version
    taxa = weaknesses(book)
    driver["informationUri"] = explain.BASE_URL
    driver["rules"] = [_rule(rule, taxa) for rule in book.rules]
    driver["notifications"] = list(_notifications(book).values())
    if taxa:
        driver["supportedTaxonomies"] = [{"name": "CWE", "index": 0}]
    return {"driver": driver}


def notification_index(book: Book) -> dict[str, int]:
    """The place of each kind of notification in the tool's list."""
    return {word: place for place, word in enumerate(_notifications(book))}


def taxonomies(book: Book) -> list[Json]:
    """The weaknesses that rules point to, as one taxonomy; none without any."""
    taxa = [{"id": f"CWE-{number}", "helpUri": explain.CWE_URL.format(number)} for number in weaknesses(book)]
    about = {"text": "The MITRE Common Weakness Enumeration."}
    return [{"name": "CWE", "organization": "MITRE", "shortDescription": about, "taxa": taxa}] if taxa else []


def weaknesses(book: Book) -> list[int]:
    """The CWE numbers of all rules, in order."""
    return sorted({number for rule in book.rules for number in rule.cwe})


def sentence(text: str, longest: int = LONGEST) -> str:
    """One line of printable text that ends as a sentence does, cut between words where it is too long."""
    line = printable(" ".join(text.split()))
    if len(line) >= longest:
        line = line[: longest - 2].rpartition(" ")[0] or line[: longest - 2]
        line = f"{line.rstrip('.,;:')}…"
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _rule(rule: Rule, taxa: list[int]) -> Json:
    made = _descriptor(rule) | {"defaultConfiguration": {"level": rule.severity.value}}
    if rule.cwe:
        made["relationships"] = [_weakness(number, taxa) for number in rule.cwe]
    return made | {"properties": _properties(rule)}


def _weakness(number: int, taxa: list[int]) -> Json:
    component = {"name": "CWE", "index": 0}
    target = {"id": f"CWE-{number}", "index": taxa.index(number), "toolComponent": component}
    return {"target": target, "kinds": ["superset"]}


def _descriptor(rule: Rule) -> Json:
    short = sentence(rule.summary)
    long = f"{short} {sentence(rule.why, 4 * LONGEST)}" if rule.why.strip() else short
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": _whole_sentences(long)},
        "help": {"text": explain.text(rule), "markdown": explain.markdown(rule)},
        "helpUri": explain.rule_url(rule),
    }


def _whole_sentences(text: str) -> str:
    """As many whole sentences of a text as the limit takes."""
    if len(text) <= LONGEST:
        return text
    head, stop, _ = text[:LONGEST].rpartition(". ")
    return head + "." if stop else sentence(text)


def _properties(rule: Rule) -> Json:
    tags = [explain.family(rule)]
    made: Json = {}
    if rule.score > 0:
        low, high = _SCORES[rule.severity]
        made["security-severity"] = f"{min(max(rule.score, low), high):.1f}"
        tags.append("security")
    tags += [f"external/cwe/cwe-{number:03d}" for number in rule.cwe]
    problem = _PROBLEM[rule.severity]
    return {"tags": tags[:_TAGS], "precision": _PRECISION[rule.default], "problem.severity": problem} | made


def _notifications(book: Book) -> dict[str, Json]:
    broken = book.by_code.get("LF000")
    known = {"LF000": _descriptor(broken)} if broken else {}
    return known | {word: _own_notification(word, *texts) for word, texts in _OWN_NOTIFICATIONS.items()}


def _own_notification(word: str, name: str, text: str) -> Json:
    about = {"text": text}
    return {
        "id": word,
        "name": name,
        "shortDescription": about,
        "fullDescription": about,
        "help": {"text": text, "markdown": text},
        "helpUri": explain.BASE_URL,
    }
