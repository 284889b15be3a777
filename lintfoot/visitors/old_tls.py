"""SSL 2 and 3, TLS 1.0 and 1.1, where something is told to speak them: by constant, by name, by an option taken back."""

from __future__ import annotations

import re
from typing import ClassVar

import libcst as cst

from lintfoot.gates import tls_lines
from lintfoot.gates.gate import Gate
from lintfoot.gates.tls_lines import LASTS, NUMBERS, PROTOCOLS, spelled
from lintfoot.gates.web import OLD_TLS
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.spoken import is_spoken
from lintfoot.visitors.tellers import VERBS

(OBSOLETE,) = OLD_TLS.codes

_LOWEST = f"TLSVersion.{tls_lines.LOWEST}"
_SWITCHES = {"OP_NO_SSLv2": "SSL 2", "OP_NO_SSLv3": "SSL 3", "OP_NO_TLSv1": "TLS 1.0", "OP_NO_TLSv1_1": "TLS 1.1"}
_RENAMED = regex(r"\b(\w+)\s+as\s+(\w+)")
_ASKS = frozenset("hasattr getattr isinstance str repr format int len type".split())

_LAYERS = frozenset({"tls", "ssl"})
_VERSIONS = frozenset("version versions protocol protocols min minimum minimal method policy".split())
_REFUSED = frozenset(
    "insecure weak bad old deprecated obsolete unsupported disabled denied forbidden legacy refused".split()
)
_NAMES_ONE = regex(r"(?:ssl|tls)_?v?\d", re.IGNORECASE)
_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HELP = "leave the version to the library: ssl.create_default_context() speaks TLS 1.2 and newer"


