"""What unchanged files said is said again, and never when anything that it hangs on has changed."""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintfoot import cache, keeping, run, stamps, work, workers
from lintfoot.config import Sources, load
from lintfoot.settings import Group, table

GUILTY = "import subprocess\nsubprocess.run('ls ' + name, shell=True, check=True)\n"
CLEAN = "import os\nprint(os.getcwd())\n"
CALL = "import requests\n\nfrom constants import WAIT\n\nrequests.get('https://example.com', timeout=WAIT)\n"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("LINTFOOT_")}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    for one in (keeping.home, keeping.key):
        one.cache_clear()
    yield tmp_path / "caches" / "lintfoot"
    for one in (keeping.home, keeping.key):
        one.cache_clear()


@pytest.fixture(params=["by stamp", "by content"])
def how(request, monkeypatch):
    """Files whose stamps are trusted, and such as were written just now, which are read again."""
    monkeypatch.setattr(stamps, "SETTLED", -(10**18) if request.param == "by stamp" else 10**18)
    return request.param


@pytest.fixture
def project(home, tmp_path, monkeypatch):
    """A project with one guilty file, a clean one, and one that hangs on another."""
    folder = tmp_path / "project"
    for name, text in {
        "guilty.py": GUILTY,
        "clean.py": CLEAN,
        "caller.py": CALL,
        "constants.py": "WAIT = 5\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    assert not home.exists()
    return folder


def configured(folder, **arguments):
    given = {name: value if isinstance(value, bool) else (value,) for name, value in arguments.items()}
    return load(Sources(folder=folder, arguments={"select": ("LF101,LF201,LF000",), **given}, environment={}))


def checked(folder, monkeypatch, **arguments):
    """The result of a run, and the files that were really looked at."""
    looked = []
    check = work.check_file
    with monkeypatch.context() as patch:
        patch.setattr(work, "check_file", lambda here, path: looked.append(path.name) or check(here, path))
        result = run.check(configured(folder, **arguments))
    return result, sorted(looked)


ALL = ["caller.py", "clean.py", "constants.py", "guilty.py"]


def codes(result):
    return [(one.path, one.code) for one in result.findings]


@pytest.mark.usefixtures("how")
def test_unchanged_files_are_not_looked_at(project, monkeypatch):
    first, looked = checked(project, monkeypatch)
    assert looked == ALL
    again, looked = checked(project, monkeypatch)
    assert looked == []
    assert again == first
    assert codes(first) == [("guilty.py", "LF101")]


@pytest.mark.usefixtures("how")
def test_an_edit_is_seen(project, monkeypatch):
    checked(project, monkeypatch)
    (project / "clean.py").write_text(GUILTY)
    result, looked = checked(project, monkeypatch)
    assert looked == ["clean.py"]
    assert codes(result) == [("clean.py", "LF101"), ("guilty.py", "LF101")]


@pytest.mark.usefixtures("how")
def test_an_edit_of_equal_length_with_the_old_time_is_seen(project, monkeypatch):
    checked(project, monkeypatch)
    about = (project / "guilty.py").stat()
    (project / "guilty.py").write_text(GUILTY.replace("shell=True", "shell=None"))
    os.utime(project / "guilty.py", ns=(about.st_atime_ns, about.st_mtime_ns))
    result, looked = checked(project, monkeypatch)
    assert looked == ["guilty.py"]
    assert codes(result) == []


def test_a_file_that_was_written_just_now_is_read_again(project, monkeypatch):
    """As it is without the tests' patience: a second edit within the same tick would leave the stamp as it is."""
    checked(project, monkeypatch)
    _, kept = cache._loaded(str(next((project.parent / "caches" / "lintfoot" / "checked").iterdir())))
    assert {entry[0] for entry in kept.values()} == {()}


@pytest.mark.usefixtures("how")
def test_a_new_time_alone_is_no_change(project, monkeypatch):
    checked(project, monkeypatch)
    os.utime(project / "guilty.py", (1, 1))
    assert checked(project, monkeypatch)[1] == []


@pytest.mark.usefixtures("how")
def test_a_new_file_is_news_only_to_who_looks_for_its_name(project, monkeypatch):
    checked(project, monkeypatch)
    (project / "clean.py").unlink()
    (project / "new.py").write_text(CLEAN)
    assert checked(project, monkeypatch)[1] == ["new.py"]
    (project / "requests.py").write_text(CLEAN)
    assert checked(project, monkeypatch)[1] == ["caller.py", "requests.py"]


@pytest.mark.usefixtures("how")
def test_a_renamed_file_is_told_by_its_new_name(project, monkeypatch):
    checked(project, monkeypatch)
    (project / "guilty.py").rename(project / "moved.py")
    (project / "clean.py").rename(project / "guilty.py")
    result, _ = checked(project, monkeypatch)
    assert codes(result) == [("moved.py", "LF101")]


# what other files say


@pytest.mark.usefixtures("how")
def test_a_constant_that_changes_elsewhere_is_seen(project, monkeypatch):
    assert codes(checked(project, monkeypatch)[0]) == [("guilty.py", "LF101")]
    (project / "constants.py").write_text("WAIT = None\n")
    result, looked = checked(project, monkeypatch)
    assert looked == ["caller.py", "constants.py"]
    assert ("caller.py", "LF201") in codes(result)
    (project / "constants.py").write_text("WAIT = 7\n")
    assert codes(checked(project, monkeypatch)[0]) == [("guilty.py", "LF101")]


@pytest.mark.usefixtures("how")
def test_a_file_that_comes_and_goes_changes_what_others_say(project, monkeypatch):
    (project / "constants.py").unlink()
    checked(project, monkeypatch)
    (project / "constants.py").write_text("WAIT = None\n")
    result, looked = checked(project, monkeypatch)
    assert "caller.py" in looked
    assert ("caller.py", "LF201") in codes(result)
    (project / "constants.py").unlink()
    result, looked = checked(project, monkeypatch)
    assert "caller.py" in looked
    assert codes(result) == [("guilty.py", "LF101")]


@pytest.mark.usefixtures("how")
def test_facts_from_afar_are_remembered(project, monkeypatch):
    """A constant that another module hands on, asked for by two files: the second finds the answer ready."""
    (project / "constants.py").write_text("from deeper import WAIT\n")
    (project / "deeper.py").write_text("WAIT = 5\n")
    (project / "second.py").write_text(CALL)
    checked(project, monkeypatch)
    (project / "deeper.py").write_text("WAIT = None\n")
    result, looked = checked(project, monkeypatch)
    assert {"caller.py", "second.py"} <= set(looked)
    assert [path for path, code in codes(result) if code == "LF201"] == ["caller.py", "second.py"]


@pytest.mark.usefixtures("how")
def test_a_module_that_hides_another_is_seen(project, monkeypatch):
    (project / "pkg").mkdir()
    (project / "pkg" / "main.py").write_text(CALL)
    checked(project, monkeypatch)
    (project / "pkg" / "constants.py").write_text("WAIT = None\n")
    assert ("pkg/main.py", "LF201") in codes(checked(project, monkeypatch)[0])


@pytest.mark.usefixtures("how")
def test_whatever_happens_the_cache_says_what_a_fresh_run_says(project, monkeypatch):
    steps = [
        lambda: (project / "constants.py").write_text("from other import WAIT\n"),
        lambda: (project / "other.py").write_text("WAIT = None\n"),
        (project / "other").mkdir,
        lambda: (project / "other" / "__init__.py").write_text("WAIT = 3\n"),
        lambda: (project / "__init__.py").write_text(""),
        (project / "other" / "__init__.py").unlink,
        lambda: (project / "constants.py").write_text("class WAIT: pass\n"),
        (project / "other.py").unlink,
        (project / "constants.py").unlink,
    ]
    for step in steps:
        step()
        assert checked(project, monkeypatch)[0] == checked(project, monkeypatch, cache=False)[0]


# what is the same for a whole run


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"select": "LF201"}, 0),
        ({"severity": "LF101=note"}, 1),
        ({"ignore": "LF101"}, 0),
        ({"per_file_ignores": "guilty.py:LF101"}, 0),
        ({"min_confidence": "high"}, 1),
        ({"suppressions": False}, 1),
        ({"project": False}, 1),
    ],
)
def test_a_changed_setting_is_seen(project, monkeypatch, more, count):
    checked(project, monkeypatch)
    result, looked = checked(project, monkeypatch, **more)
    assert looked == ALL
    assert len(result.findings) == count


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize("table", ["", 'fail-on = "error"\nextend-exclude = ["vendor/"]\nquiet = true\n'])
def test_settings_that_change_no_answer_ask_nothing_anew(project, monkeypatch, table):
    """`lintfoot init` and a line for the baseline do not cost a second first run."""
    first, _ = checked(project, monkeypatch)
    (project / "pyproject.toml").write_text(f"[tool.lintfoot]\n{table}")
    again, looked = checked(project, monkeypatch)
    assert (again.findings, looked) == (first.findings, [])


