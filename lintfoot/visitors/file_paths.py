"""What a path expression spells: through names, `os.path.join`, pathlib's `/` and the functions that only tidy a path."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import libcst as cst

from lintfoot import calls
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import Binding, How, dotted, last_word
from lintfoot.values import Constant, Instance, Parameter, Text

DATA = "\0"  # stands where nobody can tell what goes in
GUESSED = "\1"  # stands where anybody can: a process number, a user's name, a date
_MOST = 8  # spellings of one path
_DEEPEST = 8
_JOINS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath"})
_TIDY = frozenset(
    f"os.path.{name}" for name in ("abspath", "realpath", "normpath", "expanduser", "expandvars", "normcase")
) | {"os.fspath", "os.fsencode", "os.fsdecode", "builtins.str", "builtins.bytes"}
_TIDY_METHODS = frozenset(
    "resolve absolute expanduser as_posix decode encode strip rstrip lstrip with_segments __str__ __fspath__".split()
)
_LOOKED_UP = frozenset({"os.environ.get", "os.getenv"})
_RENAMES = frozenset({"with_name", "with_suffix", "with_stem"})
_BYTES_FIELD = regex(r"%[a-z]")
_LISTS = frozenset({"glob", "rglob", "iterdir"})


def spellings(names: Names, node: cst.BaseExpression | None, depth: int = 0) -> tuple[str, ...]:
    """Every text that a path may be, with a NUL for each piece that nobody can tell; never empty."""
    if node is None or depth > _DEEPEST:
        return (DATA,)
    match node:
        case cst.BinaryOperation(left=left, operator=cst.Divide(), right=right):
            found = _joined(names, (left, right), depth)
        case cst.Call():
            found = _called(names, node, depth)
        case cst.BooleanOperation(left=left, right=right) | cst.IfExp(body=left, orelse=right):
            found = (*spellings(names, left, depth + 1), *spellings(names, right, depth + 1))
        case cst.NamedExpr(value=value):
            found = spellings(names, value, depth + 1)
        case cst.BinaryOperation(left=left, operator=cst.Modulo()) if isinstance(names.constant(left), bytes):
            found = (_BYTES_FIELD.sub(DATA, names.constant(left).decode("latin-1")),)
        case cst.Name() | cst.Attribute():
            found = _known(names, node, depth) or _bound(names, node, depth)
        case _:
            found = _known(names, node, depth)
    some = tuple(dict.fromkeys(found))[:_MOST]
    return some or ((GUESSED,) if _guessable(names, node, depth) else (DATA,))


def _known(names: Names, node: cst.BaseExpression, depth: int) -> tuple[str, ...]:
    found: list[str] = []
    for value in names.values(node):
        match value:
            case Constant(value=str() as text):
                found.append(text)
            case Constant(value=bytes() as raw):
                found.append(raw.decode("latin-1"))
            case Text(parts=parts):
                found += _put_together(names, parts, depth)
            case Parameter(default=default) if default is not None:
                found += spellings(names, default, depth + 1)
            case _:
                pass
    return tuple(one for one in found if one.strip(DATA + GUESSED))


def _put_together(names: Names, parts: tuple[str | cst.BaseExpression, ...], depth: int) -> tuple[str, ...]:
    """A text whose pieces are paths themselves: `f"{gettempdir()}/x"`."""
    found = [""]
    for part in parts:
        pieces = (part,) if isinstance(part, str) else spellings(names, part, depth + 1)
        found = [f"{one}{piece}" for one in found for piece in pieces][:_MOST]
    return tuple(found)


def _called(names: Names, call: cst.Call, depth: int) -> tuple[str, ...]:
    known = set(names.names_of(call.func))
    last = last_word(call.func)
    plain = tuple(arg.value for arg in call.args if arg.keyword is None and not arg.star)
    if not known.isdisjoint(_JOINS) and len(plain) == len(call.args):
        return _joined(names, plain, depth)
    if not known.isdisjoint(_TIDY) and plain:
        return spellings(names, plain[0], depth + 1)
    if "tempfile.gettempdir" in known:
        return ("/tmp",)  # noqa: S108 - that is what it mostly returns
    if not known.isdisjoint(_LOOKED_UP) and len(plain) > 1:
        return spellings(names, plain[1], depth + 1)
    if isinstance(call.func, cst.Attribute):
        owner = call.func.value
        if last == "joinpath":
            return _joined(names, (owner, *plain), depth)
        if last in _TIDY_METHODS and not _known(names, call, depth):
            return spellings(names, owner, depth + 1)
        if last in _RENAMES:
            return tuple(f"{posixpath.dirname(one)}/{DATA}" for one in spellings(names, owner, depth + 1))
    return _known(names, call, depth)


def _joined(names: Names, parts: tuple[cst.BaseExpression, ...], depth: int) -> tuple[str, ...]:
    found = [""]
    for part in parts:
        pieces = spellings(names, part, depth + 1)
        found = [
            piece if piece.startswith("/") or not one else f"{one.rstrip('/')}/{piece}"
            for one in found
            for piece in pieces
        ]
        found = found[:_MOST]
    return tuple(found)


def _bound(names: Names, node: cst.Name | cst.Attribute, depth: int) -> tuple[str, ...]:
    """What a name was bound to where that is no plain text: a Path, a joined path."""
    return tuple(
        one
        for binding in bindings(names, node)
        if binding.how is How.ASSIGNED and not binding.path
        for one in spellings(names, binding.value, depth + 1)
    )


_GUESSED_CALLS = frozenset(
    "os.getpid os.getppid os.getuid os.getlogin os.uname getpass.getuser socket.gethostname socket.getfqdn platform.node "
    "time.time time.time_ns time.strftime time.ctime time.monotonic datetime.datetime.now datetime.datetime.today "
    "datetime.datetime.utcnow datetime.date.today datetime.now datetime.utcnow datetime.today".split()
)
_GUESSED_WORDS = regex(r"(?:.*_)?(?:host|hostname|node|user|username|pid|date|today|day|now|timestamp|port)")
_GUESSED_VARIABLES = frozenset({"USER", "LOGNAME", "HOSTNAME", "HOST", "UID"})


def _guessable(names: Names, node: cst.BaseExpression, depth: int) -> bool:
    """Whether somebody else on the host can tell, or try out, what a piece of a name will be."""
    if depth > _DEEPEST:
        return False
    match node:
        case cst.Name() | cst.Attribute() if _GUESSED_WORDS.fullmatch(last_word(node).lower()):
            return True
        case cst.Name() | cst.Attribute():
            found = [one for one in bindings(names, node) if one.how is How.ASSIGNED]
            return bool(found) and all(
                one.value is not None and _guessable(names, one.value, depth + 1) for one in found
            )
        case cst.Call(args=args):
            known = set(names.names_of(node.func))
            if not known.isdisjoint(_GUESSED_CALLS):
                return True
            if not known.isdisjoint(_LOOKED_UP) and args:
                return names.constant(args[0].value) in _GUESSED_VARIABLES
            if isinstance(node.func, cst.Attribute) and _guessable(names, node.func.value, depth + 1):
                return True
            plain = known & {"builtins.str", "builtins.int", "builtins.round", "builtins.repr"}
            return bool(plain) and bool(args) and _guessable(names, args[0].value, depth + 1)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return "os.environ" in names.names_of(value) and names.constant(key) in _GUESSED_VARIABLES
        case cst.SimpleString() | cst.Integer():
            return True
        case _:
            values = names.values(node)
            return bool(values) and all(isinstance(value, Constant) for value in values)


def bindings(names: Names, node: cst.Name | cst.Attribute) -> list[Binding]:
    """The bindings that a name, or an attribute of self, may have where it stands."""
    if isinstance(node, cst.Name):
        return names.bindings_of(node)
    written = dotted(node)
    writes = names.index.attribute_writes.get(node.attr.value, ())
    found = [binding for target, binding in writes if written and dotted(target) == written and target is not node]
    if not found and isinstance(node.value, cst.Name) and node.value.value in ("self", "cls"):
        function = names.index.function_of(node)
        owner = names.index.class_of(function) if function is not None else None
        found = names.index.scopes[id(owner)].bindings.get(node.attr.value, []) if owner is not None else []
    return list(found)


def is_path(names: Names, node: cst.BaseExpression) -> bool:
    """Whether an expression may be a pathlib path, also one out of a loop over a folder."""
    if any(isinstance(value, Instance) and value.name == "pathlib.Path" for value in names.values(node)):
        return True
    if not isinstance(node, cst.Name):
        return False
    return any(
        isinstance(call, cst.Call)
        and isinstance(call.func, cst.Attribute)
        and last_word(call.func) in _LISTS
        and is_path(names, call.func.value)
        for binding in bindings(names, node)
        if binding.how is How.LOOPED
        for call in _listed(binding.value)
    )


def _listed(node: cst.BaseExpression | None) -> Iterator[cst.BaseExpression | None]:
    """What a loop goes over, also in `sorted(…)` or `list(…)`."""
    yield node
    if isinstance(node, cst.Call) and node.args and isinstance(node.func, cst.Name):
        yield node.args[0].value


_WRITES = frozenset("wax+")
_OPEN_METHOD = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "touch", "mkdir", "chmod"})


def opened(names: Names, call: cst.Call) -> cst.BaseExpression | None:
    """The path that a call opens: an argument, or what `.open()` is called on."""
    for target in calls.targets(names, call):
        if "path" in target.function.arguments:
            return calls.given(names, call, target.function.arguments["path"], target.partials).node
    if (
        isinstance(call.func, cst.Attribute)
        and call.func.attr.value in _OPEN_METHOD
        and is_path(names, call.func.value)
    ):
        return call.func.value
    return None


def modes(names: Names, call: cst.Call) -> tuple[str, ...]:
    """The modes that a call may open a file in; `read` or `write` where it names none, nothing where nobody can tell."""
    for target in calls.targets(names, call):
        argument = target.function.arguments.get("mode")
        if argument is not None and "open" in target.function.role:
            given = calls.given(names, call, argument, target.partials)
            if given.state == "given":
                return tuple(
                    value.value
                    for value in given.values
                    if isinstance(value, Constant) and isinstance(value.value, str)
                )
            return (argument.default,) if given.state == "absent" else ()
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "open":
        mode = next((arg.value for arg in call.args if arg.keyword is None or arg.keyword.value == "mode"), None)
        constant = names.constant(mode) if mode is not None else "read"
        return (constant,) if isinstance(constant, str) else ()
    return ()


def writes(names: Names, call: cst.Call) -> bool:
    """Whether a call opens a file to write into it."""
    return any(mode == "write" or (mode != "read" and not _WRITES.isdisjoint(mode)) for mode in modes(names, call))
