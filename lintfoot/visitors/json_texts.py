"""Which expressions are JSON as text: what a command or a server answers with, what `json.dumps` made, files called so."""

from __future__ import annotations

import libcst as cst

from lintfoot import calls, commandlines, displays
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.scopes import How, last_word
from lintfoot.values import Display, Instance, known_text
from lintfoot.visitors import json_makers

_DEEPEST = 8
_DUMPS = frozenset(("json.dumps", "simplejson.dumps", "orjson.dumps", "ujson.dumps"))
_SAME = frozenset("decode strip lstrip rstrip read read_text splitlines replace encode".split())
_OUTPUTS = frozenset("stdout output".split())
_BODIES = frozenset("text content".split())


class JsonTexts:
    """Asks one file's expressions."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def is_json(self, node: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether the value is JSON as text, for sure."""
        if depth > _DEEPEST:
            return False
        match node:
            case cst.Name():
                return self._name(node, depth)
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                return self.is_json(inner, depth + 1)
            case cst.Attribute(value=owner, attr=cst.Name(value=attr)) if attr in _OUTPUTS:
                return self._runs_json(owner)
            case cst.Attribute(value=owner, attr=cst.Name(value=attr)) if attr in _BODIES:
                return self._answers_json(owner)
            case cst.Subscript(value=cst.Call() as call):
                return last_word(call.func) == "communicate" and self._communicates(call)
            case cst.Call():
                return self._call(node, depth)
            case _:
                return False

    def is_own(self, node: cst.BaseExpression) -> bool:
        """Whether the text is what `json.dumps` made here."""
        values = self.names.values(node)
        made = [node] if isinstance(node, cst.Call) else [getattr(value, "call", None) for value in values]
        return bool(made) and all(
            isinstance(one, cst.Call) and not _DUMPS.isdisjoint(self.names.names_of(one.func)) for one in made
        )

    def _name(self, node: cst.Name, depth: int) -> bool:
        found = self.names.bindings_of(node)
        return bool(found) and all(
            binding.how is How.ASSIGNED
            and binding.value is not None
            and self._bound(binding.value, binding.path, depth)
            for binding in found
        )

    def _bound(self, value: cst.BaseExpression, path: tuple[int | None, ...], depth: int) -> bool:
        if not path:
            return self.is_json(value, depth + 1)
        inner = value.expression if isinstance(value, cst.Await) else value
        if not isinstance(inner, cst.Call):
            return False
        if last_word(inner.func) == "communicate":
            return path == (0,) and self._communicates(inner)
        return path == (1,) and last_word(inner.func) == "getstatusoutput" and self._makes_json(inner)

    def _call(self, node: cst.Call, depth: int) -> bool:
        names = set(self.names.names_of(node.func))
        name = last_word(node.func)
        if names & _DUMPS:
            return True
        if name == "read" and isinstance(node.func, cst.Attribute):
            owner = node.func.value
            if self._opens_json(owner) or self._answers_json(owner):
                return True
        if name == "read_text" and isinstance(node.func, cst.Attribute) and self._is_json_path(node.func.value):
            return True
        if name in _SAME and isinstance(node.func, cst.Attribute):
            owner = node.func.value
            popen = isinstance(owner, cst.Call) and last_word(owner.func) == "popen" and self._makes_json(owner)
            return popen or self.is_json(owner, depth + 1)
        if name in ("check_output", "getoutput"):
            return self._makes_json(node)
        return name == "str" and len(node.args) == 1 and self.is_json(node.args[0].value, depth + 1)

    # commands

    def _runs_json(self, owner: cst.BaseExpression) -> bool:
        """`subprocess.run([…, "-o", "json"]).stdout`, directly or by name."""
        return any(
            isinstance(value, Instance) and value.call is not None and self._makes_json(value.call)
            for value in self.names.values(owner)
        )

    def _communicates(self, call: cst.Call) -> bool:
        return isinstance(call.func, cst.Attribute) and self._runs_json(call.func.value)

    def _makes_json(self, call: cst.Call) -> bool:
        found = commandlines.commands(self.names, call)
        return bool(found) and json_makers.makes_json(found[-1].words) and not found[-1].piped

    # servers and files

    def _answers_json(self, owner: cst.BaseExpression) -> bool:
        """A response to a request for an address that says JSON, or that asked for it by a header."""
        for value in self.names.values(owner):
            call = value.call if isinstance(value, Instance) else None
            for target in calls.targets(self.names, call) if call is not None else ():
                if "request" in target.function.role and call is not None and self._asks_for_json(call, target):
                    return True
        return False

    def _asks_for_json(self, call: cst.Call, target: calls.Target) -> bool:
        url = target.function.arguments.get("url")
        given = calls.given(self.names, call, url, target.partials) if url is not None else calls.ABSENT
        if any(json_makers.is_json_url(known_text(value)) for value in given.values if given.state == "given"):
            return True
        headers = calls.given(self.names, call, Argument(("headers",)), target.partials)
        for value in headers.values if headers.state == "given" else ():
            if isinstance(value, Display) and value.kind == "dict":
                table, _ = displays.mapping(self.names, value, headers.node)
                accepts = [
                    self.names.constant(one) for key, many in table.items() if key.lower() == "accept" for one in many
                ]
                if any(isinstance(one, str) and "json" in one for one in accepts):
                    return True
        return False

    def _opens_json(self, owner: cst.BaseExpression) -> bool:
        for value in self.names.values(owner):
            call = value.call if isinstance(value, Instance) else None
            if (
                call is not None
                and last_word(call.func) == "open"
                and call.args
                and self._is_json_path(call.args[0].value)
            ):
                return True
        return False

    def _is_json_path(self, node: cst.BaseExpression) -> bool:
        texts = [known_text(value) for value in self.names.values(node)]
        if isinstance(node, cst.Call) and node.args:
            texts += [known_text(value) for value in self.names.values(node.args[-1].value)]
        if isinstance(node, cst.BinaryOperation):
            texts += [known_text(value) for value in self.names.values(node.right)]
        for value in self.names.values(node):
            made = value.call if isinstance(value, Instance) else None
            texts += [
                known_text(one)
                for arg in (made.args if made is not None else ())
                for one in self.names.values(arg.value)
            ]
        return any(text.endswith(".json") for text in texts)
