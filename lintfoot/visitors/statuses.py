"""Tests of one attempt's own outcome: `if reply.status_code == 200: break`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.gates.loop_lines import STATUS
from lintfoot.paths import FALLS, LEAVES, ROUND, guards, outcomes, sequence, statements, within
from lintfoot.scopes import dotted
from lintfoot.secret_names import words
from lintfoot.visitors.failures import Handler
from lintfoot.visitors.wording import assigned_in, root_name

_FAILED = 400  # HTTP: from here on it failed
_BAD = frozenset("fail failed failure error retry timeout unavailable unreachable refused".split())
_GOOD = frozenset("ok success succeeded".split())
_STATES = frozenset("status state phase".split())  # what somebody else is in: waiting for one is no retry


def leaves_by_status(body: cst.BaseSuite, normal: set[str]) -> bool:
    """Whether a block leaves the loop once an outcome is good."""
    return LEAVES in normal and status_test(body, ()) is not None


def status_test(body: cst.BaseSuite, flags: tuple[str, ...]) -> cst.If | None:
    """`if reply.status_code == 200: break`: a test of this attempt's own outcome decides between leaving and another turn."""
    if flags or LEAVES not in outcomes(body):
        return None
    assigned = assigned_in(body)
    handled = {id(node) for one in within(body) if isinstance(one, Handler) for node in within(one)}
    for node in within(body):
        if isinstance(node, cst.If) and id(node) not in handled and of_outcome(node.test, assigned):
            ends = outcomes(node.body)
            good = means_success(node.test)
            if (good and LEAVES in ends and ROUND not in ends) or (
                not good and ends <= {FALLS, ROUND} and ROUND in ends and not _comes_round(body, node, node.test)
            ):
                return node
    return None


def _comes_round(body: cst.BaseSuite, test: cst.If, outcome: cst.BaseExpression) -> bool:
    """Whether what follows a test comes round as well: the next page of a list is no retry; a second kind of failure is."""
    for block in (body, *(one.body for one in guards(body))):
        lines = statements(block)
        if test in lines:
            after = sequence(lines[lines.index(test) + 1 :], {})
            if _said(outcome) is False and LEAVES in after and FALLS not in after:
                return False
            return ROUND in after or (block is body and FALLS in after)
    return False


def of_outcome(test: cst.BaseExpression, assigned: set[str]) -> bool:
    """Whether a test looks at the status of what this turn got."""
    for node in (test, *within(test)):
        match node:
            case cst.Attribute(value=owner, attr=cst.Name(value=name)) if name in STATUS and (
                isinstance(owner, cst.Call) or root_name(owner) in assigned
            ):
                return name in ("ok", "is_success") or _against_number(test)
            case cst.Comparison(left=left) if _said(node) is not None:
                name = root_name(left) if isinstance(left, cst.Name | cst.NamedExpr) else ""
                if name not in _STATES and (name in assigned or isinstance(left, cst.NamedExpr)):
                    return True
            case cst.Name(value=name) if (
                name in ("returncode", "exit_code", "exitcode", "retcode", "rc", "status_code") and name in assigned
            ):
                return True
            case _:
                pass
    return False


def _said(test: cst.BaseExpression) -> bool | None:
    """What a test's right side calls the outcome: `== Result.FAILURE` False, `== Result.OK` True; None where it says neither."""
    match test:
        case cst.Comparison(comparisons=[cst.ComparisonTarget(comparator=cst.Attribute(attr=cst.Name(value=word)))]):
            said = words(word)
            bad, good = not _BAD.isdisjoint(said), not _GOOD.isdisjoint(said[:1])
            return None if bad is good else good
        case _:
            return None


def _against_number(test: cst.BaseExpression) -> bool:
    """Whether a test speaks of a number: `== 200`, `in (200, 204)`; the place in a list is none: `found[0].status`."""
    places = {id(one) for node in (test, *within(test)) if isinstance(node, cst.Subscript) for one in _below(node)}
    return any(isinstance(node, cst.Integer) and id(node) not in places for node in within(test))


def _below(node: cst.Subscript) -> Iterator[cst.CSTNode]:
    for element in node.slice:
        yield from within(element)


def means_success(test: cst.BaseExpression) -> bool:
    """Whether a test of an outcome holds for a good one."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return not means_success(inner) or dotted(inner).endswith(("code", "rc", "status"))
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
            good = (isinstance(right, cst.Integer) and right.evaluated_value < _FAILED) or bool(_said(test))
            listed = isinstance(right, cst.Tuple | cst.List | cst.Set)
            if isinstance(operator, cst.NotEqual | cst.NotIn | cst.GreaterThan | cst.GreaterThanEqual):
                return not (good or listed) and not isinstance(operator, cst.GreaterThan | cst.GreaterThanEqual)
            return good or listed or isinstance(operator, cst.LessThan | cst.LessThanEqual)
        case cst.Attribute(attr=cst.Name(value=name)):
            return name in ("ok", "is_success")
        case cst.BooleanOperation(left=left, right=right):
            return means_success(left) or means_success(right)
        case _:
            return False