@pytest.mark.usefixtures("how")
def test_a_script_that_may_not_speak_for_itself_is_looked_at_again(project):
    """`--isolated` is no setting, and changes what a script's own block means."""
    block = "# /// script\n# [tool.lintfoot]\n# extend-ignore = ['LF101']\n# ///\n"
    (project / "guilty.py").write_text(block + GUILTY)
    arguments = {"severity": ("LF201=note",)}
    for isolated, count in ((False, 0), (True, 1), (False, 0)):
        config = load(Sources(folder=project, arguments=arguments, environment={}, isolated=isolated))
        assert len([one for one in run.check(config).findings if one.code == "LF101"]) == count


def test_every_setting_is_part_of_the_answer_or_known_not_to_be(project):
    """A setting of rules, or that a script may set, changes what files say; one of any other group has to be named."""
    for setting in table():
        told = setting.about.group is Group.RULES or setting.about.script or setting.name == "project"
        assert told is (setting.about.group not in cache._ELSEWHERE or setting.name in cache._SAID), setting.name
    assert {one.about.group for one in table()} == {Group.RULES, *cache._ELSEWHERE}
    assert load(Sources(folder=project)).cache


@pytest.mark.usefixtures("how")
def test_pages_and_models_that_change_are_seen(project, monkeypatch):
    lint = project / "lint"
    (lint / "libraries").mkdir(parents=True)
    model = lint / "libraries" / "inhouse.toml"
    text = 'imports = ["inhouse"]\n[[functions]]\nnames = ["inhouse.get"]\nrole = "request"\n'
    model.write_text(text + 'arguments.timeout = { keyword = "timeout", default = "finite" }\n')
    (project / "clean.py").write_text("import inhouse\ninhouse.get()\n")
    assert len(checked(project, monkeypatch, rules="lint")[0].findings) == 1
    model.write_text(text + 'arguments.timeout = { keyword = "timeout", default = "forever" }\n')
    assert len(checked(project, monkeypatch, rules="lint")[0].findings) == 2
    model.unlink()
    assert len(checked(project, monkeypatch, rules="lint")[0].findings) == 1


