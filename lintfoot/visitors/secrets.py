"""LF401 by name, in statements and expressions: variables, attributes, keys, defaults, comparisons, fallbacks."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot.gates.gate import Gate
from lintfoot.gates.secret import SECRETS
from lintfoot.gates.secret_callees import VALUE_KEYS, answered_by
from lintfoot.scopes import last_word
from lintfoot.secret_names import Kind
from lintfoot.secret_shapes import looks_random
from lintfoot.visitors.base import Context
from lintfoot.visitors.leaves import LITERALS, name_of, text_of
from lintfoot.visitors.secret_judge import SecretJudge
from lintfoot.visitors.secret_places import maps_names


class Secrets(SecretJudge):
    """Looks at every statement and expression that gives a literal a name; calls have a visitor of their own."""

    gate: ClassVar[Gate] = SECRETS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._mappings: dict[int, bool] = {}

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
        name = self.said(text)
        if name is not None:
            self.given(value, name, self.written(target))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        """`password += "…"`."""
        name = self.said(name_of(node.target))
        if name is not None and name.kind is Kind.PASSWORD and isinstance(node.operator, cst.AddAssign):
            self.given(node.value, name, self.written(node.target))

    def visit_For(self, node: cst.For) -> None:
        """`for password in ("…", "…")`."""
        name = self.said(name_of(node.target))
        if name is not None and isinstance(node.iter, cst.List | cst.Tuple | cst.Set):
            self.given(node.iter, name, self.written(node.target))

    def visit_Param(self, node: cst.Param) -> None:
        """`def connect(user, password="…")`."""
        name = self.said(node.name.value) if node.default is not None else None
        if name is not None and node.default is not None:
            self.given(node.default, name, node.name.value, how="default")

    def visit_Return(self, node: cst.Return) -> None:
        """`def get_password(): return "…"`."""
        function = self.names.index.function_of(node) if isinstance(node.value, LITERALS) else None
        if isinstance(function, cst.FunctionDef) and node.value is not None:
            name = answered_by(function.name.value)
            if name is not None:
                sure = name.kind is Kind.PASSWORD
                self.given(node.value, name, f"{function.name.value}()", how="answer", sure=sure, names=True)

    # expressions

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`{"password": "…"}`, `{"name": "DB_PASSWORD", "value": "…"}`, `{"password": {"default": "…"}}`."""
        key = text_of(node.key) if isinstance(node.key, cst.SimpleString) else _constant_key(node.key)
        name = self.said(key or "")
        if name is not None and not self._in_mapping(node):
            sure = self.beside(node, name)
            self.given(node.value, name, self.written(node.key), how="key", sure=sure, follow=True, names=True)
        elif key and key.lower() in VALUE_KEYS:
            self.described(node, node.value)

    def _in_mapping(self, node: cst.DictElement) -> bool:
        holder = self.names.index.parent.get(id(node))
        if not isinstance(holder, cst.Dict):
            return False
        if id(holder) not in self._mappings:
            self._mappings[id(holder)] = maps_names(holder)
        return self._mappings[id(holder)]

    def visit_Tuple(self, node: cst.Tuple) -> None:
        """`("password", "…")`: a pair of name and value."""
        if len(node.elements) != 2:  # noqa: PLR2004 - name and value
            return
        first, second = (element.value for element in node.elements)
        key = text_of(first) if isinstance(first, cst.SimpleString) else None
        name = self.said(key) if key and " " not in key else None
        text = text_of(second) if isinstance(second, LITERALS) else None
        if name is not None and key and text and (name.kind is Kind.HEADER or looks_random(text)):
            self.given(second, name, key, how="set", names=True)

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        """`os.getenv("DB_PASSWORD") or "…"`."""
        if isinstance(node.operator, cst.Or) and isinstance(node.right, LITERALS):
            key = name_of(node.left)
            name = self.said(key)
            if name is not None:
                self.fallen_back(node.right, key, name)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        """`if password == "…"`, `token in ("…", "…")`; an assertion tests what came out, and lets nobody in."""
        if any(isinstance(above, cst.Assert) for above in self.names.index.ancestors(node)):
            return
        sides = [node.left, *(one.comparator for one in node.comparisons)]
        operators = [one.operator for one in node.comparisons]
        if isinstance(operators[0], cst.In | cst.NotIn):
            if isinstance(sides[1], cst.List | cst.Tuple | cst.Set):
                self.compared(sides[:1], [element.value for element in sides[1].elements])
        elif all(isinstance(operator, cst.Equal | cst.NotEqual | cst.Is | cst.IsNot) for operator in operators):
            self.compared(sides, sides)

    def visit_Match(self, node: cst.Match) -> None:
        """`match password: case "…":`."""
        patterns = [one for case in node.cases for one in _alternatives(case.pattern)]
        self.compared([node.subject], [one.value for one in patterns if isinstance(one, cst.MatchValue)])


def _alternatives(pattern: cst.MatchPattern) -> list[cst.MatchPattern]:
    return [one.pattern for one in pattern.patterns] if isinstance(pattern, cst.MatchOr) else [pattern]


def _constant_key(node: cst.BaseExpression) -> str:
    """`{CONF_PASSWORD: …}`, `{Field.password: …}`; a class as a key is no name of a value."""
    name = last_word(node)
    return "" if name == "PASS" or (name[:1].isupper() and not name.isupper()) else name
