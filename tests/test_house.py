"""The house: which room may know which, who may bring a heavy library along, and how large a room may get."""

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lintfoot"


class Layer(NamedTuple):
    why: str
    rooms: tuple[str, ...]
    below: tuple[str, ...]  # the layers that these rooms may know; each stands above in the table


# Imports point down. Rooms of one layer may know each other; what else a room imports is in a layer named as below it.
# A new module belongs in one of these, or nowhere.
LAYERS = {
    "records": Layer(
        "what everybody speaks of: findings, strict tables, the version; the standard library only",
        (
            "audit",
            "audit.records",
            "digests",
            "findings",
            "lintfoot",
            "offers",
            "recordjson",
            "records",
            "regexes",
            "strictjson",
            "tables",
        ),
        (),
    ),
    "keeping": Layer(
        "what stays on the disk between runs: sealed, strict, never needed",
        ("keeping", "packing", "stamps"),
        ("records",),
    ),
    "wording": Layer(
        "know text alone: comments, shell words, what names and values look like",
        (
            "atomic",
            "bindings",
            "census",
            "comments",
            "dataflow",
            "decoding",
            "depth",
            "finder",
            "imports",
            "ledger",
            "libcst_import",
            "linehash",
            "room",
            "places",
            "portions",
            "prefixes",
            "secret_commands",
            "secret_names",
            "secret_rumours",
            "secret_shapes",
            "secret_texts",
            "secret_values",
            "shebang",
            "shellwords",
            "split",
            "spread",
            "steps",
            "syntax",
            "tokens",
            "trail",
            "units",
        ),
        ("records",),
    ),
    "pages": Layer(
        "what stands under rules/: what is wrong, how libraries work, what credentials look like",
        ("answers", "book", "libraries", "library_pages", "meanings", "secret_formats", "shelf", "shelved", "ways"),
        ("records", "keeping", "wording"),
    ),
    "ranking": Layer(
        "what an audit's findings weigh, and what to fix first",
        ("audit.comparing", "audit.ranking"),
        ("records", "pages"),
    ),
    "settings": Layer(
        "what can be set, and what was set where; knows no rule",
        ("config", "inline", "layers", "settings", "texts"),
        ("records",),
    ),
    "choices": Layer(
        "settings in the light of the book: which rules run, where, with which options",
        ("faults", "options", "selection"),
        ("records", "pages", "settings"),
    ),
    "meaning": Layer(
        "what a piece of code means: trees, names, values, calls, commands; knows models and never a rule",
        (
            "abilities",
            "argv",
            "asked",
            "attributes",
            "bearings",
            "call_sites",
            "callers",
            "calls",
            "commandlines",
            "cuts",
            "decorators",
            "deferred",
            "descent",
            "displays",
            "facets",
            "flow",
            "gist",
            "missing",
            "interests",
            "links",
            "literals",
            "makers",
            "names",
            "nodes",
            "outline",
            "outlines",
            "parse",
            "parts",
            "paths",
            "positions",
            "project",
            "prospects",
            "questions",
            "pieces",
            "receivers",
            "regions",
            "results",
            "runner_names",
            "runner_words",
            "runners",
            "scopes",
            "sight",
            "sketches",
            "strings",
            "teller_words",
            "type_hints",
            "unmodelled",
            "unmodelled_words",
            "values",
            "wanted",
            "wrappers",
        ),
        ("records", "wording", "pages"),
    ),
    "gates": Layer(
        "which visitors a text lets through, and to which of its lines: text, pages and models, never a tree",
        (
            "gates",
            "gates.bound_names",
            "gates.busy_lines",
            "gates.callees",
            "gates.call_lines",
            "gates.clouds",
            "gates.command_words",
            "gates.cluster_lines",
            "gates.crowds",
            "gates.files",
            "gates.first_lines",
            "gates.gate",
            "gates.handler_lines",
            "gates.held_texts",
            "gates.imported",
            "gates.json_lines",
            "gates.local_words",
            "gates.loop_lines",
            "gates.modes",
            "gates.outcome_lines",
            "gates.outsiders",
            "gates.pattern_given",
            "gates.pattern_lines",
            "gates.response_lines",
            "gates.pattern_words",
            "gates.retrying",
            "gates.run_calls",
            "gates.running",
            "gates.scripts",
            "gates.secret",
            "gates.secret_callees",
            "gates.secret_calls",
            "gates.secret_flows",
            "gates.secret_given",
            "gates.secret_giving",
            "gates.secret_taking",
            "gates.secret_expressions",
            "gates.secret_holding",
            "gates.secret_lines",
            "gates.secret_names_gate",
            "gates.shell_lines",
            "gates.ssh_lines",
            "gates.tls_lines",
            "gates.switches",
            "gates.web",
        ),
        ("records", "wording", "pages", "meaning"),
    ),
    "visitors": Layer(
        "what is wrong, where a page alone cannot say it; no settings, no suppressions, no reports",
        (
            "visitors",
            "visitors.additions",
            "visitors.advice",
            "visitors.answers",
            "visitors.backoffs",
            "visitors.base",
            "visitors.below",
            "visitors.bounds",
            "visitors.busy",
            "visitors.ceilings",
            "visitors.closing",
            "visitors.cloud_keys",
            "visitors.clusters",
            "visitors.commandlines",
            "visitors.creations",
            "visitors.cures",
            "visitors.declared_options",
            "visitors.definitions",
            "visitors.dry_runs",
            "visitors.effects",
            "visitors.endings",
            "visitors.enquiries",
            "visitors.evidence",
            "visitors.exceptions",
            "visitors.exits",
            "visitors.failures",
            "visitors.fanout",
            "visitors.file_paths",
            "visitors.flags",
            "visitors.fleets",
            "visitors.global_state",
            "visitors.glued_paths",
            "visitors.handlers",
            "visitors.host_keys",
            "visitors.in_place",
            "visitors.json_by_text",
            "visitors.json_makers",
            "visitors.json_texts",
            "visitors.key_origins",
            "visitors.leaves",
            "visitors.limits",
            "visitors.listings",
            "visitors.log_formats",
            "visitors.looks",
            "visitors.loops",
            "visitors.mutation",
            "visitors.narrower",
            "visitors.native_options",
            "visitors.natives",
            "visitors.offline",
            "visitors.old_tls",
            "visitors.open_files",
            "visitors.origins",
            "visitors.outcomes",
            "visitors.outside",
            "visitors.page_messages",
            "visitors.pages",
            "visitors.patterns",
            "visitors.permissions",
            "visitors.plaintext",
            "visitors.polls",
            "visitors.precedence",
            "visitors.process_waits",
            "visitors.processes",
            "visitors.prose",
            "visitors.recursion",
            "visitors.repeats",
            "visitors.rerun",
            "visitors.responses",
            "visitors.retried",
            "visitors.retries",
            "visitors.retry_after",
            "visitors.secret_arguments",
            "visitors.secret_argv",
            "visitors.secret_calls",
            "visitors.secret_claims",
            "visitors.secret_held",
            "visitors.secret_holders",
            "visitors.secret_judge",
            "visitors.secret_literals",
            "visitors.secret_options",
            "visitors.secret_places",
            "visitors.secret_records",
            "visitors.secret_remedies",
            "visitors.secret_sinks",
            "visitors.secret_stores",
            "visitors.secret_tables",
            "visitors.secret_words",
            "visitors.secrets",
            "visitors.sessions",
            "visitors.settings_sources",
            "visitors.shebangs",
            "visitors.shelled_out",
            "visitors.sizes",
            "visitors.spoken",
            "visitors.states",
            "visitors.statuses",
            "visitors.step_guards",
            "visitors.tellers",
            "visitors.temp_files",
            "visitors.templates",
            "visitors.trust",
            "visitors.unrepeatable",
            "visitors.unsafe_load",
            "visitors.views",
            "visitors.waits",
            "visitors.warning_filters",
            "visitors.ways_out",
            "visitors.web_lists",
            "visitors.wording",
        ),
        ("records", "wording", "pages", "meaning", "gates"),
    ),
    "repairs": Layer(
        "what could be written instead, where that can be done by itself; finds nothing",
        (
            "repairs",
            "repairs.argvs",
            "repairs.calls",
            "repairs.cloud",
            "repairs.definitions",
            "repairs.edits",
            "repairs.files",
            "repairs.handlers",
            "repairs.handles",
            "repairs.paths",
            "repairs.processes",
            "repairs.reading",
            "repairs.responses",
            "repairs.retries",
            "repairs.scripts",
            "repairs.secrets",
            "repairs.ssh",
            "repairs.tls",
        ),
        ("records", "wording", "meaning", "visitors"),
    ),
    "visit": Layer(
        "one walk over one script: findings, placed and redacted",
        ("looking", "placing", "plans", "redact", "triage", "visit", "walk"),
        ("records", "wording", "pages", "meaning", "gates", "visitors", "repairs"),
    ),
    "reports": Layer(
        "a result for readers; no report knows a tree or a setting",
        (
            "explain",
            "reports",
            "reports.azure",
            "reports.concise",
            "reports.counts",
            "reports.frames",
            "reports.github",
            "reports.gitlab",
            "reports.json",
            "reports.junit",
            "reports.layout",
            "reports.markdown",
            "reports.markup",
            "reports.paint",
            "reports.rdjson",
            "reports.safety",
            "reports.sarif",
            "reports.sarif_rules",
            "reports.text",
            "reports.workspace",
        ),
        ("records", "wording", "pages"),
    ),
    "files": Layer(
        "from paths to scripts, through git where it can be asked; knows no code and no rule",
        ("changes", "discover", "excludes", "git", "listing", "shards"),
        ("records", "wording", "settings"),
    ),
    "silence": Layer(
        "comments that silence findings; knows words and lines, no tree and no setting",
        ("directives", "foreign", "suppress"),
        ("records", "wording", "pages"),
    ),
    "baselines": Layer(
        "findings that were there before, written down; knows findings alone",
        ("baseline",),
        ("records", "wording"),
    ),
    "fixes": Layer(
        "repairs put into a text, each checked afterwards; knows findings, no tree and no rule",
        ("diffs", "fix", "silencing"),
        ("records", "wording", "pages", "visit", "silence"),
    ),
    "run": Layer(
        "the flow from paths to a result: the one room that knows every stage, and no report",
        (
            "assists",
            "cache",
            "cluster",
            "fleet",
            "idle",
            "judge",
            "known",
            "mending",
            "replay",
            "run",
            "standing",
            "witnesses",
            "work",
            "workers",
        ),
        (
            "records",
            "keeping",
            "wording",
            "pages",
            "settings",
            "choices",
            "meaning",
            "visitors",
            "visit",
            "files",
            "silence",
            "baselines",
            "fixes",
        ),
    ),
    "audits": Layer(
        "whole repositories: their files, their history, and what of them carries weight; no report",
        (
            "audit.blobs",
            "audit.facts",
            "audit.fleets",
            "audit.flow",
            "audit.history",
            "audit.inspection",
            "audit.jobs",
            "audit.load_bearing",
            "audit.modules",
            "audit.readings",
            "audit.scripts",
            "audit.silences",
            "audit.snapshots",
            "audit.spawns",
            "audit.starters",
            "audit.targets",
            "audit.ties",
            "audit.trees",
            "audit.yamls",
        ),
        ("records", "keeping", "wording", "pages", "settings", "choices", "files", "silence", "run"),
    ),
    "views": Layer(
        "an audit for readers; knows its records, and no repository",
        (
            "audit.document",
            "audit.views",
            "audit.views.counting",
            "audit.views.html",
            "audit.views.json",
            "audit.views.markdown",
            "audit.views.page",
            "audit.views.pieces",
            "audit.views.sarif",
            "audit.views.scene",
            "audit.views.text",
            "audit.views.treemap",
        ),
        ("records", "wording", "pages", "ranking", "reports"),
    ),
    "commands": Layer(
        "arguments in, words and exit codes out: terminals, files, the progress bar",
        (
            "__main__",
            "api",
            "arguments",
            "auditing",
            "checking",
            "cli",
            "commands",
            "dispatch",
            "documents",
            "errands",
            "heirs",
            "inheriting",
            "merged_audit",
            "merged_json",
            "merged_sarif",
            "merging",
            "outputs",
            "parsers",
            "progress",
            "recording",
            "reference",
            "server",
            "serving",
            "settling",
            "suppressing",
            "terminal",
            "wire",
        ),
        (
            "records",
            "keeping",
            "wording",
            "pages",
            "settings",
            "choices",
            "reports",
            "files",
            "silence",
            "baselines",
            "run",
            "audits",
            "ranking",
            "views",
        ),
    ),
}