def test_another_lintfoot_python_or_parser_asks_afresh(project, monkeypatch):
    setup = work.Setup(configured(project), keeps=True)
    here = work.desk(setup)
    name = cache._name(setup, here)
    monkeypatch.setattr(cache, "parser", lambda: b"another")
    assert cache._name(setup, here) != name
    monkeypatch.undo()
    assert cache._name(setup, here) == name
    shelf = here.knowledge.shelf  # that of all tests: what is set in it is set back
    assert shelf.content
    monkeypatch.setitem(shelf.__dict__, "content", b"another")
    assert cache._name(setup, here) != name


def test_the_content_of_pages_and_modules_counts_not_where_they_stand():
    from lintfoot import shelf

    here = shelf._state([])
    copied = (*here[:2], *((f, *((name, None) for name, _ in files)) for f, *files in here[2:]))
    assert shelf._content(here) == shelf._content(copied)
    assert len(here) > 4  # the packages in the package, too


def test_without_a_cache_nothing_is_kept(project, monkeypatch, home):
    checked(project, monkeypatch, cache=False)
    assert not (home / "checked").exists()
    assert checked(project, monkeypatch, cache=False)[1] == ALL


def test_standard_input_is_not_kept(project, home):
    run.check(replace(configured(project), paths=("-",)), stdin=GUILTY.encode())
    assert not list((home / "checked").iterdir())


