"""Which statements a secret may get to, by name: followed through assignments, returns, and what functions are handed.

Names of different scopes are one, and an attribute is one in all objects; what a secret is put into holds it, what asks
something of it does not. Only statements that mention a secret, or a name that one got to, are looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from lintfoot.census import Census, Statement, last
from lintfoot.gates.bound_names import HANDS_ON, text_of
from lintfoot.gates.call_lines import lasts_of
from lintfoot.gates.secret_flows import Flows
from lintfoot.gates.secret_names_gate import GATE, GIVES, LOOKS_UP, SAME, SECRET_CALLS, WHOLE
from lintfoot.libraries import Function, Models
from lintfoot.regexes import regex
from lintfoot.secret_names import Kind, may_speak, said, that_speak, words
from lintfoot.secret_rumours import Company, holds
from lintfoot.sight import Sight
from lintfoot.wanted import Leading, Wanted, leading_to

_TOLD = ("getpass", "keyring", "vault", "secretsmanager")
_HOLDS = WHOLE | {"join", "format", "map", "vars"}  # calls whose result holds what they are handed
_KEEPS = frozenset(  # calls that give a part of what is known, or the same in another way
    "strip lstrip rstrip lower upper title removeprefix removesuffix replace split get pop setdefault items values keys copy "
    "deepcopy cast partial filter zip enumerate reversed next iter namedtuple field closing defaultdict ChainMap "
    "SimpleNamespace Namespace MappingProxyType update union".split()
)
_BUILT = frozenset(
    (
        ast.JoinedStr,
        ast.BinOp,
        ast.Dict,
        ast.List,
        ast.Tuple,
        ast.Set,
        ast.ListComp,
        ast.SetComp,
        ast.GeneratorExp,
        ast.Lambda,
    )
)
_CONTENT = frozenset("__dict__ SecretString SecretBinary Parameter Value Plaintext data value secret payload".split())
_LONGEST_KEY = 80
_TYPES = frozenset("[|.")  # in a type that is more than a name
_WORD = regex(r"[^\W\d]\w*")
_TEMPLATE_KEY = regex(r"%\((\w+)\)|\{(\w*)(?:[.\[](\w+))?")
_OPTION = regex(r"(?:^|[\s'\"])--?([A-Za-z][\w-]+)[= ]?['\"]?$|(?:^|[\s,;&?'\"])([A-Za-z_]\w+)=['\"]?$")
_ANYWHERE = Company("")  # a file that speaks of nothing that would make a name say less
vars(_ANYWHERE).update(parses=False, opens=True, objects=False, folders=False, accounts=False)


@lru_cache(maxsize=1 << 15)
def _says(name: str) -> bool:
    """Whether a name may say that its value is a secret, whatever its file speaks of."""
    return holds(name, _ANYWHERE) is not None


@lru_cache(maxsize=1 << 14)
def _answers(callee: str) -> bool:
    """Whether the name of a call says that it gives a secret: `get_token_for(…)`."""
    parts = words(callee) if may_speak(callee) else ()
    return bool(parts) and parts[0] in GIVES and any(_says("_".join(parts[1:end])) for end in range(2, len(parts) + 1))


@lru_cache(maxsize=1 << 15)
def _takes_one(text: str) -> bool:
    """Whether a text is a template that takes a secret by its key, or an option in front of one."""
    if ("%(" in text or "{" in text) and any(_says(key) for keys in _TEMPLATE_KEY.findall(text) for key in keys if key):
        return True
    option = _OPTION.search(text)
    found = said(option[1] or option[2]) if option else None
    return found is not None and found.sure and found.kind in (Kind.PASSWORD, Kind.SECRET)


def _names_one(text: str) -> bool:
    """Whether a text may be the key of a secret, or take one."""
    return (len(text) <= _LONGEST_KEY and (_says(text) or _says(text.lstrip("-")))) or _takes_one(text)


Lines = Callable[[Sight], set[int] | None]


def handed(sight: Sight, lines: Lines, *, failing: bool = False) -> set[int] | None:
    """Of some lines those with a call that a secret is handed to; with `failing` also those that raise or assert with one.

    The lines are asked for only where a secret is handed to anything at all.
    """
    census, layout = sight.census, sight.layout
    if census is None or layout is None:
        return None
    if "holding" not in sight.kept:
        sight.kept["holding"] = Holding(sight, census)
    holding: Holding = sight.kept["holding"]
    found = holding.failing if failing else set()
    if not holding.handed:
        return found
    told = lines(sight)
    if told is None:
        return None
    starts = layout.logical
    return found | {
        line for line, at in holding.handed if line in told or starts[line - 1] in told or starts[at - 1] in told
    }


class Holding:
    """One file. `held` are the names that a secret got to, `named` those that stand for a key of one."""

    def __init__(self, sight: Sight, census: Census) -> None:
        self.sight, self.census = sight, census
        self.held: set[str] = set()
        self.built: set[str] = set()
        self.named: set[str] = set()
        self.sources: set[str] = set(SECRET_CALLS)
        self.touched: dict[int, Statement] = {}
        self._mentions: dict[str, list[Statement]] = {}
        self._flows = Flows(census)
        self._follow()

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression may hold a secret."""
        asked = self._asked
        waiting: list[Any] = [node]
        while waiting:
            one = waiting.pop()
            kind = one.__class__
            if kind is ast.Name:
                if one.id in self.held or one.id in self.sources or _says(one.id):
                    return True
            elif kind is ast.Constant:
                if one.value in self.sources:
                    return True  # `getattr(getpass, "getpass")`
            elif kind in asked:
                if asked[kind](one, waiting):
                    return True
            elif kind in HANDS_ON:
                waiting += HANDS_ON[kind](one)
        return False

    @cached_property
    def handed(self) -> list[tuple[int, int]]:
        """The lines of statements with a call that is handed a secret, or made of something that was; and those of the calls."""
        return [
            (statement.line, node.lineno)
            for statement in self.touched.values()
            for node in self.census.within(statement)
            if node.__class__ is ast.Call and self._is_handed(node)
        ]

    @cached_property
    def failing(self) -> set[int]:
        """The lines that raise or assert with a secret."""
        found: set[int] = set()
        for statement in self.touched.values():
            match statement.node:
                case ast.Raise(exc=ast.Call() as made) if self._is_handed(made):
                    found.add(statement.line)
                case ast.Assert(msg=ast.expr() as told) if self.holds(told):
                    found.add(statement.line)
                case _:
                    pass
        return found

    def _is_handed(self, node: ast.Call) -> bool:
        every = [*node.args, *(one.value for one in node.keywords)]
        every += [node.func] if not isinstance(node.func, ast.Name | ast.Attribute) else []
        return any(map(self.holds, every))

    @cached_property
    def _asked(self) -> dict[type, Callable[[Any, list[Any]], bool]]:
        """By the class of an expression, what tells at once, or puts on a pile what is to be asked instead."""
        return {
            ast.Attribute: self._attribute,
            ast.Subscript: self._item,
            ast.JoinedStr: self._formatted,
            ast.BinOp: self._sum,
            ast.Dict: self._table,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Set: self._list,
            ast.ListComp: self._listed,
            ast.SetComp: self._listed,
            ast.GeneratorExp: self._listed,
            ast.Lambda: self._function,
            ast.Call: self._call,
        }

    def _attribute(self, node: ast.Attribute, waiting: list[Any]) -> bool:
        if node.attr in _CONTENT or _leftmost(node) in self._foreign:
            waiting.append(node.value)
        return node.attr in self.held or node.attr in self.sources or _says(node.attr)

    def _item(self, node: ast.Subscript, waiting: list[Any]) -> bool:
        base = node.value
        if not (isinstance(base, ast.Name) and base.id not in self.held and base.id not in self.sources):
            waiting.append(base)
        return self._is_key(node.slice)

    def _is_key(self, node: ast.expr | None) -> bool:
        text = text_of(node) if node is not None else None
        if text is not None:
            return _says(text)
        word = last(node)
        return word in self.named or (word.isupper() and _says(word))

    def _formatted(self, node: ast.JoinedStr, waiting: list[Any]) -> bool:
        waiting += [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
        return any(isinstance(one, ast.Constant) and _takes_one(one.value) for one in node.values)

    def _sum(self, node: ast.BinOp, waiting: list[Any]) -> bool:
        if not isinstance(node.op, ast.Add | ast.Mod):
            return False
        waiting += (node.left, node.right)
        return self._is_text(node.left)

    def _is_text(self, node: ast.expr) -> bool:
        """Whether a text takes a secret by its key, or is an option in front of one."""
        text = text_of(node)
        return _takes_one(text) if text is not None else last(node) in self.named

    def _table(self, node: ast.Dict, waiting: list[Any]) -> bool:
        waiting += node.values
        return any(self._is_key(key) for key in node.keys)

    def _list(self, node: Any, waiting: list[Any]) -> bool:
        waiting += node.elts
        return any(isinstance(one, ast.Constant) and self._is_text(one) for one in node.elts)

    def _listed(self, node: Any, waiting: list[Any]) -> bool:
        waiting.append(node.elt)
        return False

    def _function(self, node: ast.Lambda, waiting: list[Any]) -> bool:
        waiting.append(node.body)
        return False

    def _call(self, node: ast.Call, waiting: list[Any]) -> bool:
        callee = last(node.func)
        if callee in self.sources or callee in self.held or _leftmost(node.func) in self._foreign:
            return True
        if not callee:
            waiting.append(node.func)
        if callee in SAME and isinstance(node.func, ast.Attribute):
            waiting.append(node.func.value)
        if callee in _HOLDS:
            waiting += node.args
            waiting += [one.value for one in node.keywords]
        if callee == "format" and isinstance(node.func, ast.Attribute) and self._is_text(node.func.value):
            return True
        if callee in LOOKS_UP and any(map(self._is_key, node.args)):
            return True
        if callee in _HOLDS and any(one.arg and _says(one.arg) for one in node.keywords):
            return True
        return _answers(callee) or (callee in _KEEPS and self._keeps(node))

    def builds(self, node: Any) -> bool:
        """Whether what an expression stands for may be known, and hold a secret: a text or a list that one was put into.

        Of a secret itself nobody knows more than its name, and that says nothing where it is handed on under another.
        """
        kind = node.__class__
        if kind is ast.Name:
            return node.id in self.built or node.id in self.sources
        if kind is ast.Attribute:
            return node.attr in self.built or _leftmost(node) in self._foreign
        if kind is ast.Subscript:
            return self.builds(node.value)
        if kind in _BUILT:
            return self.holds(node)
        if kind is ast.Call:
            callee = last(node.func)
            if callee in self.sources or callee in self.built or _leftmost(node.func) in self._foreign:
                return True
            if not callee:
                return self.holds(node.func)
            return self.holds(node) if callee in _HOLDS else callee in _KEEPS and self._keeps(node)
        return any(map(self.builds, HANDS_ON[kind](node))) if kind in HANDS_ON else False

    def _keeps(self, node: ast.Call) -> bool:
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return any(map(self.builds, (*receiver, *node.args, *(one.value for one in node.keywords))))

    # how it spreads

    def _follow(self) -> None:
        """Go from the statements that mention a secret to those that mention what it got to."""
        waiting = self._first()
        while waiting:
            statement = waiting.pop()
            self.touched[id(statement.node)] = statement
            for word in self._told(statement):
                waiting += self._mentions.get(word, ())

    def _first(self) -> list[Statement]:
        """The statements that mention a secret by themselves."""
        texts: dict[str, list[Statement]] = {}
        self._index(texts)
        told = self.sight.telling(Wanted(_gives_secrets, _leading(self.sight.models), _is_told))
        self._foreign: frozenset[str] = told.names
        self.sources |= {*lasts_of(self.sight, _gives_secrets, told), *told.calls, *told.names}
        self.named |= told.calls | told.names  # constants of other files: `os.environ[settings.VARIABLE]`
        for _, alias in self.census.all(ast.alias):
            if alias.asname and alias.name.rpartition(".")[2] in self.sources:
                self.sources.add(alias.asname)
        known = that_speak(frozenset(self._mentions))
        first = {word for word in known if _says(word) or _answers(word)} | (self.sources & self._mentions.keys())
        for text, places in texts.items():
            if text.isidentifier() or (
                len(text) < _LONGEST_KEY and not _TYPES.isdisjoint(text)
            ):  # perhaps an annotation
                for word in _WORD.findall(text):
                    self._mentions.setdefault(word, []).extend(places)
        keys = {text for text in that_speak(frozenset(texts)) if _names_one(text)} | (self.sources & texts.keys())
        if keys and "add_argument" in self._mentions:
            self.sources |= {word for word in self._mentions if word.startswith(("parse_args", "parse_known"))}
            first |= self.sources & self._mentions.keys()
        return [one for word in first for one in self._mentions[word]] + [one for text in keys for one in texts[text]]

    def _index(self, texts: dict[str, list[Statement]]) -> None:
        """Where each word is mentioned, and each text."""
        mentions = self._mentions
        node: Any
        for statement, node in self.census.all(ast.Name):
            mentions.setdefault(node.id, []).append(statement)
        for statement, node in self.census.all(ast.Attribute):
            mentions.setdefault(node.attr, []).append(statement)
        for kind in (ast.arg, ast.keyword):
            for statement, node in self.census.all(kind):
                if node.arg is not None:
                    mentions.setdefault(node.arg, []).append(statement)
        for statement, node in self.census.all(ast.Constant):
            docstring = statement.node.__class__ is ast.Expr and statement.node.value is node
            if node.value.__class__ is str and not docstring:
                texts.setdefault(node.value, []).append(statement)

    def _told(self, statement: Statement) -> set[str]:
        """The names that get a secret in a statement, or something built of one, or the key of one, and had none before."""
        new: set[str] = set()
        for flow in self._flows.of(statement):
            if flow.held and not self.held.issuperset(flow.words) and self.holds(flow.value):
                new |= flow.words - self.held
                self.held |= flow.words
            if not self.built.issuperset(flow.words) and (self.holds if flow.puts else self.builds)(flow.value):
                new |= flow.words - self.built
                self.built |= flow.words
                self.held |= flow.words
            if flow.named and not self.named.issuperset(flow.words) and self._is_name(flow.value):
                new |= flow.words - self.named
                self.named |= flow.words
        return new

    def _is_name(self, value: ast.expr) -> bool:
        """Whether a value is the key of a secret, or a template that takes one."""
        return any(
            self._is_text(one) or self._is_key(one) for one in (value, *HANDS_ON.get(value.__class__, _nothing)(value))
        )


def _leftmost(node: Any) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _nothing(node: object) -> list[ast.expr]:
    del node
    return []


@lru_cache(maxsize=16)
def _leading(models: Models) -> Leading:
    return leading_to(models, "what gives secrets", _gives_secrets)


def _gives_secrets(function: Function) -> bool:
    return "secret-source" in function.role


def _is_told(text: str) -> bool:
    """Whether a constant may be the name of a secret, or ask for one: `os.environ[VARIABLE]`, `input(PROMPT)`."""
    low = text.lower()
    return any(part in low for part in (*_TOLD, *GATE))
