"""What one script has to say. Its text decides which visitors have a say in it; where none has, nothing is parsed.

What needs a tree is imported from here on down, for the first file that needs one.
"""

from __future__ import annotations

import ast
import gc
import sys

from lintfoot.findings import Bug
from lintfoot.gates import VISITORS
from lintfoot.gates.gate import anywhere
from lintfoot.libcst_import import bring
from lintfoot.parse import Refused, Script
from lintfoot.plans import Engine, Place, Plan, Visited
from lintfoot.sight import Sight
from lintfoot.triage import aimed, hiding, speaking

__all__ = ["Engine", "Place", "Plan", "Visited", "visit"]

UNPARSABLE = "LF000"
_IN_PARTS = (Engine.UNIT, Engine.SLICE)
_DEEPEST = 30_000  # Python frames; parse refuses what nests deeper than the walk could follow


def visit(script: Script, place: Place, plan: Plan) -> Visited:
    """Run the visitors of the chosen rules over a script."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, _DEEPEST))
    gc.disable()  # it would walk the whole tree again and again, and finds nothing: the tree lives until the file is done
    try:
        return _visit(script, place, plan)
    except Refused as refused:
        return Visited(fault=refused.fault)
    except RecursionError as error:
        from lintfoot.walk import trace

        return Visited(bugs=(Bug(place.shown, trace(error)),))
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()


def _visit(script: Script, place: Place, plan: Plan) -> Visited:
    view = plan.project.view(place.file) if plan.project is not None and place.file else None
    sight = Sight(
        script.text,
        place.shown,
        plan.rules,
        plan.models,
        plan.options,
        view,
        place.package,
        lambda: _syntax(script, place, plan),
        place.is_test,
    )
    try:
        found = _in_parts(script, place, plan, sight) if plan.engine in _IN_PARTS else None
        if found is None:
            found = _whole(script, place, plan, sight)
    finally:
        sight.let_go()
    if not found.whole and (found.findings or UNPARSABLE in plan.rules) and script.fault is not None:
        return Visited(lines=found.lines, fault=script.fault)  # of a broken file nothing else is told
    return found


def _syntax(script: Script, place: Place, plan: Plan) -> ast.Module | None:
    """The script as Python's own parser reads it: once, also where other files of the project ask for it."""
    if plan.project is not None and place.file:
        vars(script)["syntax"] = plan.project.outlines.syntax(place.file, script)
    return script.syntax


def _whole(script: Script, place: Place, plan: Plan, sight: Sight) -> Visited:
    """Have the whole file visited by all who have a say."""
    asked = [*speaking(sight, VISITORS), *hiding(sight, VISITORS)] if plan.engine is not Engine.WHOLE else VISITORS
    if not asked:
        return Visited()
    view = sight.view if sight.further else None
    sight.let_go()  # nobody asks for the parts any more: they take as much room as the tree
    if vars(script).get("syntax") is not None:
        del vars(script)["syntax"]  # where there is none, that is kept: libcst need not be asked
    bring()
    from lintfoot.looking import whole

    return whole(script, place, plan, view, asked)


def _in_parts(script: Script, place: Place, plan: Plan, sight: Sight) -> Visited | None:
    """Have the parts of a file visited in which there can be something; None where the file has to be taken whole."""
    asked = speaking(sight, VISITORS)
    if any(gate.places is anywhere for gate in asked):
        return None
    aims = aimed(sight, asked, slices=plan.engine is Engine.SLICE)
    if aims is None:
        return None
    if not aims or sight.division is None:
        return Visited()
    bring()
    from lintfoot.looking import in_parts

    return in_parts(script, place, plan, sight.view if sight.further else None, sight, aims)
