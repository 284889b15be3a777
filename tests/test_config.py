import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot import reference, reports, texts
from lintfoot.arguments import parse
from lintfoot.book import Book, Default, Example, Option, OptionKind, Rule
from lintfoot.config import Config, Sources, for_script, gather, load
from lintfoot.faults import faults
from lintfoot.findings import Severity
from lintfoot.selection import load_book, select, selected
from lintfoot.settings import Format, Kind, Settings, by_name, table
from lintfoot.tables import Problems

DOCS = Path(__file__).parent.parent / "docs" / "configuration.md"
EVERY = pytest.mark.parametrize("setting", table(), ids=lambda setting: setting.key)


def rule(code, name, default="on", severity="error", twins=(), **options):
    words = {"summary": "S.", "why": "W.", "remedy": "R.", "examples": (Example("e", "x"),)}
    return Rule(code, name, Default(default), Severity(severity), **words, twins=twins, options=options)


BOOK = Book(
    [
        rule("LF000", "unparsable-file"),
        rule("LF101", "shell-true", "card", twins=("S602",)),
        rule("LF201", "request-without-timeout", "card", twins=("S113",)),
        rule("LF202", "unchecked-response", severity="warning"),
        rule("LF203", "session-per-call", "opt"),
        rule(
            "LF503",
            "broad-except",
            "card",
            "warning",
            **{
                "accept-logged": Option(OptionKind.BOOLEAN, default=True, summary="s"),
                "reports-exception": Option(OptionKind.STRINGS, default=[], summary="s"),
                "depth": Option(OptionKind.NUMBER, default=3, summary="s"),
                "word": Option(OptionKind.STRING, default="x", summary="s"),
            },
        ),
        rule("LF999", "old-audit", "audit"),
    ]
)
ON = {"LF000", "LF101", "LF201", "LF202", "LF503"}


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def sources(folder, flags=(), environment=None):
    """What `lintfoot check FLAGS` reads in a folder, with nothing but the given environment."""
    return replace(parse(["check", *flags]).sources, folder=folder, environment=environment or {})


def told(folder, flags=(), environment=None):
    gathered = gather(sources(folder, flags, environment))
    return [str(one) for one in sorted(gathered.problems)], [str(one) for one in gathered.warnings]


# One value for each layer: file, environment, command line; each differs from the one below it.
VALUES = {
    Kind.TEXT: ("a", "b", "c"),
    Kind.COUNT: (1, 2, 3),
    Kind.LIST: (("LF1",), ("LF2", "x,y"), ("LF3",)),
    Kind.LEVELS: ({"LF201": "note"}, {"LF201": "warning"}, {"LF201": "error"}),
    Kind.PATTERNS: ({"a/*": ("LF1",)}, {"b/*": ("LF2", "LF3"), "c:d": ("LF4",)}, {"a/*": ("LF9",)}),
    Kind.OPTIONS: ({"x": {"o": ["1"]}}, {"x": {"o": ("2", "3")}}, {"x": {"o": ("4",)}}),
}


def values(setting):
    if setting.kind is Kind.SWITCH:
        return (not setting.default, setting.default, not setting.default)
    if setting.kind is Kind.CHOICE:
        others = [word for word in setting.choices if word != setting.default]
        return (others[0], others[1], others[0])
    return VALUES[setting.kind]


def as_text(setting, value):
    """A value as the environment and the command line spell it."""
    match setting.kind:
        case Kind.SWITCH:
            return "yes" if value else "no"
        case Kind.LIST:
            return ",".join(item.replace(",", "\\,") for item in value)
        case Kind.LEVELS:
            return ",".join(f"{key}={level}" for key, level in value.items())
        case Kind.PATTERNS:
            return ",".join(f"{key}:{','.join(words)}" for key, words in value.items())
        case Kind.OPTIONS:
            return ",".join(f"{key}.{o}={','.join(v)}" for key, inner in value.items() for o, v in inner.items())
        case _:
            return str(value)


def expected(setting, given):
    """What the given values, weakest first, come to."""
    if not given:
        return setting.default
    if not setting.extends:
        return given[-1]
    if setting.kind is Kind.LIST:
        return tuple(item for value in given for item in value)
    return {key: tuple(w for value in given for w in value.get(key, ())) for value in given for key in value}


def flags_for(setting, value):
    if setting.kind is Kind.SWITCH:
        return [setting.flag if value else f"--no-{setting.key}"]
    return [setting.flag, as_text(setting, value)]


