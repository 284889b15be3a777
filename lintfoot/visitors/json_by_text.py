"""LF106: JSON taken apart as if it were lines and columns, by programs in a pipe or by a regular expression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import libcst as cst

from lintfoot import commandlines
from lintfoot.commandlines import Command
from lintfoot.gates.gate import Gate
from lintfoot.gates.json_lines import SEARCHES
from lintfoot.gates.running import JSON_BY_TEXT
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Constant, Text, known_text
from lintfoot.visitors import json_makers
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.json_texts import JsonTexts

(CODE,) = JSON_BY_TEXT.codes
_KEYED = regex(r"[\"'](?:\\s|[*+? ])*:")


class JsonByText(Visitor):
    """Looks at pipes, at tools that are fed with JSON, at regular expressions over it."""

    gate: ClassVar[Gate] = JSON_BY_TEXT

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._texts = JsonTexts(context.names)
        self._said: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """A command line first, then functions of `re`."""
        found = commandlines.commands(self.names, node)
        for place, command in enumerate(found):
            if json_makers.takes_apart(command.words):
                self._tool(node, command, found[: place + 1])
        self._expression(node)

    # programs

    def _tool(self, node: cst.Call, command: Command, line: Sequence[Command]) -> None:
        maker = self._maker(line)
        if maker is not None:
            self._say(node, command, f"the JSON of `{_shown(maker)}`", self._instead(maker))
            return
        file = json_makers.reads_json_file(command.words)
        if file and "\0" not in file:
            self._say(node, command, f"the JSON in `{file}`", f'json.loads(Path("{file}").read_text(encoding="utf-8"))')
        elif not command.piped and self._is_fed(node):
            self._say(node, command, "the JSON that it is fed", "json.loads(…) of what it is fed")

    def _maker(self, line: Sequence[Command]) -> Command | None:
        """The command at the head of a pipe that writes JSON, if what stands between hands it on."""
        tool = line[-1]
        if not tool.piped:
            return None
        evidence = json_makers.speaks_json(tool.words)
        for before in reversed(line[:-1]):
            if json_makers.makes_json(before.words):
                return before
            if evidence and json_makers.may_make_json(before.words):
                return before
            if not before.piped:
                return None
            if json_makers.takes_apart(before.words):
                evidence = evidence or json_makers.speaks_json(before.words)
            elif not json_makers.pretty_prints(before.words) and not json_makers.passes_on(before.words):
                return None
        return None

    def _is_fed(self, node: cst.Call) -> bool:
        """`run(["grep", …], input=text)`, `Popen(["grep", …], stdin=first.stdout)`."""
        return any(
            arg.keyword is not None and arg.keyword.value in ("input", "stdin") and self._texts.is_json(arg.value)
            for arg in node.args
        )

    def _instead(self, maker: Command) -> str:
        name = maker.program
        if name in ("curl", "wget", "http", "https"):
            return "requests.get(url, timeout=10).json()"
        if name in ("cat", "zcat"):
            return 'json.loads(Path("…").read_text(encoding="utf-8"))'
        words = ", ".join(f'"{word}"' if word and not set(word) & set('\0"\\') else "…" for word in maker.words[:6])
        more = ", …" if len(maker.words) > 6 else ""  # noqa: PLR2004 - a help of one line
        return f"json.loads(subprocess.run([{words}{more}], capture_output=True, text=True, check=True).stdout)"

    def _say(self, node: cst.Call, command: Command, what: str, instead: str) -> None:
        if id(node) in self._said:
            return
        self._said.add(id(node))
        self.report(
            CODE,
            node,
            f"`{command.program}` takes {what.replace(chr(0), '…')} apart as text: a blank or another order of the keys breaks it",
            label="a parser reads JSON",
            help=instead,
        )

    # regular expressions

    def _expression(self, node: cst.Call) -> None:
        name = last_word(node.func)
        if name not in SEARCHES or not isinstance(node.func, cst.Attribute | cst.Name):
            return
        text = self._searched(node, name)
        if text is None or not self._texts.is_json(text) or self._looks_at_markup(node):
            return
        if self.context.is_test and isinstance(text, cst.Call):
            return  # how something is written out is what the test looks at
        if self._texts.is_own(text) and not self._takes_by_key(node):
            return  # a mark that the script's own texts hold: nothing is taken apart
        key = self._key(node)
        shown = self.written(text, 40)
        self.report(
            CODE,
            node,
            f"a regular expression takes JSON apart, `{shown}`: a blank or another order of the keys breaks it".replace(
                "{", "("
            ).replace("}", ")"),
            label="a parser reads JSON",
            help=f'json.loads({shown})["{key}"]' if key != "…" else f"json.loads({shown})",
        )

    def _searched(self, node: cst.Call, name: str) -> cst.BaseExpression | None:
        """The text that a function of `re`, or a method of a compiled pattern, goes through."""
        names = self.names.names_of(node.func)
        place = 1 if any(one in (f"re.{name}", f"regex.{name}") for one in names) else 0
        compiled = any("re.compile" in one or one.startswith("re.Pattern.") for one in names)
        if not place and not compiled:
            return None
        plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        named = [arg.value for arg in node.args if arg.keyword is not None and arg.keyword.value == "string"]
        return named[0] if named else plain[place] if len(plain) > place else None

    def _looks_at_markup(self, node: cst.Call) -> bool:
        """A pattern for tags: the address said JSON, and the page is HTML."""
        values = self.names.values(node.args[0].value) if node.args else ()
        texts = [
            value.value if isinstance(value, Constant) else value.known
            for value in values
            if isinstance(value, Constant | Text)
        ]
        return any(isinstance(text, str) and re.search(r"<[a-z/(]", text, re.IGNORECASE) is not None for text in texts)

    def _takes_by_key(self, node: cst.Call) -> bool:
        """A pattern with a key and its colon: `"name": "(.*?)"`."""
        texts = [known_text(value) for value in self.names.values(node.args[0].value)] if node.args else []
        return any(_KEYED.search(text) for text in texts)

    def _key(self, node: cst.Call) -> str:
        """The key that the pattern looks for; `…` where it cannot be told."""
        values = self.names.values(node.args[0].value) if node.args else ()
        for value in values:
            if isinstance(value, Constant | Text):
                text = value.value if isinstance(value, Constant) else value.known
                text = text.decode("latin-1") if isinstance(text, bytes) else text
                found = re.search(r'"([\w.-]+)\\?"', text) if isinstance(text, str) else None
                if found:
                    return found[1]
        return "…"


def _shown(command: Command) -> str:
    return (
        " ".join(word or "…" for word in command.words[:4]).replace("\0", "…").replace("{", "(").replace("}", ")")[:60]
    )
