"""LF401 by name, in calls: keywords, arguments that a model or this file calls secret, fallbacks of look-ups, setters, logins."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.gates.gate import Gate
from lintfoot.gates.secret import SECRET_ARGUMENTS
from lintfoot.gates.secret_callees import (
    ENCODERS,
    ONE_WAY,
    SETTERS,
    TYPED,
    VALUE_KEYS,
    declares,
    set_by,
    takes_a_pair,
)
from lintfoot.gates.secret_calls import renamed
from lintfoot.scopes import last_word
from lintfoot.secret_names import Kind, Said, words
from lintfoot.secret_values import PASSWORD, Verdict, is_login
from lintfoot.values import Class, Function
from lintfoot.visitors.base import Context
from lintfoot.visitors.leaves import LITERALS, default_of, keys_of_lookup, leaves, text_of
from lintfoot.visitors.secret_judge import PAIRED, SecretJudge
from lintfoot.visitors.secret_places import (
    Takers,
    asks_for_password,
    secret_calls,
    takers,
)

_ANY = Said(Kind.SECRET, frozenset({"secret"}))


class SecretArguments(SecretJudge):
    """Looks at every call."""

    gate: ClassVar[Gate] = SECRET_ARGUMENTS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._secret_calls = secret_calls(context.models)
        self._renamed = renamed(context.text) if " as " in context.text else {}
        self._takers: dict[str, Takers] = {}
        self._before: dict[int, cst.CSTNode] = {}
        self._blocks: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """Keywords by their names, then whatever the callee's name or model says about its arguments."""
        if not node.args:
            return
        callee = last_word(node.func)
        callee = self._renamed.get(callee, callee) if isinstance(node.func, cst.Name) else callee
        for arg in node.args:
            if arg.keyword is not None:
                self._keyword(node, arg, arg.keyword.value)
        if not declares(callee):
            self._looked_up(node, callee)
        self._handed_over(node, callee)
        if callee in self._secret_calls:
            self._modelled(node)
        self._taken(node, callee)
        if callee in TYPED and len(node.args) == 1:
            self._typed(node, callee)

    def _keyword(self, node: cst.Call, arg: cst.Arg, keyword: str) -> None:
        name = self.said(keyword)
        if name is not None:
            self.given(arg.value, name, keyword, how="keyword", sure=self.beside(arg, name), follow=True)
        elif keyword.lower() in VALUE_KEYS:
            option = self._option(node) if keyword == "default" and declares(last_word(node.func)) else None
            if option is not None:
                self.given(arg.value, option[1], option[0], how="default")
            else:
                self.described(arg, arg.value)

    def _option(self, node: cst.Call) -> tuple[str, Said] | None:
        """The option that a call declares: `add_argument("-p", "--password", default=…)`, `StrOpt("password", default=…)`."""
        for arg in node.args:
            if arg.keyword is not None and arg.keyword.value not in ("dest", "name", "opt", "flags"):
                continue
            text = text_of(arg.value) if isinstance(arg.value, cst.SimpleString) else None
            name = self.said(text.lstrip("-")) if text and not re.search(r"\s", text) else None
            if text and name is not None and name.kind not in PAIRED:
                return text, name
        return None

    def _looked_up(self, node: cst.Call, callee: str) -> None:
        """`os.environ.get("DB_PASSWORD", "…")`: the fallback is the secret."""
        for key in keys_of_lookup(node):
            name = self.said(key) if " " not in key else None
            default = default_of(node, callee) if name is not None else None
            if name is not None and default is not None:
                self.fallen_back(default, key, name)
                return

    def _handed_over(self, node: cst.Call, callee: str) -> None:
        """`setenv("DB_PASSWORD", "…")`, `set_password("…")`, `login("user", "…")`, `compare_digest(password, "…")`."""
        plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if callee in SETTERS:
            self._set(plain, callee)
        elif callee == "compare_digest":
            self.compared(plain, plain)
        elif callee in ENCODERS and plain:
            for leaf in leaves(self.names, plain[0]):
                if is_login(leaf.text):
                    self.weigh(leaf, PASSWORD, callee, "pair", verdict=Verdict.REAL)
        elif len(plain) > 1 and isinstance(plain[1], LITERALS) and takes_a_pair(callee):
            self.given(plain[1], PASSWORD, f"{callee}()", how="set", names=True)
        elif plain:
            name = set_by(callee)
            value = plain[0] if name is not None and words(callee)[0] in ONE_WAY else plain[-1]
            if name is not None and isinstance(value, LITERALS):
                self.given(value, name, f"{callee}()", how="set", names=True)

    def _set(self, plain: list[cst.BaseExpression], callee: str) -> None:
        for key, value in pairwise(plain):
            text = text_of(key) if isinstance(key, cst.SimpleString) else last_word(key) if callee == "setopt" else ""
            name = self.said(text or "")
            if name is not None and text:
                self.given(value, name, text, how="set", follow=True)

    def _modelled(self, node: cst.Call) -> None:
        """Arguments that a library's model calls secret, by position as well."""
        for target in calls.targets(self.names, node):
            for argument in target.function.arguments.values():
                given = calls.given(self.names, node, argument, target.partials) if argument.secret else calls.ABSENT
                if given.state == "given" and given.node is not None:
                    keyword = argument.keyword[0] if argument.keyword else "secret"
                    name = self.said(keyword) or _ANY
                    kind = name if name.kind is not Kind.KEY else Said(Kind.SECRET, name.words)
                    shown = f"{keyword} of {self.written(node.func)}"
                    self.given(given.node, kind, shown, how="keyword", sure=True, follow=True)

    def _taken(self, node: cst.Call, callee: str) -> None:
        """A literal by position for a parameter of this file that is named like a secret."""
        if not any(isinstance(arg.value, LITERALS) and arg.keyword is None for arg in node.args):
            return
        if callee not in self._takers:
            self._takers[callee] = takers(self.names.index.defined(callee), self.said)
        if not self._takers[callee]:
            return
        found = {id(value.node): value for value in self.names.values(node.func) if isinstance(value, Function | Class)}
        for owner, places in self._takers[callee].get(callee, ()):
            value = found.get(id(owner))
            bound = isinstance(value, Function) and value.receiver is not None
            for number, arg in enumerate(node.args if value is not None else ()):
                if arg.keyword is not None or arg.star:
                    break
                text = places.get(number + bound, "")
                name = self.said(text)
                if name is not None:
                    self.given(arg.value, name, text, how="keyword", follow=True)

    def _typed(self, node: cst.Call, callee: str) -> None:
        """`child.expect("assword:")`, then `child.sendline("…")`."""
        value = node.args[0].value
        value = value.left if isinstance(value, cst.BinaryOperation) else value
        if next(leaves(self.names, value), None) is None:
            return
        before = self._statement_before(self.names.index.statement_of(node))
        if before is not None and asks_for_password(before):
            self.given(value, PASSWORD, f"{callee}()", how="set", names=True)

    def _statement_before(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The statement just above in the same block; each block is gone through once."""
        block = self.names.index.parent.get(id(statement))
        if block is not None and id(block) not in self._blocks:
            self._blocks.add(id(block))
            body = getattr(block, "body", ())
            self._before |= (
                {id(later): earlier for earlier, later in pairwise(body)} if isinstance(body, list | tuple) else {}
            )
        return self._before.get(id(statement))