@EVERY
def test_every_setting_walks_through_the_four_layers(setting, tmp_path):
    in_file, in_environment, in_flags = values(setting)
    variables = {setting.variable: as_text(setting, in_environment)}
    flags = flags_for(setting, in_flags)
    toml = f"[tool.lintfoot]\n\n{setting.key} = {reference.toml(in_file)}\n"
    steps = [
        ({}, [], "", [], "default"),
        ({}, [], toml, [in_file], "pyproject.toml:3"),
        (variables, [], toml, [in_file, in_environment], setting.variable),
        (variables, flags, toml, [in_file, in_environment, in_flags], setting.flag),
    ]
    for environment, arguments, text, layers, origin in steps:
        written(tmp_path / "pyproject.toml", text)
        config = load(sources(tmp_path, arguments, environment))
        assert getattr(config, setting.name) == expected(setting, layers)
        if setting.merges:
            assert config.origins[setting.name].endswith(origin)
        else:
            assert config.origins[setting.name] == origin


@EVERY
def test_a_weaker_layer_alone_counts_as_well(setting, tmp_path):
    _, in_environment, in_flags = values(setting)
    if setting.kind is Kind.SWITCH:
        in_environment = in_flags
    config = load(sources(tmp_path, [], {setting.variable: as_text(setting, in_environment)}))
    assert (getattr(config, setting.name), config.origin(setting.name)) == (in_environment, setting.variable)
    config = load(sources(tmp_path, flags_for(setting, in_flags)))
    assert (getattr(config, setting.name), config.origin(setting.name)) == (in_flags, setting.flag)


@EVERY
def test_isolated_reads_neither_file_nor_environment(setting, tmp_path):
    in_file, in_environment, _ = values(setting)
    written(tmp_path / "pyproject.toml", f"[tool.lintfoot]\n{setting.key} = {reference.toml(in_file)}\n")
    variables = {setting.variable: as_text(setting, in_environment), "LINTFOOT_CONFIG": "nowhere.toml"}
    config = load(sources(tmp_path, ["--isolated"], variables))
    assert getattr(config, setting.name) == setting.default
    assert config.origin(setting.name) == "default"
    assert config.file is None


def test_the_table_the_record_and_the_parser_hold_the_same_settings():
    names = [one.name for one in fields(Settings)]
    assert [setting.name for setting in table()] == names
    assert set(names) < {one.name for one in fields(Config)}
    assert list(Format) == list(reports.REPORTS)


def test_help_names_every_variable_on_a_line_of_its_own(capsys):
    with pytest.raises(SystemExit):
        parse(["check", "--help"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    missing = [one.key for one in table() if f"[env: {one.variable}]" not in lines]
    assert missing == []


def test_docs_hold_the_reference_of_all_settings():
    text = DOCS.read_text(encoding="utf-8")
    command = f"sed -i '/^<!-- made by/,$d' {DOCS.name} && lintfoot config --markdown >> {DOCS.name}"
    prose, mark, after = text.partition(reference.MARK)
    assert mark + after == reference.markdown(), f"in docs/, run: {command}"
    assert "## All settings" in prose


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_nearest_file_with_the_table_counts(tmp_path):
    (tmp_path / ".git").mkdir()
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nfail-on = "error"\n')
    written(tmp_path / "a" / "pyproject.toml", "[tool.other]\n")
    written(tmp_path / "a" / "b" / "pyproject.toml", "[project]\nname = 'lintfoot-user'\n")
    config = load(sources(tmp_path / "a" / "b"))
    assert config.fail_on == "error"
    assert config.origin("fail_on") == "../../pyproject.toml:2"
    assert (config.file, config.root) == (tmp_path / "pyproject.toml", tmp_path)


def test_the_search_stops_at_the_root_of_the_repository(tmp_path):
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nfail-on = "error"\n')
    written(tmp_path / "repo" / ".git", "gitdir: elsewhere\n")  # as in a worktree
    (tmp_path / "repo" / "sub").mkdir()
    config = load(sources(tmp_path / "repo" / "sub"))
    assert (config.fail_on, config.file, config.root) == ("warning", None, tmp_path / "repo")


def test_no_file_at_all(tmp_path):
    (tmp_path / ".git").mkdir()
    config = load(sources(tmp_path))
    assert set(config.origins.values()) == {"default"}
    assert (config.paths, config.named) == ((".",), False)


def test_a_named_file_is_read_instead(tmp_path):
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nfail-on = "error"\n')
    written(tmp_path / "ci" / "strict.toml", '[tool.lintfoot]\nfail-on = "note"\nrules = ["lint"]\n')
    for flags, environment in ((["--config", "ci/strict.toml"], {}), ([], {"LINTFOOT_CONFIG": "ci/strict.toml"})):
        config = load(sources(tmp_path, flags, environment))
        assert (config.fail_on, config.origin("fail_on")) == ("note", "ci/strict.toml:2")
        assert config.givers("rules")[0].folder == tmp_path / "ci"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "c.toml: cannot be read: No such file or directory"),
        ("[tool.other]\n", "c.toml:1:1: has no [tool.lintfoot] table"),
        (
            "[tool.lintfoot\n",
            "c.toml:1:15: not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 15)",
        ),
        ("[tool]\nlintfoot = 3\n", 'c.toml:2:1: "lintfoot" must be a table'),
    ],
)
def test_a_named_file_that_is_no_configuration(tmp_path, text, message):
    if text:
        written(tmp_path / "c.toml", text)
    assert told(tmp_path, ["--config", "c.toml"]) == ([message], [])


