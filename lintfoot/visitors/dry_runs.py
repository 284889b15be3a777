"""Scripts with a command line that take things away, and cannot be asked what they would do."""

from __future__ import annotations

import re
from itertools import islice
from typing import ClassVar

import libcst as cst

from lintfoot.commandlines import commands
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import DRY_RUNS
from lintfoot.regexes import regex
from lintfoot.scopes import How, last_word, parameters
from lintfoot.values import Constant, Instance, Named, Text, Value
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.effects import ends

(NO_REHEARSAL,) = DRY_RUNS.codes
_PARSERS = frozenset(
    "argparse.ArgumentParser optparse.OptionParser docopt.docopt fire.Fire typer.run typer.Typer getopt.getopt "
    "getopt.gnu_getopt configargparse.ArgumentParser configargparse.ArgParser".split()
)
_DECORATORS = frozenset({"click.command", "click.group", "rich_click.command", "asyncclick.command"})
# Words of an option, a parameter or a variable that stand for a rehearsal, or for having to ask for the real thing.
_REHEARSALS = frozenset(
    "dry dryrun noop simulate simulation simulated preview pretend whatif rehearse rehearsal".split()
)
_OPTIONS = _REHEARSALS | frozenset(
    "check plan apply yes force confirm confirmed execute commit really doit act live interactive ask prompt list test "
    "delete remove purge prune destroy terminate clean cleanup wipe overwrite drop go approve run recreate reset".split()
)
_PAIRS = regex(
    r"(dry[-_ ]?run|no[-_]?op\b|what[-_]?if|no[-_]?act\b|just[-_]?print|for[-_]?real|do[-_]it)", re.IGNORECASE
)
_DECLARES = frozenset("add_argument add_option option Option Argument argument getopt gnu_getopt add_parser".split())
_NEAR = 5  # a text, its argument or element, its list, that one's argument: then the call
_PROMPTS = frozenset(
    "input confirm ask select prompt confirmation_option raw_input yes_no prompt_yes_no ask_yes_no".split()
)
_CLOUDS = (
    "boto3.", "boto.", "botocore.", "kubernetes.", "azure.", "google.cloud", "googleapiclient.", "openstack.", "docker.", "libcloud.",
    "digitalocean.", "hcloud.", "proxmoxer.", "gitlab.", "github.", "consul.", "elasticsearch", "pyVmomi.", "pymongo.", "cloudflare",
)  # fmt: skip
_HTTP = regex(r"(requests|httpx|aiohttp|urllib3)\.(.*\.)?delete")
_ENDING = regex(
    r"(?!delete_message|remove_(listener|handler|tag))(delete|terminate|deregister|purge|destroy|remove|drop|flush)(_\w+)?"
    r"|release_address(es)?|Destroy_Task"
)
_KUBERNETES = regex(r"delete_(namespaced|collection|cluster|node|namespace|persistent)\w*")
_FILES = frozenset({"shutil.rmtree", "os.removedirs"})
_MAKES = frozenset("makedirs mkdir copytree unpack_archive extractall clone_from symlink_to move rename".split())
_SINGLE_FILES = frozenset({"os.remove", "os.unlink", "os.rmdir", "pathlib.Path.unlink", "pathlib.Path.rmdir"})
_SQL = regex(r"\s*(delete\s+from|drop\s+(table|database|schema|user|index|role)|truncate)\b", re.IGNORECASE)
_RUNS_SQL = frozenset("execute executemany executescript query sql text raw command".split())
# A service has a command line to be started with, and what it removes it has been asked for in another way.
_SERVICES = (
    "fastapi",
    "flask",
    "uvicorn",
    "aiohttp.web",
    "socketserver",
    "http.server",
    "twisted",
    "django",
    "starlette",
    "grpc",
)
_ASKED = regex(r"wipe|delete|purge|clean|remove|force|destroy|prune|confirm|apply|overwrite|args\.\w*yes")
_OWN = regex(
    r"te?mp|scratch|work_?dir|cache|build|sandbox|lock|pid|sock|_test|test_|stage|staging|extract|unpack|partial"
)


