"""One rule, or all of them, for people: terminal text, Markdown, JSON.

`lintfoot explain`, the rule reference in the docs and the help inside SARIF say the same, because all three are made
here from the rule's page.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

from lintfoot import offers
from lintfoot.findings import printable
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.tables import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lintfoot.book import Book, Example, Rule

# No version in it: an address that was printed once has to stay good.
BASE_URL = "https://lintfoot.readthedocs.io/"
CWE_URL = "https://cwe.mitre.org/data/definitions/{}.html"
FAMILIES = {
    "LF0": "lintfoot",
    "LF1": "processes",
    "LF2": "network",
    "LF3": "trust",
    "LF4": "secrets",
    "LF5": "errors",
    "LF6": "retries",
    "LF7": "files",
    "LF8": "cloud",
    "LF9": "scripts",
}
_OWN = "LF0"  # the family of lintfoot's own rules: about files and suppressions, so no comment silences them
_DEFAULTS = {
    "card": "on by default, one of the card",
    "on": "on by default",
    "opt": "off until selected",
    "audit": "reported by audits only",
}


def rule_url(rule: Rule) -> str:
    """The address of a rule's page; a rule of somebody's own has only the references that its page names."""
    if rule.family in FAMILIES:
        return f"{BASE_URL}rules/{rule.code}/"
    return next((link for link in rule.references if link.startswith("https://")), BASE_URL)


def family(rule: Rule) -> str:
    """The word for a rule's family: `network` for LF201."""
    return FAMILIES.get(rule.family, rule.family.lower())


@dataclass(frozen=True, slots=True)
class _Prose:
    text: str


@dataclass(frozen=True, slots=True)
class _Items:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Links:
    links: tuple[tuple[str, str], ...]  # (what to call it, or nothing; address)


@dataclass(frozen=True, slots=True)
class _Code:
    caption: str
    code: str


_Block = _Prose | _Items | _Links | _Code


def text(rule: Rule, width: int = 80) -> str:
    """One rule for a terminal of `width` columns; code is never wrapped."""
    lines = [f"{rule.code} {rule.name}"]
    for heading, blocks in _sections(rule):
        body = [line for block in blocks for line in _terminal(block, width)]
        lines += ["", heading, *body[body[:1] == [""] :]]
    return "".join(f"{line}\n" for line in lines)


def markdown(rule: Rule) -> str:
    """One rule as plain Markdown: a page of the reference, and SARIF's help."""
    parts = [f"# {rule.code} {rule.name}"]
    for heading, blocks in _sections(rule):
        parts += [f"## {heading}", *(part for block in blocks for part in _marked(block))]
    return "\n\n".join(parts) + "\n"


def _sections(rule: Rule) -> Iterator[tuple[str, list[_Block]]]:
    state = f"Severity: {rule.severity.value}; {_DEFAULTS[rule.default.value]}; since {rule.since}."
    if rule.default.value == "opt":
        state += f' `extend-select = ["{rule.code}"]` in `[tool.lintfoot]` switches it on.'
    yield "What it flags", [_Prose(rule.summary), _Prose(state)]
    if rule.why.strip():
        yield "Why it hurts", [_Prose(rule.why)]
    yield "What to write instead", [_Prose(rule.remedy), *(code for one in rule.examples for code in _example(one))]
    if repairs := [f"{one.what}. {_LEVELS[one.safety.value]}: {one.why}." for one in offers.of(rule.code)]:
        yield "What repairs it", [_Items(tuple(_upper(one) for one in repairs))]
    yield "What silences it", [_Items((*rule.accepts, *_ways_out(rule)))]
    table = _Prose(f"In `[tool.lintfoot.rule.{rule.name}]`:")
    yield "Options", [table, _Items(tuple(_options(rule)))]
    if rule.twins:
        yield "Twins in other linters", [_Prose(", ".join(rule.twins))]
    if rule.cwe:
        yield "Weaknesses", [_Links(tuple((f"CWE-{number}", CWE_URL.format(number)) for number in rule.cwe))]
    if rule.references:
        yield "References", [_Links(tuple(("", link) for link in rule.references))]


