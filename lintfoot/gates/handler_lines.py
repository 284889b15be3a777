"""Which handlers of a text are worth reading: those of which the text alone does not tell that nothing is wrong with them.

Each doubt makes one more handler be read. What is left out here the visitor must leave out as well, and for the same reason.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from keyword import kwlist

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.split import Layout

BROAD_CLASSES = frozenset({"builtins.Exception", "builtins.BaseException"})
_BROAD = frozenset(name.rpartition(".")[2] for name in BROAD_CLASSES)
_NARROW = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException) and name not in _BROAD
)
_WORD = regex(r"[^\W\d]\w*")
_MENTIONED = regex(rf"\b(?:{'|'.join(sorted(_BROAD))})\b(?!\s*\()")
_EXCEPT = regex(r"\s*except\b(?P<clause>.*)", re.DOTALL)
_NAMED = regex(r"\bas\s+(?P<name>\w+)\s*$")
_PASSES = regex(r"(?:pass|continue|\.\.\.)(?!\w)")
_RAISES = regex(r"raise\b\s*(?P<what>[\w.]*)")
_SURE_ENDS = ("Error", "Exception", "Failure", "Failed", "Fault", "NotFound", "Invalid", "Warning")
_LOGS = regex(r"(?i:log|logger|logging)_*\.exception\s*\(")
_OTHER_LOGS = regex(r"def\s+exception\b|\.\s*exception\s*[=,)]")
_DEFINES = regex(r"\s*(?:def|class|async|except|@)\b|.*\blambda\b")
_LONGEST = 40  # lines of a header


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the rules on handlers are asked for, and whether a handler that logs is fine."""

    bare: bool
    broad: bool
    silent: bool
    accepts_logged: bool


def lines_of(sight: Sight, wanted: Wanted) -> Iterator[int]:
    """The `except` lines that a visitor has to see."""
    layout = sight.layout
    if layout is None:
        return
    found = [number for number, line in enumerate(layout.bare, 1) if "except" in line and _EXCEPT.match(line)]
    stands_for = _Aliases(sight, layout) if found and wanted.broad else None
    for number in found:
        header, last = _header(layout, number)
        if header is None or _is_wanted(sight, layout, wanted, stands_for, header, number, last):
            yield number


def _header(layout: Layout, number: int) -> tuple[str | None, int]:
    """The clause of a handler and what follows its colon; None where that is not plain. And the header's last line."""
    text = ""
    for last in range(number, min(number + _LONGEST, len(layout.bare) + 1)):
        text += layout.bare[last - 1].rstrip("\r").replace("\\", " ") + " "
        depth = 0
        for place, char in enumerate(text):
            depth += (char in "([{") - (char in ")]}")
            if char == ":" and depth == 0:
                return text[: place + 1] + text[place + 1 :].strip(), last
    return None, number


def _is_wanted(
    sight: Sight,
    layout: Layout,
    wanted: Wanted,
    stands_for: _Aliases | None,
    header: str,
    number: int,
    last: int,
) -> bool:
    place = header.rindex(":") if header.endswith(":") else _colon(header)
    clause, inline = header[:place].strip()[len("except") :].lstrip("* "), header[place + 1 :]
    name = _NAMED.search(clause)
    kinds = clause[: name.start()] if name else clause
    body = [inline] if inline else _block(layout, number, last)
    first = body[0].strip() if body else ""
    broad = bool(kinds.strip()) and stands_for is not None and stands_for.is_broad(kinds)
    if wanted.silent and kinds.strip() and _PASSES.match(first):
        return True
    if not ((wanted.bare and not kinds.strip()) or broad):
        return False
    if _raises(sight, first):
        return False
    if broad and wanted.accepts_logged:
        return not (_logs(sight, body) or (name is not None and _hands_on(body, name["name"])))
    return True


def _colon(header: str) -> int:
    depth = 0
    for place, char in enumerate(header):
        depth += (char in "([{") - (char in ")]}")
        if char == ":" and depth == 0:
            return place
    return len(header) - 1


