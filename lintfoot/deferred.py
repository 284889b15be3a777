"""Functions that are handed over to be called by somebody else: thread pools, executors, threads, a retry helper of this file.

`pool.submit(requests.get, url)` sends a request as surely as `requests.get(url)` does. What is really called is returned as
a call that stands nowhere in the file: its parts do, so that they can be asked for their values.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.scopes import dotted
from lintfoot.values import Function, Named, Partial

# The place of the function that is handed over; what follows are its own arguments.
_PASSES_ARGUMENTS = {"submit": 0, "to_thread": 0, "start_new_thread": 0, "run_in_executor": 1, "retry_call": 0}
_MAPS = frozenset("map imap imap_unordered map_async map_unordered".split())  # each item becomes one argument
_TAKES_TABLES = {
    "apply_async": 0,
    "apply": 0,
    "Timer": 1,
    "Thread": None,
    "Process": None,
}  # arguments as tuple and dict
_FUNCTION_WORDS = frozenset("target function func fn f callback".split())


def deferred(names: Names, call: cst.Call) -> Iterator[cst.Call]:
    """The calls that a call brings about by handing a function over."""
    name = dotted(call.func).rpartition(".")[2]
    if not call.args:
        return
    if name in _PASSES_ARGUMENTS:
        place = _PASSES_ARGUMENTS[name]
        positional = [arg for arg in call.args if arg.keyword is None]
        if len(positional) > place and not any(arg.star for arg in positional[: place + 1]):
            handed = positional[place]
            yield from _called(names, handed.value, [arg for arg in call.args if arg not in positional[: place + 1]])
    elif name in _MAPS:
        plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
        if len(plain) > 1:
            yield from _called(names, plain[0].value, [cst.Arg(arg.value) for arg in plain[1:]])
    elif name in _TAKES_TABLES:
        yield from _by_tables(names, call, _TAKES_TABLES[name])
    else:
        yield from _by_helper(names, call)


def _called(names: Names, function: cst.BaseExpression, args: list[cst.Arg]) -> Iterator[cst.Call]:
    if isinstance(function, cst.Name | cst.Attribute | cst.Call) and any(
        isinstance(value, Named | Partial) for value in names.values(function)
    ):
        # A helper may have put a keyword in front of what it was handed.
        yield cst.Call(function, sorted(args, key=lambda arg: arg.keyword is not None or arg.star == "**"))


def _by_tables(names: Names, call: cst.Call, place: int | None) -> Iterator[cst.Call]:
    """`Thread(target=f, args=(1,), kwargs={…})`, `pool.apply_async(f, (1,), {…})`."""
    function: cst.BaseExpression | None = None
    tables: list[cst.Arg] = []
    for number, arg in enumerate(call.args):
        keyword = arg.keyword.value if arg.keyword else ""
        if arg.star:
            return
        if keyword in _FUNCTION_WORDS or (not keyword and number == place):
            function = arg.value
        elif keyword == "args" or (not keyword and place is not None and number == place + 1):
            tables.append(cst.Arg(arg.value, star="*"))
        elif keyword in ("kwargs", "kwds") or (not keyword and place is not None and number == place + 2):
            tables.append(cst.Arg(arg.value, star="**"))
    if function is not None:
        yield from _called(names, function, tables)


def _by_helper(names: Names, call: cst.Call) -> Iterator[cst.Call]:
    """`with_retry(requests.get, url)`, where this file's with_retry calls `function(*args, **kwargs)`."""
    for value in names.values(call.func):
        if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
            yield from _through(names, call, value.node, skip=1 if value.receiver is not None else 0)


def _through(names: Names, call: cst.Call, helper: cst.FunctionDef, skip: int) -> Iterator[cst.Call]:
    star, stars = helper.params.star_arg, helper.params.star_kwarg
    if not isinstance(star, cst.Param) and stars is None:
        return
    own = [param.name.value for param in (*helper.params.posonly_params, *helper.params.params)][skip:]
    named = {*own, *(param.name.value for param in helper.params.kwonly_params)}
    given = dict(zip(own, (arg.value for arg in call.args if arg.keyword is None and not arg.star), strict=False))
    given |= {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
    positional = [arg for arg in call.args if arg.keyword is None]
    rest = positional[len(own) :] + [arg for arg in call.args if arg.keyword and arg.keyword.value not in named]
    for inner in within(helper.body, frozenset(given)) if given else ():
        if not isinstance(inner, cst.Call) or not isinstance(inner.func, cst.Name) or inner.func.value not in given:
            continue
        handed_on = {dotted(arg.value) for arg in inner.args if arg.star}
        takes = {param.name.value for param in (star, stars) if isinstance(param, cst.Param)}
        if handed_on and handed_on <= takes:
            fixed = [arg for arg in inner.args if not arg.star]
            yield from _called(names, given[inner.func.value], [*fixed, *rest])
