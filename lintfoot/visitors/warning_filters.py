"""Warning filters that hide what urllib3 says about every request whose certificate nobody checks."""

from __future__ import annotations

import re
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.gates.gate import Gate
from lintfoot.gates.web import WARNING_FILTERS, WARNING_FILTERS_OF
from lintfoot.libraries import Argument
from lintfoot.scopes import How
from lintfoot.values import Constant, Named
from lintfoot.visitors.base import Visitor

(SILENCED,) = WARNING_FILTERS.codes
# What urllib3 2.8.0 warns of, in which category, and in which module (urllib3/connectionpool.py: _validate_conn).
_TEXT = "unverified https request is being made to host ''. adding certificate verification is strongly advised. see: "
_CATEGORIES = frozenset({"InsecureRequestWarning", "SecurityWarning", "HTTPWarning"})
_MODULES = ("urllib3.connectionpool", "requests.packages.urllib3.connectionpool")
_SHORTEST = 6  # characters of a pattern that says anything


class WarningFilters(Visitor):
    """`warnings.filterwarnings("ignore", category=InsecureRequestWarning)` and its kin."""

    gate: ClassVar[Gate] = WARNING_FILTERS

    def visit_Call(self, node: cst.Call) -> None:
        """A filter that ignores is read: by category, message and module."""
        for name in self.names.names_of(node.func):
            places = WARNING_FILTERS_OF.get(name)
            if places is not None and self._constant(node, places, "action") == "ignore" and self._hides(node, places):
                self.report(
                    SILENCED,
                    node,
                    f"`{self.written(node.func)}` hides the warning that certificates are not checked",
                    label="nobody will be reminded",
                    help="remove it, and give `verify=` the CA that signed the server's certificate",
                )
                return

    def _constant(self, node: cst.Call, places: dict[str, int | None], name: str) -> object:
        """The constant that an argument is; an empty string where it is left out, Ellipsis where nobody can tell."""
        if name not in places:
            return ""
        found = calls.given(self.names, node, Argument((name,), places[name]))
        return "" if found.state == "absent" else found.constant

    def _hides(self, node: cst.Call, places: dict[str, int | None]) -> bool:
        message, module = self._constant(node, places, "message"), self._constant(node, places, "module")
        if not isinstance(message, str) or not isinstance(module, str):
            return False
        if not _matches(message, (_TEXT,)) or not _matches(module, _MODULES):
            return False
        category = calls.given(self.names, node, Argument(("category",), places.get("category")))
        named = {value.name for value in category.values if isinstance(value, Named)}
        if category.state == "given" and named != {"builtins.Warning"}:
            return any(name.rpartition(".")[2] in _CATEGORIES for name in named)
        if category.state == "unknown":
            return False
        return bool(_pieces(message) or _pieces(module)) or self._checking_is_off()

    def _checking_is_off(self) -> bool:
        """Whether this file switches checking off, so that a filter for everything has that to hide."""
        index = self.names.index
        for call in index.calls:
            for arg in call.args:
                if arg.keyword is not None and arg.keyword.value == "verify" and self._is_false(arg.value):
                    return True
        return any(
            binding.how is How.ASSIGNED and binding.value is not None and self._is_false(binding.value)
            for _, binding in index.attribute_writes.get("verify", ())
        )

    def _is_false(self, node: cst.BaseExpression) -> bool:
        return any(isinstance(value, Constant) and value.value is False for value in self.names.values(node))


def _pieces(pattern: str) -> list[str]:
    """The plain pieces of a regular expression as people write them for filters, in small letters."""
    return [piece for piece in re.split(r"\.[*+]\??|\[[^\]]*\][*+?]?|[\\^$()|]", pattern.casefold()) if piece.strip()]


def _matches(pattern: str, texts: tuple[str, ...]) -> bool:
    """Whether a pattern matches one of the texts; an empty one matches everything."""
    pieces = _pieces(pattern)
    if not pieces:
        return True
    return max(map(len, pieces)) >= _SHORTEST and any(all(piece in text for piece in pieces) for text in texts)