# Who may bring along what comes from outside, and why nobody else does.
OUTSIDE = {
    # 120 ms, so commands that read no code never pay for it
    "libcst": (
        *LAYERS["meaning"].rooms,
        *LAYERS["visitors"].rooms,
        *LAYERS["repairs"].rooms,
        "libcst_import",
        "looking",
        "placing",
        "portions",
        "walk",
    ),
    "ahocorasick_rs": ("finder",),
    "distributed": ("cluster",),  # a second, and an extra
    "rich": ("reports.paint", "progress"),  # 13 ms, and only a terminal needs it
    "jinja2": ("audit.views.html",),  # an extra: only the page of an audit needs it
    "tomli_w": ("baseline",),  # where a baseline is written
    # 0.4 s, and an extra
    "pygls": ("server",),
    "lsprotocol": ("server", "wire"),
    "tomlkit": ("tables",),  # 5 ms, for the place of an error and for nothing else
    "pathspec": ("selection", "excludes"),  # 7 ms, where there are patterns
}

# Measured with libcst 1.9.0: each of these costs as much as several parses.
TOO_DEAR = ("libcst.matchers", "libcst.codemod", "MetadataWrapper", "QualifiedNameProvider", "visit_batched")


class Import(NamedTuple):
    module: str
    line: int


