"""The places that secrets stand in: neighbours of a literal, functions that take a secret, callees that hand one on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import libcst as cst

from lintfoot import decorators
from lintfoot.answers import answer
from lintfoot.gates.secret_callees import ASKS
from lintfoot.libraries import Models
from lintfoot.scopes import Scope, last_word
from lintfoot.secret_names import Kind, Said, words
from lintfoot.secret_values import Verdict
from lintfoot.visitors.leaves import name_of, text_of


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENUMS = _set("Enum StrEnum IntEnum Flag IntFlag TextChoices Choices ChoiceSet DjangoChoices LabeledEnum str_enum")
_RECORDS = _set("dataclass define frozen attrs s")


@lru_cache(maxsize=4)
def secret_calls(models: Models) -> frozenset[str]:
    """The last names of all modelled calls that take a secret, those of their re-exports included."""
    return answer(models, "calls that take a secret", (), lambda: _secret_calls(models))


def _secret_calls(models: Models) -> frozenset[str]:
    taking = {
        name
        for name, function in models.functions.items()
        if any(argument.secret for argument in function.arguments.values())
    }
    taking.update(alias for alias in models.aliases if models.canonical(alias) in taking)
    return frozenset(name.rpartition(".")[2] for name in taking)


def judged_bytes(raw: bytes, name: Said) -> Verdict | None:
    """Keys as bytes that are no text; None where they are."""
    if all(32 <= byte < 127 for byte in raw):  # noqa: PLR2004 - ASCII
        return None
    real = len(raw) >= 8 and len(set(raw)) > 4 and name.kind is not Kind.TOKEN  # noqa: PLR2004 - not b"\0" * 16
    return Verdict.REAL if real else Verdict.NO


Judge = Callable[[str], Said | None]
Takers = dict[str, list[tuple[cst.CSTNode, dict[int, str]]]]


def takers(scopes: Iterable[Scope], judge_name: Judge) -> Takers:
    """Functions and data classes of a file that take a secret: by last name, with the positions that do."""
    found: Takers = {}
    for scope in scopes:
        node = scope.node
        if isinstance(node, cst.FunctionDef):
            owner = scope.parent.node if scope.parent is not None else None
            names = [param.name.value for param in (*node.params.posonly_params, *node.params.params)]
            if node.name.value == "__init__" and isinstance(owner, cst.ClassDef):
                _add(found, owner, owner.name.value, names[1:], judge_name)
            else:
                _add(found, node, node.name.value, names, judge_name)
        elif isinstance(node, cst.ClassDef) and _is_record(node):
            _add(found, node, node.name.value, list(_fields(node)), judge_name)
    return found


def _add(found: Takers, node: cst.CSTNode, called: str, names: list[str], judge_name: Judge) -> None:
    places = {number: name for number, name in enumerate(names) if judge_name(name) is not None}
    if places:
        found.setdefault(called, []).append((node, places))


def _is_record(node: cst.ClassDef) -> bool:
    return decorators.has(node, *_RECORDS) or any(last_word(base.value) == "NamedTuple" for base in node.bases)


def _fields(node: cst.ClassDef) -> Iterator[str]:
    for line in node.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name):
                yield statement.target.value


def siblings(holder: cst.CSTNode | None) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The keys and values of a dict, or the keywords of a call."""
    match holder:
        case cst.Dict(elements=elements):
            for element in elements:
                match element:
                    case cst.DictElement(key=cst.SimpleString() as key, value=value):
                        yield text_of(key) or "", value
                    case _:
                        pass
        case cst.Call(args=args):
            yield from ((arg.keyword.value, arg.value) for arg in args if arg.keyword is not None)
        case _:
            pass


def maps_names(node: cst.Dict) -> bool:
    """Whether a dict says what things are called elsewhere: `{"login_host": "host", "login_user": "user", …}`."""
    pairs = [(words(key)[-1:], words(text)[-1:]) for key, value in siblings(node) if (text := text_of(value))]
    return len(pairs) > 2 and sum(one == other != () for one, other in pairs) * 2 >= len(pairs)  # noqa: PLR2004


def key_of(node: cst.CSTNode | None) -> str:
    """The name that a node gives to its value: a key, a keyword, the target of an assignment."""
    match node:
        case cst.DictElement(key=key):
            return text_of(key) or last_word(key)
        case cst.Arg(keyword=cst.Name(value=keyword)):
            return keyword
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return name_of(target)
        case _:
            return ""


def asks_for_password(statement: cst.CSTNode) -> bool:
    """`tn.read_until(b"Password: ")`, `i = child.expect(["assword", pexpect.EOF])`."""
    value = None
    if isinstance(statement, cst.SimpleStatementLine) and statement.body:
        value = getattr(statement.body[-1], "value", None)
    if not isinstance(value, cst.Call) or last_word(value.func) not in ASKS or not value.args:
        return False
    first = value.args[0].value
    asked = [element.value for element in first.elements] if isinstance(first, cst.List | cst.Tuple) else [first]
    return any(re.search(r"(?i)ass(?:word|phrase|code)", text_of(one) or "") for one in asked)


def in_enumeration(ancestors: Iterable[cst.CSTNode]) -> bool:
    """Whether a node stands in an enumeration: its members are labels."""
    for above in ancestors:
        if isinstance(above, cst.FunctionDef):
            return False
        if isinstance(above, cst.ClassDef):
            return any(last_word(base.value) in _ENUMS for base in above.bases)
    return False
