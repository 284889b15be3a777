"""Lists of which only the first page is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.gates.gate import Gate
from lintfoot.gates.web import LISTINGS
from lintfoot.libraries import Function
from lintfoot.regexes import regex
from lintfoot.values import Constant, Instance, Named, Object, Partial
from lintfoot.values import Function as OwnFunction
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.pages import Pages, is_pinned
from lintfoot.visitors.waits import bound_in
from lintfoot.visitors.web_lists import WebLists

(FIRST,) = LISTINGS.codes
_AWS = "botocore.client."
# What says that somebody knows of further pages.
_KNOWS = regex(
    r"(?i)next_?token|next_?marker|\bmarker\b|is_?truncated|last_?evaluated|continuation|paginat|start_?key|next_?page|"
    r"has_?more|_continue\b|starting_?token|page_?token|next_?record|nextforwardtoken|build_full_result|next_key"
)
# A client of unknown make is taken for one of these.
_USUAL = frozenset(
    "autoscaling cloudformation cloudfront cloudtrail cloudwatch dynamodb ec2 ecr ecs efs eks elasticache elasticbeanstalk elb elbv2 "
    "events glue iam kms lambda logs organizations rds redshift route53 s3 secretsmanager sns sqs ssm stepfunctions".split()
)
_HANDFUL = 10  # a limit up to this asks for some, not for all
_ORDERED = regex(r"(?i)order|sort|descending|scanindexforward|reverse|newest|latest")


class Listings(Visitor):
    """LF801."""

    gate: ClassVar[Gate] = LISTINGS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._pages = Pages(self.names)
        self._web = WebLists(context)
        self._by_operation: dict[str, tuple[str, Function]] | None = None

    def visit_Call(self, node: cst.Call) -> None:
        """`ec2.describe_instances()`."""
        found = self._listing(node)
        if found is not None:
            self._check(node, *found)
            return
        for call, what, advice in self._web.first_pages(node):
            self._say(call, what, advice)

    def _listing(self, node: cst.Call) -> tuple[str, Function] | None:
        for target in calls.targets(self.names, node):
            if "listing" in calls.roles(self.names, node, target) and "token" in target.function.arguments:
                return target.name, target.function
        return self._by_name(node)

    @cached_property
    def _speaks_of_aws(self) -> bool:
        return re.search(r"\b(boto3|botocore)\b", self.context.text) is not None

    def _by_name(self, node: cst.Call) -> tuple[str, Function] | None:
        """`client.describe_instances()` on a client that was handed in, in a script that speaks of boto3."""
        if not self._speaks_of_aws or not isinstance(node.func, cst.Attribute):
            return None
        if any(arg.star != "**" and (arg.keyword is None or "_" in arg.keyword.value) for arg in node.args):
            return None  # boto3 takes keywords alone, and in capitals: this is somebody's wrapper
        known = (Instance, Object, OwnFunction, Partial, Constant, Named)
        if any(isinstance(one, known) for one in self.names.values(node.func.value)):
            return None
        if self._by_operation is None:
            functions = self.models.functions.items()
            self._by_operation = {
                name.rpartition(".")[2]: (name, function)
                for name, function in functions
                if name.startswith(_AWS)
                and name.split(".")[2] in _USUAL
                and "listing" in function.role
                and not function.only_with
            }
        operation = node.func.attr.value
        service = self._service(node.func.value)
        if service:
            name = f"{_AWS}{service}.{operation}"
            function = self.models.own(name)
            return (name, function) if function is not None and "token" in function.arguments else None
        known_to_page = operation.startswith(("describe_", "list_")) and "tags" not in operation
        found = self._by_operation.get(operation) if known_to_page else None
        return (f"boto3.client.{operation}", found[1]) if found is not None else None

    def _service(self, owner: cst.BaseExpression) -> str:
        """`self.session.client("ec2")`: the service that a session of unknown make is asked for."""
        match owner:
            case cst.Call(
                func=cst.Attribute(attr=cst.Name(value="client" | "create_client")),
                args=[first, *_],
            ):
                text = self.names.constant(first.value)
                return text if isinstance(text, str) else ""
            case _:
                return ""

    def _check(self, node: cst.Call, name: str, function: Function) -> None:
        token = calls.given(self.names, node, function.arguments["token"])
        if token.state == "given":
            self._stale(node, token.node)
            return
        limit = (
            calls.given(self.names, node, function.arguments["limit"])
            if "limit" in function.arguments
            else calls.ABSENT
        )
        if token.state == "unknown" or self._asks_for_some(node, limit):
            return
        if name.startswith("kubernetes."):
            if limit.state == "given" and not self._knows(node):
                self._say(
                    node,
                    f"{name} gives one page of `limit` items",
                    "pass _continue=reply.metadata._continue until it is empty",
                )
            return
        pinned = is_pinned(self.names, node, name.rpartition(".")[2])
        if pinned or not self._pages.taken_for_all(node) or self._knows(node):
            return
        owner = self.written(node.func.value) if isinstance(node.func, cst.Attribute) else "client"
        operation = name.rpartition(".")[2]
        advice = f'for page in {owner}.get_paginator("{operation}").paginate(…): …'
        if name.startswith("boto3.resource."):
            advice = 'ask again with ExclusiveStartKey=reply["LastEvaluatedKey"] as long as there is one'
        self._say(node, f"{name} gives one page of many", advice)

    def _asks_for_some(self, node: cst.Call, limit: calls.Given) -> bool:
        """A limit of a handful, or any with an order: the first ones are meant."""
        if limit.state == "absent":
            return False
        many = limit.constant
        if many is ... or (isinstance(many, int) and many <= _HANDFUL):
            return True  # a number from elsewhere says how many are wanted
        return any(arg.keyword is not None and _ORDERED.search(arg.keyword.value) for arg in node.args)

    def _knows(self, node: cst.Call) -> bool:
        """Whether the function round a call speaks of tokens, markers or paginators."""
        function = self.names.index.function_of(node)
        if isinstance(function, cst.FunctionDef):
            return bool(_KNOWS.search(self.context.module.code_for_node(function.body)))
        statement = self.names.index.statement_of(node)
        if isinstance(function, cst.Lambda):
            return bool(_KNOWS.search(self.context.module.code_for_node(statement)))
        return any(_KNOWS.search(self.context.module.code_for_node(one)) for one in self._module_code())

    def _module_code(self) -> Iterator[cst.CSTNode]:
        """The statements of the module that run when it is loaded."""
        for one in self.context.module.body:
            if not isinstance(one, cst.FunctionDef | cst.ClassDef):
                yield one

    def _stale(self, node: cst.Call, token: cst.BaseExpression | None) -> None:
        """A token that is handed over in every turn, and never set from an answer."""
        if not isinstance(token, cst.Name):
            return
        loop = next((one for one in self._around(node) if isinstance(one, cst.While)), None)
        if loop is not None and token.value not in set(bound_in(loop)) and not self._set_elsewhere(token, loop):
            self.report(
                FIRST,
                node,
                f"`{token.value}` is the same in every turn: this asks for the same page for ever",
                label="the same page again",
                help=f"set `{token.value}` from the answer at the end of each turn",
                related=(Note(loop, "in this loop"),),
            )

    def _set_elsewhere(self, token: cst.Name, loop: cst.While) -> bool:
        """Whether a function that the loop calls may set it: it is global there, or nonlocal."""
        scope = self.names.lookup(token)
        del loop
        return scope is None or any(
            one.elsewhere.get(token.value) for one in self.names.index.scopes.values() if one is not scope
        )

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.FunctionDef | cst.Lambda):
                return
            yield above

    def _say(self, node: cst.Call, what: str, advice: str) -> None:
        self.report(
            FIRST,
            node,
            f"{what}, and nothing asks for the next: the first page is taken for everything",
            label="the first page alone",
            help=advice,
        )
