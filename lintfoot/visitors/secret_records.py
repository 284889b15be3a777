"""Classes whose objects show their fields when they are printed: data classes, named tuples, models."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.scopes import last_word

_RECORDS = frozenset("dataclass define frozen mutable attrs s".split())
_BASES = frozenset("NamedTuple BaseModel BaseSettings Struct SQLModel".split())
_SHOWS = frozenset("__repr__ __str__ __format__".split())


def shown_fields(owner: cst.ClassDef) -> Iterator[str]:
    """The fields that the generated `repr` of a class shows; none where it writes its own."""
    if not _generated(owner):
        return
    for line in owner.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if (
                isinstance(statement, cst.AnnAssign)
                and isinstance(statement.target, cst.Name)
                and not _hidden(statement)
            ):
                yield statement.target.value


def _generated(owner: cst.ClassDef) -> bool:
    methods = {one.name.value for one in owner.body.body if isinstance(one, cst.FunctionDef)}
    if methods & _SHOWS:
        return False
    for decorator in owner.decorators:
        inner = decorator.decorator
        call = inner if isinstance(inner, cst.Call) else None
        if last_word(call.func if call is not None else inner) in _RECORDS:
            return call is None or not any(_switched_off(arg) for arg in call.args)
    return any(last_word(base.value) in _BASES for base in owner.bases)


def _hidden(field: cst.AnnAssign) -> bool:
    """`field(repr=False)`, `SecretStr`, a class variable."""
    annotation = cst.Module(()).code_for_node(field.annotation.annotation)
    if "Secret" in annotation or "ClassVar" in annotation:
        return True
    return isinstance(field.value, cst.Call) and any(_switched_off(arg) for arg in field.value.args)


def _switched_off(arg: cst.Arg) -> bool:
    named = arg.keyword is not None and arg.keyword.value == "repr"
    return named and isinstance(arg.value, cst.Name) and arg.value.value == "False"
