"""SSH host keys that nobody checks: switches in strings and dicts, and paramiko's policies where no model knows the client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, commandlines
from lintfoot.gates.gate import Gate
from lintfoot.gates.ssh_lines import ASKED, NO, OPTION, SETS_POLICY, SWITCH, SWITCHES
from lintfoot.gates.web import HOST_KEYS
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Class, Function, Instance, Named, Object, Value
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.spoken import is_spoken

(IGNORED,) = HOST_KEYS.codes
_FACET = "host-keys"
_POLICIES = frozenset({"paramiko.AutoAddPolicy", "paramiko.WarningPolicy", "paramiko.MissingHostKeyPolicy"})

# As ssh_config(5) of OpenSSH 9 reads them, on a command line or in a file; ansible.cfg and inventories have the other.
_OFF = regex(
    r"stricthostkeychecking(?:\s*=\s*|\s+)[\"']?(?P<value>no|off|false)\b"
    r"|(?<![a-z])host_key_checking\s*[=:]\s*[\"']?(?P<ansible>false|no|off|0)\b",
    re.IGNORECASE,
)
_ESCAPED = regex(r"\\[nrt]")
_ACCEPT_NEW = regex(r"stricthostkeychecking(?:\s*=\s*|\s+)[\"']?accept-new\b", re.IGNORECASE)
_FORGETS = regex(r"userknownhostsfile(?:\s*=\s*|\s+)[\"']?(?:/dev/null|nul|none)\b", re.IGNORECASE)


class HostKeys(Visitor):
    """What a page's tables cannot say of LF303."""

    gate: ClassVar[Gate] = HOST_KEYS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._asked: bool | None = None

    # switches in strings

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        """`"-oStrictHostKeyChecking=no"`, wherever it goes from here."""
        self._string(node, node.value)

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        """`f"ssh -o StrictHostKeyChecking=no {host}"`."""
        parts = [part.value if isinstance(part, cst.FormattedStringText) else "\0" for part in node.parts]
        self._string(node, "".join(parts))

    def _string(self, node: cst.SimpleString | cst.FormattedString, text: str) -> None:
        text = _ESCAPED.sub("\n", text)
        low = text.casefold()
        if OPTION not in low and SWITCH not in low:
            return
        found = _OFF.search(text)
        new = not found and _ACCEPT_NEW.search(text) is not None
        if not (found or new) or is_spoken(self.names, node) or not self._is_run(node):
            return
        if found:
            # lintfoot: ignore[LF303] -- a message, not a setting
            option = f"StrictHostKeyChecking={found['value']}" if found["value"] else "host_key_checking=False"
            self._say(node, option)
        elif any(_FORGETS.search(other) for other in self._beside(node)):
            self._say(node, "StrictHostKeyChecking=accept-new with no file to keep the keys in")

    def _say(self, node: cst.CSTNode, option: str) -> None:
        self.report(
            IGNORED,
            node,
            f"`{option}` takes any host's key, an impostor's too",
            label="accepts any host key",
            help="drop it, and put the host's key into a known_hosts file (ssh-keyscan, checked once by another way)",
        )

    def _is_run(self, node: cst.BaseExpression) -> bool:
        """In tests a command line is mostly what is expected: there only one counts that is run."""
        if not self.context.is_test:
            return True
        callers = (above for above in self.names.index.ancestors(node) if isinstance(above, cst.Call))
        return any(commandlines.commands(self.names, call) for call in callers)

    def _beside(self, node: cst.BaseExpression) -> Iterator[str]:
        """The strings of the same list, call or sum."""
        top: cst.CSTNode = node
        for above in self.names.index.ancestors(node):
            if not isinstance(above, cst.BaseExpression | cst.BaseElement | cst.Arg):
                break
            top = above
        for one in below(top):
            if isinstance(one, cst.SimpleString | cst.FormattedStringText):
                yield one.value

    # switches in dicts

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`{"StrictHostKeyChecking": "no"}`."""
        self._option(node, self.names.constant(node.key), node.value)

    def visit_Arg(self, node: cst.Arg) -> None:
        """`dict(StrictHostKeyChecking="no")`, `Device(host, hostkey_verify=False)`."""
        if node.keyword is None:
            return
        self._option(node, node.keyword.value, node.value)
        if node.keyword.value in SWITCHES and self.names.constant(node.value) is False:
            call = self.names.index.parent.get(id(node))
            if isinstance(call, cst.Call) and self._is_of_a_library(call):
                self._say(node, f"{node.keyword.value}=False")

    def _is_of_a_library(self, call: cst.Call) -> bool:
        """Whether a call leaves this file, to something that no model knows: what is modelled is the page's."""
        own = any(isinstance(value, Function | Class) for value in self.names.values(call.func))
        return not own and not any(_FACET in target.function.arguments for target in calls.targets(self.names, call))

    def visit_Assign(self, node: cst.Assign) -> None:
        """`options["StrictHostKeyChecking"] = "no"`."""
        for target in node.targets:
            match target.target:
                case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                    self._option(node, self.names.constant(key), node.value)
                case _:
                    pass

    def _option(self, node: cst.CSTNode, key: object, value: cst.BaseExpression) -> None:
        if not isinstance(key, str) or key.casefold() != OPTION or self._model_asks():
            return
        given = self.names.constant(value)
        if given is False or (isinstance(given, str) and given.casefold() in NO):
            self._say(node, f"StrictHostKeyChecking: {self.written(value)}")

    def _model_asks(self) -> bool:
        """Whether a modelled call of this file takes the option out of a dict: then the call is reported."""
        if self._asked is None:
            self._asked = any(
                _FACET in target.function.arguments and target.function.arguments[_FACET].key
                for call in self.names.index.calls
                for target in calls.targets(self.names, call)
            )
        return self._asked

    # policies

    def visit_Call(self, node: cst.Call) -> None:
        """`client.set_missing_host_key_policy(AutoAddPolicy())` on a client from anywhere."""
        sets = last_word(node.func) == SETS_POLICY
        if sets or self._takes_a_policy(node):
            for arg in node.args:
                if all(self._accepts(value, sets=sets) for value in self.names.values(arg.value)):
                    self._say_policy(node, arg)
                    return

    def _takes_a_policy(self, node: cst.Call) -> bool:
        """Whether a call that no model knows is handed a policy by a keyword that says so."""
        return any(arg.keyword is not None and "polic" in arg.keyword.value for arg in node.args)

    def _accepts(self, value: Value, *, sets: bool) -> bool:
        match value:
            case Named(name=name) | Instance(name=name):
                return name in _POLICIES
            case Class(node=owner) | Object(node=owner):
                return sets and self._family_accepts(owner)
            case _:
                return False

    def _family_accepts(self, owner: cst.ClassDef) -> bool:
        """Whether a policy of this file refuses nothing: it inherits an accepting one, or does nothing when it is asked."""
        for one in self.names.family(owner):
            if isinstance(one, str):
                return one in _POLICIES
            for binding in self.names.index.scopes[id(one)].bindings.get(ASKED, ()):
                return isinstance(binding.node, cst.FunctionDef) and _does_nothing(binding.node)
        return False

    def _say_policy(self, node: cst.Call, arg: cst.Arg) -> None:
        if any(_FACET in target.function.arguments for target in calls.targets(self.names, node)) and not any(
            isinstance(value, Class | Object) for value in self.names.values(arg.value)
        ):
            return  # the page speaks
        self.report(
            IGNORED,
            node,
            f"`{self.written(node.func)}` is given `{self.written(arg.value)}`, which takes any host's key, an impostor's too",
            label="accepts any host key",
            help="client.load_system_host_keys() and paramiko.RejectPolicy()",
        )


def _does_nothing(function: cst.FunctionDef) -> bool:
    """Whether a method neither raises nor asks anybody: pass, return, a docstring, a log line."""
    kinds = (cst.Raise, cst.If, cst.Match, cst.Try, cst.For, cst.While, cst.With, cst.Assert)
    return not any(isinstance(node, kinds) for node in below(function.body))
