"""Which expressions may hold a secret, by their words and by the names that one got to; what the words of a name or a text say."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from lintfoot.census import inputs, last
from lintfoot.gates.bound_names import HANDS_ON, text_of
from lintfoot.gates.local_words import Word, Words
from lintfoot.gates.secret_names_gate import GIVES, LOOKS_UP, SAME, SECRET_CALLS, WHOLE
from lintfoot.regexes import regex
from lintfoot.secret_names import Kind, may_speak, said, words
from lintfoot.secret_rumours import Company, holds

_HOLDS = WHOLE | {"join", "format", "map", "vars"}  # calls whose result holds what they are handed
_KEEPS = frozenset(  # calls that give a part of what is known, or the same in another way
    "strip lstrip rstrip lower upper title removeprefix removesuffix replace split get pop setdefault items values keys copy "
    "deepcopy cast partial filter zip enumerate reversed next iter namedtuple field closing defaultdict ChainMap "
    "SimpleNamespace Namespace MappingProxyType update union enter_context enter_async_context enterContext".split()
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
LONGEST_KEY = 80
_TEMPLATE_KEY = regex(r"%\((\w+)\)|\{(\w*)(?:[.\[](\w+))?")
_OPTION = regex(r"(?:^|[\s'\"])--?([A-Za-z][\w-]+)[= ]?['\"]?$|(?:^|[\s,;&?'\"])([A-Za-z_]\w+)=['\"]?$")
_ANYWHERE = Company("")  # a file that speaks of nothing that would make a name say less
vars(_ANYWHERE).update(parses=False, opens=True, objects=False, folders=False, accounts=False)


@lru_cache(maxsize=1 << 15)
def says(name: str) -> bool:
    """Whether a name may say that its value is a secret, whatever its file speaks of."""
    return holds(name, _ANYWHERE) is not None


@lru_cache(maxsize=1 << 14)
def answers(callee: str) -> bool:
    """Whether the name of a call says that it gives a secret: `get_token_for(…)`."""
    parts = words(callee) if may_speak(callee) else ()
    return bool(parts) and parts[0] in GIVES and any(says("_".join(parts[1:end])) for end in range(2, len(parts) + 1))


@lru_cache(maxsize=1 << 15)
def _takes_one(text: str) -> bool:
    """Whether a text is a template that takes a secret by its key, or an option in front of one."""
    if ("%(" in text or "{" in text) and any(says(key) for keys in _TEMPLATE_KEY.findall(text) for key in keys if key):
        return True
    option = _OPTION.search(text)
    found = said(option[1] or option[2]) if option else None
    return found is not None and found.sure and found.kind in (Kind.PASSWORD, Kind.SECRET)


def names_one(text: str) -> bool:
    """Whether a text may be the key of a secret, or take one."""
    return (len(text) <= LONGEST_KEY and (says(text) or says(text.lstrip("-")))) or _takes_one(text)


class Expressions:
    """What is asked of the expressions of one file.

    `held` are the names that a secret got to, `built` those of what may be known and holds one, `named` those that stand for a
    key of one; `sources` give one, and all that is `foreign`.
    """

    def __init__(self, known: Words) -> None:
        self.known = known
        self.at: Any = None  # the statement that is asked about
        self.held: set[Word] = set()
        self.built: set[Word] = set()
        self.named: set[Word] = set()
        self.sources: set[str] = set(SECRET_CALLS)
        self.foreign: frozenset[str] = frozenset()

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression may hold a secret."""
        waiting: list[Any] = [node]
        while waiting:
            one = waiting.pop()
            kind = one.__class__
            if kind is ast.Name:
                if one.id in self.sources or says(one.id) or self.known.of(one, self.at) in self.held:
                    return True
            elif kind is ast.Constant:
                if one.value in self.sources:
                    return True  # `getattr(getpass, "getpass")`
            elif kind in self._asked:
                if self._asked[kind](self, one, waiting):
                    return True
            elif kind in HANDS_ON:
                waiting += HANDS_ON[kind](one)
        return False

    def _attribute(self, node: ast.Attribute, waiting: list[Any]) -> bool:
        if node.attr in _CONTENT or _leftmost(node) in self.foreign:
            waiting.append(node.value)
        return node.attr in self.held or node.attr in self.sources or says(node.attr)

    def _item(self, node: ast.Subscript, waiting: list[Any]) -> bool:
        base = node.value
        if not isinstance(base, ast.Name) or base.id in self.sources or self.known.of(base, self.at) in self.held:
            waiting.append(base)
        return self.is_key(node.slice)

    def is_key(self, node: ast.expr | None) -> bool:
        """Whether an expression stands for the key of a secret."""
        text = text_of(node) if node is not None else None
        if text is not None:
            return says(text)
        word = last(node)
        return self.known.of(node, self.at) in self.named or (word.isupper() and says(word))

    def _formatted(self, node: ast.JoinedStr, waiting: list[Any]) -> bool:
        waiting += [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
        return any(isinstance(one, ast.Constant) and _takes_one(one.value) for one in node.values)

    def _sum(self, node: ast.BinOp, waiting: list[Any]) -> bool:
        if not isinstance(node.op, ast.Add | ast.Mod):
            return False
        waiting += (node.left, node.right)
        return self.is_text(node.left)

    def is_text(self, node: ast.expr) -> bool:
        """Whether a text takes a secret by its key, or is an option in front of one."""
        text = text_of(node)
        return _takes_one(text) if text is not None else self.known.of(node, self.at) in self.named

    def _table(self, node: ast.Dict, waiting: list[Any]) -> bool:
        waiting += node.values
        return any(self.is_key(key) for key in node.keys)

    def _list(self, node: Any, waiting: list[Any]) -> bool:
        waiting += node.elts
        return any(isinstance(one, ast.Constant) and self.is_text(one) for one in node.elts)

    def _listed(self, node: Any, waiting: list[Any]) -> bool:
        waiting.append(node.elt)
        return False

    def _function(self, node: ast.Lambda, waiting: list[Any]) -> bool:
        waiting.append(node.body)
        return False

    def _call(self, node: ast.Call, waiting: list[Any]) -> bool:
        callee = last(node.func)
        if callee in self.sources or self._is_called(node, self.held) or _leftmost(node.func) in self.foreign:
            return True
        if not callee:
            waiting.append(node.func)
        if callee in SAME and isinstance(node.func, ast.Attribute):
            waiting.append(node.func.value)
        if callee in _HOLDS:
            waiting += node.args
            waiting += [one.value for one in node.keywords]
        if callee == "format" and isinstance(node.func, ast.Attribute) and self.is_text(node.func.value):
            return True
        if callee in LOOKS_UP and any(map(self.is_key, node.args)):
            return True
        if callee in _HOLDS and any(one.arg and says(one.arg) for one in node.keywords):
            return True
        return answers(callee) or (callee in _KEEPS and self._keeps(node))

    def _is_called(self, node: ast.Call, words: set[Word]) -> bool:
        return self.known.of(node.func, self.at) in words

    def builds(self, node: Any) -> bool:
        """Whether what an expression stands for may be known, and hold a secret: a text or a list that one was put into.

        Of a secret itself nobody knows more than its name, and that says nothing where it is handed on under another.
        """
        kind = node.__class__
        if kind is ast.Name:
            return node.id in self.sources or self.known.of(node, self.at) in self.built
        if kind is ast.Attribute:
            return node.attr in self.built or _leftmost(node) in self.foreign
        if kind is ast.Subscript:
            return self.builds(node.value)
        if kind in _BUILT:
            return self.holds(node)
        if kind is ast.Call:
            callee = last(node.func)
            if callee in self.sources or self._is_called(node, self.built) or _leftmost(node.func) in self.foreign:
                return True
            if not callee:
                return self.holds(node.func)
            return self.holds(node) if callee in _HOLDS else callee in _KEEPS and self._keeps(node)
        return any(map(self.builds, HANDS_ON[kind](node))) if kind in HANDS_ON else False

    def _keeps(self, node: ast.Call) -> bool:
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return any(map(self.builds, (*receiver, *inputs(node))))

    # By the class of an expression, what tells at once, or puts on a pile what is to be asked instead.
    _asked: ClassVar[dict[type, Callable[[Any, Any, list[Any]], bool]]] = {
        ast.Attribute: _attribute,
        ast.Subscript: _item,
        ast.JoinedStr: _formatted,
        ast.BinOp: _sum,
        ast.Dict: _table,
        ast.List: _list,
        ast.Tuple: _list,
        ast.Set: _list,
        ast.ListComp: _listed,
        ast.SetComp: _listed,
        ast.GeneratorExp: _listed,
        ast.Lambda: _function,
        ast.Call: _call,
    }


def _leftmost(node: Any) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
