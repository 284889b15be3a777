"""Steps that work once: making what may be there already, removing what may be gone."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.commandlines import Command, commands
from lintfoot.gates.files import RERUN
from lintfoot.gates.gate import Gate
from lintfoot.libraries import Argument
from lintfoot.records import dataclass
from lintfoot.scopes import last_word
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.below import in_test
from lintfoot.visitors.file_paths import is_path
from lintfoot.visitors.step_guards import MAKES, REMOVES, Guards

(CODE,) = RERUN.codes


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


class Rerun(Visitor):
    """LF704 at the call."""

    gate: ClassVar[Gate] = RERUN

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._guards = Guards(context.names)

    def visit_Call(self, node: cst.Call) -> None:
        """Each call that makes or removes something on disk."""
        if self.context.is_test and in_test(self.names, node):
            return
        found = self._step(node)
        if found is not None:
            step, path = found
            if not self._is_excused(node, step) and not self._guards.covers(node, path, step.kind):
                self._say(node, step, path)
            return
        for command in commands(self.names, node):
            advice = _once(command)
            if (
                advice
                and self._is_checked(node)
                and not self._guards.round(node, MAKES, None)
                and not self._guards.asked_before(node, "")
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
        last = last_word(node.func)
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
