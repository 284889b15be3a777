"""Files that are opened outside a `with` and not closed on every path."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.gates.files import OPEN_FILES, OPENERS
from lintfoot.gates.gate import Gate
from lintfoot.libraries import Argument
from lintfoot.scopes import FunctionNode, dotted, last_word, parameters
from lintfoot.values import Class, Function, Instance
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.closing import Handle, leak
from lintfoot.visitors.file_paths import is_path, modes, opened

(CODE,) = OPEN_FILES.codes
# They use a handle up and leave it open.
_USERS = frozenset(
    f"builtins.{name}"
    for name in "all any dict enumerate filter frozenset iter list map max min next print reversed set sorted sum tuple zip".split()
) | {
    "csv.DictReader",
    "csv.DictWriter",
    "csv.reader",
    "csv.writer",
    "collections.deque",
    "collections.Counter",
    "configparser.ConfigParser.read_file",
    "email.message_from_binary_file",
    "email.message_from_file",
    "hashlib.file_digest",
    "itertools.chain",
    "itertools.islice",
    "itertools.zip_longest",
    "shutil.copyfileobj",
    "xml.dom.minidom.parse",
    "xml.etree.ElementTree.parse",
}
_LOADERS = frozenset(
    {"load", "load_all", "safe_load", "safe_load_all", "full_load", "unsafe_load", "dump", "safe_dump"}
)
_PARSERS = frozenset(
    "json simplejson ujson orjson rapidjson yaml ruamel pickle cPickle marshal dill cloudpickle tomllib tomli toml plistlib".split()
)
_WRAPPED = Argument(("fileobj",))
_STREAMS = frozenset({"IOBase", "BytesIO()", "StringIO()", "HTTPResponse", "BufferedReader()"})
_THROUGH = (cst.Await, cst.NamedExpr, cst.IfExp, cst.BooleanOperation)


class OpenFiles(Visitor):
    """LF506 at the call that opens."""

    gate: ClassVar[Gate] = OPEN_FILES

    def visit_Call(self, node: cst.Call) -> None:
        """Each call that opens a file: follow the handle to where it ends."""
        name = self._opener(node)
        if not name:
            return
        value: cst.BaseExpression = node
        parent = self.names.index.parent[id(node)]
        while isinstance(parent, _THROUGH):
            if isinstance(parent, cst.NamedExpr):
                self._kept_in(node, name, parent.target)
                return
            if isinstance(parent, cst.IfExp | cst.BooleanOperation) and value is getattr(parent, "test", None):
                break
            value, parent = parent, self.names.index.parent[id(parent)]
        self._used(node, name, value, parent)

    def _opener(self, node: cst.Call) -> str:
        for target in calls.targets(self.names, node):
            if target.name in OPENERS:
                return "" if self._wraps(node, target) else target.name
        method = isinstance(node.func, cst.Attribute) and node.func.attr.value == "open"
        return "pathlib.Path.open" if method and is_path(self.names, node.func.value) else ""  # type: ignore[attr-defined]

    def _wraps(self, node: cst.Call, target: calls.Target) -> bool:
        """Whether it reads what somebody else has opened, or bytes in memory; a test double is opened without a path."""
        if calls.given(self.names, node, _WRAPPED, target.partials).state == "given":
            return True
        path = target.function.arguments.get("path")
        if path is None:
            return False
        given = calls.given(self.names, node, path, target.partials)
        return given.state == "absent" or any(
            isinstance(value, Instance) and value.name.rpartition(".")[2] in _STREAMS for value in given.values
        )

    def _used(self, node: cst.Call, name: str, value: cst.BaseExpression, parent: cst.CSTNode) -> None:
        match parent:
            case cst.Assign(targets=targets):
                if all(isinstance(one.target, cst.Name) or _is_own(one.target) for one in targets):
                    self._kept_in(node, name, targets[0].target)
            case cst.AnnAssign(target=target):
                self._kept_in(node, name, target)
            case cst.Element():
                self._paired(node, name, parent)
            case cst.Arg():
                call = self.names.index.parent[id(parent)]
                if isinstance(call, cst.Call) and uses_up(self, call, parent):
                    self._say(node, name, f"`{self._short(call.func)}` uses the file up and does not close it")
            case cst.Attribute(attr=cst.Name(value=method)):
                if method not in ("close", "__enter__", "detach", "__aenter__"):
                    self._say(node, name, "nothing holds the file that could close it")
            case cst.For(iter=iterated) | cst.CompFor(iter=iterated) if iterated is value:
                self._say(node, name, "the loop reads the file and does not close it")
            case cst.Expr():
                self._say(node, name, "nothing holds the file that could close it")
            case cst.From():
                self._say(node, name, "nothing closes the file when the generator is left early")
            case cst.StarredElement() | cst.ComparisonTarget() | cst.Comparison():
                self._say(node, name, "nothing holds the file that could close it")
            case _:
                return

    def _paired(self, node: cst.Call, name: str, element: cst.CSTNode) -> None:
        """`a, b = open(x), open(y)`."""
        index = self.names.index
        display = index.parent[id(element)]
        outer = index.parent.get(id(display))
        match outer:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Tuple(elements=left))]) if isinstance(
                display, cst.Tuple
            ):
                if len(left) == len(display.elements):
                    number = next(n for n, one in enumerate(display.elements) if one is element)
                    self._kept_in(node, name, left[number].value)
            case _:
                return

    # a handle with a name

    def _kept_in(self, node: cst.Call, name: str, target: cst.BaseExpression) -> None:
        if isinstance(target, cst.Name):
            found = leak(self.names, Handle(node, target), lambda call, arg: uses_up(self, call, arg))
            if found is not None:
                note = (Note(found.place, found.why),) if found.place is not None else ()
                self._say(node, name, found.message, note)
        elif isinstance(target, cst.Attribute) and _is_own(target):
            self._of_object(node, name, target)

    def _of_object(self, node: cst.Call, name: str, target: cst.Attribute) -> None:
        """A handle of the object's: fine where the object hands it on, or something closes it."""
        function = self.names.index.function_of(target)
        owner = self.names.index.class_of(function) if function is not None else None
        if owner is None or any(isinstance(base, str) for base in self.names.family(owner)):
            return
        if any(not isinstance(value, Class) for base in owner.bases for value in self.names.values(base.value)):
            return
        attr = target.attr.value
        for use in below(self.context.module):
            if isinstance(use, cst.Attribute) and use.attr.value == attr and use is not target and self._lets_go(use):
                return
        self._say(node, name, f"nothing in `{owner.name.value}` closes `{self.written(target)}`")

    def _lets_go(self, use: cst.Attribute) -> bool:
        parent = self.names.index.parent.get(id(use))
        match parent:
            case cst.Attribute(attr=cst.Name(value="close" | "fileno" | "detach" | "__exit__" | "aclose")):
                return True
            case cst.Arg():
                call = self.names.index.parent[id(parent)]
                return not (isinstance(call, cst.Call) and uses_up(self, call, parent))
            case cst.WithItem() | cst.Return() | cst.Element() | cst.DictElement() | cst.Yield() | cst.Assign():
                return True
            case _:
                return False

    # words

    def _say(self, node: cst.Call, name: str, why: str, related: tuple[Note, ...] = ()) -> None:
        self.report(
            CODE,
            node,
            f"`{self._short(node.func)}` opens a file outside a `with`: {why}",
            label="stays open",
            help=self._advice(node, name),
            related=related,
        )

    def _advice(self, node: cst.Call, name: str) -> str:
        parent = self.names.index.parent.get(id(node))
        path = opened(self.names, node)
        call = self.names.index.parent.get(id(parent)) if isinstance(parent, cst.Attribute) else None
        if (
            name in ("builtins.open", "pathlib.Path.open")
            and path is not None
            and isinstance(call, cst.Call)
            and not call.args
        ):
            shown = self.written(path, 40)
            holder = shown if is_path(self.names, path) else f"Path({shown})"
            binary = any("b" in mode for mode in modes(self.names, node) if mode not in ("read", "write"))
            if isinstance(parent, cst.Attribute) and parent.attr.value == "read":
                return f"{holder}.read_bytes()" if binary else f"{holder}.read_text()"
        target = "stream"
        if isinstance(parent, cst.Assign) and isinstance(parent.targets[0].target, cst.Name):
            target = parent.targets[0].target.value
        return f"with {self.written(node, 60)} as {target}: …"

    def _short(self, func: cst.BaseExpression) -> str:
        return self.written(func, 40)