def test_what_failed_inside_is_tried_again(project, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(work, "decode", lambda *_: 1 / 0)
        assert len(run.check(configured(project)).bugs) == 4
    assert checked(project, monkeypatch)[1] == ALL


@pytest.mark.usefixtures("how")
def test_what_cannot_be_parsed_is_told_every_time(project, monkeypatch):
    (project / "clean.py").write_text("def (\n")
    first, _ = checked(project, monkeypatch)
    again, looked = checked(project, monkeypatch)
    assert looked == []
    assert first == again
    assert ("clean.py", "LF000") in codes(again)
    assert again.failed == 1


def test_many_processes_keep_what_one_keeps(project, monkeypatch):
    checked(project, monkeypatch)
    monkeypatch.setattr(workers, "WORTH", 1)
    together = run.check(replace(configured(project, rules=""), jobs=2))
    again, looked = checked(project, monkeypatch, rules="")
    assert looked == []
    assert together == again


# hostile and unlucky files


def kept_file(home):
    (file,) = (home / "checked").iterdir()
    return file


@pytest.mark.parametrize(
    "data", [b"", b"x", b"lintfoot kept 1\n", b"lintfoot kept 1\n" + b"\0" * 500, b"\xff" * 10_000]
)
def test_what_somebody_else_put_there_is_not_looked_at(project, monkeypatch, home, data):
    first, _ = checked(project, monkeypatch)
    kept_file(home).write_bytes(data)
    again, looked = checked(project, monkeypatch)
    assert (again, looked) == (first, ALL)
    assert checked(project, monkeypatch)[1] == []


def test_a_kept_file_of_another_user_is_not_looked_at(project, monkeypatch, home):
    """Even with a finding less in it, and the right name."""
    first, _ = checked(project, monkeypatch)
    file = kept_file(home)
    whole = keeping.load(str(file))
    entries = {path: (*entry[:3], (), *entry[4:]) for path, entry in whole["files"].items()}
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "key", lambda: b"the other user's key, 32 bytes..")
        assert keeping.save(str(file), {**whole, "files": entries}) == ""
    assert checked(project, monkeypatch) == (first, ALL)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=5).map(tuple) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_even_with_the_right_seal_what_does_not_fit_is_forgotten(project, monkeypatch, home, data):
    first, _ = checked(project, monkeypatch)
    file = kept_file(home)
    whole = keeping.load(str(file))
    path = str(project / "guilty.py")
    match data.draw(st.integers(0, 3)):
        case 0:
            spoilt = data.draw(PLAIN)
        case 1:
            spoilt = {**whole, "leans": data.draw(PLAIN)}
        case 2:
            spoilt = {**whole, "files": {**whole["files"], path: data.draw(PLAIN)}}
        case _:
            entry = list(whole["files"][path])
            entry[data.draw(st.integers(0, 5))] = data.draw(PLAIN.filter(lambda one: one != ()))
            spoilt = {**whole, "files": {**whole["files"], path: tuple(entry)}}
    assert keeping.save(str(file), spoilt) == ""
    assert checked(project, monkeypatch)[0] == first


def test_no_secret_is_kept(project, home):
    word = "hunter2" + "Tr0ub4dor"
    (project / "clean.py").write_text(f"import os\ndb_password = '{word}'\nos.environ['DB_PASSWORD'] = '{word}'\n")
    result = run.check(configured(project, select="ALL"))
    assert any(one.code == "LF401" for one in result.findings)
    assert word.encode() not in b"".join(one.read_bytes() for one in home.rglob("*") if one.is_file())


def test_a_disk_that_is_full_costs_one_note(project, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "write", lambda *_: "no space left on device")
        keeping.key.cache_clear()
        patch.setattr(keeping, "key", lambda: b"k" * 32)
        result, looked = checked(project, monkeypatch)
    assert looked == ALL
    assert [note.message for note in result.notes] == ["nothing is kept for the next run: no space left on device"]
    assert codes(result) == [("guilty.py", "LF101")]


def lintfoot(folder, *words, before=None):
    command = [sys.executable, "-m", "lintfoot", "check", "--select", "LF101", *words]
    # Python does not look whether all of a module's .pyc was written: one that a limit has cut fails every import from then on.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, preexec_fn=before
    )


def test_a_limit_on_the_size_of_files_costs_nothing(project):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    first, again = lintfoot(project, before=limit), lintfoot(project, "--no-cache")
    assert (first.returncode, first.stdout, first.stderr) == (again.returncode, again.stdout, again.stderr)
    assert first.returncode == 1


def test_a_folder_that_cannot_be_made_costs_one_note_for_who_asks(project, monkeypatch):
    (project / "file").write_text("")
    result, _ = checked(project, monkeypatch, cache_dir="file/x")
    (note,) = result.notes
    assert note.level == "note"
    assert "not a directory" in note.message


def test_no_home_is_no_trouble(project, monkeypatch):
    monkeypatch.setattr(keeping, "_caches", lambda: None)
    for one in (keeping.home, keeping.key):
        one.cache_clear()
    result, looked = checked(project, monkeypatch)
    assert looked == ALL
    assert codes(result) == [("guilty.py", "LF101")]
    assert [note.level for note in result.notes] == ["note"]


KILLED = """
import os, signal, sys
from lintfoot import cli, keeping
whole = os.replace
def killed(before, after):
    if "checked" in str(after):
        os.kill(os.getpid(), signal.SIGKILL)
    whole(before, after)
keeping.os.replace = killed
cli.main(["check", "--select", "LF101"])
"""


def test_a_kill_in_the_middle_of_writing_leaves_nothing_wrong(project, home):
    assert lintfoot(project).returncode == 1
    (project / "clean.py").write_text(GUILTY)
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=project, env=os.environ, capture_output=True, check=False)
    assert done.returncode == -9
    assert [one.suffix for one in (home / "checked").iterdir() if one.suffix == keeping.UNFINISHED]
    assert lintfoot(project).stdout.count("LF101 shell-true") == 2


