"""LF401 by a literal's own text: a provider's format, a URL with a password, a command line with a secret in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import libcst as cst

from lintfoot import secret_commands
from lintfoot.gates.gate import Gate
from lintfoot.gates.secret import SECRET_LITERALS
from lintfoot.gates.secret_lines import HINT
from lintfoot.secret_formats import Formats
from lintfoot.secret_names import variable, words
from lintfoot.secret_texts import traces
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.leaves import LITERALS, name_of, text_of
from lintfoot.visitors.secret_words import CODE, LABEL, environ, variable_of

_SHORT = 9  # quotes included
_PROSE = frozenset(
    "help description epilog usage metavar doc example examples summary title short_help help_text message msg prompt text label "
    "documentation".split()
)
_PROSE_NAMES = frozenset(
    "documentation examples example return usage help doc docs description readme epilog banner".split()
)


def told(context: Context) -> set[int]:
    """The ids of the literals of this file that have been reported: one finding each, whoever sees it first."""
    found: set[int] = context.names.kept.setdefault("secrets told", set())
    return found


def formats_of(context: Context) -> Formats:
    """The formats that this file can hold, looked for once."""
    kept = context.names.kept
    if "secret formats" not in kept:
        kept["secret formats"] = context.models.formats.within(context.text)
    found: Formats = kept["secret formats"]
    return found


class SecretLiterals(Visitor):
    """Looks at every literal in which something hints at a secret."""

    gate: ClassVar[Gate] = SECRET_LITERALS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._formats = formats_of(context)
        self._told = told(context)
        self._covered: set[int] = set()

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        """Look at the whole, not at its parts."""
        if id(node) not in self._covered:
            self._read(node)
        self._covered.update((id(node.left), id(node.right)))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        """Look at a text where something in it hints at a secret."""
        raw = node.value
        if len(raw) > _SHORT and id(node) not in self._covered and (HINT.search(raw) or self._formats.may_be_in(raw)):
            self._read(node)

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        """Look at the constant parts."""
        if id(node) not in self._covered:
            self._read(node)

    def visit_List(self, node: cst.List) -> None:
        """`["mysql", "-psecret"]`, `["curl", "-u", "user:…"]`."""
        self._argv(node.elements)

    def visit_Tuple(self, node: cst.Tuple) -> None:
        """The same as a tuple."""
        self._argv(node.elements)

    def _read(self, node: cst.BaseExpression) -> None:
        text = text_of(node)
        if not text or id(node) in self._told:
            return
        found = self._formats.find(text)
        if found is not None:
            self.hide(node)
            if found.in_tests or not (self.context.is_test or self._is_prose(node)):
                self._tell(node, f"{found.name} stands in the source", found.name, environ(variable_of(found)))
        elif HINT.search(text) and not self._is_prose(node):
            self._trace(node, text)

    def _trace(self, node: cst.BaseExpression, text: str) -> None:
        found = traces(text)
        if found:
            self.hide(node, *(one.value for one in found))
        if found and not self.context.is_test:
            message = f"this literal gives a secret away: the {found[0].what} stands in the source"
            self._tell(node, message, found[0].what, environ(variable(found[0].name)))

    def _argv(self, elements: Sequence[cst.BaseElement]) -> None:
        literals = [element.value for element in elements if isinstance(element.value, LITERALS)]
        if len(literals) < 2 or not any(_is_option(literal) for literal in literals):  # noqa: PLR2004 - an option and its value
            return
        texts = [None if isinstance(element, cst.StarredElement) else _word(element.value) for element in elements]
        for found in secret_commands.in_words(texts):
            node = elements[found.index].value
            if isinstance(node, LITERALS) and id(node) not in self._told:
                self.hide(node, found.value)
                if not self.context.is_test:
                    option = found.what.split()[-1].lstrip("-/")
                    fitting = environ(variable(option if len(option) > 1 else "PASSWORD"))
                    self._tell(
                        node, f"`{found.what}` is given a literal: the secret stands in the source", LABEL, fitting
                    )

    def _tell(self, node: cst.BaseExpression, message: str, label: str, fitting: str) -> None:
        self._told.add(id(node))
        self.report(CODE, node, message, label=label, help=fitting)

    def _is_prose(self, node: cst.CSTNode) -> bool:
        """A docstring, a help text, an example: it shows how a thing is written."""
        for above in self.names.index.ancestors(node):
            match above:
                case cst.Expr(value=value):
                    return value is node
                case cst.Arg(keyword=cst.Name(value=keyword)):
                    return not _PROSE.isdisjoint((keyword, *words(keyword)[-1:]))
                case cst.Assign(targets=[cst.AssignTarget(target=target), *_]):
                    return not _PROSE_NAMES.isdisjoint(words(name_of(target))[-1:])
                case cst.BaseStatement() | cst.BaseSmallStatement():
                    return False
                case _:
                    pass
        return False


def _is_option(node: cst.BaseExpression) -> bool:
    text = node.value if isinstance(node, cst.SimpleString) else text_of(node) or ""
    return text.lstrip("rbuRBUfF").lstrip("'\"").startswith(("-", "/p:", "add_user", "login", "change_password"))


def _word(node: cst.BaseExpression) -> str:
    text = text_of(node)
    return "\0" if text is None else text