def _block(layout: Layout, number: int, last: int) -> list[str]:
    """The lines below a header that stand deeper than it."""
    line = layout.bare[number - 1]
    indent = line[: len(line) - len(line.lstrip())]
    found: list[str] = []
    for at, line in enumerate(layout.bare[last:], last + 1):
        if line.strip() and line[0] != "\0":
            if layout.logical[at - 1] == at and not (line.startswith(indent) and line[len(indent)] in " \t"):
                break  # what goes on with a line that began deeper may stand anywhere
            found.append(line)
    return found


def _raises(sight: Sight, first: str) -> bool:
    """Whether a handler raises before anything else, for sure, and with what it caught."""
    found = _RAISES.match(first)
    if found is None:
        return False
    if first.rstrip("; ") == "raise":
        return True
    balanced = first.count("(") == first.count(")") and not first.endswith("\\")
    return balanced and "None" not in first and found["what"].endswith(_SURE_ENDS) and "SystemExit" not in sight.text


def _logs(sight: Sight, body: list[str]) -> bool:
    """`log.exception(…)` of what is called a logger, in the handler itself."""
    if not any("exception" in line for line in body) or any(map(_DEFINES.match, body)):
        return False
    own = any(_LOGS.search(line) and "exc_info" not in line for line in body)
    return own and _OTHER_LOGS.search(sight.text) is None


def _hands_on(body: list[str], name: str) -> bool:
    """Whether a call in a handler is given the exception, under its own name."""
    if any(map(_DEFINES.match, body)):
        return False
    pattern = re.compile(rf"(?<![\w.])(?P<callee>\w+)\s*\((?:[^()]*[^\w.()])?{name}\b(?!\s*(?:=(?!=)|:=|\())")
    attribute = re.compile(rf"\.(?P<callee>\w+)\s*\((?:[^()]*[^\w.()])?{name}\b(?!\s*(?:=(?!=)|:=|\())")
    for line in body:
        if name in line and " for " not in line:
            for one in (pattern, attribute):
                found = one.search(line)
                if found is not None and found["callee"] not in kwlist:
                    return True
    return False


class _Aliases:
    """What may stand for Exception in a file: names that it is assigned to, directly or through others."""

    def __init__(self, sight: Sight, layout: Layout) -> None:
        self.further, self.any = sight.further, False
        self.words = set(_BROAD)
        self._left = [
            found
            for number, line in enumerate(layout.bare, 1)
            if "xception" in line and _MENTIONED.search(line) and not _EXCEPT.match(line)
            for found in (layout.logical_line(number),)
        ]
        for text in self._left:
            self._learn(text)
        if self.words != _BROAD:
            self._spread(layout)

    def _learn(self, text: str) -> None:
        stripped = text.strip()
        if stripped.startswith(("return", "yield")) or " yield " in text:
            self.any = True
        elif stripped.startswith(("for", "with", "async", "import", "from", "match", "case")):
            self.words.update(_WORD.findall(stripped))
        elif "=" in text and not stripped.startswith(("def ", "async def ", "class ")):
            self.words.update(_WORD.findall(text[: text.rindex("=")]))
        elif ":=" in text:
            self.any = True

    def _spread(self, layout: Layout) -> None:
        """Names that are given what another such name stands for."""
        self.words -= {"self", "cls", "if", "in", "is", "not", "None", "True", "False", "and", "or", "else"}
        for _ in range(3):
            before = len(self.words)
            for number, line in enumerate(layout.bare, 1):
                if "=" in line or line.lstrip().startswith(("return", "for")):
                    right = line[line.find("=") :]
                    if not self.words.isdisjoint(_WORD.findall(right)) and not line.lstrip().startswith("except"):
                        self._learn(layout.logical_line(number))
            if len(self.words) == before:
                return
        self.any = True

    def is_broad(self, kinds: str) -> bool:
        """Whether a clause may name a broad class."""
        names = _WORD.findall(kinds)
        if not self.words.isdisjoint(names):
            return True
        if all(name in _NARROW for name in names) and not self.any:
            return False
        return self.any or self.further or "(" in kinds.strip().lstrip("(")