def test_two_runs_at_once(project, home):
    for number in range(30):
        (project / f"more{number}.py").write_text(GUILTY)
    command = [sys.executable, "-m", "lintfoot", "check", "--select", "LF101", "--format", "concise"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    halves = [[f"more{number}.py" for number in range(start, 30, 2)] for start in (0, 1)]
    runs = [subprocess.Popen([*command, *half], cwd=project, env=os.environ, **pipes) for half in halves]
    said = [one.communicate()[0] for one in runs]
    assert [one.count("LF101") for one in said] == [15, 15]
    assert len(kept_file(home).read_bytes()) > 1000
    assert lintfoot(project, "--format", "concise").stdout.count("LF101") == 31


def test_what_another_run_has_learned_meanwhile_is_not_lost(project, home):
    first = cache.Cache(str(home / "x.kept"), str(project))
    second = cache.Cache(str(home / "x.kept"), str(project))
    leans = [("file", f"/{number}.py", b"") for number in range(3)]
    first.keep("/a.py", work.Outcome(basis=work.Basis((), b"1" * 16, (leans[0], leans[1]))))
    second.keep("/b.py", work.Outcome(basis=work.Basis((), b"1" * 16, (leans[2], leans[1]))))
    assert (first.close(), second.close()) == ("", "")
    third = cache.Cache(str(home / "x.kept"), str(project))
    told = {path: [third.leans[number] for number in entry[2]] for path, entry in third.entries.items()}
    assert told == {"/a.py": leans[:2], "/b.py": [leans[2], leans[1]]}


def test_leans_that_nothing_hangs_on_any_more_are_forgotten(project, home):
    for number in range(20):
        one = cache.Cache(str(home / "x.kept"), str(project))
        leans = (("file", "/same.py", b""), ("file", "/other.py", bytes([number])))
        one.keep("/a.py", work.Outcome(basis=work.Basis((), b"1" * 16, leans)))
        assert one.close() == ""
        again = cache.Cache(str(home / "x.kept"), str(project))
        assert len(again.leans) <= 4
        assert tuple(again.leans[number] for number in again.entries["/a.py"][2]) == leans


def test_what_nobody_asks_for_is_forgotten(project, home, monkeypatch):
    checked(project, monkeypatch)
    (project / "clean.py").unlink()
    later = time.time() + 40 * 86_400
    monkeypatch.setattr(cache.time, "time", lambda: later)
    assert "guilty.py" not in checked(project, monkeypatch)[1]  # asked for, so it stays
    assert set(map(os.path.basename, cache._loaded(str(kept_file(home)))[1])) == {
        "caller.py",
        "constants.py",
        "guilty.py",
    }


def test_old_and_unfinished_files_go_and_too_many_too(tmp_path, monkeypatch):
    now = time.time()
    for name, age in {"new.kept": 1, "old.kept": 40 * 86_400, "x.unfinished": 7200, "y.unfinished": 1}.items():
        (tmp_path / name).write_bytes(b"x" * 100)
        os.utime(tmp_path / name, (now - age, now - age))
    (tmp_path / "else.txt").write_text("stays")
    cache.tidy(str(tmp_path))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["else.txt", "new.kept", "y.unfinished"]
    monkeypatch.setattr(cache, "_MOST", 50)
    cache.tidy(str(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["else.txt"]


# a folder that the settings name


def test_a_named_folder_is_marked(project, monkeypatch):
    checked(project, monkeypatch, cache_dir=".lintfoot_cache")
    folder = project / ".lintfoot_cache"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert checked(project, monkeypatch, cache_dir=".lintfoot_cache")[1] == []


def test_a_folder_with_other_things_in_it_is_left_alone(project, monkeypatch):
    (project / "mine").mkdir()
    (project / "mine" / "notes.txt").write_text("")
    result, _ = checked(project, monkeypatch, cache_dir="mine")
    assert [one.name for one in (project / "mine").iterdir()] == ["notes.txt"]
    assert "holds other files" in result.notes[0].message


# what a warm run brings along


def test_a_warm_run_loads_no_parser(project):
    text = (
        "import json, sys\nfrom lintfoot.cli import main\n"
        "code = main(['check', '--select', 'LF101', '.'])\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", text], cwd=project, capture_output=True, text=True, check=True)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 1
    assert not {"libcst", "rich", "lintfoot.visit", "lintfoot.names", "multiprocessing", "hashlib"} & set(modules)