@cache
def rooms():
    return {_room(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _room(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "lintfoot"


@cache
def nodes(path):
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"), path.name)))


@cache
def imports(path):
    """Everything that a module imports, on whatever line: also inside functions and for type checkers alone."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            found += [Import(_from(node.module, alias.name), node.lineno) for alias in node.names]
    return found


def _from(module, name):
    """`from lintfoot import names` imports a module, `from lintfoot.names import Names` does not."""
    inner = f"{module}.{name}"
    return inner if module.startswith("lintfoot") and inner.removeprefix("lintfoot.") in rooms() else module


def layer_of(room):
    return next((name for name, layer in LAYERS.items() if room in layer.rooms), None)


def test_every_room_has_its_layer():
    listed = [room for layer in LAYERS.values() for room in layer.rooms]
    assert len(listed) == len(set(listed)), "a room stands in two layers"
    unknown = sorted(set(rooms()) - set(listed))
    assert not unknown, f"put these into a layer of {Path(__file__).name}, or elsewhere: {unknown}"
    assert sorted(set(listed) - set(rooms())) == [], "these rooms are gone"


def test_layers_stand_on_those_above_in_the_table():
    seen = []
    for name, layer in LAYERS.items():
        assert set(layer.below) <= set(seen), f"{name} stands on a layer that comes after it"
        seen.append(name)


def test_imports_point_down():
    wrong = [
        f"{path.relative_to(ROOT)}:{one.line}: {room} ({mine}) must not know {one.module} ({layer})"
        for room, path in rooms().items()
        if (mine := layer_of(room))
        for one in imports(path)
        if one.module.partition(".")[0] == "lintfoot"
        and (layer := layer_of(one.module.removeprefix("lintfoot."))) not in {mine, *LAYERS[mine].below}
    ]
    assert not wrong, "\n".join(wrong)


def test_what_comes_from_outside_comes_through_few_doors():
    for room, path in rooms().items():
        for one in imports(path):
            top = one.module.partition(".")[0]
            if top in sys.stdlib_module_names or top == "lintfoot":
                continue
            assert top in OUTSIDE, f"{room}:{one.line}: {top} is no library of this house"
            assert room in OUTSIDE[top], f"{room}:{one.line}: only {', '.join(OUTSIDE[top])} may import {top}"


def test_nobody_uses_what_is_too_dear():
    for room, path in rooms().items():
        used = {node.id for node in nodes(path) if isinstance(node, ast.Name)}
        used |= {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}
        used |= {alias.name for node in nodes(path) if isinstance(node, ast.ImportFrom) for alias in node.names}
        found = {one.module for one in imports(path)} | used
        assert not [dear for dear in TOO_DEAR if any(f"{name}.".startswith(f"{dear}.") for name in found)], room


def test_no_function_is_longer_than_a_screen():
    functions = [(room, node) for room, path in rooms().items() for node in nodes(path)]
    functions = [(room, node) for room, node in functions if isinstance(node, ast.FunctionDef)]
    long = [f"{room}:{one.lineno} {one.name}" for room, one in functions if one.end_lineno - one.lineno >= 60]
    assert not long, f"what is the second job of {', '.join(long)}?"


def loaded(*arguments, folder):
    """The modules in memory after a command has run in a process of its own."""
    text = (
        "import json, sys\nfrom lintfoot.cli import main\n"
        f"code = main({list(arguments)!r})\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=folder)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code, set(modules)


def test_a_check_for_machines_loads_no_more_than_it_needs(tmp_path):
    (tmp_path / "fetch.py").write_text("import requests\n\nrequests.get('https://example.com')\n")
    code, modules = loaded("check", "--format", "json", "fetch.py", folder=tmp_path)
    assert code == 1
    assert not {"rich", "tomlkit", "libcst.matchers", "libcst.codemod", "concurrent.futures"} & modules