_LEVELS = {
    "safe": "Safe, by `--fix`",
    "unsafe": "Unsafe, by `--fix --unsafe-fixes`",
    "suggestion": "A suggestion that nothing applies for you",
}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _example(example: Example) -> Iterator[_Code]:
    yield _Code(f"Bad ({example.title})" if example.title else "Bad", example.bad)
    if example.good:
        yield _Code("Good", example.good)
    if example.fixed and example.fixed != example.good:
        yield _Code("Repaired", example.fixed)


def _ways_out(rule: Rule) -> Iterator[str]:
    if rule.family != _OWN:
        yield f"The comment `# lintfoot: ignore[{rule.code}] -- why`, on the statement or alone on the line above."
        yield f"The comment `# lintfoot: ignore-file[{rule.code}] -- why`, for the whole file."
    if rule.twins and rule.family != _OWN:
        twins = ", ".join(rule.twins)
        yield f"Another linter's comment that names a twin ({twins}), unless `foreign-suppressions = false`."
    yield f'`ignore = ["{rule.code}"]` in `[tool.lintfoot]`, or a line in `[tool.lintfoot.per-file-ignores]`.'


def _options(rule: Rule) -> Iterator[str]:
    yield "`severity` (error, warning or note) for all findings of this rule; without it they are graded one by one."
    for name, option in rule.options.items():
        default = json.dumps(option.default, ensure_ascii=False)
        yield f"`{spelled(name)}` ({option.kind.value}, default `{default}`): {option.summary}"


def _terminal(block: _Block, width: int) -> Iterator[str]:
    match block:
        case _Prose(text):
            for paragraph in _paragraphs(text):
                yield from ("", *_wrapped(paragraph, width, "  "))
        case _Items(items):
            for item in items:
                yield from _wrapped(" ".join(item.split()), width, "  - ")
        case _Links(links):
            for name, address in links:
                yield from _wrapped(f"{name} {address}".strip(), width, "  - ")
        case _Code(caption, code):
            yield from ("", *_wrapped(f"{caption}:", width, "  "), "")
            yield from (f"      {line}".rstrip() for line in _code_lines(code))