def test_a_broken_file_that_does_not_speak_of_lintfoot_is_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    written(tmp_path / "pyproject.toml", "[project\n")
    assert told(tmp_path) == ([], [])
    (tmp_path / "pyproject.toml").write_bytes(b"\xff# lintfoot")
    assert told(tmp_path)[0] == ["pyproject.toml: cannot be read: it is not UTF-8"]


def test_everything_wrong_is_told_at_once_with_its_place(tmp_path):
    text = """\
[tool.lintfoot]
selct = ["LF1"]
fail-on = "wrning"
quiet = "yes"
select = ["LF201",
          3]
exclude = 7
severity = { LF201 = "bad" }
per-file-ignores = ["x"]

[tool.lintfoot.rule]
x = 3
"""
    written(tmp_path / "pyproject.toml", text)
    flags = ["--min-confidence", "hgh", "--severity", "LF1,=x", "--rule", "oops"]
    problems, warnings = told(tmp_path, flags, {"LINTFOOT_QUIET": "maybe", "LINTFOOT_COLOUR": "x"})
    assert problems == [
        '--min-confidence: must be one of high, medium, low, not "hgh" (did you mean "high"?)',
        '--rule: "oops" must be written RULE.OPTION=VALUE',
        '--severity: "=x" must be written RULE=LEVEL',
        '--severity: "LF1" must be written RULE=LEVEL',
        'LINTFOOT_QUIET: must be one of 1, true, yes, on, 0, false, no, off, not "maybe"',
        'pyproject.toml:2:1: unknown key "selct" (did you mean "select"?)',
        (
            'pyproject.toml:3:1: "fail-on" must be one of error, warning, note, never, not "wrning"'
            ' (did you mean "warning"?)'
        ),
        'pyproject.toml:4:1: "quiet" must be true or false, not "yes"',
        'pyproject.toml:6:11: an item of "select" must be a string, not 3',
        'pyproject.toml:7:1: "exclude" must be a list, not 7',
        'pyproject.toml:8:14: "LF201" must be one of error, warning, note, not "bad"',
        'pyproject.toml:9:1: "per-file-ignores" must be a table, not a list',
        'pyproject.toml:12:1: "x" must be a table, not 3',
    ]
    assert warnings == ['LINTFOOT_COLOUR: no setting has this variable (did you mean "LINTFOOT_COLOR"?)']


def test_what_is_right_beside_what_is_wrong_still_counts(tmp_path):
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nselct = 1\nfail-on = "never"\n')
    assert gather(sources(tmp_path)).config.fail_on == "never"


def test_an_underscore_is_the_nearest_word_to_a_hyphen(tmp_path):
    written(tmp_path / "pyproject.toml", "[tool.lintfoot]\nexit_zero = true\n")
    assert told(tmp_path)[0] == ['pyproject.toml:2:1: unknown key "exit_zero" (did you mean "exit-zero"?)']


def test_a_string_stands_for_a_list_of_one(tmp_path):
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nselect = "LF2"\nper-file-ignores = { "a" = "LF1" }\n')
    config = load(sources(tmp_path))
    assert (config.select, config.per_file_ignores) == (("LF2",), {"a": ("LF1",)})


