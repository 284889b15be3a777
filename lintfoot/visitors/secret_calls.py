"""Secrets in what calls give: by the name of the call, of what it looks up, of what it was given, and of what a function returns.

A call that nobody knows is taken for what it mostly is: something that makes another value of it (a mask, a hash, a length).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from lintfoot.gates.secret_names_gate import GIVES, LOOKS_UP, SAME, WHOLE
from lintfoot.names import Names
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import Kind, Said, words
from lintfoot.values import Display, Function
from lintfoot.visitors.secret_claims import REDACTS, Claims, texts_of
from lintfoot.visitors.secret_held import Held
from lintfoot.visitors.secret_stores import gives_secret
from lintfoot.visitors.secret_tables import Seek, Tables


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET = Said(Kind.SECRET, frozenset({"secret"}))
_LINKS = _set("from by for of with in at to via using")
_CONFIGS = _set("config conf cfg parser ini section settings cp configparser props properties")
_FEW = 2  # returns of a function that answers with a secret
_LISTS = _set("list tuple set sorted")
PUBLIC_TABLES = _set(
    "errors error labels label help messages message schema properties columns counts prompts types names docs urls paths usage "
    "descriptions translations choices validators mapping map names keys fields labels_by_name"
)


class Calls:
    """Asks one file's calls; `held` is asked for what an expression holds."""

    def __init__(self, names: Names, claims: Claims, tables: Tables, held: Seek) -> None:
        self.names = names
        self.claims = claims
        self._tables = tables
        self._held = held

    def _each(self, nodes: Sequence[cst.BaseExpression], depth: int) -> Iterator[Held]:
        for node in nodes:
            yield from self._held(node, depth + 1)

    def held(self, node: cst.Call, depth: int) -> Iterator[Held]:
        """The secrets in what a call gives."""
        name = last_word(node.func)
        source = next(self.source(node, node), None)
        if source is not None:
            yield source
            return
        if name == "format" and isinstance(node.func, cst.Attribute):
            yield from self._tables.formatted(node, depth)
        elif name == "join" and isinstance(node.func, cst.Attribute) and node.args and not self.claims.is_file(node):
            yield from self._joined(node.args[0].value, depth)
        elif name == "vars":
            yield from self._tables.namespace(node.args[0].value) if node.args else ()
        elif name in ("getLogger", "get_logger"):
            return
        elif name in SAME and isinstance(node.func, cst.Attribute):
            yield from self._held(node.func.value, depth + 1)
        elif name in WHOLE and not self.claims.is_file(node):
            yield from self._each([arg.value for arg in node.args if not self._only_keys(arg, name)], depth)
            yield from self._as_table(node, name, depth)
        elif name in LOOKS_UP:
            yield from self._looked_up(node)
        elif not self.claims.clears(node):
            yield from self._answered(node, name)
            yield from self._known_text(node, depth)

    def _only_keys(self, arg: cst.Arg, name: str) -> bool:
        """`sorted(headers)` gives the keys; keywords of other calls say how."""
        if arg.keyword is not None:
            return name != "dict"
        values = self.names.values(arg.value) if name in _LISTS else ()
        return name in _LISTS and not any(isinstance(value, Display) and value.kind != "dict" for value in values)

    def _as_table(self, node: cst.Call, name: str, depth: int) -> Iterator[Held]:
        if name == "dict":
            yield from self._tables.table(Display(node, "dict"), None, depth)

    def _joined(self, node: cst.BaseExpression, depth: int) -> Iterator[Held]:
        """`" ".join(command)`, `" ".join(quote(word) for word in command)`."""
        match node:
            case cst.GeneratorExp(elt=element, for_in=source) | cst.ListComp(elt=element, for_in=source):
                loops_over = element
                while isinstance(loops_over, cst.Call) and last_word(loops_over.func) in WHOLE and loops_over.args:
                    loops_over = loops_over.args[0].value
                if isinstance(loops_over, cst.Name) and dotted(source.target) == loops_over.value:
                    yield from self._held(source.iter, depth + 1)
                else:
                    yield from self._held(element, depth + 1)
            case cst.Call(func=func, args=[_, cst.Arg(value=inner)]) if last_word(func) == "map":
                yield from self._held(inner, depth + 1)
            case _:
                yield from self._held(node, depth + 1)

    def _known_text(self, node: cst.Call, depth: int) -> Iterator[Held]:
        """What a function of this file builds: its text or its dict."""
        for function in self.names.values(node.func):
            if isinstance(function, Function):
                returned = [one for one in self.names.index.returns.get(id(function.node), ()) if one is not None]
                if len(returned) <= _FEW:  # what returns many things may return any
                    yield from self._each(returned, depth + 2)

    def _answered(self, node: cst.Call, name: str) -> Iterator[Held]:
        """`get_password()`, `generate_token(user)`, `vault.read_secret(…)`: the name of the call says what it gives."""
        parts = words(name)
        if len(parts) < 2 or parts[0] not in GIVES or not REDACTS.isdisjoint(parts):  # noqa: PLR2004 - a verb and a secret
            return
        ends = next((place for place, word in enumerate(parts) if word in _LINKS), len(parts))
        found = self.claims.said("_".join(parts[1:ends]))  # `get_user_from_token()` gives a user
        if found is not None and (found.sure or found.kind is Kind.KEY) and not found.many:
            yield Held(node, f"{name}()", found)

    def _looked_up(self, node: cst.Call) -> Iterator[Held]:
        """`os.environ.get("DB_PASSWORD")`, `config.get("db", "password")`, `getattr(args, "password")`."""
        if last_word(getattr(node.func, "value", node.func)).lower() in PUBLIC_TABLES:
            return
        for key in _keys(node):
            found = self.claims.said(key)
            if found is not None:
                yield Held(node, key, found)
                return

    def source(self, call: cst.Call, node: cst.BaseExpression) -> Iterator[Held]:
        """Calls that give a secret whatever the name is."""
        if gives_secret(self.names, call):
            yield Held(node, shown(node, f"{last_word(call.func)}()"), _SECRET)


def _keys(call: cst.Call) -> Sequence[str]:
    """What a look-up asks for: `get("password")`, `config.get("database", "password")`, `getattr(args, "password")`."""
    texts = texts_of(call)
    owner = call.func.value if isinstance(call.func, cst.Attribute) else call.func
    return texts[:2] if not _CONFIGS.isdisjoint(words(last_word(owner))) else texts[:1]


def shown(node: cst.BaseExpression, otherwise: str) -> str:
    """An expression's name for people, where it has one."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute():
            return dotted(node) or otherwise
        case _:
            return otherwise
