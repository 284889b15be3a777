"""LF401 by name: how a literal under a secret's name is judged and told, whatever gave it the name."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lintfoot.findings import Confidence
from lintfoot.gates.secret_callees import COMPANY, NAME_KEYS
from lintfoot.secret_names import Kind, Said, evidence, said, words
from lintfoot.secret_values import PASSWORD, Verdict, is_login, judge, pieces_of
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.leaves import LITERALS, Leaf, leaves, name_of, text_of
from lintfoot.visitors.secret_literals import formats_of, told
from lintfoot.visitors.secret_places import in_enumeration, judged_bytes, key_of, siblings
from lintfoot.visitors.secret_words import CODE, FALLBACK_LABEL, LABEL, advice, message

_MANY = 12  # more literals in one list are a list of words
PAIRED = (Kind.LOGIN, Kind.HEADER)
_USERS = frozenset(("user", "username", "login"))
_FIELDS = ("name", "user", "login", "id", "type", "value", "role", "group")


class SecretJudge(Visitor):
    """What the visitors of named literals share: names, verdicts, findings. Each literal is told of once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._formats = formats_of(context)
        self._told = told(context)
        self._more = frozenset(context.option(CODE, "names") or ())
        self._in_company: dict[int, bool] = {}
        self._public = frozenset(context.option(CODE, "public-names") or ())

    def said(self, name: str) -> Said | None:
        """What a name says, the user's own words included."""
        if not name or name in self._public:
            return None
        return Said(Kind.SECRET, frozenset(words(name))) if name in self._more else said(name)

    def compared(self, named: Sequence[cst.BaseExpression], values: Sequence[cst.BaseExpression]) -> None:
        """Judge the literals among `values` by the names among `named`."""
        literals = [value for value in values if isinstance(value, LITERALS)]
        for side in named if literals else ():
            name = self.said(name_of(side))
            if name is not None and name.kind not in PAIRED:
                for literal in literals:
                    sure = name.kind is Kind.PASSWORD
                    self.given(literal, name, self.written(side), how="comparison", sure=sure)

    def beside(self, node: cst.CSTNode, name: Said) -> bool | None:
        """A bare `secret` next to a user and a host is a credential: netmiko's devices, OAuth parameters."""
        if name.sure or name.kind is not Kind.SECRET:
            return None
        holder = self.names.index.parent.get(id(node))
        if id(holder) not in self._in_company:
            self._in_company[id(holder)] = any(key.lower() in COMPANY for key, _ in siblings(holder))
        return self._in_company[id(holder)] or None

    def described(self, node: cst.DictElement | cst.Arg, value: cst.BaseExpression) -> None:
        """`value=` next to `name="DB_PASSWORD"`; `default=` in the description of an option called `password`."""
        if next(leaves(self.names, value), None) is None:
            return
        holder = self.names.index.parent.get(id(node))
        if any(key == "choices" for key, _ in siblings(holder)):
            return  # one of the words that may be chosen
        if key_of(node).lower() in ("value", "parametervalue"):
            for key, sibling in siblings(holder):
                text = text_of(sibling) if key.lower() in NAME_KEYS and isinstance(sibling, cst.SimpleString) else None
                name = self.said(text) if text and " " not in text else None
                if name is not None and text:
                    self.given(value, name, text, how="keyword", names=True)
                    return
        text = key_of(self.names.index.parent.get(id(holder))) if holder is not None else ""
        name = self.said(text)
        if name is not None:
            self.given(value, name, text, how="default", names=True)

    def given(
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
        paired = name.kind is Kind.LOGIN or (isinstance(value, cst.Tuple) and not _USERS.isdisjoint(name.words))
        if paired and not isinstance(value, cst.Dict):
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
                    self.weigh(leaf, name, (leaf.fallback and leaf.lookup) or shown, how, sure=sure, names=names)

    def _listed(self, values: list[cst.BaseExpression], name: Said, shown: str, how: str) -> None:
        literals = [value for value in values if isinstance(value, LITERALS)]
        if sum(said(text_of(literal) or "") is not None for literal in literals) * 2 > max(len(literals), 2):
            return  # what secrets are called: `["DbPassword", "MasterUserPassword"]`
        for literal in literals if len(literals) <= _MANY else ():
            self.given(literal, name, shown, how=how, sure=name.kind is Kind.PASSWORD, names=True)

    def _login(self, value: cst.BaseExpression, name: Said, shown: str, how: str) -> None:
        """`auth=("user", "…")`, `auth="user:…"`, `credentials = ("user", "…")`."""
        if isinstance(value, cst.Tuple | cst.List):
            many = all(isinstance(element.value, cst.Tuple) for element in value.elements)
            for element in value.elements if many else ():
                self._login(element.value, name, shown, how)
            if not many and len(value.elements) == 2 and not _of_fields(value.elements):  # noqa: PLR2004
                self.given(value.elements[1].value, PASSWORD, shown, how="pair", follow=True, names=True)
            return
        for leaf in leaves(self.names, value):
            if is_login(leaf.text) or judge(leaf.text, Said(Kind.HEADER, name.words)) is Verdict.REAL:
                self.weigh(leaf, name, shown, how, verdict=Verdict.REAL)

    def weigh(
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
        """Hide a literal that is or may be a secret, and tell of one that is."""
        if id(leaf.node) in self._told or any(dummy in leaf.text for dummy in self.models.formats.dummies):
            return
        verdict = verdict or (judged_bytes(leaf.raw, name) if leaf.raw else None)
        verdict = verdict or judge(leaf.text, name, sure=sure, names=names)
        if verdict is Verdict.NO or (verdict is Verdict.PERHAPS and how == "comparison"):
            return
        self._hide_parts(leaf.node)
        self.hide(leaf.node, *pieces_of(leaf.text, name))
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
            confidence=Confidence.HIGH if found or name.sure else Confidence.MEDIUM,
            related=(Note(leaf.via, f"given to `{shown}` here"),) if leaf.via is not None else (),
        )

    def _hide_parts(self, node: cst.BaseExpression) -> None:
        if isinstance(node, cst.BinaryOperation):
            self._hide_parts(node.left)
            self._hide_parts(node.right)
        elif isinstance(node, LITERALS):
            self.hide(node)

    def fallen_back(self, value: cst.BaseExpression, key: str, name: Said) -> None:
        """Judge what a look-up for `key` falls back to."""
        for leaf in leaves(self.names, value):
            self.weigh(
                Leaf(leaf.node, leaf.text, fallback=True, lookup=key, raw=leaf.raw), name, key, "fallback", names=True
            )


def _of_fields(pair: Sequence[cst.BaseElement]) -> bool:
    """`["name", "selinuxuser"]`: two fields that a login has, and no user with a password; a splat is no pair either."""
    texts = [text_of(element.value) or "" for element in pair]
    return isinstance(pair[1], cst.StarredElement) or all(text.lower().endswith(_FIELDS) for text in texts)