@pytest.mark.parametrize(
    "text",
    [
        'tool.lintfoot.fail-on = "note"\n',
        '[tool]\nlintfoot = { fail-on = "note" }\n',
        '[tool]\nlintfoot.fail-on = "note"\n',
        '[tool.lintfoot]\r\nfail-on = "note"\r\n',
    ],
)
def test_every_way_to_write_the_table(tmp_path, text):
    (tmp_path / "pyproject.toml").write_bytes(text.encode())
    config = load(sources(tmp_path))
    line = text.count("\n", 0, text.index("fail-on")) + 1
    assert (config.fail_on, config.origin("fail_on")) == ("note", f"pyproject.toml:{line}")


def test_each_key_of_a_table_has_its_own_origin(tmp_path):
    text = """\
[tool.lintfoot.severity]
LF101 = "note"
LF201 = "note"
[tool.lintfoot.rule.broad-except]
severity = "note"
depth = 4
"""
    written(tmp_path / "pyproject.toml", text)
    config = load(sources(tmp_path, ["--severity", "LF201=error", "--rule", "broad-except.depth=5"]))
    assert config.severity == {"LF101": "note", "LF201": "error"}
    assert config.origin("severity", "LF101") == "pyproject.toml:2"
    assert config.origin("severity", "LF201") == "--severity"
    assert config.origin("rule", "broad-except", "severity") == "pyproject.toml:5"
    assert config.origin("rule", "broad-except", "depth") == "--rule"


# --- environment and command line -------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [*texts.YES, "YES", "True", " on "])
def test_words_that_mean_yes(tmp_path, word):
    assert load(sources(tmp_path, [], {"LINTFOOT_EXIT_ZERO": word})).exit_zero is True


@pytest.mark.parametrize("word", [*texts.NO, "NO", "False", " off "])
def test_words_that_mean_no(tmp_path, word):
    assert load(sources(tmp_path, [], {"LINTFOOT_PROGRESS": word})).progress is False


def test_an_empty_variable_is_not_set_but_an_empty_flag_is(tmp_path):
    config = load(sources(tmp_path, [], {"LINTFOOT_EXCLUDE": "", "LINTFOOT_QUIET": " "}))
    assert (config.origin("exclude"), config.quiet) == ("default", False)
    config = load(sources(tmp_path, ["--exclude", ""]))
    assert (config.exclude, config.origin("exclude")) == ((), "--exclude")


def test_a_repeated_flag_adds_to_a_list_and_replaces_a_word(tmp_path):
    config = load(sources(tmp_path, ["--select", "LF1,LF2", "--select=LF3", "--fail-on", "error", "--fail-on", "note"]))
    assert (config.select, config.fail_on) == (("LF1", "LF2", "LF3"), "note")


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
ITEM = TEXT.map(str.strip).filter(lambda text: text and not text.endswith("\\") and "\\," not in text)
KEY = st.from_regex(r"[A-Za-z0-9-]{1,12}", fullmatch=True)
LEVELS = st.sampled_from([level.value for level in Severity])
PATTERN = ITEM.filter(lambda text: not text.endswith(":") and ":" not in text and "," not in text)


def roundtrip(name, value):
    wrong = []
    assert texts.read(by_name()[name], [as_text(by_name()[name], value)], wrong.append) == value
    assert wrong == []


@given(st.lists(ITEM, min_size=1))
def test_any_list_can_be_written_as_text(items):
    roundtrip("select", tuple(items))


@given(st.dictionaries(KEY, LEVELS, min_size=1))
def test_any_levels_can_be_written_as_text(levels):
    roundtrip("severity", levels)