def _is_own(target: cst.BaseExpression) -> bool:
    return isinstance(target, cst.Attribute) and dotted(target.value) in ("self", "cls")


def uses_up(visitor: Visitor, call: cst.Call, arg: cst.Arg) -> bool:
    """Whether a call reads from, or writes to, the handle that it is given, and never closes it."""
    names = visitor.names
    last = last_word(call.func)
    known = set(names.names_of(call.func))
    if not known.isdisjoint(_USERS):
        return "builtins.print" not in known or (arg.keyword is not None and arg.keyword.value == "file")
    parts = {part for name in known for part in name.split(".")}
    if last in _LOADERS and not parts.isdisjoint(_PARSERS):
        return True
    if last in ("read_file", "readfp") and isinstance(call.func, cst.Attribute):
        return True
    if last == "join" and isinstance(call.func, cst.Attribute) and isinstance(call.func.value, cst.SimpleString):
        return True
    return any(
        isinstance(value, Function) and _only_reads(visitor, value.node, call, arg) for value in names.values(call.func)
    )


def _only_reads(visitor: Visitor, function: FunctionNode, call: cst.Call, arg: cst.Arg) -> bool:
    """Whether a function of this file merely reads the parameter that the handle goes to."""
    if not isinstance(function, cst.FunctionDef):
        return False
    names = visitor.names
    bound = names.index.class_of(function) is not None
    place = next(number for number, one in enumerate(call.args) if one is arg)
    params = parameters(function)[1 if bound else 0 :]
    if arg.keyword is not None:
        param = next((one for one in params if one.name.value == arg.keyword.value), None)
    else:
        param = params[place] if place < len(params) and not arg.star else None
    if param is None or param.star:
        return False
    uses = [one for one in below(function.body) if isinstance(one, cst.Name) and one.value == param.name.value]
    return bool(uses) and all(_is_read(visitor, use) for use in uses)


def _is_read(visitor: Visitor, use: cst.Name) -> bool:
    parent = visitor.names.index.parent.get(id(use))
    match parent:
        case cst.Attribute(value=value, attr=cst.Name(value=method)) if value is use:
            return method.startswith(("read", "write"))
        case cst.For(iter=value) | cst.CompFor(iter=value):
            return value is use
        case _:
            return False
