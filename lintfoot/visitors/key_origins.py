"""Where the key of a cloud comes from: the environment, a call for temporary ones, nowhere, or somebody's hand."""

from __future__ import annotations

from enum import Enum

import libcst as cst

from lintfoot.calls import Given
from lintfoot.names import Names
from lintfoot.scopes import How, dotted, last_word
from lintfoot.secret_shapes import is_dummy
from lintfoot.values import Constant
from lintfoot.visitors.leaves import text_of


class Origin(Enum):
    """What is known of a key."""

    NOTHING = "nothing"
    ASKED = "asked"  # somebody types it each time, and it is kept nowhere
    ENVIRONMENT = "environment"
    TEMPORARY = "temporary"
    BY_HAND = "by hand"


_DEEPEST = 8
_ENVIRONMENT = frozenset(("os.environ.get", "os.getenv", "os.environ.pop", "os.environ.setdefault", "decouple.config"))
_ASKED = frozenset(
    ("getpass.getpass", "builtins.input", "click.prompt", "typer.prompt", "maskpass.askpass", "pwinput.pwinput")
)
_PROMPTS = frozenset("getpass askpass".split())
_READERS = frozenset("getenv env env_str get_env getEnv".split())
_TEMPORARY_KEYS = frozenset(
    "AccessKeyId SecretAccessKey SessionToken SecretKey accessKeyId secretAccessKey sessionToken".split()
)
_GIVES = (
    *("assume_role", "get_session_token", "get_federation_token", "get_frozen_credentials", "get_credentials"),
    *(
        "get_role_credentials",
        "refresh",
        "generate_credentials",
        "sts",
        "assumed",
        "temporary",
        "temp_cred",
        "web_identity",
    ),
)
_FROZEN = frozenset("access_key secret_key token".split())  # attributes of botocore's own credentials
_DUMMY = frozenset("test testing dummy fake foo bar mock none anonymous minio minioadmin localstack x xxx aws".split())


class Origins:
    """Follows expressions through the names of one file."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, given: Given) -> Origin:
        """Where what a call is given comes from."""
        return self._of(given.node, 0) if given.node is not None else Origin.BY_HAND

    def _of(self, node: cst.BaseExpression, depth: int) -> Origin:
        if depth > _DEEPEST:
            return Origin.BY_HAND
        match node:
            case cst.Name(value="None"):
                return Origin.NOTHING
            case cst.SimpleString() | cst.ConcatenatedString():
                return self._literal(text_of(node) or "")
            case cst.BooleanOperation(left=left, right=right) | cst.IfExp(body=left, orelse=right):
                return _worse(self._of(left, depth + 1), self._of(right, depth + 1))
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                return self._of(inner, depth + 1)
            case cst.Subscript():
                return self._subscript(node, depth)
            case cst.Call():
                return self._call(node, depth)
            case cst.Name():
                return self._name(node, depth)
            case cst.Attribute():
                return self._attribute(node, depth)
            case _:
                return Origin.BY_HAND

    def _literal(self, text: str) -> Origin:
        return Origin.NOTHING if not text or text.lower() in _DUMMY or is_dummy(text) else Origin.BY_HAND

    def _subscript(self, node: cst.Subscript, depth: int) -> Origin:
        if self.names.qualified(node.value) == "os.environ":
            return Origin.ENVIRONMENT
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=index))]:
                key = text_of(index) or ""
            case _:
                key = ""
        if key in _TEMPORARY_KEYS:
            return Origin.TEMPORARY
        if _reads_environment(node.value, key):
            return Origin.ENVIRONMENT
        return (
            self._of(node.value, depth + 1)
            if isinstance(node.value, cst.Subscript | cst.Call | cst.Name)
            else Origin.BY_HAND
        )

    def _call(self, node: cst.Call, depth: int) -> Origin:
        names = set(self.names.names_of(node.func))
        last = last_word(node.func)
        if names & _ENVIRONMENT or (last in _READERS and not isinstance(node.func, cst.Attribute)):
            return Origin.ENVIRONMENT
        if names & _ASKED or last in _PROMPTS:
            return Origin.ASKED
        if _speaks_of_temporary(last):
            return Origin.TEMPORARY
        if last in ("strip", "encode", "decode", "get", "str", "loads", "get_secret_value") and isinstance(
            node.func, cst.Name | cst.Attribute
        ):
            if last == "get" and _reads_environment(node.func, text_of(node.args[0].value) or "" if node.args else ""):
                return Origin.ENVIRONMENT
            if last == "get" and any((text_of(arg.value) or "") in _TEMPORARY_KEYS for arg in node.args[:1]):
                return Origin.TEMPORARY
            inner = node.args[0].value if last in ("str", "loads") and node.args else getattr(node.func, "value", None)
            if isinstance(inner, cst.BaseExpression) and last != "get":
                return self._of(inner, depth + 1)
        return Origin.BY_HAND

    def _name(self, node: cst.Name, depth: int) -> Origin:
        if _speaks_of_temporary(node.value):
            return Origin.TEMPORARY
        bindings = self.names.bindings_of(node)
        found = Origin.NOTHING if bindings else Origin.BY_HAND
        for binding in bindings:
            if binding.how is How.ASSIGNED and binding.value is not None:
                one = self._of(_item(binding.value, binding.path), depth + 1)
                found = Origin.TEMPORARY if one is Origin.TEMPORARY else _worse(found, one)
            else:
                found = _worse(found, Origin.BY_HAND)
        return found

    def _attribute(self, node: cst.Attribute, depth: int) -> Origin:
        """`self.key`, `settings.AWS_KEY`, `credentials.access_key` of botocore's own credentials."""
        if node.attr.value in _FROZEN and (
            "cred" in dotted(node.value).lower() or self._of(node.value, depth + 1) is Origin.TEMPORARY
        ):
            return Origin.TEMPORARY
        if _speaks_of_temporary(dotted(node)):
            return Origin.TEMPORARY
        path = dotted(node)
        writes = [
            binding.value
            for target, binding in self.names.index.attribute_writes.get(node.attr.value, ())
            if dotted(target) == path and binding.value is not None and path
        ]
        found = Origin.NOTHING if writes else Origin.BY_HAND
        for value in writes:
            found = _worse(found, self._of(value, depth + 1))
        if not writes and all(isinstance(value, Constant) and not value.value for value in self.names.values(node)):
            return Origin.NOTHING
        return found


def _item(value: cst.BaseExpression, path: tuple[int | None, ...]) -> cst.BaseExpression:
    """`key, secret = answer["AccessKeyId"], answer["SecretAccessKey"]`: the one that is meant."""
    if (
        len(path) == 1
        and path[0] is not None
        and isinstance(value, cst.Tuple | cst.List)
        and path[0] < len(value.elements)
    ):
        return value.elements[path[0]].value
    return value


def _reads_environment(owner: cst.BaseExpression, key: str) -> bool:
    """`environ["AWS_ACCESS_KEY_ID"]`, `self.envs.get("AWS_SECRET_ACCESS_KEY")`: a copy of the environment is one, too."""
    return key.startswith(("AWS_", "AZURE_", "GOOGLE_")) and "env" in dotted(owner).lower()


_RANK = {Origin.NOTHING: 0, Origin.ASKED: 1, Origin.ENVIRONMENT: 2, Origin.BY_HAND: 3, Origin.TEMPORARY: 4}


def _worse(one: Origin, other: Origin) -> Origin:
    return max(one, other, key=lambda origin: _RANK[origin])


def _speaks_of_temporary(text: str) -> bool:
    low = text.lower()
    return low == "sts" or any(word in low for word in _GIVES)
