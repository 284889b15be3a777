"""Which lines of a text may take JSON apart as text: with commands that do so, and with regular expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lintfoot.bindings import Bindings
from lintfoot.census import Statement, inputs
from lintfoot.gates.callees import Site, lines_of
from lintfoot.gates.gate import Lines
from lintfoot.gates.run_calls import runs_given
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

TEXT_TOOLS = frozenset("grep egrep fgrep zgrep rg ag ack sed gsed awk gawk mawk nawk cut perl".split())
SEARCHES = {"search": 1, "match": 1, "fullmatch": 1, "findall": 1, "finditer": 1, "split": 1}
_TOOLS = regex(rf"(?i)(?<![\w-])(?:{'|'.join(sorted(TEXT_TOOLS))})(?![\w-])")
_PATTERNS = frozenset(("re", "regex"))
_ASKED = frozenset("stdout output text content".split())  # attributes that hold what another program or a server wrote
_GIVING = frozenset("dumps read read_text communicate check_output getoutput getstatusoutput popen str".split())
_SAME = frozenset("decode strip lstrip rstrip read read_text splitlines replace encode".split())
_DEEPEST = 8  # as deep as the visitor follows
# Other files may tell of texts that name a tool, and of another name for what writes JSON.
_TELLING = Wanted(leads=lambda name: "json" in name, says=lambda text: bool(_TOOLS.search(text)))


def json_lines(sight: Sight) -> Lines:
    """The lines; None where there is no census."""
    tools = _tooled(sight)
    if tools is not None and not tools and _PATTERNS.isdisjoint(sight.words):
        return set()
    if tools is None or sight.dataflow is None:
        return None
    return lines_of(sight, [*tools, *_searched(sight, sight.dataflow.bindings)])


def _tooled(sight: Sight) -> list[Site] | None:
    """The calls that run commands, and that the name of a tool may get to."""
    known = sight.telling(_TELLING).names
    if not known and TEXT_TOOLS.isdisjoint(map(str.lower, sight.words)):
        return []
    return runs_given(sight, _TOOLS.search, known)


def _searched(sight: Sight, bindings: Bindings) -> Iterator[Site]:
    """The searches in what may be a text that another program or a server wrote."""
    if _PATTERNS.isdisjoint(sight.words):
        return
    for name in SEARCHES.keys() & bindings.calls.keys():
        for statement, call in bindings.calls[name]:
            given = inputs(call)
            if any(_may_be_json(bindings, one, statement) for one in given):
                yield Site(statement, call)


def _may_be_json(bindings: Bindings, node: ast.expr, statement: Statement, depth: int = 0) -> bool:
    """Whether an expression asks for such a text, itself or where the name was given one."""
    if depth > _DEEPEST:
        return False
    match node:
        case ast.Name(id=name):
            return _was_given_json(bindings, name, statement, depth)
        case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Subscript(value=inner):
            return _may_be_json(bindings, inner, statement, depth + 1)
        case ast.Attribute(attr=attr):
            return attr in _ASKED
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in _SAME and attr not in _GIVING:
            return _may_be_json(bindings, owner, statement, depth + 1)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _GIVING or name in bindings.made
        case _:
            return False


def _was_given_json(bindings: Bindings, name: str, statement: Statement, depth: int) -> bool:
    key = bindings.resolve(name, statement)
    given = bindings.values.get(key, [])
    if len(given) < bindings.times.get(key, 0) and not {"communicate", "getstatusoutput"}.isdisjoint(bindings.calls):
        return True  # `out, _ = process.communicate()`
    return any(value is not None and _may_be_json(bindings, value, at, depth + 1) for at, value in given)