@given(st.dictionaries(PATTERN, st.lists(KEY, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3))
def test_any_patterns_can_be_written_as_text(patterns):
    roundtrip("per_file_ignores", patterns)


@given(
    st.dictionaries(
        KEY, st.dictionaries(KEY, st.lists(KEY, max_size=3).map(tuple), min_size=1, max_size=3), min_size=1, max_size=3
    )
)
def test_any_options_can_be_written_as_text(rules):
    roundtrip("rule", rules)


@given(st.sampled_from(table()), st.lists(st.text(), min_size=1))
def test_any_text_is_read_or_told(setting, given_texts):
    wrong = []
    value = texts.read(setting, given_texts, wrong.append)
    assert (value is None) == bool(wrong)
    assert all(text.isprintable() for text in wrong)


VALUE = st.recursive(
    st.booleans() | st.integers(-(2**62), 2**62) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@given(VALUE)
def test_toml_is_written_so_that_it_can_be_read(value):
    text = reference.toml(value)
    assert text.isprintable()
    assert tomllib.loads(f"x = {text}") == {"x": value}


@given(st.sampled_from([setting.key for setting in table()]) | st.text(min_size=1), VALUE)
def test_any_value_in_the_file_is_read_or_told(tmp_path_factory, key, value):
    folder = tmp_path_factory.mktemp("any")
    text = f"[tool.lintfoot]\n{reference.bare(key)} = {reference.toml(value)}\n"
    written(folder / "pyproject.toml", text)
    gathered = gather(sources(folder))
    setting = {one.key: one for one in table()}.get(key)
    accepted = setting is not None and setting.name in gathered.config.sources[1].values
    assert accepted != bool(gathered.problems)
    assert all(one.line == 2 and str(one).isprintable() for one in gathered.problems)


# --- what the settings mean for the rules -----------------------------------------------------------------------------


def chosen(*layers):
    """The codes that run, given keys of the file and then flags."""
    config = load(Sources(isolated=True, folder=Path("/")))
    for layer in layers:
        config = config.with_layer(replace(config.sources[0], name="file", values=layer))
    return set(selected(config, BOOK))


@pytest.mark.parametrize(
    ("in_file", "in_flags", "codes"),
    [
        ({}, {}, ON),
        ({"select": ("ALL",)}, {}, ON | {"LF203"}),
        ({"select": ("card",)}, {}, {"LF101", "LF201", "LF503"}),
        ({"select": ("opt",)}, {}, {"LF203"}),
        ({"select": ("LF2",)}, {}, {"LF201", "LF202", "LF203"}),
        ({"select": ("lf201", "Shell-True")}, {}, {"LF201", "LF101"}),
        ({"select": ()}, {}, set()),
        ({"select": ("old-audit",)}, {}, {"LF999"}),
        # a layer with select forgets what the layers below it selected and ignored
        (
            {"select": ("LF1",), "ignore": ("LF201",), "extend_select": ("LF5",)},
            {"select": ("LF2",)},
            {"LF201", "LF202", "LF203"},
        ),
        ({"ignore": ("LF201",)}, {"select": ("ALL",)}, ON | {"LF203"}),
        # one without adjusts the set below it
        ({"select": ("LF1",)}, {"extend_select": ("LF203",)}, {"LF101", "LF203"}),
        ({"ignore": ("LF201",)}, {"ignore": ("LF101",)}, ON - {"LF201", "LF101"}),
        ({"extend_ignore": ("LF201",)}, {"extend_ignore": ("LF101",)}, ON - {"LF201", "LF101"}),
        ({"ignore": ("LF201",)}, {"extend_select": ("LF2",)}, ON | {"LF203"}),
        # inside a layer the more exact word wins
        ({}, {"select": ("LF2", "LF201"), "ignore": ("LF2",)}, {"LF201"}),
        ({}, {"select": ("LF201",), "ignore": ("LF2",)}, {"LF201"}),
        ({}, {"select": ("LF2",), "ignore": ("LF20",)}, set()),
        ({}, {"select": ("ALL",), "ignore": ("on",)}, {"LF203"}),
        ({}, {"select": ("card",), "ignore": ("ALL",)}, {"LF101", "LF201", "LF503"}),
        ({}, {"select": ("card",), "ignore": ("LF5",)}, {"LF101", "LF201"}),
        ({}, {"extend_select": ("LF203",), "ignore": ("LF2",)}, {"LF000", "LF101", "LF503", "LF203"}),
        # at equal exactness ignore wins
        ({}, {"select": ("ALL",), "ignore": ("ALL",)}, set()),
        ({}, {"select": ("LF201",), "ignore": ("request-without-timeout",)}, set()),
    ],
)
def test_which_rules_run(in_file, in_flags, codes):
    assert chosen(in_file, in_flags) == codes


def test_a_bare_record_selects_by_its_own_values():
    assert selected(Config(select=("LF201",)), BOOK) == {"LF201"}
    assert selected(Config(ignore=("LF2",)), BOOK) == ON - {"LF201", "LF202"}


def test_a_file_that_cannot_be_checked_is_told_whatever_was_selected():
    assert select(Config(select=("LF201",)), BOOK).codes == {"LF201", "LF000"}
    assert select(Config(select=("LF201",), ignore=("unparsable-file",)), BOOK).codes == {"LF201"}
    assert select(Config(select=("ALL",), ignore=("ALL",)), BOOK).codes == set()


def per_file(tmp_path, text, *paths, flags=()):
    written(tmp_path / "pyproject.toml", text)
    choice = select(load(sources(tmp_path, ["--select", "LF101,LF201", "--ignore", "LF000", *flags])), BOOK)
    return [sorted(choice.codes_for(Path(path))) for path in paths]


def test_per_file_ignores_come_last(tmp_path):
    text = '[tool.lintfoot.per-file-ignores]\n"tests/**" = ["LF201"]\n"*_gen.py" = "LF1"\n"vendor/" = ["ALL"]\n'
    paths = [
        "a.py",
        "tests/a/b/test_x.py",
        "x/tests/a.py",
        "deep/in/it_gen.py",
        "x/vendor/y/z.py",
        str(tmp_path / "tests/t.py"),
    ]
    both = ["LF101", "LF201"]
    assert per_file(tmp_path, text, *paths) == [both, ["LF101"], both, ["LF201"], [], ["LF101"]]


def test_an_inverted_pattern_means_all_other_files(tmp_path):
    text = '[tool.lintfoot.per-file-ignores]\n"!scripts/**" = ["LF201"]\n'
    assert per_file(tmp_path, text, "scripts/a.py", "a.py", "../elsewhere.py") == [
        ["LF101", "LF201"],
        ["LF101"],
        ["LF101"],
    ]


def test_patterns_hang_on_the_folder_of_the_file_that_has_them(tmp_path):
    (tmp_path / ".git").mkdir()
    written(tmp_path / "pyproject.toml", '[tool.lintfoot.per-file-ignores]\n"ops/tests/**" = ["LF201"]\n')
    written(tmp_path / "ops" / "tests" / "t.py", "")
    config = load(sources(tmp_path / "ops", ["--extend-per-file-ignores", "tests/**:LF101"]))
    choice = select(config, BOOK)
    assert choice.codes - choice.codes_for(Path("tests/t.py")) == {"LF201", "LF101"}
    assert choice.ignored(Path("tests/t.py")) == {"LF201": "ops/tests/**", "LF101": "tests/**"}


def test_per_file_ignores_of_a_stronger_layer_replace_and_extensions_add(tmp_path):
    text = """\
[tool.lintfoot.per-file-ignores]
"a.py" = ["LF201"]
[tool.lintfoot.extend-per-file-ignores]
"a.py" = ["LF101"]
"""
    assert per_file(tmp_path, text, "a.py") == [[]]
    assert per_file(tmp_path, text, "a.py", flags=["--per-file-ignores", "b.py:LF201"]) == [["LF201"]]


def test_excludes_keep_the_folder_they_are_relative_to(tmp_path):
    (tmp_path / ".git").mkdir()
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nexclude = ["a/"]\nextend-exclude = ["b/"]\n')
    (tmp_path / "sub").mkdir()
    config = load(sources(tmp_path / "sub", ["--extend-exclude", "c/"]))
    assert [(one.folder, one.patterns) for one in config.patterns("exclude")] == [
        (tmp_path, ("a/",)),
        (tmp_path, ("b/",)),
        (tmp_path / "sub", ("c/",)),
    ]
    assert config.extend_exclude == ("b/", "c/")
    assert Config(exclude=("x",)).patterns("exclude")[0].patterns == ("x",)


def test_severities_the_exact_word_and_the_strong_layer_win(tmp_path):
    text = """\
[tool.lintfoot.severity]
LF2 = "warning"
LF201 = "note"
[tool.lintfoot.rule.unchecked-response]
severity = "error"
"""
    written(tmp_path / "pyproject.toml", text)
    assert select(load(sources(tmp_path)), BOOK).severities == {"LF201": "note", "LF202": "error", "LF203": "warning"}
    config = load(sources(tmp_path, ["--severity", "LF2=note,LF1=note", "--rule", "LF101.severity=error"]))
    assert select(config, BOOK).severities == dict.fromkeys(["LF201", "LF202", "LF203"], "note") | {"LF101": "error"}


def test_options_of_rules_from_every_layer(tmp_path):
    assert select(Config(), BOOK).options == {
        "LF503": {"accept-logged": True, "reports-exception": (), "depth": 3, "word": "x"}
    }
    text = """\
[tool.lintfoot.rule.broad-except]
accept-logged = false
reports-exception = ["a.b"]
depth = 1.5
word = "y"
"""
    written(tmp_path / "pyproject.toml", text)
    config = load(sources(tmp_path))
    assert not faults(config, BOOK).problems
    assert select(config, BOOK).options["LF503"] == {
        "accept-logged": False,
        "reports-exception": ("a.b",),
        "depth": 1.5,
        "word": "y",
    }
    flags = ["--rule", "LF503.accept-logged=yes,LF503.reports-exception=x.y,z.w,LF503.depth=7,LF503.word="]
    config = load(sources(tmp_path, flags))
    assert [str(one) for one in faults(config, BOOK).problems] == ['--rule: "word" must be a string']
    config = load(sources(tmp_path, ["--rule", flags[1].removesuffix(",LF503.word=")]))
    assert select(config, BOOK).options["LF503"] == {
        "accept-logged": True,
        "reports-exception": ("x.y", "z.w"),
        "depth": 7.0,
        "word": "y",
    }


def test_unknown_rules_and_options_are_told_with_their_place(tmp_path):
    text = """\
[tool.lintfoot]
select = ["LF201", "S602", "reqest-without-timeout"]
ignore = ["LF777", "B602"]
severity = { LF7 = "note" }
[tool.lintfoot.per-file-ignores]
"a/*" = ["LF201", "nope"]
[tool.lintfoot.rule.broad-exept]
[tool.lintfoot.rule.S113]
[tool.lintfoot.rule.broad-except]
accept-loged = 1
depth = true
word = ["x"]
severity = "eror"
"""
    written(tmp_path / "pyproject.toml", text)
    found = faults(load(sources(tmp_path)), BOOK)
    assert [str(one) for one in sorted(found.problems)] == [
        'pyproject.toml:2:20: "S602" is another linter\'s code: its twin is LF101 (shell-true)',
        'pyproject.toml:2:28: unknown rule "reqest-without-timeout" (did you mean "request-without-timeout"?)',
        'pyproject.toml:4:14: unknown rule "LF7"',
        'pyproject.toml:7:21: unknown rule "broad-exept" (did you mean "broad-except"?)',
        'pyproject.toml:8:21: "S113" is another linter\'s code: its twin is LF201 (request-without-timeout)',
        'pyproject.toml:10:1: "accept-loged" is no option of LF503 (broad-except) (did you mean "accept-logged"?)',
        'pyproject.toml:11:1: "depth" must be a number',
        'pyproject.toml:12:1: "word" must be a string',
        'pyproject.toml:13:1: "severity" must be one of error, warning, note (did you mean "error"?)',
    ]
    assert [str(one) for one in sorted(found.warnings)] == [
        'pyproject.toml:3:11: unknown rule "LF777"',
        'pyproject.toml:3:20: unknown rule "B602"',
        'pyproject.toml:6:19: unknown rule "nope"',
    ]


def test_own_folders_of_rules_are_relative_to_where_they_are_named(tmp_path):
    (tmp_path / ".git").mkdir()
    page = 'code = "OPS001"\nname = "x"\ndefault = "on"\nseverity = "note"\nsummary = "s"\nwhy = "w"\nremedy = "r"\n'
    written(tmp_path / "lint" / "OPS001-x.toml", page + '[[examples]]\ntitle = "t"\nbad = "x"\n')
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nrules = ["lint/"]\n')
    (tmp_path / "sub").mkdir()
    book = load_book(load(sources(tmp_path / "sub")))
    assert book.find("OPS001")
    with pytest.raises(Problems) as caught:
        load_book(load(sources(tmp_path / "sub", ["--rules", "lint"])))
    assert str(caught.value) == '--rules: no such folder: "lint"'


# --- a script's own settings ------------------------------------------------------------------------------------------

SCRIPT = """\
#!/usr/bin/env python3
# /// script
# dependencies = ["httpx"]
#
# [tool.lintfoot]
# ignore = ["LF201"]
# severity = {{ LF101 = "note" }}
{more}# ///
import httpx
"""


def test_a_script_beats_the_project_and_yields_to_environment_and_flags(tmp_path):
    written(tmp_path / "pyproject.toml", '[tool.lintfoot]\nselect = ["LF1", "LF2"]\nseverity = { LF101 = "error" }\n')
    text = SCRIPT.format(more="")
    own = for_script(load(sources(tmp_path)), text, "s.py")
    assert selected(own, BOOK) == {"LF101", "LF202", "LF203"}
    assert (own.severity["LF101"], own.origin("severity", "LF101")) == ("note", "s.py:7")
    own = for_script(load(sources(tmp_path, [], {"LINTFOOT_SELECT": "LF201"})), text, "s.py")
    assert selected(own, BOOK) == {"LF201"}
    own = for_script(load(sources(tmp_path, ["--severity", "LF101=warning"])), text, "s.py")
    assert own.severity["LF101"] == "warning"
    assert own.root == tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "import httpx  # lintfoot: ignore[LF201]\n",
        "# /// script\n# dependencies = []\n# ///\nx = 'lintfoot'\n",
        "# /// script\n# [tool.lintfoot]\n# ignore = ['LF201']\n",  # never closed
        "# /// other\n# [tool.lintfoot]\n# ignore = ['LF201']\n# ///\n",
        "# /// script\n# [tool.lintfoot\n#\nx = 1\n# ///\n",
        "# /// script\n# [tool.lintfoot]\n# ///\n",
    ],
)
def test_a_script_without_settings_changes_nothing(text):
    config = Config()
    assert for_script(config, text, "s.py") is config


