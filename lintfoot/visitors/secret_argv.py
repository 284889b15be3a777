"""LF404: secrets on command lines, where every user of the host can read them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

import libcst as cst

from lintfoot import argv, prefixes, runner_names, runner_words, runners, shellwords, strings
from lintfoot.findings import Confidence
from lintfoot.gates.gate import Gate
from lintfoot.gates.secret import SECRET_ARGV
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.runners import Run
from lintfoot.scopes import How, dotted, last_word
from lintfoot.secret_names import Kind, evidence, said, words
from lintfoot.values import Constant, Display, Function, Instance, Text
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.leaves import text_of
from lintfoot.visitors.secret_held import Held
from lintfoot.visitors.secret_holders import Holders
from lintfoot.visitors.secret_options import takes_option, takes_secret
from lintfoot.visitors.secret_remedies import remedy

(CODE,) = SECRET_ARGV.codes
_DEEPEST = 6
_MOST = 40  # pieces of one command


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a command line, or the whole line, and the statement's part that puts it there."""

    node: cst.BaseExpression
    place: cst.CSTNode
    before: str = ""  # the constant word in front of it


class SecretArgv(Visitor):
    """What processes are given, and, where it is asked for, what the script's own command line takes."""

    gate: ClassVar[Gate] = SECRET_ARGV

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._holders = Holders(context, callers=False)
        self._receiving = bool(context.option(CODE, "receiving-side"))
        self._said: set[int] = set()
        self._passed: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """Ask what the call runs and what stands in its words."""
        if self.context.is_test:
            return
        for run in runners.runs(self.names, node):
            if (run.target is not None and run.target.name.startswith(_DEVICES)) or (
                run.how != "model" and (_asks_a_database(node) or _is_request(run.command.node))
            ):
                continue
            self._run(node, run)
        if self._receiving:
            self._received(node)

    def _run(self, node: cst.Call, run: Run) -> None:
        """One finding for each secret: where it is put in, if it goes through several lines."""
        found: dict[int, tuple[Piece, Held]] = {}
        for piece in self._pieces(node, run):
            held = self._judged(node, piece)
            if held is None:
                continue
            before = found.get(id(held.node))
            if before is None or (
                self._inside(held.node, piece.place) and not self._inside(held.node, before[0].place)
            ):
                found[id(held.node)] = (piece, held)
        for piece, held in found.values():
            if id(piece.place) not in self._said:
                self._said.add(id(piece.place))
                self._say(node, run, piece, held)

    # what a call runs

    def _pieces(self, call: cst.Call, run: Run) -> Iterator[Piece]:
        nodes: list[cst.BaseExpression] = []
        if run.argv is not None:
            nodes += [arg.value for arg in run.argv]
        for given in (run.command, run.args):
            nodes += [given.node] if given.node is not None else []
        if run.how == "name" and run.argv is None and run.command.node is None:
            return
        self._passed.clear()  # `words = words + more`, fifty times, is gone through once
        for node in dict.fromkeys(nodes):
            yield from self._spelled(node, call, 0)

    def _spelled(self, node: cst.BaseExpression, place: cst.CSTNode, depth: int) -> Iterator[Piece]:
        """The words of a list, also those that are added only sometimes; a string is one piece."""
        if depth > _DEEPEST or id(node) in self._passed:
            return
        self._passed.add(id(node))
        match node:
            case cst.List(elements=elements) | cst.Tuple(elements=elements):
                before = ""
                for element in elements:
                    if isinstance(element, cst.StarredElement):
                        yield from self._spelled(element.value, place, depth + 1)
                    else:
                        yield Piece(element.value, place, before)
                    before = text_of(element.value) or ""
            case cst.BinaryOperation(left=left, operator=cst.Add(), right=right) if self._is_list(node):
                yield from self._spelled(left, place, depth + 1)
                yield from self._spelled(right, place, depth + 1)
            case cst.IfExp(body=body, orelse=orelse):
                yield from self._spelled(body, place, depth + 1)
                yield from self._spelled(orelse, place, depth + 1)
            case cst.Call(args=[cst.Arg(value=inner), *_]) if last_word(node.func) in ("list", "tuple"):
                yield from self._spelled(inner, place, depth + 1)
            case cst.Call() if made := list(self._returned(node)):
                for one in made:
                    yield from self._spelled(one, one, depth + 1)
            case cst.Call() if (text := argv.split_string(self.names, node)) is not None:
                yield from self._spelled(text, place, depth + 1)
            case cst.Name() | cst.Attribute():
                yield from self._named(node, place, depth)
            case _:
                yield Piece(node, place)

    def _returned(self, node: cst.Call) -> Iterator[cst.BaseExpression]:
        """The lists that a function of this file returns."""
        for function in self.names.values(node.func):
            if isinstance(function, Function):
                for one in self.names.index.returns.get(id(function.node), ()):
                    if one is not None and self._is_list(one):
                        yield one

    def _is_list(self, node: cst.BaseExpression) -> bool:
        return any(isinstance(value, Display) for value in self.names.values(node))

    def _named(self, node: cst.Name | cst.Attribute, place: cst.CSTNode, depth: int) -> Iterator[Piece]:
        """What a name was given, and what was added to it."""
        found = False
        for value, statement in self._given(node):
            if isinstance(value, cst.List | cst.Tuple | cst.BinaryOperation | cst.Call) and self._may_be_list(value):
                found = True
                yield from self._spelled(value, self._anchor(value, statement), depth + 1)
            elif isinstance(value, cst.FormattedString | cst.ConcatenatedString | cst.BinaryOperation | cst.Call):
                found = True
                yield Piece(value, value)
            elif isinstance(value, cst.Name | cst.Attribute) and dotted(value) != dotted(node):
                found = True
                yield from self._spelled(value, place, depth + 1)
        yield from self._added(node, depth)
        if not found:
            yield Piece(node, place)

    def _anchor(self, value: cst.BaseExpression, statement: cst.CSTNode) -> cst.CSTNode:
        return statement if isinstance(statement, cst.AugAssign) else value

    def _may_be_list(self, value: cst.BaseExpression) -> bool:
        return (
            any(isinstance(one, Display) for one in self.names.values(value))
            or argv.split_string(self.names, value) is not None
        )

    def _given(self, node: cst.Name | cst.Attribute) -> Iterator[tuple[cst.BaseExpression, cst.CSTNode]]:
        if isinstance(node, cst.Name):
            scope = self.names.lookup(node)
            here = self.names.index.function_of(node)
            for binding in scope.bindings[node.value] if scope is not None else ():
                plain = binding.how in (How.ASSIGNED, How.AUGMENTED) and not binding.path
                if plain and binding.value is not None and self._may_reach(binding.node, node, here):
                    yield binding.value, binding.node
        else:
            for target, binding in self.names.index.attribute_writes.get(node.attr.value, ()):
                if dotted(target) == dotted(node) and binding.value is not None and not binding.path:
                    yield binding.value, binding.node

    def _may_reach(self, made: cst.CSTNode, use: cst.CSTNode, here: cst.CSTNode | None) -> bool:
        """Written before the use, in its function or outside of all."""
        order = self.names.index.order
        inside = self.names.index.function_of(made) is here
        return not inside or order[id(made)] < order[id(use)]

    def _added(self, node: cst.Name | cst.Attribute, depth: int) -> Iterator[Piece]:
        """`command.append(f"-p{password}")`, `command += ["--password", password]`."""
        path, here = dotted(node), self.names.index.function_of(node)
        for method in ("append", "extend", "insert"):
            for call in self.names.calls_of(method):
                owner = call.func.value if isinstance(call.func, cst.Attribute) else None
                if owner is None or dotted(owner) != path or not path or not call.args:
                    continue
                if self.names.index.function_of(call) is not here or not self._may_reach(call, node, here):
                    continue
                last = call.args[-1].value
                if id(call) in self._passed:
                    continue
                self._passed.add(id(call))
                if method == "extend":
                    yield from self._spelled(last, call, depth + 1)
                else:
                    yield Piece(last, call)

    # judging

    def _judged(self, call: cst.Call, piece: Piece) -> Held | None:
        """The secret in a piece of a command line."""
        values = self.names.values(piece.node)
        if any(isinstance(value, Display) and value.kind == "dict" for value in values):
            return None  # a request to some API: no command line
        if all(isinstance(value, Constant) for value in values):
            return None  # a text that only mentions a variable of the environment
        held = self._holders.first(piece.node) or self._behind_option(piece)
        return held if held is not None and self._fits(held, piece, call) else None

    def _say(self, call: cst.Call, run: Run, piece: Piece, held: Held) -> None:
        program = self._program(run, piece)
        far = runner_names.elsewhere(call) or "command" in run.roles
        where = "of the other host" if far else "of this host"
        related = (Note(call, "run here"),) if not self._inside(piece.place, call) else ()
        self.report(
            CODE,
            piece.place,
            f"`{held.shown}` goes on the command line{f' of {program}' if program else ''}: every user {where} can read it in "
            "the list of processes",
            label="to be read in `ps`",
            help=remedy(program, held.shown),
            related=related,
            confidence=Confidence.MEDIUM if run.how == "name" or not held.said.sure else Confidence.HIGH,
        )

    def _behind_option(self, piece: Piece) -> Held | None:
        """`["--password", value]`, `f"--password={value}"`: the option says what the value is."""
        for text, node in ((piece.before, piece.node), *self._behind_texts(piece.node)):
            match = _SECRET_OPTION.search(text)
            found = said(match[1] or match[2]) if match else None
            sure = found is not None and found.sure and found.kind in (Kind.PASSWORD, Kind.SECRET)
            if found is not None and sure and self._may_be_secret(node):
                return Held(node, self.written(node, 40).replace("{", "(").replace("}", ")"), found)
        return None

    def _may_be_secret(self, node: cst.BaseExpression) -> bool:
        """Whether a value may be anything: no constant, no path, no name that only refers to a secret."""
        name = last_word(node)
        if not isinstance(node, cst.Name | cst.Attribute | cst.Subscript) or evidence(name):
            return False
        known = any(isinstance(value, Constant | Instance) for value in self.names.values(node))
        return not known and _REFERENCES.isdisjoint(words(name))

    def _behind_texts(self, node: cst.BaseExpression) -> Iterator[tuple[str, cst.BaseExpression]]:
        parts = (
            strings.parts_of(self.names, node) if isinstance(node, cst.FormattedString | cst.BinaryOperation) else ()
        )
        for before, after in pairwise(parts):
            if isinstance(before, str) and not isinstance(after, str):
                yield before, after

    def _inside(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        return node is outer or self.names.index.stands_in(node, outer)

    def _fits(self, held: Held, piece: Piece, call: cst.Call) -> bool:
        """A bare `token` or a key counts behind an option that says so, or in a text that does."""
        if held.said.kind is Kind.PASSWORD or (held.said.sure and held.said.kind is not Kind.KEY):
            return True
        if held.said.kind is Kind.KEY and not _SURE_KEYS.isdisjoint(held.said.words):
            return True
        around = f"{self.written(piece.place, 400)} {self.written(call, 400)}".lower()
        if held.said.kind is Kind.TOKEN:
            return "rev-parse" not in around and not _SEARCHES.search(around)
        return takes_secret(around)

    def _program(self, run: Run, piece: Piece) -> str:
        """The program whose command line it is, where it can be told."""
        values = [value for node in (run.command.node,) if node is not None for value in self.names.values(node)]
        if run.argv:
            return prefixes.program(argv.word_of(self.names, run.argv[0].value).text)
        for value in [*values, *self.names.values(piece.node)]:
            match value:
                case Display(kind="list" | "tuple"):
                    words = [word.text for word in argv.argv(self.names, run.command.node or piece.node, value)]
                    at, _ = prefixes.start(words, by_shell=False)
                    name = prefixes.program(words[at]) if at < len(words) else ""
                    named = _before(words, at)
                    if named or name:
                        return named or name
                case Text() as text:
                    return _of_line(text.known)
                case _:
                    pass
        return ""

    # what the script's own command line takes

    def _received(self, node: cst.Call) -> None:
        option = takes_option(node)
        if option:
            self.report(
                CODE,
                node,
                f"`{option} VALUE` takes a secret on the command line: it ends up in `ps` and in the shell's history",
                label="to be read in `ps`",
                help=f"{option}-file, a variable of the environment, or a prompt: getpass.getpass()",
            )


_SURE_KEYS = frozenset("api encryption account auth".split())  # others are mostly paths and names of objects
_SECRET_OPTION = regex(r"(?:^|[\s'\"])--?([A-Za-z][\w-]+)[= ]?['\"]?$|(?:^|[\s,;&?'\"])([A-Za-z_]\w+)=['\"]?$")
_REFERENCES = frozenset("path file filename name dir arn uri url ref fd env flag option opt arg args prompt".split())
_SEARCHES = regex(r"""^\[?\(?f?["'](?:\S*/)?[ef]?grep\b""")


def _is_request(command: cst.BaseExpression | None) -> bool:
    """`exec_cli_command(to_bytes(json.dumps(command)))`: what is written out as JSON is a request to some device."""
    while isinstance(command, cst.Call):
        if last_word(command.func) == "dumps":
            return True
        inner = command.func.value if isinstance(command.func, cst.Attribute) else None
        command = command.args[0].value if command.args else inner
    return False


def _asks_a_database(call: cst.Call) -> bool:
    """`cursor.execute(…)`, `cql_query(…)`: what it is given is a query."""
    words = {*runner_words.words(runner_names.called(call)), *runner_names.receivers(call)}
    return not _DATABASES.isdisjoint(words)


_DATABASES = frozenset(
    "cursor cur query sql cql db database conn connection session engine mysql postgres psql ldap redis client api".split()
)
_DEVICES = ("netmiko.", "scrapli.", "napalm.", "ncclient.")


def _before(words: list[str | None], at: int) -> str:
    """`sshpass`: a prefix that takes a secret itself."""
    return next((prefixes.program(word) for word in words[:at] if prefixes.program(word) == "sshpass"), "")


def _of_line(text: str) -> str:
    """The program of the command in a line that data goes into."""
    simple = shellwords.split(text)
    for one in simple:
        if any(word.data for word in one.words):
            words = [word.text for word in one.words]
            at, _ = prefixes.start(words, by_shell=True)
            return _before(list(words), at) or (prefixes.program(words[at]) if at < len(words) else "")
    return ""
