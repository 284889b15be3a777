"""What a name claims about a value, and whether the value may be that: a mask, a length, a path or a constant may not.

A call that nobody knows is taken for what it mostly is: something that makes another value of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from lintfoot.gates.secret_callees import answered_by
from lintfoot.gates.secret_names_gate import LOOKS_UP, SAME, WHOLE
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import Binding, How, last_word
from lintfoot.secret_names import Kind, Said, words
from lintfoot.secret_rumours import Company, holds
from lintfoot.secret_values import Verdict, judge
from lintfoot.values import Class, Constant, Function, Instance, Value
from lintfoot.visitors.leaves import text_of
from lintfoot.visitors.secret_stores import gives_secret


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLEAR_CALLS = _set(
    "len bool type id hash isinstance issubclass any all sum min max int float mask masked redact redacted sanitize sanitise "
    "obfuscate scrub censor hide hash sha256 sha1 md5 sha512 blake2b hexdigest encrypt hmac fingerprint getcwd abspath realpath "
    "join dirname basename "
    "expanduser Path exists isfile is_file compare_digest verify check validate hashpw checkpw"
)
REDACTS = _set(
    "mask masked redact redacted sanitize sanitise sanitized scrub censor obfuscate hide hidden hash hashed digest anonymize safe "
    "loggable logging printable clean cleaned filter filtered remove without obscure asterisk asterisks stars star protect strip "
    "public trim shorten truncate"
)
_PLACEHOLDER = regex(r"[*x•.#?-]+|<.*>|\[.*\]", re.IGNORECASE)


class Claims:
    """The names of one file and what they are given."""

    def __init__(self, names: Names, around: Company) -> None:
        self.names = names
        self.around = around
        self._switches: frozenset[str] | None = None

    def speaks(self, node: cst.Name, bindings: Sequence[Binding], found: Said) -> bool:
        """Whether a name that says so may hold a secret, by all that it was given."""
        if not bindings:
            return found.sure or found.kind in (Kind.TOKEN, Kind.KEY)
        return any(self._may_be(binding, node, found) for binding in bindings)

    def _may_be(self, binding: Binding, node: cst.Name, found: Said) -> bool:
        match binding.how:
            case How.DEFINED | How.ENTERED | How.CAUGHT:
                return False
            case How.LOOPED:
                return found.kind is Kind.PASSWORD and not _is_display(binding.value)
            case How.IMPORTED:
                return found.sure and not any(isinstance(one, Function | Class) for one in self.names.values(node))
            case How.PARAMETER:
                return not _is_number(binding.annotation) and not any(map(self.is_wrapped, self.names.values(node)))
            case How.ASSIGNED if binding.value is not None:
                return self.fits(binding.value, found) if not binding.path else self._unpacked(binding, found)
            case _:
                return True

    def is_wrapped(self, value: Value) -> bool:
        """`SecretStr` and its like show stars."""
        return isinstance(value, Instance) and value.name.rpartition(".")[2].startswith(("Secret", "secret"))

    def _unpacked(self, binding: Binding, found: Said) -> bool:
        return found.sure or isinstance(binding.value, cst.Call)

    def fits(self, value: cst.BaseExpression, found: Said) -> bool:
        """Whether a value may be the secret that its name speaks of."""
        match value:
            case cst.Call():
                return not self.clears(value) and (found.sure or self.gives(value))
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice())]):
                return False
            case cst.Subscript():
                key = key_of(value)
                return bool(holds(key, self.around)) if key and not found.sure else found.sure or bool(key)
            case cst.Comparison() | cst.UnaryOperation() | cst.Lambda() | cst.Integer() | cst.Float():
                return False
            case cst.BinaryOperation(operator=cst.Multiply()):
                return False
            case cst.IfExp(body=body, orelse=orelse):
                return self.fits(body, found) or self.fits(orelse, found)
            case cst.BooleanOperation(left=left, right=right):
                return self.fits(left, found) or self.fits(right, found)
            case cst.Attribute(attr=attr):
                return found.sure or holds(attr.value, self.around) is not None
            case cst.List() | cst.Tuple() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp():
                return False
            case cst.Await(expression=inner):
                return self.fits(inner, found)
            case _:
                return not self.is_constant(value, found)

    def is_constant(self, value: cst.BaseExpression, found: Said) -> bool:
        """Whether it is a constant that is no secret: None, an empty text, stars, the name of something."""
        for one in self.names.values(value):
            if not isinstance(one, Constant):
                return False
            text = one.value.decode("latin-1") if isinstance(one.value, bytes) else one.value
            if isinstance(text, str) and not _PLACEHOLDER.fullmatch(text) and judge(text, found) is not Verdict.NO:
                return False
        return True

    def clears(self, call: cst.Call) -> bool:
        """Whether a call makes something public of a secret."""
        name = last_word(call.func)
        if name in SAME:
            return False
        return name in CLEAR_CALLS or not REDACTS.isdisjoint(words(name)) or self.is_file(call)

    def is_file(self, call: cst.Call) -> bool:
        """Whether a call makes a path, or asks a file something."""
        names = self.names.names_of(call.func)
        return any(name.startswith(("os.path.", "pathlib.", "os.getcwd", "os.stat")) for name in names)

    def gives(self, call: cst.Call) -> bool:
        """Whether a call gives a credential: `get_token()`, `create_access_token(…)`, `os.environ.get("API_TOKEN")`, `input()`."""
        name = last_word(call.func)
        if name in LOOKS_UP:
            return any(holds(key, self.around) for key in texts_of(call))
        return answered_by(name) is not None or name in WHOLE or name in SAME or gives_secret(self.names, call)

    def _flags(self) -> frozenset[str]:
        """The names of options that are only on or off: `add_argument("--ask-password", action="store_true")`."""
        if self._switches is None:
            made = [
                call
                for name in ("add_argument", "add_option", "option", "Option")
                for call in self.names.calls_of(name)
            ]
            texts = [text for call in made if _is_switch(call) for text in texts_of(call)]
            self._switches = frozenset(text.lstrip("-").replace("-", "_") for text in texts)
        return self._switches

    def said(self, name: str) -> Said | None:
        """What a name says of its value; an option that takes no value holds none."""
        found = holds(name, self.around)
        return found if found is not None and name not in self._flags() else None


def _is_number(annotation: cst.BaseExpression | None) -> bool:
    return isinstance(annotation, cst.Name) and annotation.value in ("bool", "int", "float", "Path", "Callable")


def _is_display(node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.List | cst.Tuple | cst.Set)


def texts_of(call: cst.Call) -> list[str]:
    """The texts that a call is given by position."""
    plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    found = [text_of(one) for one in plain if isinstance(one, cst.SimpleString)]
    return [text for text in found if text]


def _is_switch(call: cst.Call) -> bool:
    """Whether an option takes no value."""
    for arg in call.args:
        word = arg.keyword.value if arg.keyword is not None else ""
        if word == "action" and (text_of(arg.value) or "").startswith(("store_t", "store_f", "store_const", "count")):
            return True
        if word in ("is_flag", "count") and isinstance(arg.value, cst.Name) and arg.value.value == "True":
            return True
        if word == "type" and isinstance(arg.value, cst.Name) and arg.value.value in ("bool", "int", "float"):
            return True
    return False


def key_of(node: cst.Subscript) -> str:
    """The key under which something is looked up."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=index))]:
            return text_of(index) or last_word(index)
        case _:
            return ""
