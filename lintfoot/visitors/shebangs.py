"""First lines that start another Python on every host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import libcst as cst

from lintfoot.gates.first_lines import Started, is_ansible_module, is_module, started
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import SHEBANGS
from lintfoot.regexes import regex
from lintfoot.scopes import How
from lintfoot.shebang import interpreter
from lintfoot.visitors.base import Visitor
from lintfoot.visitors.below import below

(AMBIGUOUS,) = SHEBANGS.codes
_UNSPLIT = regex(r"^(#!\s*\S*/env) (python3\s+\S)")  # Linux hands env all the rest as one word
_MODULE_NAMES = frozenset({"DOCUMENTATION", "ANSIBLE_METADATA"})


class Shebangs(Visitor):
    """LF901."""

    gate: ClassVar[Gate] = SHEBANGS

    def visit_Module(self, node: cst.Module) -> None:
        """The first line, if it is a shebang."""
        line = next(iter([*node.header, *node.footer]), None)
        comment = line.comment if isinstance(line, cst.EmptyLine) else None
        if comment is None or not comment.value.startswith("#!") or not self.context.text.startswith("#!"):
            return
        python = interpreter(comment.value)
        match started(comment.value):
            case Started.OLD:
                message, label = (
                    f"`{python}` is Python 2, and the script is Python 3",
                    "gone since 2020, or another language",
                )
            case Started.UNCERTAIN:
                message, label = (
                    f"`{python}` is Python 2 on one host, Python 3 on another, and missing on the next",
                    "which one?",
                )
            case None:
                return
        if not self._is_ansible_module(node) and not self._is_library():
            certain = re.sub(r"python[\d.]*(?=\s|[\"']|$)", "python3", comment.value.rstrip(), count=1)
            certain = _UNSPLIT.sub(r"\1 -S \2", certain)
            self.report(AMBIGUOUS, comment, message, label=label, help=certain)

    def _is_ansible_module(self, node: cst.Module) -> bool:
        """Whether Ansible runs the file: it writes a first line of its own there."""
        bindings = self.names.index.scopes[id(node)].bindings
        named = any(one.how is How.ASSIGNED for name in _MODULE_NAMES for one in bindings.get(name, ()))
        return named or is_ansible_module(self.context.path, self.context.text)

    def _is_library(self) -> bool:
        """Whether the file only defines things: started by itself it would do nothing, so nobody does."""
        if not is_module(self.context.path):
            return False
        defines = False
        for statement in self.names.index.from_the_end():
            if any(map(_acts, _simple(statement))):
                return False
            defines = defines or isinstance(statement, cst.FunctionDef | cst.ClassDef)
        return defines


def _simple(statement: cst.CSTNode) -> Sequence[cst.CSTNode]:
    return statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)


def _acts(statement: cst.CSTNode) -> bool:
    """Whether a statement at the top does something, or asks whether the file is started by itself."""
    match statement:
        case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()):
            return False
        case cst.Expr() | cst.For() | cst.While() | cst.With() | cst.Raise():
            return True
        case cst.If(test=test):
            return any(isinstance(one, cst.Name) and one.value == "__name__" for one in below(test))
        case _:
            return False