class DryRuns(Visitor):
    """LF902."""

    gate: ClassVar[Gate] = DRY_RUNS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._parser: cst.CSTNode | None = None
        self._ending: tuple[cst.Call, str] | None = None
        self._reads_argv = False
        self._asks = False

    # what the command line is, and what it offers

    def visit_Call(self, node: cst.Call) -> None:
        """Parsers, options, prompts, and what is destructive."""
        names = self.names.names_of(node.func)
        if not _PARSERS.isdisjoint(names) and self._parser is None:
            self._parser = node
            self._asks = self._asks or self._hands_on(node)
        word = last_word(node.func)
        self._asks = self._asks or word in _PROMPTS or (word == "add_argument" and any(arg.star for arg in node.args))
        if self._ending is None:
            shown = self._ends(node, names, word)
            if shown and not self._cleans_up(node):
                self._ending = (node, shown)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Commands of click and typer: their decorators, and their parameters as options."""
        for decorator in node.decorators:
            inner = decorator.decorator
            called = inner.func if isinstance(inner, cst.Call) else inner
            names = self.names.names_of(called)
            if not _DECORATORS.isdisjoint(names) and self._parser is None:
                self._parser = inner
            if last_word(called) in ("command", "callback") or "typer" in str(names):
                self._asks = self._asks or any(_offers(one.name.value.replace("_", "-")) for one in parameters(node))

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """`sys.argv`, `args.dry_run`."""
        if node.attr.value == "argv" and "sys.argv" in self.names.names_of(node):
            self._reads_argv = True
        self._asks = self._asks or _rehearses(node.attr.value)

    def visit_Name(self, node: cst.Name) -> None:
        """`dry_run`, `DryRun=True`, `noop`."""
        self._asks = self._asks or _rehearses(node.value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        """`"--dry-run"`, `"-n/--noop"`, the usage text of docopt, and `sys.argv[1] == "apply"`."""
        if self._asks:
            return
        value = self.names.constant(node)
        if not isinstance(value, str):
            return
        if self._is_option(node):
            self._asks = any(_offers(part) for part in re.split(r"[/,\s]+", value))
        elif "sage:" in value:
            self._asks = any(_offers(word) for word in re.findall(r"--[\w-]+", value)) or bool(_PAIRS.search(value))

    def _is_option(self, node: cst.SimpleString) -> bool:
        """Whether a text is what somebody may type: given to an option, listed for getopt, compared with an argument."""
        above = list(islice(self.names.index.ancestors(node), _NEAR))
        if any(isinstance(one, cst.Comparison | cst.MatchValue) for one in above):
            return True
        call = next((one for one in above if isinstance(one, cst.Call)), None)
        return call is not None and last_word(call.func) in _DECLARES

    def _hands_on(self, node: cst.Call) -> bool:
        """A parser with parents, or one that another file adds options to."""
        if any(arg.keyword is not None and arg.keyword.value == "parents" for arg in node.args):
            return True
        for call in self.names.index.calls:
            outside = any(
                isinstance(value, Named) and not value.name.startswith("builtins.")
                for value in self.names.values(call.func)
            )
            if not outside or call is node:
                continue
            for arg in call.args:
                if any(isinstance(one, Instance) and one.call is node for one in self.names.values(arg.value)):
                    return True
        return False

    # what is destructive

    def _ends(self, node: cst.Call, names: tuple[str, ...], word: str) -> str:
        shown = f"`{self.written(node.func, 50)}`"
        if not _FILES.isdisjoint(names):
            return "" if node.args and self._is_own(node.args[0].value) else shown
        if not _SINGLE_FILES.isdisjoint(names) or (word in ("unlink", "rmtree") and self._is_path(node)):
            target = node.args[0].value if node.args else getattr(node.func, "value", node)
            return shown if self._repeated(node) and not self._is_own(target) else ""
        if any(_HTTP.fullmatch(name) for name in names) or self._deletes_over_http(node, names):
            return shown
        if _KUBERNETES.fullmatch(word) or (_ENDING.fullmatch(word) and self._in_cloud(node)):
            return shown
        if word in _RUNS_SQL and node.args and self._is_sql(node.args[0].value):
            return f"{shown} with DELETE, DROP or TRUNCATE"
        for command in commands(self.names, node):
            if ends(command):
                text = " ".join(one.replace("\0", "…") for one in command.words[:3] if one is not None)
                return "" if command.program == "rm" and self._is_own(node) else f"`{text}`"
        return ""

    def _is_path(self, node: cst.Call) -> bool:
        receiver = self.names.values(getattr(node.func, "value", None))
        return not any(
            isinstance(value, Named | Instance) and not value.name.startswith("pathlib.") for value in receiver
        )

    def _repeated(self, node: cst.Call) -> bool:
        """Whether files are removed in a loop: one file is mostly the script's own."""
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.For | cst.ListComp | cst.While):
                return True
            if isinstance(above, cst.FunctionDef):
                return False
        return False

    def _deletes_over_http(self, node: cst.Call, names: tuple[str, ...]) -> bool:
        asked = [
            name for name in names if name.endswith(".request") and name.startswith(("requests.", "httpx.", "urllib3."))
        ]
        return bool(asked) and bool(node.args) and self.names.constant(node.args[0].value) in ("DELETE", "delete")

    def _in_cloud(self, node: cst.Call) -> bool:
        if not isinstance(node.func, cst.Attribute):
            return False
        return self._is_cloudy(node.func) or self._from_cloud(node.func.value)

    def _is_cloudy(self, node: cst.BaseExpression) -> bool:
        return any(
            isinstance(value, Named | Instance) and value.name.startswith(_CLOUDS) for value in self.names.values(node)
        )

    def _from_cloud(self, node: cst.BaseExpression) -> bool:
        """`for volume in ec2.volumes.all(): volume.delete()`."""
        scope = self.names.lookup(node) if isinstance(node, cst.Name) else None
        bindings = scope.bindings[node.value] if scope is not None and isinstance(node, cst.Name) else []
        return any(one.how is How.LOOPED and one.value is not None and self._is_cloudy(one.value) for one in bindings)

    def _is_sql(self, node: cst.BaseExpression) -> bool:
        return any(_SQL.match(_text(value)) for value in self.names.values(node))

    def _is_own(self, node: cst.CSTNode) -> bool:
        """Temporary folders, caches and build trees: what a script made it may take away."""
        for one in below(node):
            match one:
                case cst.Name(value=name):
                    made = (value.name for value in self.names.values(one) if isinstance(value, Instance))
                    if _OWN.search(name.lower()) or any(name.startswith("tempfile.") for name in made):
                        return True
                case cst.SimpleString() if _OWN.search(one.value.lower()):
                    return True
                case _:
                    pass
        return False

    def _cleans_up(self, node: cst.Call) -> bool:
        """Whether it only clears up behind a failure or at the end."""
        for above in self.names.index.ancestors(node):
            match above:
                case cst.Finally() | cst.ExceptHandler():
                    return True
                case cst.If(test=test) if _OWN.search(self.written(test).lower()) or _ASKED.search(
                    self.written(test).lower()
                ):
                    return True
                case cst.FunctionDef(name=cst.Name(value=name)):
                    return _OWN.search(name.lower()) is not None or self._makes_anew(node, above)
                case _:
                    pass
        return self._makes_anew(node, self.context.module)

    def _makes_anew(self, node: cst.Call, scope: cst.CSTNode) -> bool:
        """`shutil.rmtree(out)`, then `os.makedirs(out)`: the script's own output, of which it makes a new one."""
        removed = self.written(node.args[0].value) if node.args else ""
        for one in below(scope):
            if isinstance(one, cst.Call) and last_word(one.func) in _MAKES:
                if any(self.written(arg.value) == removed for arg in one.args):
                    return True
                if isinstance(one.func, cst.Attribute) and self.written(one.func.value) == removed:
                    return True
        return False

    # the verdict

    def leave_Module(self, original_node: cst.Module) -> None:
        """One finding for a script: at its parser, or at what it does where it only reads `sys.argv`."""
        del original_node
        if self._ending is None or self._asks or self.context.is_test or self.context.path.endswith("setup.py"):
            return
        if self._serves():
            return
        node, shown = self._ending
        place = self._parser or (node if self._reads_argv and "__main__" in self.context.text else None)
        if place is None:
            return
        self.report(
            NO_REHEARSAL,
            place,
            f"the script runs {shown}, and its command line offers no dry run",
            label="no `--dry-run`, no question",
            help='parser.add_argument("--dry-run", action="store_true", help="only say what would be done")',
            related=(Note(node, "this is for good"),),
        )

    def _serves(self) -> bool:
        return any(name.startswith(_SERVICES) for name in self.names.index.imported())


def _text(value: Value) -> str:
    match value:
        case Constant(value=str() as text):
            return text
        case Text():
            return value.known
        case _:
            return ""


def _rehearses(name: str) -> bool:
    words = set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))
    return not _REHEARSALS.isdisjoint(words) or _PAIRS.search(name) is not None


def _offers(option: str) -> bool:
    """Whether an option is one of those under which dry runs are known, or one that asks for the real thing."""
    words = set(re.findall(r"[a-z]+", option.lower()))
    return not _OPTIONS.isdisjoint(words) or _PAIRS.search(option) is not None
