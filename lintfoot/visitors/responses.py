"""HTTP responses whose body is used while nothing looked at their status."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls, facets
from lintfoot.gates.gate import Gate
from lintfoot.gates.response_lines import READERS, shapes
from lintfoot.gates.web import RESPONSES
from lintfoot.libraries import Argument, Function
from lintfoot.receivers import altered
from lintfoot.regexes import regex
from lintfoot.values import Instance
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.looks import Looks, responses

(UNCHECKED,) = RESPONSES.codes
_HOOKS = ("hooks", "event_hooks")
_FILE_LIKE = ("read", "raw")
_LONGEST = 40
_ON_THE_WAY = frozenset("get decode strip lstrip rstrip lower upper casefold".split())
_BAD = regex(r"(?i)err|fail|invalid|denied|forbidden|unauthori|not.?found|exception|bad|expired|limit|unavailable|down")


class Responses(Visitor):
    """Notes uses of bodies and looks at statuses on the way, and judges at the end of the file."""

    gate: ClassVar[Gate] = RESPONSES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shapes = shapes(context.models)
        self._body_words = {word for shape in self._shapes.values() for word in shape.body}
        self._status_words = {word for shape in self._shapes.values() for word in shape.status}
        self._bodies: list[tuple[cst.BaseExpression, cst.BaseExpression, str]] = []  # the use, the response, its word
        self._looks: list[cst.Attribute] = []

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """`response.json`, `response.ok`."""
        parent = self.names.index.parent.get(id(node))
        if node.attr.value in self._body_words and not self._is_set_up(parent):
            use = parent if isinstance(parent, cst.Call) and parent.func is node else node
            self._bodies.append((use, node.value, node.attr.value))
        if node.attr.value in self._status_words:
            self._looks.append(node)

    def _is_set_up(self, parent: cst.CSTNode | None) -> bool:
        """`reply.raw.decode_content = True` reads nothing yet."""
        target = self.names.index.parent.get(id(parent)) if isinstance(parent, cst.Attribute) else parent
        return isinstance(target, cst.AssignTarget)

    def visit_For(self, node: cst.For) -> None:
        """`for line in response:`."""
        self._bodies.append((node.iter, node.iter, ""))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        """The same in a comprehension."""
        self._bodies.append((node.iter, node.iter, ""))

    def visit_Call(self, node: cst.Call) -> None:
        """`json.load(response)` reads the body; `getattr(response, "text")` asks for it by name."""
        if not node.args or node.args[0].star:
            return
        names = self.names.names_of(node.func)
        if any(name in READERS for name in names):
            self._bodies.append((node, node.args[0].value, ""))
        elif "builtins.getattr" in names and len(node.args) > 1:
            word = self.names.constant(node.args[1].value)
            if isinstance(word, str) and word in self._body_words:
                self._bodies.append((node, node.args[0].value, word))

    def leave_Module(self, original_node: cst.Module) -> None:
        """Now that all looks are known, judge the uses; of each response the first in a function is reported."""
        del original_node
        looks = Looks(self.names, self._shapes, self._looks)
        said: set[tuple[int, int]] = set()
        for use, owner, word in self._bodies:
            for response in responses(self.names.values(owner), self._shapes):
                key = (id(response.call), id(self.names.index.function_of(use)))
                if key in said or not self._is_body(response, word) or self._goes_nowhere(use):
                    continue
                if self._may_fail_silently(response) and not looks.anybody(response, owner):
                    said.add(key)
                    self._say(use, owner, response)
                    break

    def _is_body(self, response: Instance, word: str) -> bool:
        """Whether the word is one of this library's; without a word the response is read as a file or iterated over."""
        body = self._shapes[response.name].body
        return word in body if word else not body.isdisjoint(_FILE_LIKE)

    def _goes_nowhere(self, use: cst.BaseExpression) -> bool:
        """A body that is only drained, so that the connection can serve again; or one that is compared with what it should be."""
        index = self.names.index
        parent = index.parent.get(id(use))
        while isinstance(parent, cst.Await):
            parent = index.parent.get(id(parent))
        if isinstance(parent, cst.Expr) or self._is_recognised(use):
            return True
        return self.context.is_test and self._is_asserted(use)

    def _is_recognised(self, use: cst.BaseExpression) -> bool:
        """`"pong" in reply.text`, `reply.json()["status"] == "green"`: no error page passes for that."""
        index = self.names.index
        node, parent = use, index.parent.get(id(use))
        while True:
            match parent:
                case cst.Await() | cst.Subscript():
                    pass
                case cst.Attribute(attr=cst.Name(value=word)) if word in _ON_THE_WAY:
                    pass
                case cst.Call(func=func) if func is node:
                    pass
                case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
                    known = self.names.constant(right if left is node else left)
                    text = known.decode("latin-1") if isinstance(known, bytes) else known
                    sides = isinstance(operator, cst.Equal | cst.NotEqual) or left is not node
                    return isinstance(text, str) and text != "" and sides and not _BAD.search(text)
                case cst.ComparisonTarget():
                    parent = index.parent.get(id(parent))
                    continue
                case _:
                    return False
            node, parent = parent, index.parent.get(id(parent))

    def _is_asserted(self, use: cst.BaseExpression) -> bool:
        for node in self.names.index.ancestors(use):
            if isinstance(node, cst.Assert):
                return True
            if isinstance(node, cst.Call) and _last(node.func).lower().startswith("assert"):
                return True
            if isinstance(node, cst.BaseStatement):
                return False
        return False

    def _may_fail_silently(self, response: Instance) -> bool:
        """Whether it comes from a request that raises nothing by itself, as far as anybody can tell."""
        call = response.call
        made = [one for one in calls.targets(self.names, call) if one.function.returns] if call is not None else []
        return bool(made) and all(self._silent(call, one) for one in made if call is not None)

    def _silent(self, call: cst.Call, target: calls.Target) -> bool:
        function = target.function
        if type(function) is not Function or "request" not in function.role or altered(self.names, target.receiver):
            return False
        if "raises" in function.arguments and not self._never_raises(call, target):
            return False
        hooks = calls.given(self.names, call, Argument(_HOOKS), target.partials)
        return hooks.state != "given" and not (target.receiver is not None and self._hooked())

    def _never_raises(self, call: cst.Call, target: calls.Target) -> bool:
        """Whether nothing made the library raise for an error status: neither the call nor the client."""
        told = facets.meaning(self.names, call, target, "raises")
        if told is None or told.certain(("off",)):
            return True
        receiver = target.receiver
        if told.given.state != "absent" or not isinstance(receiver, Instance) or receiver.call is not None:
            return False
        makers = [  # a client that was handed in: those that this file makes stand for it
            found
            for maker in self.names.calls_of(receiver.name.rpartition(".")[2])
            for one in calls.targets(self.names, maker)
            if one.function.returns == receiver.name
            and (found := facets.meaning(self.names, maker, one, "raises")) is not None
        ]
        return bool(makers) and all(found.certain(("off",)) for found in makers)

    def _hooked(self) -> bool:
        """Whether this file gives any client hooks, which may look at every response."""
        index = self.names.index
        if any(index.attribute_writes.get(word) or index.subscript_writes.get(word) for word in _HOOKS):
            return True
        if not any(word in self.context.text for word in _HOOKS):
            return False
        for call in index.calls:
            if any(arg.keyword is not None and arg.keyword.value == "event_hooks" for arg in call.args):
                return True
            match call.func:
                case cst.Attribute(value=cst.Subscript(value=cst.Attribute(attr=cst.Name(value=word)))):
                    if word in _HOOKS:
                        return True
                case cst.Attribute(value=cst.Attribute(attr=cst.Name(value=word)), attr=cst.Name(value="update")):
                    if word in _HOOKS:
                        return True
                case _:
                    pass
        return False

    def _say(self, use: cst.BaseExpression, owner: cst.BaseExpression, response: Instance) -> None:
        made = response.call
        inline = isinstance(owner, cst.Call | cst.Await)
        called = made.func if made is not None else owner
        shown = f"{self.written(called, _LONGEST)}(…)" if inline else self.written(owner, _LONGEST)
        related = (Note(made, "the response comes from here"),) if made is not None and not inline else ()
        self.report(
            UNCHECKED,
            use,
            f"the body of `{shown}` is used and nothing looked at its status: an error page passes for an answer",
            label="whatever the status was",
            help=self._advice(owner, response, shown, inline=inline),
            related=related,
        )

    def _advice(self, owner: cst.BaseExpression, response: Instance, shown: str, *, inline: bool) -> str:
        name = "response" if inline else self.written(owner)
        raises = "raise_for_status" in self._shapes[response.name].status
        check = f"{name}.raise_for_status()" if raises else f"if {name}.status >= 400: raise OSError({name}.reason)"
        return f"{name} = {shown}; {check}" if inline else f"{check}, before the body is used"


def _last(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else getattr(node, "value", "")