def test_isolated_scripts_have_no_say():
    config = Config(isolated=True)
    assert for_script(config, SCRIPT.format(more=""), "s.py") is config


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("# ignroe = []\n", 's.py:8:3: unknown key "ignroe" (did you mean "ignore"?)'),
        ("# fail-on = 'never'\n", 's.py:8:3: "fail-on" holds for a whole run: a script cannot set it for itself'),
        ("#   select = [\n#     3]\n", 's.py:9:7: an item of "select" must be a string, not 3'),
        ("# ignore = []\n", "s.py:8:14: not valid TOML: Cannot overwrite a value (at line 8, column 14)"),
    ],
)
def test_what_is_wrong_in_a_script_is_placed_in_the_script(more, message):
    with pytest.raises(Problems) as caught:
        for_script(Config(), SCRIPT.format(more=more), "s.py")
    assert str(caught.value) == message


def test_two_blocks_are_wrong():
    with pytest.raises(Problems) as caught:
        for_script(Config(), SCRIPT.format(more="") + SCRIPT.format(more=""), "s.py")
    assert str(caught.value) == "s.py:11:1: a second `# /// script` block: a script may have one"


@given(st.text(st.sampled_from("#/ \n[]tool.lintfoot='\"script")))
def test_no_comment_breaks_the_reader(text):
    problems = []
    try:
        for_script(Config(), f"# /// script\n# [tool.lintfoot]\n{text}\n# ///\n", "s.py")
    except Problems as error:
        problems = error.problems
    assert all(one.file == "s.py" and one.line for one in problems)


