"""Steps that work once: making what may be there already, removing what may be gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.commandlines import Command, commands
from lintfoot.flow import reaching
from lintfoot.libraries import Argument
from lintfoot.paths import is_exit
from lintfoot.runner_names import words as words_of
from lintfoot.scopes import How, parameters
from lintfoot.values import Constant, Display, Instance
from lintfoot.visitors.base import Visitor
from lintfoot.visitors.below import below, in_test, last_name
from lintfoot.visitors.exceptions import catches_all, classes
from lintfoot.visitors.file_paths import GUESSED, is_path, spellings

CODE = "LF704"
MAKES, REMOVES = "makes", "removes"


@dataclass(frozen=True, slots=True)
class Step:
    """A call that fails the second time: what it does, which of its arguments is the path, what makes it repeatable."""

    kind: str
    position: int | None  # None: what the method is called on
    keyword: str = ""
    excuse: tuple[str, ...] = ()  # arguments that make it repeatable
    advice: str = ""


_STEPS = {
    "os.mkdir": Step(MAKES, 0, "path", (), "os.makedirs({path}, exist_ok=True)"),
    "os.makedirs": Step(MAKES, 0, "name", ("exist_ok",), "os.makedirs({path}, exist_ok=True)"),
    "os.symlink": Step(MAKES, 1, "dst", (), "link under a new name, then os.replace(new, {path})"),
    "os.link": Step(
        MAKES, 1, "dst", (), "except FileExistsError, or link under a new name, then os.replace(new, {path})"
    ),
    "os.mkfifo": Step(MAKES, 0, "path", (), "except FileExistsError"),
    "os.remove": Step(REMOVES, 0, "path", (), "Path({path}).unlink(missing_ok=True)"),
    "os.unlink": Step(REMOVES, 0, "path", (), "Path({path}).unlink(missing_ok=True)"),
    "os.rmdir": Step(REMOVES, 0, "path", (), "except FileNotFoundError"),
    "shutil.rmtree": Step(
        REMOVES,
        0,
        "path",
        ("ignore_errors", "onerror", "onexc"),
        "if os.path.isdir({path}), or except FileNotFoundError",
    ),
    "shutil.copytree": Step(MAKES, 1, "dst", ("dirs_exist_ok",), "shutil.copytree(…, dirs_exist_ok=True)"),
}
_METHODS = {
    "mkdir": Step(MAKES, None, "", ("exist_ok",), "{path}.mkdir(exist_ok=True)"),
    "symlink_to": Step(MAKES, None, "", (), "link under a new name, then new.replace({path})"),
    "hardlink_to": Step(MAKES, None, "", (), "except FileExistsError"),
    "unlink": Step(REMOVES, None, "", ("missing_ok",), "{path}.unlink(missing_ok=True)"),
    "rmdir": Step(REMOVES, None, "", (), "except FileNotFoundError"),
}
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
_FINDS = frozenset("find found get latest list locate lookup newest oldest search select which".split())
_OPERATIONS = frozenset(
    "copytree delete deltree link makedirs mkdir mkdirs remove rm rmdir rmtree symlink unlink".split()
)
_SAYING = frozenset("critical debug error exception format info log print warn warning write".split())
_SAME = frozenset("str fspath Path abspath realpath expanduser".split())


class Rerun(Visitor):
    """LF704 at the call."""

    codes: ClassVar[tuple[str, ...]] = (CODE,)
    words: ClassVar[tuple[str, ...]] = (
        "mkdir",
        "makedirs",
        "link",
        "remove",
        "rmtree",
        "rmdir",
        "copytree",
        "mkfifo",
        "ln",
    )

    def visit_Call(self, node: cst.Call) -> None:
        """Each call that makes or removes something on disk."""
        if self.context.is_test and in_test(self.names, node):
            return
        found = self._step(node)
        if found is not None:
            step, path = found
            if not self._is_excused(node, step) and not self._is_guarded(node, path, step.kind):
                self._say(node, step, path)
            return
        for command in commands(self.names, node):
            advice = _once(command)
            if (
                advice
                and self._is_checked(node)
                and not self._guard_round(node, MAKES, None)
                and not self._asked_before(node, "")
            ):
                self.report(
                    CODE,
                    node,
                    f"`{command.program}` fails on the second run, as what it makes is there then",
                    label="works once",
                    help=advice,
                )
                return

    def _step(self, node: cst.Call) -> tuple[Step, cst.BaseExpression] | None:
        for name in self.names.names_of(node.func):
            step = _STEPS.get(name)
            if step is not None:
                path = calls.given(self.names, node, Argument((step.keyword,), step.position)).node
                return (step, path) if path is not None else None
        last = last_name(node.func)
        if last in _METHODS and isinstance(node.func, cst.Attribute) and is_path(self.names, node.func.value):
            return _METHODS[last], node.func.value
        return None

    def _is_excused(self, node: cst.Call, step: Step) -> bool:
        positions = {"exist_ok": 2, "ignore_errors": 1, "onerror": 2, "missing_ok": 0}
        for name in step.excuse:
            given = calls.given(self.names, node, Argument((name,), positions.get(name)))
            if given.state == "unknown" or (given.state == "given" and given.constant is not False):
                return True
        return False

    # guards

    def _is_guarded(self, node: cst.Call, path: cst.BaseExpression, kind: str) -> bool:
        key = self._key(path)
        return (
            self._guard_round(node, kind, path)
            or self._is_wrapper(node, path)
            or self._is_fresh(path)
            or self._asked_before(node, key)
            or (kind == REMOVES and (self._is_listed(path) or self._used_before(node, key)))
            or (kind == MAKES and (self._removed_before(node, key) or self._moved_after(node, key)))
        )

    def _key(self, path: cst.BaseExpression) -> str:
        while isinstance(path, cst.Call) and len(path.args) == 1 and last_name(path.func) in _SAME:
            path = path.args[0].value
        return self.written(path, 400)

    def _guard_round(self, node: cst.Call, kind: str, path: cst.BaseExpression | None) -> bool:
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
        if not isinstance(item, cst.Call) or last_name(item.func) not in ("suppress", "ignored"):
            return False
        found = {name for arg in item.args for name in self.names.names_of(arg.value)}
        return not (_CAUGHT[kind] | {"builtins.Exception", "builtins.BaseException"}).isdisjoint(found)

    def _asks(self, test: cst.BaseExpression) -> bool:
        for one in below(test):
            if isinstance(one, cst.Call) and last_name(one.func) in _ASKS:
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
            and any(isinstance(one, cst.Call) and last_name(one.func) in _ASKS for one in below(binding.value))
            for binding in scope.bindings[name.value]
            if binding.how is How.ASSIGNED
        )

    def _before(self, node: cst.Call) -> Iterator[cst.Call]:
        """The calls in the same function that stand before this one, in the source."""
        function = self.names.index.function_of(node)
        order = self.names.index.order
        for call in self.names.index.calls:
            earlier = order[id(call)] < order[id(node)] and self.names.index.function_of(call) is function
            if earlier and not self._are_apart(call, node):
                yield call

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

    def _asked_before(self, node: cst.Call, key: str) -> bool:
        """`if os.path.isdir(path): return` further up: whoever comes here knows."""
        for call in self._before(node):
            if last_name(call.func) in _ASKS and (not key or key in self.written(call, 800)):
                parents = self.names.index.ancestors(call)
                if any(isinstance(one, cst.If | cst.Assert | cst.Assign | cst.BooleanOperation) for one in parents):
                    return True
        return False

    def _removed_before(self, node: cst.Call, key: str) -> bool:
        return any(
            (
                last_name(call.func) in ("remove", "unlink", "rmtree", "rmdir", "rename", "replace", "move")
                or "rm" in words_of(last_name(call.func))
            )
            and key in self.written(call, 800)
            for call in self._before(node)
        )

    def _moved_after(self, node: cst.Call, key: str) -> bool:
        """`os.symlink(target, fresh)`, `os.replace(fresh, link)`: the name is gone again at the end."""
        function = self.names.index.function_of(node)
        return any(
            last_name(call.func) in ("replace", "rename", "move")
            and self.names.index.function_of(call) is function
            and (
                (bool(call.args) and key in self.written(call.args[0].value, 800))
                or (isinstance(call.func, cst.Attribute) and self.written(call.func.value, 400) == key)
            )
            for call in self.names.index.calls
        )

    def _used_before(self, node: cst.Call, key: str) -> bool:
        """A path that the function wrote to, read or handed to something before: it is there."""
        for call in self._before(node):
            if last_name(call.func) in _SAYING or any(one is call for one in below(node)):
                continue
            if any(key in self.written(arg.value, 800) for arg in call.args):
                inside = any(above is node for above in self.names.index.ancestors(call))
                if not inside and last_name(call.func) not in ("join", "Path", "basename", "dirname", "format", "str"):
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
        if not isinstance(node, cst.Name):
            return False
        if not {"tmp", "temp", "tempdir", "tmpdir", "tempfile"}.isdisjoint(words_of(node.value)):
            return True
        scope = self.names.lookup(node)
        for binding in reaching(self.names.index, node, scope, scope.bindings[node.value]) if scope is not None else ():
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
            case cst.Call() if not _FINDS.isdisjoint(words_of(last_name(value.func))) and not self._is_setting(value):
                return True
            case _:
                inner = (one for one in below(value) if isinstance(one, cst.Name))
                return self._lists(value) or (depth < 2 and any(self._is_found(one, depth + 1) for one in inner))  # noqa: PLR2004 - names for names

    def _is_setting(self, call: cst.Call) -> bool:
        """`os.environ.get("X")`, `config.get("x")`: a name that was set, not found."""
        return last_name(call.func) in ("get", "getenv")

    def _lists(self, value: cst.BaseExpression) -> bool:
        return any(
            isinstance(one, cst.Call) and last_name(one.func) in ("glob", "iglob", "listdir", "iterdir")
            for one in below(value)
        )

    def _is_written_out(self, node: cst.BaseExpression | None) -> bool:
        return any(isinstance(value, Display | Constant) for value in self.names.values(node)) and not (
            node is not None and self._lists(node)
        )

    def _is_checked(self, node: cst.Call) -> bool:
        """Whether a failing command ends the step."""
        names = self.names.names_of(node.func)
        if any(name in ("subprocess.check_call", "subprocess.check_output") for name in names):
            return True
        return any(
            arg.keyword is not None
            and arg.keyword.value in ("check", "check_rc")
            and self.names.constant(arg.value) is True
            for arg in node.args
        )

    def _say(self, node: cst.Call, step: Step, path: cst.BaseExpression) -> None:
        shown = self.written(path, 40)
        why = "what it makes is there then" if step.kind == MAKES else "what it removes is gone then"
        self.report(
            CODE,
            node,
            f"`{self.written(node.func, 40)}` fails on the second run, as {why}",
            label="works once",
            help=step.advice.replace("{path}", shown),
        )


def _only_leaves(body: cst.BaseSuite) -> bool:
    """Whether a handler does nothing about the error but to pass it on or to end the script."""
    if any(isinstance(one, cst.Name | cst.Attribute) and last_name(one) == "errno" for one in below(body)):
        return False
    for statement in body.body:
        small = statement.body[-1] if isinstance(statement, cst.SimpleStatementLine) else statement
        if isinstance(small, cst.Raise):
            return True
        if isinstance(small, cst.Expr) and isinstance(small.value, cst.Call) and is_exit(small.value.func):
            return True
    return False


def _once(command: Command) -> str:
    """How to write a command that fails where its target is there, so that it does not; empty for all others."""
    options = [word for word in command.words[1:] if word is not None and word.startswith("-")]
    short = "".join(word[1:] for word in options if not word.startswith("--"))
    if None in command.words:
        return ""
    if command.program == "mkdir" and "p" not in short and "--parents" not in options:
        return "mkdir -p, or os.makedirs(…, exist_ok=True)"
    if command.program == "ln" and "f" not in short and "--force" not in options:
        return "ln -sfn"
    return ""
