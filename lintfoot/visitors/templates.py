"""Templates that render a missing variable as nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.calls import Target
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import TEMPLATE_MAKERS, TEMPLATES
from lintfoot.libraries import Function
from lintfoot.paths import within
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Class, Constant, Instance, Named, Object
from lintfoot.values import Function as Local
from lintfoot.visitors.additions import with_argument
from lintfoot.visitors.base import Visitor

(LENIENT,) = TEMPLATES.codes
_READS_ONLY = ("parse", "lex", "compile_expression", "iter_extensions", "list_templates", "compile_templates")
_RENDERS = ("from_string", "get_template", "select_template", "get_or_select_template", "render", "render_async")
_PAGE = regex(r"\.x?html?(\.(j2|jinja2?))?$")
_CHECKED = "find_undeclared_variables"


class Templates(Visitor):
    """LF803."""

    gate: ClassVar[Gate] = TEMPLATES

    def visit_Call(self, node: cst.Call) -> None:
        """An environment or a template that is made without `undefined`; what a test renders, it looks at itself."""
        if self.context.is_test:
            return
        target = next((one for one in self._makers(node) if self._is_lenient(node, one)), None)
        if target is None or self._told_later(node) or self._only_read(node) or self._asked_before():
            return
        if self._makes_pages(node, target):
            return
        strict = self._strict()
        self.report(
            LENIENT,
            node,
            f"`{self.written(node.func)}` renders a missing variable as nothing",
            label="no `undefined=`",
            help=with_argument(self, node, f"undefined={strict}"),
        )

    def _makers(self, node: cst.Call) -> Iterator[Target]:
        for target in calls.targets(self.names, node):
            if target.name in TEMPLATE_MAKERS:
                yield target
        for value in self.names.values(node.func):
            if isinstance(value, Named) and value.name.endswith(".__init__"):  # `super().__init__(loader=…)`
                name = value.name.removesuffix(".__init__")
                model = self.models.own(name) if name in TEMPLATE_MAKERS else None
                if isinstance(model, Function):
                    yield Target(name, model)

    def _is_lenient(self, node: cst.Call, target: Target) -> bool:
        arguments = target.function.arguments
        if calls.given(self.names, node, arguments["undefined"], target.partials).state != "absent":
            return False
        if self._subclass_decides(node):
            return False
        return not any(self._raises(arg) for arg in node.args if arg.keyword and arg.keyword.value == "finalize")

    def _subclass_decides(self, node: cst.Call) -> bool:
        """A class of this file that says anything of `undefined` is trusted; one that hands its own on says it there."""
        owners = [value.node for value in self.names.values(node.func) if isinstance(value, Class)]
        function = self.names.index.function_of(node)
        inside = self.names.index.class_of(function) if function is not None else None
        if inside is not None and last_word(node.func) == "__init__":
            owners.append(inside)
        code = self.context.module.code_for_node
        return any("undefined" in code(owner).lower() or self._speaks_itself(node, owner) for owner in owners)

    def _speaks_itself(self, node: cst.Call, owner: cst.ClassDef) -> bool:
        """Whether the class makes its base in its own `__init__`: that is the place."""
        made = (one for one in self.names.calls_of("__init__") if one is not node)
        return any(self.names.index.stands_in(one, owner) for one in made)

    def _raises(self, arg: cst.Arg) -> bool:
        """`finalize=` with a function that refuses what is undefined."""
        values = self.names.values(arg.value)
        return any(
            isinstance(value, Local) and any(isinstance(one, cst.Raise) for one in within(value.node))
            for value in values
        )

    # told elsewhere

    def _is_made_here(self, node: cst.Call, expression: cst.BaseExpression) -> bool:
        values = self.names.values(expression)
        return any(isinstance(value, Instance | Object) and value.call is node for value in values)

    def _told_later(self, node: cst.Call) -> bool:
        """`env.undefined = StrictUndefined`, `env.overlay(undefined=StrictUndefined)`."""
        writes = self.names.index.attribute_writes.get("undefined", ())
        if any(self._is_made_here(node, target.value) for target, _ in writes):
            return True
        return any(
            isinstance(call.func, cst.Attribute)
            and self._is_made_here(node, call.func.value)
            and any(arg.keyword is not None and arg.keyword.value == "undefined" for arg in call.args)
            for call in self.names.calls_of("overlay")
        )

    def _only_read(self, node: cst.Call) -> bool:
        """An environment that parses templates, and renders none in this file."""

        def used(words: tuple[str, ...]) -> bool:
            found = (call.func for word in words for call in self.names.calls_of(word))
            return any(isinstance(func, cst.Attribute) and self._is_made_here(node, func.value) for func in found)

        return used(_READS_ONLY) and not used(_RENDERS)

    def _makes_pages(self, node: cst.Call, target: Target) -> bool:
        """An environment that escapes for browsers, and whose templates are all pages: a blank is what they show."""
        escapes = calls.given(self.names, node, target.function.arguments["autoescape"], target.partials)
        if escapes.state != "given" or any(isinstance(one, Constant) and not one.value for one in escapes.values):
            return False
        asked = [
            self.names.constant(call.args[0].value)
            for call in self.names.calls_of("get_template")
            if call.args and isinstance(call.func, cst.Attribute) and self._is_made_here(node, call.func.value)
        ]
        return bool(asked) and all(isinstance(name, str) and _PAGE.search(name) for name in asked)

    def _asked_before(self) -> bool:
        """A file that looks for undeclared variables itself."""
        return bool(self.names.calls_of(_CHECKED))

    def _strict(self) -> str:
        """StrictUndefined as this file may write it."""
        bindings = self.names.index.scopes[id(self.context.module)].bindings
        for name, many in bindings.items():
            if any(one.imported == "jinja2" for one in many):
                return f"{name}.StrictUndefined"
        return "StrictUndefined"
