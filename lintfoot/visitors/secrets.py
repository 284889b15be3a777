"""LF401 by name: a literal that gets a secret's name, as variable, key, keyword, default, comparison, argument or fallback."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.secret_names import Kind, Said, evidence, said, words
from lintfoot.secret_shapes import looks_random
from lintfoot.secret_values import PASSWORD, Verdict, is_login, judge
from lintfoot.values import Class, Function
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.leaves import LITERALS, Leaf, default_of, keys_of_lookup, last_name, leaves, name_of, text_of
from lintfoot.visitors.secret_literals import WORDS, told
from lintfoot.visitors.secret_places import (
    COMPANY,
    ENCODERS,
    NAME_KEYS,
    ONE_WAY,
    SETTERS,
    TYPED,
    VALUE_KEYS,
    Takers,
    answered_by,
    asks_for_password,
    declares,
    in_enumeration,
    judged_bytes,
    key_of,
    secret_calls,
    set_by,
    siblings,
    takers,
    takes_a_pair,
)
from lintfoot.visitors.secret_words import CODE, FALLBACK_LABEL, LABEL, advice, message

_MANY = 12  # more literals in one list are a list of words
_ANY = Said(Kind.SECRET, frozenset({"secret"}))
_PAIRED = (Kind.LOGIN, Kind.HEADER)


class Secrets(Visitor):
    """Looks at every place where a literal gets a name."""

    codes: ClassVar[tuple[str, ...]] = (CODE,)
    words: ClassVar[tuple[str, ...]] = WORDS
    hides: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._formats = context.models.formats.within(context.text)
        self._told = told(context)
        self._secret_calls = secret_calls(context.models)
        self._takers: Takers | None = None
        self._more = frozenset(context.option(CODE, "names") or ())
        self._public = frozenset(context.option(CODE, "public-names") or ())

    def _said(self, name: str) -> Said | None:
        """What a name says, the user's own words included."""
        if not name or name in self._public:
            return None
        return Said(Kind.SECRET, frozenset(words(name))) if name in self._more else said(name)

    # statements

    def visit_Assign(self, node: cst.Assign) -> None:
        """`password = "…"`, `self.token = "…"`, `config["secret"] = "…"`, `user, password = "…", "…"`."""
        for target in node.targets:
            self._assigned(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """`password: str = "…"`."""
        if node.value is not None:
            self._assigned(node.target, node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        """`(password := "…")`."""
        self._assigned(node.target, node.value)

    def _assigned(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        if isinstance(target, cst.Tuple | cst.List):
            if isinstance(value, cst.Tuple | cst.List) and len(target.elements) == len(value.elements):
                for one, given in zip(target.elements, value.elements, strict=True):
                    self._assigned(one.value, given.value)
            return
        text = name_of(target)
        name = self._said(text)
        if name is not None:
            self._given(value, name, self.written(target), names=text.isupper() and isinstance(target, cst.Name))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        """`password += "…"`."""
        name = self._said(name_of(node.target))
        if name is not None and name.kind is Kind.PASSWORD and isinstance(node.operator, cst.AddAssign):
            self._given(node.value, name, self.written(node.target))

    def visit_For(self, node: cst.For) -> None:
        """`for password in ("…", "…")`."""
        name = self._said(name_of(node.target))
        if name is not None and isinstance(node.iter, cst.List | cst.Tuple | cst.Set):
            self._given(node.iter, name, self.written(node.target))

    def visit_Param(self, node: cst.Param) -> None:
        """`def connect(user, password="…")`."""
        name = self._said(node.name.value) if node.default is not None else None
        if name is not None and node.default is not None:
            self._given(node.default, name, node.name.value, how="default")

    def visit_Return(self, node: cst.Return) -> None:
        """`def get_password(): return "…"`."""
        function = self.names.index.function_of(node) if isinstance(node.value, LITERALS) else None
        if isinstance(function, cst.FunctionDef) and node.value is not None:
            name = answered_by(function.name.value)
            if name is not None:
                sure = name.kind is Kind.PASSWORD
                self._given(node.value, name, f"{function.name.value}()", how="answer", sure=sure, names=True)

    # expressions

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`{"password": "…"}`, `{"name": "DB_PASSWORD", "value": "…"}`, `{"password": {"default": "…"}}`."""
        key = text_of(node.key) if isinstance(node.key, cst.SimpleString) else last_name(node.key)
        name = self._said(key or "")
        if name is not None:
            sure = self._beside(node, name)
            self._given(node.value, name, self.written(node.key), how="key", sure=sure, follow=True, names=True)
        elif key and key.lower() in VALUE_KEYS:
            self._described(node, node.value)

    def visit_Tuple(self, node: cst.Tuple) -> None:
        """`("password", "…")`: a pair of name and value."""
        if len(node.elements) != 2:  # noqa: PLR2004 - name and value
            return
        first, second = (element.value for element in node.elements)
        key = text_of(first) if isinstance(first, cst.SimpleString) else None
        name = self._said(key) if key and " " not in key else None
        text = text_of(second) if isinstance(second, LITERALS) else None
        if name is not None and key and text and (name.kind is Kind.HEADER or looks_random(text)):
            self._given(second, name, key, how="set", names=True)

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        """`os.getenv("DB_PASSWORD") or "…"`."""
        if isinstance(node.operator, cst.Or) and isinstance(node.right, LITERALS):
            key = name_of(node.left)
            name = self._said(key)
            if name is not None:
                self._fallen_back(node.right, key, name)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        """`if password == "…"`, `token in ("…", "…")`."""
        sides = [node.left, *(one.comparator for one in node.comparisons)]
        operators = [one.operator for one in node.comparisons]
        if isinstance(operators[0], cst.In | cst.NotIn):
            if isinstance(sides[1], cst.List | cst.Tuple | cst.Set):
                self._compared(sides[:1], [element.value for element in sides[1].elements])
        elif all(isinstance(operator, cst.Equal | cst.NotEqual | cst.Is | cst.IsNot) for operator in operators):
            self._compared(sides, sides)

    def _compared(self, named: Sequence[cst.BaseExpression], values: Sequence[cst.BaseExpression]) -> None:
        literals = [value for value in values if isinstance(value, LITERALS)]
        for side in named if literals else ():
            name = self._said(name_of(side))
            if name is not None and name.kind not in _PAIRED:
                for literal in literals:
                    sure = name.kind is Kind.PASSWORD
                    self._given(literal, name, self.written(side), how="comparison", sure=sure)

    # calls

    def visit_Call(self, node: cst.Call) -> None:
        """Keywords by their names, then whatever the callee's name or model says about its arguments."""
        if not node.args:
            return
        callee = last_name(node.func)
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
        name = self._said(keyword)
        if name is not None:
            self._given(arg.value, name, keyword, how="keyword", sure=self._beside(arg, name), follow=True)
        elif keyword.lower() in VALUE_KEYS:
            option = self._option(node) if keyword == "default" and declares(last_name(node.func)) else None
            if option is not None:
                self._given(arg.value, option[1], option[0], how="default")
            else:
                self._described(arg, arg.value)

    def _option(self, node: cst.Call) -> tuple[str, Said] | None:
        """The option that a call declares: `add_argument("-p", "--password", default=…)`, `StrOpt("password", default=…)`."""
        for arg in node.args:
            if arg.keyword is not None and arg.keyword.value not in ("dest", "name", "opt", "flags"):
                continue
            text = text_of(arg.value) if isinstance(arg.value, cst.SimpleString) else None
            name = self._said(text.lstrip("-")) if text and not re.search(r"\s", text) else None
            if text and name is not None and name.kind not in _PAIRED:
                return text, name
        return None

    def _looked_up(self, node: cst.Call, callee: str) -> None:
        """`os.environ.get("DB_PASSWORD", "…")`: the fallback is the secret."""
        for key in keys_of_lookup(node):
            name = self._said(key) if " " not in key else None
            default = default_of(node, callee) if name is not None else None
            if name is not None and default is not None:
                self._fallen_back(default, key, name)
                return

    def _fallen_back(self, value: cst.BaseExpression, key: str, name: Said) -> None:
        for leaf in leaves(self.names, value):
            self._judge(
                Leaf(leaf.node, leaf.text, fallback=True, lookup=key, raw=leaf.raw), name, key, "fallback", names=True
            )

    def _handed_over(self, node: cst.Call, callee: str) -> None:
        """`setenv("DB_PASSWORD", "…")`, `set_password("…")`, `login("user", "…")`, `compare_digest(password, "…")`."""
        plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if callee in SETTERS:
            self._set(plain, callee)
        elif callee == "compare_digest":
            self._compared(plain, plain)
        elif callee in ENCODERS and plain:
            for leaf in leaves(self.names, plain[0]):
                if is_login(leaf.text):
                    self._judge(leaf, PASSWORD, callee, "pair", verdict=Verdict.REAL)
        elif len(plain) > 1 and isinstance(plain[1], LITERALS) and takes_a_pair(callee):
            self._given(plain[1], PASSWORD, f"{callee}()", how="set", names=True)
        elif plain:
            name = set_by(callee)
            value = plain[0] if name is not None and words(callee)[0] in ONE_WAY else plain[-1]
            if name is not None and isinstance(value, LITERALS):
                self._given(value, name, f"{callee}()", how="set", names=True)

    def _set(self, plain: list[cst.BaseExpression], callee: str) -> None:
        for key, value in pairwise(plain):
            text = text_of(key) if isinstance(key, cst.SimpleString) else last_name(key) if callee == "setopt" else ""
            name = self._said(text or "")
            if name is not None and text:
                self._given(value, name, text, how="set", follow=True)

    def _modelled(self, node: cst.Call) -> None:
        """Arguments that a library's model calls secret, by position as well."""
        for target in calls.targets(self.names, node):
            for argument in target.function.arguments.values():
                given = calls.given(self.names, node, argument, target.partials) if argument.secret else calls.ABSENT
                if given.state == "given" and given.node is not None:
                    keyword = argument.keyword[0] if argument.keyword else "secret"
                    name = self._said(keyword) or _ANY
                    kind = name if name.kind is not Kind.KEY else Said(Kind.SECRET, name.words)
                    shown = f"{keyword} of {self.written(node.func)}"
                    self._given(given.node, kind, shown, how="keyword", sure=True, follow=True)

    def _taken(self, node: cst.Call, callee: str) -> None:
        """A literal by position for a parameter of this file that is named like a secret."""
        if self._takers is None:
            self._takers = takers(self.names.index.scopes.values(), self._said)
        if callee not in self._takers or not any(
            isinstance(arg.value, LITERALS) and arg.keyword is None for arg in node.args
        ):
            return
        found = {id(value.node): value for value in self.names.values(node.func) if isinstance(value, Function | Class)}
        for owner, places in self._takers[callee]:
            value = found.get(id(owner))
            bound = isinstance(value, Function) and value.receiver is not None
            for number, arg in enumerate(node.args if value is not None else ()):
                if arg.keyword is not None or arg.star:
                    break
                text = places.get(number + bound, "")
                name = self._said(text)
                if name is not None:
                    self._given(arg.value, name, text, how="keyword", follow=True)

    def _typed(self, node: cst.Call, callee: str) -> None:
        """`child.expect("assword:")`, then `child.sendline("…")`."""
        value = node.args[0].value
        value = value.left if isinstance(value, cst.BinaryOperation) else value
        if not isinstance(value, LITERALS):
            return
        statement = self.names.index.statement_of(node)
        body = getattr(self.names.index.parent.get(id(statement)), "body", ())
        place = next((number for number, one in enumerate(body) if one is statement), 0)
        if place and asks_for_password(body[place - 1]):
            self._given(value, PASSWORD, f"{callee}()", how="set", names=True)

    # neighbours

    def _beside(self, node: cst.CSTNode, name: Said) -> bool | None:
        """A bare `secret` next to a user and a host is a credential: netmiko's devices, OAuth parameters."""
        if name.sure or name.kind is not Kind.SECRET:
            return None
        keys = {key.lower() for key, _ in siblings(self.names.index.parent.get(id(node)))}
        return True if not keys.isdisjoint(COMPANY) else None

    def _described(self, node: cst.DictElement | cst.Arg, value: cst.BaseExpression) -> None:
        """`value=` next to `name="DB_PASSWORD"`; `default=` in the description of an option called `password`."""
        if next(leaves(self.names, value), None) is None:
            return
        holder = self.names.index.parent.get(id(node))
        if key_of(node).lower() in ("value", "parametervalue"):
            for key, sibling in siblings(holder):
                text = text_of(sibling) if key.lower() in NAME_KEYS and isinstance(sibling, cst.SimpleString) else None
                name = self._said(text) if text and " " not in text else None
                if name is not None and text:
                    self._given(value, name, text, how="keyword", names=True)
                    return
        text = key_of(self.names.index.parent.get(id(holder))) if holder is not None else ""
        name = self._said(text)
        if name is not None:
            self._given(value, name, text, how="default", names=True)

    # judging

    def _given(
        self,
        value: cst.BaseExpression,
        name: Said,
        shown: str,
        *,
        how: str = "name",
        sure: bool | None = None,
        names: bool = False,
        follow: bool = False,
    ) -> None:
        """Judge every literal that a named place may get."""
        if name.kind is Kind.LOGIN and not isinstance(value, cst.Dict):
            self._login(value, name, shown, how)
        elif isinstance(value, cst.List | cst.Tuple | cst.Set):
            self._listed([element.value for element in value.elements], name, shown, how)
        elif isinstance(value, cst.Dict):
            if name.many and name.kind is Kind.PASSWORD:
                self._listed(
                    [one.value for one in value.elements if isinstance(one, cst.DictElement)], name, shown, how
                )
        else:
            for leaf in leaves(self.names, value, follow=follow):
                if leaf.via is None or not evidence(name_of(leaf.via)):  # else its own name is asked where it is bound
                    self._judge(leaf, name, (leaf.fallback and leaf.lookup) or shown, how, sure=sure, names=names)

    def _listed(self, values: list[cst.BaseExpression], name: Said, shown: str, how: str) -> None:
        literals = [value for value in values if isinstance(value, LITERALS)]
        for literal in literals if len(literals) <= _MANY else ():
            self._given(literal, name, shown, how=how, sure=name.kind is Kind.PASSWORD, names=True)

    def _login(self, value: cst.BaseExpression, name: Said, shown: str, how: str) -> None:
        """`auth=("user", "…")`, `auth="user:…"`, `credentials = ("user", "…")`."""
        if isinstance(value, cst.Tuple | cst.List):
            if len(value.elements) == 2 and not isinstance(value.elements[1], cst.StarredElement):  # noqa: PLR2004 - a pair
                self._given(value.elements[1].value, PASSWORD, shown, how="pair", follow=True, names=True)
            return
        for leaf in leaves(self.names, value):
            if is_login(leaf.text) or judge(leaf.text, Said(Kind.HEADER, name.words)) is Verdict.REAL:
                self._judge(leaf, name, shown, how, verdict=Verdict.REAL)

    def _judge(
        self,
        leaf: Leaf,
        name: Said,
        shown: str,
        how: str,
        *,
        sure: bool | None = None,
        names: bool = False,
        verdict: Verdict | None = None,
    ) -> None:
        if id(leaf.node) in self._told:
            return
        verdict = verdict or (judged_bytes(leaf.raw, name) if leaf.raw else None)
        verdict = verdict or judge(leaf.text, name, sure=sure, names=names)
        if verdict is Verdict.NO or (verdict is Verdict.PERHAPS and how == "comparison"):
            return
        self._hide_parts(leaf.node)
        if verdict is Verdict.REAL and not in_enumeration(self.names.index.ancestors(leaf.node)):
            self._tell(leaf, name, shown, "fallback" if leaf.fallback else how)

    def _tell(self, leaf: Leaf, name: Said, shown: str, how: str) -> None:
        found = self._formats.find(leaf.text)
        if self.context.is_test and (found is None or not found.in_tests):
            return
        self._told.add(id(leaf.node))
        self.report(
            CODE,
            leaf.node,
            message(how, shown, found.name if found else f"the {name.kind.noun}"),
            label=FALLBACK_LABEL if how == "fallback" else LABEL,
            help=advice(how, shown, name),
            related=(Note(leaf.via, f"given to `{shown}` here"),) if leaf.via is not None else (),
        )

    def _hide_parts(self, node: cst.BaseExpression) -> None:
        if isinstance(node, cst.BinaryOperation):
            self._hide_parts(node.left)
            self._hide_parts(node.right)
        else:
            self.hide(node)
