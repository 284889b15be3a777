"""Repairs of what scripts do to files and folders: names, modes, second runs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.argvs import quoted
from lintfoot.repairs.edits import code, indent_of, is_used, keyword_of, replaced, with_argument
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_MKTEMP = "tempfile.mktemp"
_DECIMAL = "is a decimal number"  # the words of LF706's message for a slip
_OTHERS_WRITE = 0o002
_PATH_AND_MODE = 2  # arguments of `open`; tempfile takes the others in another order
_MAKES_MODES = frozenset(("chmod", "fchmod", "lchmod"))


def made_file(context: Context, hit: Hit) -> Change | None:
    """LF702: mkstemp, which makes the file. Unsafe: it is there already, and only its owner may read it."""
    call = hit.node
    if not isinstance(call, cst.Call):
        return None
    if _MKTEMP not in context.names.names_of(call.func):
        return _unforeseen(context, call)
    statement = context.names.index.statement_of(call)
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    if any(arg.star for arg in call.args):
        return None
    given = ", ".join(code(context, arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in call.args)
    made, indent = f"tempfile.mkstemp({given})", indent_of(context, statement)
    closed = f"\n{indent}os.close(descriptor)"
    if is_used(context, statement, "descriptor") or "\n" in made:
        return None
    match statement.body[0]:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=path))], value=value) if value is call:
            new = f"descriptor, {path} = {made}{closed}"
        case cst.Return(value=value) if value is call and not is_used(context, statement, "path"):
            new = f"descriptor, path = {made}{closed}\n{indent}return path"
        case _:
            return None
    pieces = (replaced(statement.body[0], new),)
    return Change("make the file at once", Safety.UNSAFE, pieces, imports=("os", "tempfile"))


def _unforeseen(context: Context, call: cst.Call) -> Change | None:
    """`with open("/tmp/x.sql", "w")`: a file whose name nobody foresees. A suggestion: who else knows the old name?"""
    item = context.names.index.parent.get(id(call))
    mode = keyword_of(call, "mode") or (call.args[1] if len(call.args) > 1 else None)
    first = call.args[0] if call.args else None
    if context.names.names_of(call.func) != ("builtins.open",) or not isinstance(item, cst.WithItem):
        return None
    if first is None or first.keyword is not None or mode is None or not isinstance(mode.value, cst.SimpleString):
        return None
    path = context.names.constant(first.value)
    if (
        not isinstance(path, str)
        or len(call.args) > _PATH_AND_MODE
        or not str(mode.value.evaluated_value).startswith("w")
    ):
        return None
    suffix = posixpath.splitext(path)[1]
    ending = f", suffix={quoted(suffix)}" if suffix else ""
    new = f"tempfile.NamedTemporaryFile({code(context, mode.value)}{ending}, delete=False)"
    pieces = (replaced(call, new),)
    return Change("let tempfile choose the name", Safety.SUGGESTION, pieces, imports=("tempfile",))


def again(context: Context, hit: Hit) -> Change | None:
    """LF704: what is done already is no failure. Unsafe: what somebody else has put there is taken for the script's own.

    Not for links: one that is there may lead to what was current last week.
    """
    call = hit.node
    if not isinstance(call, cst.Call):
        return None
    names = set(context.names.names_of(call.func))
    last = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    if names & {"os.makedirs", "pathlib.Path.mkdir"} or (last == "mkdir" and "os.mkdir" not in names):
        return _allowing(context, call, "exist_ok")
    if "shutil.copytree" in names:
        return _allowing(context, call, "dirs_exist_ok")
    if "pathlib.Path.unlink" in names or (last == "unlink" and "os.unlink" not in names):
        return _allowing(context, call, "missing_ok")
    if "os.mkdir" in names:
        return _suppressing(context, call, "FileExistsError")
    if names & {"os.remove", "os.unlink", "os.rmdir"}:
        return _suppressing(context, call, "FileNotFoundError")
    return None


def _allowing(context: Context, call: cst.Call, keyword: str) -> Change | None:
    given = keyword_of(call, keyword)
    if any(arg.star for arg in call.args):
        return None
    piece = replaced(given.value, "True") if given is not None else with_argument(context, call, f"{keyword}=True")
    return Change(f"give it {keyword}=True", Safety.UNSAFE, (piece,)) if piece is not None else None


def _suppressing(context: Context, call: cst.Call, kind: str) -> Change | None:
    statement = context.names.index.statement_of(call)
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    match statement.body[0]:
        case cst.Expr(value=value) if value is call:
            pass
        case _:
            return None
    text = code(context, call)
    if "\n" in text:
        return None
    indent = indent_of(context, statement) + context.module.default_indent
    made = f"with contextlib.suppress({kind}):\n{indent}{text}"
    return Change(f"let {kind} pass", Safety.UNSAFE, (replaced(statement.body[0], made),), imports=("contextlib",))


def mode(_context: Context, hit: Hit) -> Change | None:
    """LF706: the mode that was meant, or the same without writing for others. Unsafe: somebody may lean on the right."""
    call = hit.node
    if not isinstance(call, cst.Call):
        return None
    numbers = [arg.value for arg in call.args if isinstance(arg.value, cst.Integer)]
    if len(numbers) != 1:
        return None
    text = numbers[0].value
    if text.isdecimal() and _DECIMAL in hit.message and not set(text) & {"8", "9"}:
        return Change(f"write 0o{text}", Safety.UNSAFE, (replaced(numbers[0], f"0o{text}"),))
    last = call.func.attr.value if isinstance(call.func, cst.Attribute) else code_of_name(call.func)
    if not text.lower().startswith("0o") or last not in _MAKES_MODES:
        return None
    less = f"0o{int(text, 8) & ~_OTHERS_WRITE:o}"
    return Change(f"write {less}: others may not write", Safety.UNSAFE, (replaced(numbers[0], less),))


def code_of_name(node: cst.BaseExpression) -> str:
    """The name that a bare name is."""
    return node.value if isinstance(node, cst.Name) else ""
