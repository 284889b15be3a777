"""Gates of the visitors on scripts as a whole: handlers, defaults, options, what runs side by side, and the pages' own patterns."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from lintfoot import unmodelled_words
from lintfoot.answers import answer
from lintfoot.book import CallPattern, Rule
from lintfoot.gates.gate import Gate, Later, Lines
from lintfoot.libraries import Function, Models, expanded
from lintfoot.sight import Sight

TEMPLATE_MAKERS = frozenset({"jinja2.Environment", "jinja2.Template"})


def _patterned(rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The modules of the models that a facet can meet, and the last words of the names on the pages."""
    asked = [pattern for rule in rules.values() for pattern in rule.calls if pattern.facet]
    facets = {pattern.facet for pattern in asked if not pattern.call}
    written = {pattern.facet for rule in rules.values() for pattern in rule.assignments if pattern.facet}
    words: set[str] = set(unmodelled_words.GATE if facets & set(unmodelled_words.FACETS.values()) else ())
    for library in models.libraries:
        if any(meets(pattern, function) for function in library.functions for pattern in asked):
            words.update(name.lower() for name in library.imports)
        for attribute in library.attributes:
            if attribute.facet in written:
                words.update(name.rpartition(".")[2].lower() for name in expanded(attribute.names))
    for rule in rules.values():
        named = [name for pattern in rule.calls for name in pattern.call]
        named += [name for pattern in rule.names for name in pattern.names]
        named += [name for pattern in rule.assignments for name in (*pattern.target, *pattern.environment)]
        words.update(name.rpartition(".")[2].lower() for name in expanded(named))
    return tuple(sorted(words))


def meets(pattern: CallPattern, function: Function) -> bool:
    """Whether a page's pattern can say anything about a modelled function."""
    return pattern.facet in function.arguments and (not pattern.role or not set(pattern.role).isdisjoint(function.role))


def _spoken_of(sight: Sight) -> Lines:
    """Calls by names that lead to a library a page speaks of; nowhere without a page that has patterns."""
    if not any(rule.calls or rule.names or rule.assignments for rule in sight.rules.values()):
        return ()
    from lintfoot.gates.pattern_words import is_silent

    if is_silent(sight):
        return ()
    from lintfoot.gates.pattern_lines import lines_of

    return lines_of(sight)


def _handlers(sight: Sight) -> Lines:
    """Handlers that the text does not acquit, and calls of `suppress`."""
    from lintfoot.gates.callees import lines_called
    from lintfoot.gates.handler_lines import Wanted, lines_of

    bare, broad, silent = HANDLERS.codes
    calls: Lines = ()
    if broad in sight.rules and sight.holds(("suppress",)):
        calls = lines_called(sight, {name.rpartition(".")[2] for name in suppressors(sight.models)})
    accepts = sight.option(broad, "accept-logged") is not False
    wanted = Wanted(bare in sight.rules, broad in sight.rules, silent in sight.rules, accepts)
    handlers = lines_of(sight, wanted)
    return {*calls, *handlers} if calls is not None and handlers is not None else None


def suppressors(models: Models) -> frozenset[str]:
    """The modelled functions that swallow exceptions."""
    return answer(
        models,
        "suppressors",
        (),
        lambda: frozenset(name for name, function in models.functions.items() if "suppress" in function.role),
    )


def _defaults(sight: Sight) -> Lines:
    """Definitions with a default that may be an object that can be changed."""
    census = sight.census
    if census is None:
        return None
    found = [
        one
        for one, node in census.all(ast.arguments)
        if any(_may_change(sight, default) for default in (*node.defaults, *node.kw_defaults))
    ]
    if not found:
        return ()
    from lintfoot.gates.callees import lines_at

    return lines_at(sight, found)


def _may_change(sight: Sight, default: ast.expr | None) -> bool:
    """Whether a default may be an object that can be changed: what nothing here has made, or made of texts alone, is none."""
    from lintfoot.gates.outsiders import FIXED, is_fixed, is_from_outside, is_no_store

    if default is None or isinstance(default, FIXED):
        return False
    return not (is_from_outside(sight, default) or is_fixed(sight, default) or is_no_store(sight, default))


def _formats(sight: Sight) -> Lines:
    """Calls that may be given the format of a log."""
    from lintfoot.gates.callees import lines_called

    return lines_called(sight, ("basicConfig", "Formatter", "dictConfig"))


def _templates(sight: Sight) -> Lines:
    """Calls that may make an environment or a template."""
    from lintfoot.gates.callees import lines_called

    return lines_called(sight, {"__init__", *(name.rpartition(".")[2] for name in TEMPLATE_MAKERS)})


PATTERNS = Gate("patterns:Patterns", made=_patterned, places=_spoken_of, slices=True)
DEFINITIONS = Gate("definitions:Definitions", codes=("LF501",), words=("def ", "lambda"), places=_defaults, slices=True)
HANDLERS = Gate(
    "handlers:Handlers",
    codes=("LF502", "LF503", "LF504"),
    words=("except", "suppress"),
    places=_handlers,
    slices=True,
)
GLOBAL_STATE = Gate("global_state:GlobalState", codes=("LF505",), words=("def ",))
PRECEDENCE = Gate(
    "precedence:Precedence",
    codes=("LF707",),
    words=(
        "argparse",
        "optparse",
        "click",
        "typer",
        "docopt",
        "parse_args",
        "parse_known_args",
        "parse_intermixed_args",
    ),
)
CLUSTERS = Gate(
    "clusters:Clusters",
    codes=("LF802",),
    words=("kubernetes", "openshift", "_for_all_namespaces"),
    places=Later("cluster_lines:told"),
    slices=True,
)
TEMPLATES = Gate(
    "templates:Templates", codes=("LF803",), words=("jinja2",), places=_templates, slices=True, spares_tests=True
)
FAN_OUT = Gate(
    "fanout:FanOut",
    codes=("LF804",),
    words=(
        *("max_workers", "thread", "multiprocessing", "gather", "asyncio", "popen", "gevent", "eventlet", "start_soon"),
        "n_jobs",
    ),
    places=Later("crowds:told"),
    slices=True,
    spares_tests=True,
)
SHEBANGS = Gate("shebangs:Shebangs", codes=("LF901",), words=("#!",), places=Later("first_lines:told"), slices=True)
DRY_RUNS = Gate(
    "dry_runs:DryRuns",
    codes=("LF902",),
    words=("argparse", "optparse", "docopt", "click", "typer", "fire", "sys.argv", "getopt"),
)
LOG_FORMATS = Gate(
    "log_formats:LogFormats",
    codes=("LF903",),
    words=("basicconfig", "formatter", "dictconfig"),
    places=_formats,
    slices=True,
)
FLEETS = Gate(
    "fleets:Fleets",
    codes=("LF904",),
    words=(
        *("ssh", "paramiko", "fabric", "scp", "rsync", "netmiko", "exec_command", "send_config", "napalm", "pssh"),
        *("invoke", "salt"),
    ),
)