# --- the schema -------------------------------------------------------------------------------------------------------


def test_the_schema_accepts_what_the_reader_accepts():
    schema = reference.schema(BOOK)
    jsonschema.Draft7Validator.check_schema(schema)
    good = {setting.key: plain(values(setting)[0]) for setting in table() if setting.name != "rule"}
    good["rule"] = {"broad-except": {"severity": "note", "depth": 2, "reports-exception": ["x"]}, "my-own": {"any": 1}}
    jsonschema.validate(good, schema)


def plain(value):
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


@pytest.mark.parametrize(
    "wrong",
    [
        {"selct": []},
        {"select": 3},
        {"fail-on": "often"},
        {"quiet": "yes"},
        {"severity": {"LF1": "bad"}},
        {"rule": {"LF503": {"no": 1}}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, reference.schema(BOOK))


def test_the_schema_is_json_with_every_default():
    schema = json.loads(json.dumps(reference.schema(BOOK)))
    assert schema["additionalProperties"] is False
    assert {key: part["default"] for key, part in schema["properties"].items()} == {
        one.key: plain(one.default) for one in table()
    }


def test_the_documented_example_is_right(tmp_path):
    block = re.search(r"```toml\n(\[tool\.lintfoot\]\n.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    written(tmp_path / "pyproject.toml", block)
    gathered = gather(sources(tmp_path))
    found = faults(gathered.config, load_book(gathered.config))
    assert (gathered.problems, found.problems) == ((), ())
