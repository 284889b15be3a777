"""What allows for a second run of a step: a question before it, a handler round it, a path that is new each time."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.names import Names
from lintfoot.paths import is_exit
from lintfoot.runner_words import words as words_of
from lintfoot.scopes import How, last_word, parameters
from lintfoot.values import Constant, Display, Instance
from lintfoot.visitors.base import written
from lintfoot.visitors.below import below
from lintfoot.visitors.exceptions import catches_all, classes
from lintfoot.visitors.file_paths import GUESSED, spellings

MAKES, REMOVES = "makes", "removes"
_MEANT = {MAKES: frozenset({"builtins.FileExistsError"}), REMOVES: frozenset({"builtins.FileNotFoundError"})}
_CAUGHT = {
    MAKES: frozenset(
        {"builtins.FileExistsError", "builtins.OSError", "builtins.IOError", "builtins.EnvironmentError", "os.error"}
    ),
    REMOVES: frozenset(
        {"builtins.FileNotFoundError", "builtins.OSError", "builtins.IOError", "builtins.EnvironmentError", "os.error"}
    ),
}
_ASKS = frozenset(
    "access contains exists glob is_dir is_file is_mount is_symlink isdir isfile islink ismount iterdir lexists listdir lstat "
    "path_exists rglob samefile scandir stat walk".split()
)
_ASKING_WORDS = frozenset("absent exist existing exists found fresh missing present created".split())
_FRESH = ("tempfile.", "uuid.", "secrets.", "random.")
_TEMPORARY = frozenset({"tmp", "temp", "tempdir", "tmpdir", "tempfile", "temporary", "mkdtemp"})
_FINDS = frozenset("find found get latest list locate lookup newest oldest search select which".split())
_OPERATIONS = frozenset(
    "copytree delete deltree link makedirs mkdir mkdirs remove rm rmdir rmtree symlink unlink".split()
)
_SAYING = frozenset("critical debug error exception format info log print warn warning write".split())
_SAME = frozenset("str fspath Path abspath realpath expanduser".split())


class Guards:
    """Answers for the steps of one file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._calls: dict[int, list[cst.Call]] | None = None  # by the function that holds them

    def written(self, node: cst.CSTNode, longest: int) -> str:
        """A node's code on one line."""
        return written(self.names.index.module, node, longest)

    def covers(self, node: cst.Call, path: cst.BaseExpression, kind: str) -> bool:
        """Whether a step can be run again where it stands."""
        key = self._key(path)
        return (
            self.round(node, kind, path)
            or self._is_wrapper(node, path)
            or self._is_fresh(path)
            or self.asked_before(node, key)
            or (kind == REMOVES and (self._is_listed(path) or self._used_before(node, key)))
            or (kind == MAKES and (self._removed_before(node, key) or self._moved_after(node, key)))
        )

    def _key(self, path: cst.BaseExpression) -> str:
        while isinstance(path, cst.Call) and len(path.args) == 1 and last_word(path.func) in _SAME:
            path = path.args[0].value
        return self.written(path, 400)

    def round(self, node: cst.Call, kind: str, path: cst.BaseExpression | None) -> bool:
        """A `try` that catches the failure, a `with suppress(…)`, an `if` that asks first, or a handler that cleans up."""
        child: cst.CSTNode = node
        own = (
            {one.value for one in below(path) if isinstance(one, cst.Name)} - {"os", "self"}
            if path is not None
            else set()
        )
        for above in self.names.index.ancestors(node):
            match above:
                case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                    return False
                case cst.Try() | cst.TryStar():
                    inside = child is above.body
                    if (inside and any(self._catches(one, kind) for one in above.handlers)) or isinstance(
                        child, cst.Finally
                    ):
                        return True
                case cst.ExceptHandler() | cst.ExceptStarHandler():
                    return True
                case cst.With() if any(self._suppresses(item.item, kind) for item in above.items):
                    return True
                case cst.If(test=test) | cst.While(test=test) | cst.IfExp(test=test) if child is not test:
                    if self._asks(test) or self._speaks_of(test, own):
                        return True
                case cst.BooleanOperation(left=left) if child is not left:
                    if self._asks(left):
                        return True
                case _:
                    pass
            child = above
        return False

    def _speaks_of(self, test: cst.BaseExpression, own: set[str]) -> bool:
        """`if path in made:`, `if "file" in state:`: whoever asks about the path knows why."""
        return any(isinstance(one, cst.Name) and one.value in own for one in below(test))

    def _catches(self, handler: cst.ExceptHandler | cst.ExceptStarHandler, kind: str) -> bool:
        found = classes(self.names, handler.type) if handler.type is not None else None
        if found and not _MEANT[kind].isdisjoint(found):
            return True
        if _only_leaves(handler.body):
            return False
        if catches_all(self.names, handler.type):
            return True
        return found is None or not _CAUGHT[kind].isdisjoint(found) or "shutil.Error" in found

    def _suppresses(self, item: cst.BaseExpression, kind: str) -> bool:
        if not isinstance(item, cst.Call) or last_word(item.func) not in ("suppress", "ignored"):
            return False
        found = {name for arg in item.args for name in self.names.names_of(arg.value)}
        return not (_CAUGHT[kind] | {"builtins.Exception", "builtins.BaseException"}).isdisjoint(found)

    def _asks(self, test: cst.BaseExpression) -> bool:
        for one in below(test):
            if isinstance(one, cst.Call) and last_word(one.func) in _ASKS:
                return True
            if isinstance(one, cst.Name) and not _ASKING_WORDS.isdisjoint(words_of(one.value)):
                return True
            if isinstance(one, cst.Name) and self._holds_answer(one):
                return True
        return False

    def _holds_answer(self, name: cst.Name) -> bool:
        """`there = os.path.isdir(path)`, asked further up."""
        scope = self.names.lookup(name)
        return scope is not None and any(
            binding.value is not None
            and any(isinstance(one, cst.Call) and last_word(one.func) in _ASKS for one in below(binding.value))
            for binding in scope.bindings[name.value]
            if binding.how is How.ASSIGNED
        )

    def _before(self, node: cst.Call) -> Iterator[cst.Call]:
        """The calls in the same function that stand before this one, in the source."""
        order = self.names.index.order
        for call in self._beside(node):
            if order[id(call)] < order[id(node)] and not self._are_apart(call, node):
                yield call

    def _beside(self, node: cst.Call) -> list[cst.Call]:
        """The calls in the same function."""
        if self._calls is None:
            self._calls = {}
            for call in self.names.index.calls:
                self._calls.setdefault(id(self.names.index.function_of(call)), []).append(call)
        return self._calls.get(id(self.names.index.function_of(node)), [])

    def _are_apart(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether two calls stand in different branches of one `if`, so that only one of them runs."""
        above = {id(node): child for node, child in self._chain(other)}
        for node, child in self._chain(one):
            if id(node) in above:
                branches = isinstance(node, cst.If) and child is not above[id(node)]
                return branches and node.test is not child and node.test is not above[id(node)]  # type: ignore[attr-defined]
        return False

    def _chain(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        child = node
        for parent in self.names.index.ancestors(node):
            yield parent, child
            child = parent

    def asked_before(self, node: cst.Call, key: str) -> bool:
        """`if os.path.isdir(path): return` further up: whoever comes here knows."""
        for call in self._before(node):
            if last_word(call.func) in _ASKS and (not key or key in self.written(call, 800)):
                parents = self.names.index.ancestors(call)
                if any(isinstance(one, cst.If | cst.Assert | cst.Assign | cst.BooleanOperation) for one in parents):
                    return True
        return False

    def _removed_before(self, node: cst.Call, key: str) -> bool:
        return any(
            (
                last_word(call.func) in ("remove", "unlink", "rmtree", "rmdir", "rename", "replace", "move")
                or "rm" in words_of(last_word(call.func))
            )
            and key in self.written(call, 800)
            for call in self._before(node)
        )

    def _moved_after(self, node: cst.Call, key: str) -> bool:
        """`os.symlink(target, fresh)`, `os.replace(fresh, link)`: the name is gone again at the end."""
        return any(
            last_word(call.func) in ("replace", "rename", "move")
            and (
                (bool(call.args) and key in self.written(call.args[0].value, 800))
                or (isinstance(call.func, cst.Attribute) and self.written(call.func.value, 400) == key)
            )
            for call in self._beside(node)
        )

    def _used_before(self, node: cst.Call, key: str) -> bool:
        """A path that the function wrote to, read or handed to something before: it is there."""
        for call in self._before(node):
            if last_word(call.func) in _SAYING or any(one is call for one in below(node)):
                continue
            if any(key in self.written(arg.value, 800) for arg in call.args):
                inside = self.names.index.stands_in(call, node)
                if not inside and last_word(call.func) not in ("join", "Path", "basename", "dirname", "format", "str"):
                    return True
            if isinstance(call.func, cst.Attribute) and self.written(call.func.value, 400) == key:
                return True
            owner, dot, _ = key.rpartition(".")
            if (
                dot
                and owner not in ("self", "args")
                and any(self.written(arg.value, 400) == owner for arg in call.args)
            ):
                return True
        return False

    def _is_wrapper(self, node: cst.Call, path: cst.BaseExpression) -> bool:
        """`def rmtree(path): shutil.rmtree(path)`: a function that is the operation, by its name; its callers guard."""
        function = self.names.index.function_of(node)
        if isinstance(function, cst.FunctionDef) and function.name.value in ("__exit__", "__aexit__", "__del__"):
            return True  # it takes back what the object made
        if not isinstance(function, cst.FunctionDef) or _OPERATIONS.isdisjoint(words_of(function.name.value)):
            return False
        given = {param.name.value for param in parameters(function)}
        return any(isinstance(one, cst.Name) and one.value in given for one in below(path))

    def _is_fresh(self, path: cst.BaseExpression) -> bool:
        """A path that is another one each time, or lies in a folder that was just made."""
        if any(GUESSED in text for text in spellings(self.names, path)):
            return True
        return any(self._comes_fresh(one, 0) for one in below(path))

    def _comes_fresh(self, node: cst.CSTNode, depth: int) -> bool:
        if not isinstance(node, cst.Name | cst.Attribute | cst.Call) or depth > 4:  # noqa: PLR2004 - names for names
            return False
        if any(isinstance(value, Instance) and value.name.startswith(_FRESH) for value in self.names.values(node)):
            return True
        if isinstance(node, cst.Call) and not _TEMPORARY.isdisjoint(words_of(last_word(node.func))):
            return True
        if not isinstance(node, cst.Name):
            return False
        if not _TEMPORARY.isdisjoint(words_of(node.value)):
            return True
        for binding in self.names.bindings_of(node):
            followed = binding.value is not None and binding.how in (How.ASSIGNED, How.ENTERED)
            if followed and any(self._comes_fresh(one, depth + 1) for one in below(binding.value or node)):
                return True
        return False

    def _is_listed(self, path: cst.BaseExpression) -> bool:
        """One of what a loop goes through: a listing, or what somebody collected; the file of an object that was made here."""
        if isinstance(path, cst.Attribute) and isinstance(path.value, cst.Name) and self._is_made_here(path.value):
            return True
        return any(isinstance(name, cst.Name) and self._is_found(name, 0) for name in below(path))

    def _is_made_here(self, owner: cst.Name) -> bool:
        scope = self.names.lookup(owner)
        function = self.names.index.function_of(owner)
        return (
            scope is not None
            and function is not None
            and any(
                isinstance(binding.value, cst.Call) and self.names.index.function_of(binding.node) is function
                for binding in scope.bindings[owner.value]
            )
        )

    def _is_found(self, name: cst.Name, depth: int) -> bool:
        scope = self.names.lookup(name)
        for binding in scope.bindings[name.value] if scope is not None else ():
            if binding.how is How.LOOPED and not self._is_written_out(binding.value):
                return True
            if binding.how is How.ASSIGNED and binding.value is not None and self._tells(binding.value, depth):
                return True
        return False

    def _tells(self, value: cst.BaseExpression, depth: int) -> bool:
        """Whether a value comes out of a listing or a search, or is the name of an open file."""
        match value:
            case cst.Attribute(attr=cst.Name(value="name")):
                return True
            case cst.Call() if not _FINDS.isdisjoint(words_of(last_word(value.func))) and not self._is_setting(value):
                return True
            case _:
                inner = (one for one in below(value) if isinstance(one, cst.Name))
                return self._lists(value) or (depth < 2 and any(self._is_found(one, depth + 1) for one in inner))  # noqa: PLR2004 - names for names

    def _is_setting(self, call: cst.Call) -> bool:
        """`os.environ.get("X")`, `config.get("x")`: a name that was set, not found."""
        return last_word(call.func) in ("get", "getenv")

    def _lists(self, value: cst.BaseExpression) -> bool:
        return any(
            isinstance(one, cst.Call) and last_word(one.func) in ("glob", "iglob", "listdir", "iterdir")
            for one in below(value)
        )

    def _is_written_out(self, node: cst.BaseExpression | None) -> bool:
        return any(isinstance(value, Display | Constant) for value in self.names.values(node)) and not (
            node is not None and self._lists(node)
        )


def _only_leaves(body: cst.BaseSuite) -> bool:
    """Whether a handler does nothing about the error but to pass it on or to end the script."""
    if any(isinstance(one, cst.Name | cst.Attribute) and last_word(one) == "errno" for one in below(body)):
        return False
    for statement in body.body:
        small = statement.body[-1] if isinstance(statement, cst.SimpleStatementLine) else statement
        if isinstance(small, cst.Raise):
            return True
        if isinstance(small, cst.Expr) and isinstance(small.value, cst.Call) and is_exit(small.value.func):
            return True
    return False
