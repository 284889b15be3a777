"""What every visitor is: it receives a script and the rules it speaks for, and reports nodes; it inherits no machinery."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

import libcst as cst

from lintfoot.book import Rule
from lintfoot.findings import Confidence, Safety, Severity, unquoted
from lintfoot.gates.gate import Gate
from lintfoot.libraries import Models
from lintfoot.names import Names
from lintfoot.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """A related node: where the Session was made, where the command was built."""

    node: cst.CSTNode
    message: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One replacement in terms of nodes: from the start (or the end) of the first to the end (or the start) of the last."""

    first: cst.CSTNode
    last: cst.CSTNode
    text: str
    from_end: bool = False
    to_start: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Lines that move one level in: those below a node's first line (or its last one) down to another node's last line."""

    first: cst.CSTNode
    last: cst.CSTNode
    text: str
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A repair in terms of nodes; `imports` are modules and `constants` lines that must stand at the top for it."""

    title: str
    safety: Safety
    pieces: tuple[Piece, ...]
    imports: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that is wrong, before anybody knows its place."""

    code: str
    node: cst.CSTNode
    message: str
    label: str = ""
    help: str = ""
    related: tuple[Note, ...] = ()
    change: Change | None = None
    severity: Severity | None = None
    confidence: Confidence = Confidence.HIGH


@dataclass(slots=True)
class Context:
    """What a visitor may ask: the script's names, the models, the rules' own options, whether the file is a test."""

    path: str
    text: str
    module: cst.Module
    names: Names
    models: Models
    rules: Mapping[str, Rule]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_test: bool = False

    def option(self, code: str, key: str) -> Any:
        """A rule's own setting, or its page's default."""
        given = self.options.get(code, {})
        rule = self.rules.get(code)
        return given[key] if key in given else rule.options[key].default if rule and key in rule.options else None


class Visitor(cst.CSTVisitor):
    """One subject: its `gate` says for which codes it speaks, and where it can have anything to say.

    `visit_X`/`leave_X` are libcst's own, so that a visitor also runs under plain libcst. Layout is not visited, and
    returning False from a visit changes nothing: the one walk serves all visitors.
    """

    gate: ClassVar[Gate]

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.names = context.names
        self.models = context.models
        self.hits: list[Hit] = []
        self.hidden: list[cst.CSTNode] = []
        self.hidden_pieces: list[str] = []

    def report(
        self,
        code: str,
        node: cst.CSTNode,
        message: str,
        *,
        label: str = "",
        help: str = "",  # noqa: A002 - the word that users see
        related: tuple[Note, ...] = (),
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
    ) -> None:
        """Note that a node is wrong. Messages name what was resolved, never a secret's value."""
        self.hits.append(Hit(code, node, message, label, help, related, severity=severity, confidence=confidence))

    def hide(self, node: cst.CSTNode, *pieces: str) -> None:
        """Keep a literal out of every output: it is a secret, reported or not. `pieces` of its text are the secret itself."""
        self.hidden.append(node)
        self.hidden_pieces += pieces

    def written(self, node: cst.CSTNode, longest: int = 60) -> str:
        """A node's code on one line, for messages; long or built ones are cut."""
        return written(self.context.module, node, longest)


@cache
def visitor_of(gate: Gate) -> type[Visitor]:
    """The visitor behind a gate, imported where it is first needed. Its name stands in one of our own tables, and nowhere else."""
    module, _, name = gate.visitor.partition(":")
    found: type[Visitor] = getattr(import_module(f"lintfoot.visitors.{module}"), name)
    return found


def written(module: cst.Module, node: cst.CSTNode, longest: int = 60) -> str:
    """A node's code on one line, cut where it is longer than `longest` characters.

    A cut never goes through a string: half a secret would not be known for one. The strings of what is too long are left out.
    """
    text = " ".join(module.code_for_node(node).split())
    if len(text) > longest:
        text = unquoted(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