class OldTls(Visitor):
    """LF304."""

    gate: ClassVar[Gate] = OLD_TLS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._lasts = frozenset(
            {last for last in LASTS if last in context.text}
            | {name for last, name in _RENAMED.findall(context.text) if last in LASTS}
        )
        self._said: set[int] = set()

    # constants

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """`ssl.PROTOCOL_TLSv1`, `ssl.TLSVersion.TLSv1_1`."""
        if node.attr.value in LASTS or node.attr.value == tls_lines.LOWEST:
            self._mention(node)

    def visit_Name(self, node: cst.Name) -> None:
        """`PROTOCOL_TLSv1`, imported by itself."""
        parent = self.names.index.parent.get(id(node))
        if node.value in self._lasts and not (isinstance(parent, cst.Attribute) and parent.attr is node):
            scope = self.names.lookup(node)
            if scope is not None and any(
                binding.imported.rpartition(".")[2] in LASTS for binding in scope.bindings[node.value]
            ):
                self._mention(node)

    def _mention(self, node: cst.Name | cst.Attribute) -> None:
        for name in self.names.names_of(node):
            version = _version(name)
            lowest = f".{name}".endswith(f".{_LOWEST}") and self._is_minimum(node)
            if (version or lowest) and self._is_told(node) and not is_spoken(self.names, node):
                self._say(node, f"`{self.written(node)}`", version or "whatever old version OpenSSL was built with")
                return

    def _is_minimum(self, node: cst.CSTNode) -> bool:
        parent = self.names.index.parent.get(id(node))
        return isinstance(parent, cst.Assign) and any(
            last_word(one.target) == "minimum_version" for one in parent.targets
        )

    def _is_told(self, node: cst.BaseExpression) -> bool:
        """Whether a constant is what something is to speak; not asked about, compared, listed or shown."""
        child: cst.CSTNode = node
        for above in self.names.index.ancestors(node):
            match above:
                case cst.IfExp(test=test):
                    if test is child:
                        return False
                case cst.BooleanOperation() | cst.NamedExpr():
                    pass
                case cst.Arg():
                    call = self.names.index.parent.get(id(above))
                    return isinstance(call, cst.Call) and not _asks(call)
                case cst.Param() | cst.Lambda():
                    return True
                case cst.Return():
                    return not self._is_for_old_pythons(above)
                case cst.Assign() | cst.AnnAssign():
                    return not _is_label(above) and not self._is_for_old_pythons(above)
                case cst.DictElement(key=key):
                    word = self.names.constant(key)
                    return isinstance(word, str) and not _VERSIONS.isdisjoint(_words(word))
                case _:
                    return False
            child = above
        return False

    def _is_for_old_pythons(self, statement: cst.CSTNode) -> bool:
        """`except AttributeError:` round it: what is old is the Python that lacks the newer constant."""
        for above in self.names.index.ancestors(statement):
            if isinstance(above, cst.ExceptHandler) and above.type is not None:
                return last_word(above.type) in ("AttributeError", "ImportError", "NameError")
        return False

    # options taken back

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        """`context.options &= ~ssl.OP_NO_SSLv3`."""
        if not isinstance(node.operator, cst.BitInvert):
            return
        for one in below(node.expression):
            if isinstance(one, cst.Attribute | cst.Name):
                for name in self.names.names_of(one):
                    version = _SWITCHES.get(name.rpartition(".")[2])
                    if version is not None:
                        self._say(self._statement(node), f"`{self.written(node)}`", version)
                        return

    def _statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """The assignment that a switch stands in, where it stands in one."""
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.Assign | cst.AugAssign):
                return above
            if isinstance(above, cst.BaseStatement):
                break
        return node

    # versions spelled in settings

    def visit_Arg(self, node: cst.Arg) -> None:
        """`connect(tls_version="TLSv1")`."""
        if node.keyword is not None:
            self._setting(node.keyword.value, node.value)

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`{"MinimumProtocolVersion": "TLSv1"}`."""
        key = self.names.constant(node.key)
        if isinstance(key, str):
            self._setting(key, node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        """`config.ssl_version = "SSLv3"`."""
        for target in node.targets:
            match target.target:
                case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]):
                    self._setting(str(key.evaluated_value), node.value)
                case cst.Attribute(attr=cst.Name(value=name)):
                    self._setting(name, node.value)
                case cst.Name(value=name) if isinstance(node.value, cst.SimpleString):
                    self._setting(name, node.value)  # a list under a name of its own may be there to look things up in
                case _:
                    pass

    def _setting(self, key: str, value: cst.BaseExpression) -> None:
        for node in _literals(value):
            version = _spelled(node, key)
            if version and not self.context.is_test and not is_spoken(self.names, node):
                self._say(node, f"`{key}` set to {self.written(node)}", version)
                return

    def _say(self, node: cst.CSTNode, told: str, version: str) -> None:
        if id(node) not in self._said:
            self._said.add(id(node))
            self.report(OBSOLETE, node, f"{told} allows {version}", label="broken long ago", help=_HELP)


def _version(name: str) -> str:
    """The obsolete version that a qualified name stands for."""
    head, _, last = name.rpartition(".")
    return PROTOCOLS.get(f"{head.rpartition('.')[2]}.{last}") or (PROTOCOLS.get(last) if head else None) or ""


def _asks(call: cst.Call) -> bool:
    name = last_word(call.func)
    return name in _ASKS or name in VERBS or name.lower().startswith("assert")


def _is_label(statement: cst.Assign | cst.AnnAssign) -> bool:
    """`TLSv1 = ssl.PROTOCOL_TLSv1`: a name that says the version gives it another name, and speaks nothing."""
    targets = [one.target for one in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
    return any(_NAMES_ONE.search(last_word(target)) for target in targets if isinstance(target, cst.Name))


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _literals(value: cst.BaseExpression) -> list[cst.SimpleString]:
    """The strings that are given: one, or those of a list."""
    match value:
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            return [element.value for element in elements if isinstance(element.value, cst.SimpleString)]
        case cst.SimpleString():
            return [value]
        case _:
            return []


def _spelled(node: cst.SimpleString, key: str) -> str:
    """The obsolete version that a literal spells, where its key speaks of versions."""
    version = spelled(node.raw_value)
    number = node.raw_value.strip() in NUMBERS
    words = set(_words(key)) if version else set()
    if _NAMES_ONE.search(key) or not words.isdisjoint(_REFUSED):
        return ""  # a table of versions by name
    layered = not _LAYERS.isdisjoint(words)
    return version if not _VERSIONS.isdisjoint(words) and (layered or not number) else ""
