"""How deep a text nests, read before it is parsed.

libcst's native parser recurses once per bracket and per operator of a chain: some thousands of them overflow the stack
and end the process, where no `except` helps. Its time grows with the square of the depth, and exponentially in patterns
of `match`. Measured with libcst 1.9.0 and a stack of 8 MB: 3,000 brackets or 10,000 times `and` crash, a pattern 12
dictionaries deep runs for minutes. CPython itself takes 200 brackets.
"""

from __future__ import annotations

from bisect import bisect_right

from lintfoot.digests import digest
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.tokens import NEWLINE, Kind, tokens

BRACKETS = 200  # the limit of CPython's own tokenizer
CHAIN = 1000  # operators, calls and subscripts in a row: half a second to two seconds of parsing
PATTERN = 8  # brackets in a pattern of `match`: 64 ms for the worst, and six times that for each one more
_STRING_PART = 3  # adjacent strings nest too, but cost less; libcst refuses more than 3,000 of them
_SHALLOW_BRACKETS, _SHALLOW_LINES, _SHALLOW_STRINGS, _SHORT_LINE = 30, 100, 500, 1000


@dataclass(frozen=True, slots=True)
class Depth:
    """The most brackets, and the links of a chain with all chains round it; `fault` says what is over its limit."""

    brackets: int = 0
    chain: int = 0
    line: int = 0
    column: int = 0
    fault: str = ""

    @property
    def shallow(self) -> bool:
        """Whether every parser takes it with the stack that is there: a quarter of the limits was never near to one."""
        return not self.fault and self.brackets <= BRACKETS // 4 and self.chain <= CHAIN // 4


def measure(text: str) -> Depth | None:
    """How deep a text nests; None where a cheap look already shows that it is nothing out of the ordinary."""
    data = text.encode("utf-8", "surrogatepass")
    known = digest(data)  # a script of a project is measured for those that import it, too
    if known not in _measured:
        if len(_measured) >= _MOST:
            _measured.clear()
        _measured[known] = _measure(text) if _suspicious(data) else None
    return _measured[known]


_measured: dict[bytes, Depth | None] = {}
_MOST = 1000


def _measure(text: str) -> Depth:
    meter = _Meter(text)
    at = meter.run()
    if not meter.fault:
        return Depth(meter.most_brackets, meter.most_links // _STRING_PART)
    starts = [0, *(match.end() for match in NEWLINE.finditer(text))]
    line = bisect_right(starts, at)
    return Depth(meter.most_brackets, meter.most_links, line, at - starts[line - 1] + 1, meter.fault)


_OPERATORS = b"-+*/%@&|^\\"
_SQUEEZED = bytes.maketrans(_OPERATORS + b"]}'", b"+" * len(_OPERATORS) + b'))"')
_JOINED = (b"\n+", b"\n.", b"\n)+", b"\n).", b"\nand", b"\nor", b"+\n")
_JOINING = (b"and\n", b"or\n", b"not\n", b"else\n", b"if\n", b"lambda:\n")
_STRINGS = (b'\n"', b'\nf"', b'\nr"', b'\nb"')
_CASE = regex(rb"\n[ \t]*case\b")


def _suspicious(data: bytes) -> bool:
    """A cheap look, a hundredth of the parse: long lines, and many lines that go on where the one before stopped."""
    brackets = _bound(data)
    if brackets > _SHALLOW_BRACKETS or (brackets > PATTERN and _CASE.search(data) is not None):
        return True
    if max(map(len, data.split(b"\n"))) > _SHORT_LINE or data.count(b"elif") > _SHALLOW_STRINGS:
        return True
    squeezed = data.translate(_SQUEEZED, b" \t\r")  # blanks are gone, operators, brackets and quotes are alike
    return (
        sum(map(squeezed.count, _JOINED + _JOINING)) > _SHALLOW_LINES
        or sum(map(squeezed.count, _STRINGS)) > _SHALLOW_STRINGS
    )


_NO_BRACKET = bytes(set(range(256)) - set(b"()[]{}"))


def _bound(data: bytes) -> int:
    """No fewer than the deepest brackets (strings and comments count): each round peels one to three levels off."""
    rest = data.translate(None, _NO_BRACKET)
    for rounds in range(_SHALLOW_BRACKETS):
        peeled = rest.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(peeled) == len(rest):
            return 3 * rounds + sum(map(rest.count, (b"(", b"[", b"{")))
        rest = peeled
    return 3 * _SHALLOW_BRACKETS


_LINK = regex(r"[,;]|\b(?:and|or|not|if|else|lambda|await|in|is)\b|\*\*|//|<<|>>|[-+*/%@&|^~<>.]")


class _Meter:
    """Counts brackets and links token by token; weights are in strings, three of which are a link."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.links = [0]  # per open bracket: the links since the last comma
        self.total = self.most_links = self.most_brackets = 0
        self.elifs: dict[int, int] = {}
        self.pattern = False
        self.fault = ""

    def run(self) -> int:
        """Measure; return where the fault is, if there is one."""
        new_line, line_start = True, 0
        for kind, start, end in tokens(self.text):
            if kind is Kind.NEWLINE:
                line_start = end
                new_line = new_line or len(self.links) == 1
                if len(self.links) == 1:
                    self._reset()
                continue
            if kind is Kind.COMMENT:
                continue
            if new_line:
                self._head(start, start - line_start)
                new_line = False
            self._token(kind, start, end)
            if self.fault:
                return start
        return 0

    def _token(self, kind: Kind, start: int, end: int) -> None:
        if kind is Kind.OPEN:
            self._add(_STRING_PART)
            self.links.append(0)
            self.most_brackets = max(self.most_brackets, len(self.links) - 1)
            if len(self.links) - 1 > BRACKETS:
                self.fault = f"brackets are nested more than {BRACKETS} deep"
            elif self.pattern and len(self.links) - 1 > PATTERN:
                self.fault = f"a pattern is nested more than {PATTERN} deep, which would take the parser minutes"
        elif kind is Kind.CLOSE and len(self.links) > 1:
            self.total -= self.links.pop()
        elif kind is Kind.STRING:
            self._add(1)
        elif kind is Kind.CODE:
            for link in _LINK.findall(self.text, start, end):
                if link in (",", ";"):
                    self._reset()
                else:
                    self._add(_STRING_PART)

    def _add(self, weight: int) -> None:
        self.links[-1] += weight
        self.total += weight
        self.most_links = max(self.most_links, self.total)
        if self.total > CHAIN * _STRING_PART:
            self.fault = f"an expression has more than {CHAIN:,} operators, calls or strings in a row"

    def _reset(self) -> None:
        self.total -= self.links[-1]
        self.links[-1] = 0

    def _head(self, start: int, indent: int) -> None:
        """The first word of a logical line: `elif` nests in the tree, a pattern costs more than other brackets."""
        self.pattern = _PATTERN_HEAD.match(self.text, start) is not None
        if self.text.startswith("elif", start):
            self.elifs[indent] = self.elifs.get(indent, 0) + 1
            self.most_links = max(self.most_links, self.elifs[indent] * _STRING_PART)
            if self.elifs[indent] > CHAIN:
                self.fault = f"an `if` has more than {CHAIN:,} branches"
        else:
            self.elifs = {column: count for column, count in self.elifs.items() if column < indent}


_PATTERN_HEAD = regex(r"case\b[ \t]*+(?![=.,:)\]])")