def _wrapped(paragraph: str, width: int, lead: str) -> list[str]:
    lines = [paragraph] if "\n" not in paragraph else paragraph.split("\n")
    rest = " " * len(lead)
    return [
        part
        for line in lines
        for part in textwrap.wrap(
            _clean(line),
            max(width, 40),
            initial_indent=lead,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _marked(block: _Block) -> Iterator[str]:
    match block:
        case _Prose(text):
            yield from _paragraphs(text)
        case _Items(items):
            yield "\n".join(f"- {_clean(' '.join(item.split()))}" for item in items)
        case _Links(links):
            yield "\n".join(f"- {_link(name, _clean(address))}" for name, address in links)
        case _Code(caption, code):
            lines = _code_lines(code)
            longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
            fence = "`" * max(3, longest + 1)
            yield f"{_clean(caption)}:"
            yield "\n".join((f"{fence}python", *lines, fence))


def _link(name: str, address: str) -> str:
    if "://" not in address:
        return address
    return f"[{name}]({address})" if name else f"<{address}>"


def _paragraphs(text: str) -> list[str]:
    """Cut prose at its blank lines; lists keep their lines, other paragraphs become one line each."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip()]
    kept = [re.search(r"(?m)^\s*([-*] |\d+\. |\|)", part) for part in parts]
    return [
        "\n".join(map(_clean, part.split("\n"))) if keep else _clean(" ".join(part.split()))
        for part, keep in zip(parts, kept, strict=True)
    ]


def _code_lines(code: str) -> list[str]:
    return [_clean(line) for line in code.strip("\n").split("\n")]


def _clean(line: str) -> str:
    """A page may come from anybody's repository: no terminal escapes."""
    return printable(line.expandtabs(4))


def pages(book: Book) -> Iterator[tuple[str, str]]:
    """The reference as files: a page per rule, called by its code, and an index that links them."""
    yield "index.md", "\n\n".join(("# Rules", _ABOUT_THE_INDEX, *_families(book), *_all_twins(book))) + "\n"
    for rule in book.rules:
        yield f"{rule.code}.md", markdown(rule)


def _families(book: Book) -> Iterator[str]:
    """A heading and a table for each family, in the order of the codes."""
    for code in dict.fromkeys(rule.family for rule in book.rules):
        rules = [rule for rule in book.rules if rule.family == code]
        yield f"## {code}: {family(rules[0])}"
        yield _markdown_rows(rules, _page).rstrip("\n")


def _all_twins(book: Book) -> Iterator[str]:
    """Which rule to look at for a code of another linter."""
    found = [(twin, rule) for rule in book.rules for twin in rule.twins if _CODE.fullmatch(twin)]
    twins = sorted(found, key=lambda one: one[0])
    if twins:
        yield "## Coming from another linter"
        yield _ABOUT_THE_TWINS
        rows = [f"| {_clean(twin)} | [{rule.code} {rule.name}]({_page(rule)}) |" for twin, rule in twins]
        yield "\n".join(("| their code | here |", "| --- | --- |", *rows))


def _page(rule: Rule) -> str:
    return f"{rule.code}.md"


_CODE = regex(r"[A-Z]+[0-9]+")
_ABOUT_THE_TWINS = """\
A comment that names one of these codes (`# noqa: S602`, `# nosec B602`, `# pylint: disable=W1510`) silences the rule beside it
on that line, unless `foreign-suppressions = false`."""


_ABOUT_THE_INDEX = """\
`lintfoot explain LF201` shows a page in the terminal; a rule's name or its twin's code in another linter do as well.

Default `card` and `on`: the rule runs unless you say otherwise. `opt`: off until selected. `audit`: in audits only.
`lintfoot rules --select LF8,opt` shows what a selection switches on."""


def catalogue(book: Book, form: str, width: int = 0) -> str:
    """All rules as a `table` for a terminal of `width` columns (0: as wide as it gets), as `markdown` or as `json`."""
    return {"table": _table, "markdown": _markdown_table, "json": _json}[form](book.rules, width)


_HEAD = ("code", "name", "default", "severity", "summary")


def _cells(rule: Rule) -> tuple[str, ...]:
    summary = _clean(" ".join(rule.summary.split()))
    return (rule.code, rule.name, rule.default.value, rule.severity.value, summary)


def _table(rules: Sequence[Rule], width: int) -> str:
    rows = [_HEAD, *map(_cells, rules)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    taken = sum(widths) + 2 * len(widths)
    lines = []
    for *first, summary in rows:
        head = "".join(f"{cell:<{size}}  " for cell, size in zip(first, widths, strict=True))
        wrapped = textwrap.wrap(summary, max(width - taken, 20)) if width else [summary]
        lines += [f"{head}{wrapped[0]}", *(" " * taken + more for more in wrapped[1:])]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _markdown_table(rules: Sequence[Rule], _width: int) -> str:
    return _markdown_rows(rules, rule_url)


def _markdown_rows(rules: Sequence[Rule], link: Callable[[Rule], str]) -> str:
    lines = [" | ".join(_HEAD), " | ".join("---" for _ in _HEAD)]
    for rule in rules:
        code, *rest = (cell.replace("|", r"\|") for cell in _cells(rule))
        lines.append(" | ".join((f"[{code}]({link(rule)})", *rest)))
    return "".join(f"| {line} |\n" for line in lines)


def _json(rules: Sequence[Rule], _width: int) -> str:
    lines = [json.dumps(_entry(rule), separators=(",", ":")) for rule in rules]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _entry(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "family": family(rule),
        "default": rule.default.value,
        "severity": rule.severity.value,
        "summary": " ".join(rule.summary.split()),
        "fixable": bool(offers.of(rule.code)),
        "repairs": [{"what": one.what, "safety": one.safety.value, "why": one.why} for one in offers.of(rule.code)],
        "cwe": rule.cwe,
        "twins": rule.twins,
        "since": rule.since,
        "url": rule_url(rule),
    }
