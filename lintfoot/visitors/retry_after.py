"""Servers that say when to come back, and scripts that do not listen."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.gates.gate import Gate
from lintfoot.gates.loop_lines import PAUSES
from lintfoot.gates.retrying import RETRY_AFTER
from lintfoot.paths import FALLS, ROUND, outcomes, within
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Function
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.busy import is_busy
from lintfoot.visitors.failures import kinds_of
from lintfoot.visitors.loops import Loops
from lintfoot.visitors.waits import sleeps
from lintfoot.visitors.wording import LOG_VERBS, root_name

(UNHEARD,) = RETRY_AFTER.codes
_HEADER = regex(r"(?i)^retry-after$")
_LISTENS = regex(r"(?i)retry[-_]?after|rate[-_]?limit[-_]?(remaining|reset)|retryafter")
_TAKES_DATES = regex(
    r"parsedate|strptime|isdigit|isdecimal|isnumeric|fromisoformat|dateutil|dateparser|fullmatch|re\.match"
)
_CATCHES = frozenset(("ValueError", "Exception", "BaseException", "TypeError"))
_PLAIN = frozenset("str repr len print format int float isinstance hasattr type bool max min list dict range".split())


class RetryAfter(Visitor):
    """LF604, but for the pattern on its page."""

    gate: ClassVar[Gate] = RETRY_AFTER

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._loops = Loops(self.names, self.models)

    # the number of seconds that may be a date

    def visit_Call(self, node: cst.Call) -> None:
        """`int(reply.headers["Retry-After"])`."""
        if len(node.args) != 1 or self.names.qualified(node.func) not in ("builtins.int", "builtins.float"):
            return
        header = self._header(node.args[0].value)
        if header is None or self._has_a_way_out(node):
            return
        self.report(
            UNHEARD,
            node,
            f"`{self.written(node.func)}` takes a number, and `Retry-After` may be an HTTP date as well",
            label="fails on a date",
            help="catch ValueError and take email.utils.parsedate_to_datetime(value) - datetime.now(timezone.utc) there",
            related=(Note(header, "the header is read here"),) if header is not node.args[0].value else (),
        )

    def _header(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """Where the header is read that an expression holds: in itself, or in what its name was given."""
        if self._reads_header(node):
            return node
        if not isinstance(node, cst.Name):
            return None
        scope = self.names.lookup(node)
        for binding in scope.bindings[node.value] if scope is not None else ():
            if binding.value is not None and self._reads_header(binding.value):
                return binding.value
        return None

    def _reads_header(self, node: cst.BaseExpression) -> bool:
        """`headers["Retry-After"]`, `headers.get("Retry-After", 5)`, with nothing else round it."""
        match node:
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                return self._is_name_of_header(key)
            case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value=method)), args=args):
                if method in ("get", "getheader", "get_header", "pop"):
                    return bool(args) and self._is_name_of_header(args[0].value)
                return method in ("strip", "decode") and self._reads_header(owner)
            case cst.BooleanOperation(left=left, operator=cst.Or()):
                return self._reads_header(left)
            case _:
                return False

    def _is_name_of_header(self, key: cst.BaseExpression) -> bool:
        text = self.names.constant(key)
        return isinstance(text, str) and bool(_HEADER.match(text))

    def _has_a_way_out(self, node: cst.Call) -> bool:
        child: cst.CSTNode = node
        for above in self.names.index.ancestors(node):
            match above:
                case cst.Try(handlers=handlers, body=body) if child is body:
                    if any(one.type is None or not _CATCHES.isdisjoint(kinds_of(one)) for one in handlers):
                        return True
                case cst.With(items=items):
                    managers = [one.item for one in items if isinstance(one.item, cst.Call)]
                    if any(last_word(one.func) == "suppress" for one in managers):
                        return True
                case cst.FunctionDef():
                    return bool(_TAKES_DATES.search(self.context.module.code_for_node(above)))
                case _:
                    pass
            child = above
        return bool(_TAKES_DATES.search(self.context.text))

    # loops that look at the status

    def visit_If(self, node: cst.If) -> None:
        """`if reply.status_code == 429: time.sleep(60)`."""
        compared = is_busy(self.names, node.test)
        if compared is None or not self._comes_round(node) or self._listens(node, root_name(compared)):
            return
        self._say(node, node.test)

    def visit_While(self, node: cst.While) -> None:
        """`while reply.status_code == 429: time.sleep(60)`."""
        compared = is_busy(self.names, node.test)
        if compared is not None and not self._listens(node, root_name(compared)):
            self._say(node, node.test)

    def _say(self, node: cst.CSTNode, test: cst.BaseExpression) -> None:
        self.report(
            UNHEARD,
            node,
            f"`{self.written(test)}` leads to another attempt, and nobody reads `Retry-After`, in which the server says when",
            label="comes back when it likes",
            help='pause for reply.headers.get("Retry-After") where it is there, and for a pause of your own where it is not',
        )

    def _comes_round(self, node: cst.If) -> bool:
        """Whether the branch pauses, or is one of a retry loop that pauses, and leads to another attempt."""
        ends = outcomes(node.body)
        if not ends & {FALLS, ROUND}:
            return self._calls_itself(node)
        loop = self._loop(node)
        if sleeps(self.names, node.body):
            return loop is not None or self._asks_again(node)
        return loop is not None and ROUND in ends and self._is_retry(loop) and sleeps(self.names, loop.body)

    def _loop(self, node: cst.CSTNode) -> cst.While | cst.For | None:
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.While | cst.For):
                return above
            if isinstance(above, cst.FunctionDef | cst.Lambda):
                return None
        return None

    def _is_retry(self, loop: cst.While | cst.For) -> bool:
        return self._loops.endless(loop) is not None or self._loops.counted(loop) is not None

    def _asks_again(self, node: cst.If) -> bool:
        """`if reply.status_code == 429: time.sleep(60); reply = requests.get(url)`."""
        return any(
            isinstance(one, cst.Assign) and isinstance(one.value, cst.Call | cst.Await) for one in within(node.body)
        )

    def _calls_itself(self, node: cst.If) -> bool:
        function = self.names.index.function_of(node)
        return isinstance(function, cst.FunctionDef) and any(
            isinstance(one, cst.Call) and last_word(one.func) == function.name.value for one in within(node.body)
        )

    def _listens(self, node: cst.If | cst.While, reply: str) -> bool:
        """Whether the function reads the header, or hands the reply to somebody who may."""
        function = self.names.index.function_of(node)
        place: cst.CSTNode = function if isinstance(function, cst.FunctionDef) else self.context.module
        if _LISTENS.search(self.context.module.code_for_node(place)):
            return True
        around = self._loop(node) or node
        for call in (one for one in within(around) if isinstance(one, cst.Call)):
            if self._helper_listens(call):
                return True
            name = last_word(call.func)
            if name in LOG_VERBS | _PLAIN | PAUSES or name.endswith(("Error", "Exception")) or name[:1].isupper():
                continue
            if reply and any(root_name(arg.value) == reply and isinstance(arg.value, cst.Name) for arg in call.args):
                return True
            if any(isinstance(arg.value, cst.Attribute) and arg.value.attr.value == "headers" for arg in call.args):
                return True
        return False

    def _helper_listens(self, call: cst.Call) -> bool:
        return any(
            isinstance(value, Function) and _LISTENS.search(self.context.module.code_for_node(value.node))
            for value in self.names.values(call.func)
        ) or bool(_LISTENS.search(dotted(call.func)))

    # decorators

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """`@retry(retry=retry_if_exception(is_throttled), wait=wait_exponential())`."""
        call = node.decorator if isinstance(node.decorator, cst.Call) else cst.Call(func=node.decorator)
        found = [one for one in calls.targets(self.names, call) if "retry" in one.function.role]
        if not found or _LISTENS.search(self.context.text):
            return
        function = self.names.index.parent.get(id(node))
        raised = self._raises_when_busy(function) if isinstance(function, cst.FunctionDef) else None
        asked = self._asked_when_busy(call)
        where = raised or asked
        if where is not None:
            self.report(
                UNHEARD,
                node.decorator,
                f"`@{self.written(call.func)}` tries again after 429 or 503, and nobody reads `Retry-After`, "
                "in which the server says when",
                label="comes back when it likes",
                help="keep the header's value on the exception, and let the decorator's wait look at it first",
                related=(Note(where, "a busy server leads to another attempt"),),
            )

    def _raises_when_busy(self, function: cst.FunctionDef) -> cst.CSTNode | None:
        for node in within(function.body):
            if not isinstance(node, cst.If) or is_busy(self.names, node.test) is None:
                continue
            if any(isinstance(one, cst.Raise) for one in within(node.body)):
                return node
        return None

    def _asked_when_busy(self, call: cst.Call) -> cst.CSTNode | None:
        """A predicate of this file that says yes to 429."""
        for arg in call.args:
            if arg.keyword is not None and arg.keyword.value == "giveup":
                continue
            for node in (arg.value, *within(arg.value)):
                if isinstance(node, cst.Name | cst.Attribute | cst.Lambda):
                    for value in self.names.values(node):
                        found = self._says_yes(value.node) if isinstance(value, Function) else None
                        if found is not None:
                            return found
        return None

    def _says_yes(self, function: cst.FunctionDef | cst.Lambda) -> cst.CSTNode | None:
        for node in (function.body, *within(function.body)):
            if isinstance(node, cst.Comparison) and is_busy(self.names, node) is not None:
                return node
        return None
