"""A shell's command line as commands and words, the way POSIX sh cuts it up; nothing is expanded or run.

A NUL in the text stands for data that is not known. This room knows text alone: who built the text is the business of
`commands`.
"""

from __future__ import annotations

import re

from lintfoot.records import dataclass
from lintfoot.regexes import regex

DATA = "\0"


@dataclass(frozen=True, slots=True)
class Word:
    """One word without its quotes. `data` counts which NULs of the whole text stand in it, from 0.

    A NUL in `text` is such data or the output of a command. `expands` says that the shell would put something else in its
    place: a variable, a pattern, a home directory.
    """

    text: str
    data: tuple[int, ...] = ()
    quoted: bool = False
    expands: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """One command of a line. `operator` stands before it: `|`, `&&`, `||`, `;`, `&`, a newline, a bracket, or nothing.

    `redirects` are pairs of a sign such as `2>` and its target. `nested` is set inside `$(…)` and backticks.
    """

    words: tuple[Word, ...]
    operator: str = ""
    redirects: tuple[tuple[str, Word], ...] = ()
    nested: bool = False


def split(text: str) -> tuple[Simple, ...]:
    """Cut a command line up. Quotes that never close are taken as plain letters."""
    scanner = _Scanner(text)
    scanner.scan(0, len(text), nested=False)
    return tuple(scanner.found)


def assignment(word: str) -> tuple[str, str] | None:
    """`NAME=value` as the pair of both, else None."""
    match = _ASSIGNMENT.match(word)
    return (match[1], word[match.end() :]) if match else None


_ASSIGNMENT = regex(r"([A-Za-z_]\w*)\+?=", re.ASCII)
_TOKEN = regex(
    r"""(?sx)
    (?P<blank>(?:[ \t\r\f\v]|\\\r?\n)+)
    |(?P<redirect>\d*(?:&>>?|>>|>\||>&|<&|<<<|<<-?|<>|>|<))
    |(?P<operator>\|\||&&|;;|\|&|[|;&()\n])
    |'(?P<single>[^']*)'
    |"(?P<double>(?:\\.|[^"\\])*)"
    |(?P<inner>\$\((?!\()|`)
    |\\(?P<escaped>.)
    |(?P<plain>[^\s'"\\|;&()<>`$]+|.)
    """
)
_HOME_OR_PATTERN = regex(r"^~|[*?$]|\[[^\]]+\]|\{[^{}]*(?:,|\.\.)[^{}]*\}")


class _Scanner:
    """Goes through a text once; `found` holds the commands so far, those inside a word before the command they stand in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Simple] = []
        self.numbers = {match.start(): number for number, match in enumerate(re.finditer(DATA, text))}

    def scan(self, at: int, end: int, *, nested: bool) -> None:
        line = _Line(nested=nested)
        while at < end:
            token = _TOKEN.match(self.text, at, end)
            if token is None:
                break
            kind, start, at = token.lastgroup or "plain", at, token.end()
            if kind == "plain" and self.text[start] == "#" and line.between:
                at = self._line_end(start, end)
            elif kind == "blank":
                line.end_word()
            elif kind == "redirect":
                line.end_word()
                line.sign = token[0]
            elif kind == "operator":
                self._operator(line, token[0])
                at = self._past_document(line, at, end) if token[0] == "\n" else at
            elif kind == "inner":
                close = self._closing(start, end)
                self.scan(start + len(token[0]), close, nested=True)
                line.add(DATA, (), quoted=False, expands=True)
                at = close + 1
            else:
                self._text(line, kind, token)
        self._operator(line, "")

    def _text(self, line: _Line, kind: str, token: re.Match[str]) -> None:
        raw = token[kind]
        start = token.start(kind)
        data = tuple(self.numbers[start + place] for place, char in enumerate(raw) if char == DATA)
        if kind == "double":
            for inner in re.finditer(r"\$\((?!\()|`", raw):
                close = self._closing(start + inner.start(), start + len(raw))
                self.scan(start + inner.end(), close, nested=True)
            text = re.sub(r'\\([$`"\\])', r"\1", raw)
            line.add(text, data, quoted=True, expands=bool(re.search(r"(?<!\\)[$`]", raw)))
        elif kind == "plain":
            line.add(raw, data, quoted=False, expands=bool(_HOME_OR_PATTERN.search(raw)))
        else:
            line.add(raw, data, quoted=True, expands=False)

    def _operator(self, line: _Line, operator: str) -> None:
        line.end_word()
        if line.words or line.redirects:
            self.found.append(Simple(tuple(line.words), line.operator, tuple(line.redirects), line.nested))
            line.words, line.redirects = [], []
        line.operator = operator

    def _closing(self, start: int, end: int) -> int:
        """Where a `$(` or a backtick at `start` closes."""
        if self.text[start] == "`":
            found = self.text.find("`", start + 1, end)
            return found if found >= 0 else end
        depth = 0
        for at in range(start, end):
            depth += {"(": 1, ")": -1}.get(self.text[at], 0)
            if depth == 0 and self.text[at] == ")":
                return at
        return end

    def _line_end(self, at: int, end: int) -> int:
        found = self.text.find("\n", at, end)
        return found if found >= 0 else end

    def _past_document(self, line: _Line, at: int, end: int) -> int:
        """Skip the text of a here-document: it is input, no commands."""
        if not line.document:
            return at
        closing = re.compile(rf"^[ \t]*{re.escape(line.document)}[ \t]*$", re.MULTILINE)
        line.document = ""
        found = closing.search(self.text, at, end)
        return found.end() if found else end


class _Line:
    """The command that is being read."""

    def __init__(self, *, nested: bool) -> None:
        self.words: list[Word] = []
        self.redirects: list[tuple[str, Word]] = []
        self.operator = ""
        self.sign = ""
        self.document = ""
        self.between = True
        self.nested = nested
        self._text = ""
        self._data: tuple[int, ...] = ()
        self._quoted = self._expands = False

    def add(self, text: str, data: tuple[int, ...], *, quoted: bool, expands: bool) -> None:
        self.between = False
        self._text += text
        self._data += data
        self._quoted = self._quoted or quoted
        self._expands = self._expands or expands

    def end_word(self) -> None:
        if self.between:
            return
        word = Word(self._text, self._data, self._quoted, self._expands)
        if self.sign:
            self.redirects.append((self.sign, word))
            self.document = word.text if self.sign.startswith("<<") and self.sign != "<<<" else self.document
        else:
            self.words.append(word)
        self.sign = self._text = ""
        self._data = ()
        self._quoted = self._expands = False
        self.between = True
