"""Which data a script did not make itself: it came over the network, from an upload, or out of a file that the caller names."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, decorators
from lintfoot.call_sites import local_argument
from lintfoot.flow import reaching
from lintfoot.names import Names
from lintfoot.scopes import Binding, How, dotted, last_word
from lintfoot.values import Constant, Function, Instance, Text
from lintfoot.visitors.file_paths import opened, writes

NETWORK = "the network"
UPLOAD = "whoever sends the request"
ARGV = "the command line"
NAMED = f"a file named on {ARGV}"
DOWNLOAD = "a download"
ANYBODY = "a folder in which every user may write"

_DEEPEST = 10  # steps back to where a value comes from
_ROLES = frozenset({"request", "connect", "client"})
_RECEIVE = frozenset({"recv", "recvfrom", "recv_into", "recvmsg", "recv_multipart", "receive_bytes", "basic_get"})
_UNPACK = frozenset(  # what they return is what they were given, in other clothes
    f"{module}.{name}"
    for module, names in {
        "base64": "b64decode urlsafe_b64decode standard_b64decode b32decode b16decode decodebytes b85decode a85decode",
        "binascii": "unhexlify a2b_hex a2b_base64",
        "bz2": "decompress open BZ2File",
        "builtins": "bytes bytearray memoryview bytes.fromhex bytearray.fromhex",
        "codecs": "decode encode",
        "gzip": "decompress open GzipFile",
        "io": "BytesIO StringIO BufferedReader",
        "lzma": "decompress open LZMAFile",
        "zlib": "decompress",
        "urllib.parse": "unquote unquote_to_bytes",
    }.items()
    for name in names.split()
)
_ASKED = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_REQUEST_PARTS = frozenset(
    "args body cookies COOKIES data FILES files form GET get_data headers json POST query_params rfile stream".split()
)
_COMMAND_DECORATORS = frozenset({"argument", "command", "option", "callback"})
_OPEN_TO_ALL = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - what is looked for, not used
_FETCHES = {"urlretrieve": 1, "download_file": -1, "download_fileobj": -1, "fget_object": -1, "download_to_filename": 0}
_WRITE = (*_FETCHES, "write_bytes", "write_text", "write", "dump", "copyfileobj", "to_pickle")  # what may write a file


class Outside:
    """Follows expressions of one file back to where their data comes from."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._own: set[str] | None = None
        self._fetched: set[str] = set()

    def source(self, node: cst.BaseExpression | None, depth: int = 0) -> str:
        """Where the data of an expression comes from, in words; empty where it is the script's own or nobody can tell."""
        if node is None or depth > _DEEPEST:
            return ""
        match node:
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner) | cst.Subscript(value=inner):
                return self.source(inner, depth + 1)
            case cst.Call():
                return self._called(node, depth)
            case cst.Attribute():
                return self._attribute(node, depth)
            case cst.Name():
                return self._name(node, depth)
            case cst.BinaryOperation(left=left, right=right) | cst.BooleanOperation(left=left, right=right):
                return self.source(left, depth + 1) or self.source(right, depth + 1)
            case cst.IfExp(body=body, orelse=orelse):
                return self.source(body, depth + 1) or self.source(orelse, depth + 1)
            case cst.List(elements=elements) | cst.Tuple(elements=elements):
                return next(filter(None, (self.source(one.value, depth + 1) for one in elements)), "")
            case cst.GeneratorExp(elt=element) | cst.ListComp(elt=element):
                return self.source(element, depth + 1)
            case _:
                return ""

    def path(self, node: cst.BaseExpression | None, depth: int = 0) -> str:
        """The same for the file that a path names."""
        if node is None:
            return ""
        keys = path_keys(self.names, node)
        own = self._written()
        if not keys.isdisjoint(self._fetched):
            return DOWNLOAD
        if not keys.isdisjoint(own):
            return ""
        if any(key.startswith(_OPEN_TO_ALL) for key in keys):
            return ANYBODY
        found = self.source(_innermost(node), depth + 1)
        return NAMED if found == ARGV else found if found == UPLOAD else ""

    def _called(self, call: cst.Call, depth: int) -> str:
        known = set(self.names.names_of(call.func))
        if call.args and not known.isdisjoint(_UNPACK) and (found := self.source(call.args[0].value, depth + 1)):
            return found
        targets = calls.targets(self.names, call)
        roles = {role for target in targets for role in target.function.role}
        if "open" in roles:
            return self.path(opened(self.names, call), depth)
        if not roles.isdisjoint(_ROLES):
            return NETWORK
        last = last_word(call.func)
        if last in _RECEIVE:
            return NETWORK
        if last in _ASKED:
            return ARGV
        if isinstance(call.func, cst.Attribute):
            if last == "join" and call.args:
                return self.source(call.args[0].value, depth + 1)
            if last in ("read_bytes", "read_text", "open"):
                return self.path(call.func.value, depth)
            if (found := self._attribute(call.func, depth)) not in ("", ARGV):
                return found
        return self._of_function(call, depth)

    def _of_function(self, call: cst.Call, depth: int) -> str:
        for value in self.names.values(call.func):
            if isinstance(value, Function):
                for returned in self.names.index.returns.get(id(value.node), ()):
                    if found := self.source(returned, depth + 1):
                        return found
        return ""

    def _attribute(self, node: cst.Attribute, depth: int) -> str:
        known = self.names.names_of(node)
        if "sys.argv" in known:
            return ARGV
        if any(name.startswith(("flask.request", "bottle.request", "quart.request")) for name in known):
            return UPLOAD
        if node.attr.value == "rfile" and dotted(node.value) == "self":
            return UPLOAD
        if node.attr.value in _REQUEST_PARTS and dotted(node.value) in ("request", "self.request", "req"):
            return UPLOAD
        if dotted(node.value) in ("self", "cls"):
            writes = self.names.index.attribute_writes.get(node.attr.value, ())
            return next(filter(None, (self._binding(one, node, depth) for _, one in writes)), "")
        return self.source(node.value, depth + 1)

    def _name(self, node: cst.Name, depth: int) -> str:
        if any(name.startswith("sys.argv") for name in self.names.names_of(node)):
            return ARGV
        scope = self.names.lookup(node)
        if scope is None:
            return ""
        bindings = reaching(self.names.index, node, scope, scope.bindings[node.value])
        if found := next(filter(None, (self._binding(one, node, depth) for one in bindings)), ""):
            return found
        for call in self.names.calls_of("append"):  # parts of a message that are put together later
            owner = call.func.value if isinstance(call.func, cst.Attribute) else None
            same = isinstance(owner, cst.Name) and owner.value == node.value and self.names.lookup(owner) is scope
            if same and call.args and (found := self.source(call.args[0].value, depth + 1)):
                return found
        return ""

    def _binding(self, binding: Binding, use: cst.BaseExpression, depth: int) -> str:
        if binding.how is How.PARAMETER:
            return self._parameter(binding, depth)
        if binding.how is How.IMPORTED or binding.value is use:
            return ""
        return self.source(binding.value, depth + 1)

    def _parameter(self, binding: Binding, depth: int) -> str:
        param = binding.node
        function = self.names.index.parent.get(id(self.names.index.parent.get(id(param))))
        if not isinstance(function, cst.FunctionDef) or not isinstance(param, cst.Param):
            return ""
        if binding.annotation is not None and dotted(binding.annotation).rpartition(".")[2] == "UploadFile":
            return UPLOAD
        if decorators.has(function, *_COMMAND_DECORATORS):
            return ARGV
        bound = self.names.index.class_of(function) is not None
        for call in self.names.callers(function):
            written, _ = local_argument(call, function, param.name.value, bound=bound)
            if found := self.source(written, depth + 1):
                return found
        return ""

    # files of the script's own

    def _written(self) -> set[str]:
        """The paths that this file writes to, by their keys; those that it only fills with a download stand apart."""
        if self._own is None:
            self._own = set()
            found = [call for name in _WRITE for call in self.names.calls_of(name)]
            for call in sorted(found, key=lambda one: self.names.index.order[id(one)]):
                for path, data in self._writes(call):
                    keys = path_keys(self.names, path)
                    fetched = data is call or (data is not None and self.source(data, 1) in (NETWORK, UPLOAD))
                    (self._fetched if fetched else self._own).update(keys)
            self._own -= self._fetched
        return self._own

    def _writes(self, call: cst.Call) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
        """The path that a call writes to, and what goes in; the call itself where it downloads."""
        last = last_word(call.func)
        plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        if last in _FETCHES and len(plain) > max(_FETCHES[last], 0):
            yield plain[_FETCHES[last]], call
        elif last in ("write_bytes", "write_text") and isinstance(call.func, cst.Attribute):
            yield call.func.value, plain[0] if plain else None
        elif last in ("write", "dump", "copyfileobj") and plain:
            handle = plain[-1] if last != "write" and len(plain) > 1 else None
            if last == "write" and isinstance(call.func, cst.Attribute):
                handle = call.func.value
            for value in self.names.values(handle) if handle is not None else ():
                if isinstance(value, Instance) and value.call is not None and writes(self.names, value.call):
                    path = opened(self.names, value.call)
                    if path is not None:
                        yield path, plain[0]
        elif last == "to_pickle" and plain:
            yield plain[-1], None


def path_keys(names: Names, node: cst.BaseExpression) -> set[str]:
    """What two mentions of one path have in common: its text where that is known, else the last name of what holds it."""
    inner = _innermost(node)
    keys = {
        value.value for value in names.values(inner) if isinstance(value, Constant) and isinstance(value.value, str)
    }
    keys |= {value.known for value in names.values(inner) if isinstance(value, Text) and value.known.strip("\0")}
    if not keys:
        written = dotted(inner)
        keys = {f"={written.rpartition('.')[2]}"} if written else set()
    return keys


def _innermost(node: cst.BaseExpression) -> cst.BaseExpression:
    """The path in `Path(path)`, `str(path)`, `os.path.expanduser(path)`."""
    while isinstance(node, cst.Call) and len(node.args) == 1 and not node.args[0].star:
        if last_word(node.func) not in (
            "Path",
            "PosixPath",
            "str",
            "expanduser",
            "abspath",
            "realpath",
            "expandvars",
            "open",
        ):
            break
        node = node.args[0].value
    return node
