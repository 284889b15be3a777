"""`lintfoot suppress`: comments where they speak of the whole statement, in every shape of statement."""

import ast
import json
import shutil
import textwrap
from pathlib import Path

import pytest

from lintfoot import cli

SHAPES = {
    "one line": ("x = requests.get(A)\n", "x = requests.get(A)  # lintfoot: ignore[LF201] -- old\n"),
    "a comment behind it": (
        "x = requests.get(A)  # slow\n",
        "# lintfoot: ignore[LF201] -- old\nx = requests.get(A)  # slow\n",
    ),
    "several lines": (
        "x = requests.get(\n    A,\n)\n",
        "# lintfoot: ignore[LF201] -- old\nx = requests.get(\n    A,\n)\n",
    ),
    "inside a call": (
        "def f():\n    return use(\n        1,\n        requests.get(A),\n    )\n",
        "def f():\n    # lintfoot: ignore[LF201] -- old\n    return use(\n        1,\n        requests.get(A),\n    )\n",
    ),
    "a continued line": (
        "x = \\\n    requests.get(A)\n",
        "# lintfoot: ignore[LF201] -- old\nx = \\\n    requests.get(A)\n",
    ),
    "a text of several lines": (
        'x = requests.get(A, data="""\nrequests\n""")\n',
        '# lintfoot: ignore[LF201] -- old\nx = requests.get(A, data="""\nrequests\n""")\n',
    ),
    "one of two": (
        "x = 1; y = requests.get(A)\n",
        "x = 1; y = requests.get(A)  # lintfoot: ignore[LF201] -- old\n",
    ),
    "a branch": (
        "if a:\n    pass\nelif requests.get(A):\n    pass\n",
        "if a:\n    pass\nelif requests.get(A):  # lintfoot: ignore[LF201] -- old\n    pass\n",
    ),
    "a suppression that is there": (
        "x = requests.get(A, verify=False)  # lintfoot: ignore[LF301] -- a lab\n",
        "x = requests.get(A, verify=False)  # lintfoot: ignore[LF301, LF201] -- a lab\n",
    ),
    "a decorator": (
        "@use(requests.get(A))\ndef f():\n    pass\n",
        "@use(requests.get(A))  # lintfoot: ignore[LF201] -- old\ndef f():\n    pass\n",
    ),
    "tabs": (
        "def f():\n\treturn requests.get(\n\t\tA)\n",
        "def f():\n\t# lintfoot: ignore[LF201] -- old\n\treturn requests.get(\n\t\tA)\n",
    ),
    "spaces and tabs under a compound header": (
        "class A:\n\tdef f(self):\n\t\tif a: return requests.get(A)\n",
        "class A:\n\tdef f(self):\n\t\tif a: return requests.get(A)  # lintfoot: ignore[LF201] -- old\n",
    ),
    "a header of several lines": (
        "with (\n    use(requests.get(A)) as b,\n    c,\n):\n    pass\n",
        "# lintfoot: ignore[LF201] -- old\nwith (\n    use(requests.get(A)) as b,\n    c,\n):\n    pass\n",
    ),
    "a loop and its else": (
        "while requests.get(A):\n    pass\nelse:\n    pass\n",
        "while requests.get(A):  # lintfoot: ignore[LF201] -- old\n    pass\nelse:\n    pass\n",
    ),
    "a default value": (
        "def f(\n    a,\n    b=requests.get(A),\n):\n    pass\n",
        "# lintfoot: ignore[LF201] -- old\ndef f(\n    a,\n    b=requests.get(A),\n):\n    pass\n",
    ),
    "a decorator of several lines": (
        "@use(\n    requests.get(A)\n)\n@more\ndef f():\n    pass\n",
        "# lintfoot: ignore[LF201] -- old\n@use(\n    requests.get(A)\n)\n@more\ndef f():\n    pass\n",
    ),
    "a formatted text": (
        'x = f"{requests.get(A).text} # no comment"\n',
        'x = f"{requests.get(A).text} # no comment"  # lintfoot: ignore[LF201] -- old\n',
    ),
    "a formatted text of several lines": (
        'x = f"""\n{requests.get(A).text}\n# no comment"""\n',
        '# lintfoot: ignore[LF201] -- old\nx = f"""\n{requests.get(A).text}\n# no comment"""\n',
    ),
    "a comprehension": (
        "x = [\n    requests.get(one)  # slow\n    for one in A\n]\n",
        "# lintfoot: ignore[LF201] -- old\nx = [\n    requests.get(one)  # slow\n    for one in A\n]\n",
    ),
    "another linter's comment": (
        "x = requests.get(A)  # noqa: E501\n",
        "# lintfoot: ignore[LF201] -- old\nx = requests.get(A)  # noqa: E501\n",
    ),
    "a line that is long already": (
        f"x = requests.get(A, {'b' * 90})\n",
        f"# lintfoot: ignore[LF201] -- old\nx = requests.get(A, {'b' * 90})\n",
    ),
    "Windows line ends": (
        "x = requests.get(\r\n    A)\r\n",
        "# lintfoot: ignore[LF201] -- old\r\nx = requests.get(\r\n    A)\r\n",
    ),
    "no line end": ("x = requests.get(A)", "x = requests.get(A)  # lintfoot: ignore[LF201] -- old"),
}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = cli.main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize("shape", SHAPES)
def test_the_comment_stands_where_it_is_heard(shape, tmp_path, run):
    asked = ("suppress", "--isolated", "--rule", "LF201", "--reason", "old")
    before, after = ("import requests\n" + text for text in SHAPES[shape])
    if "\r" in before:
        before, after = (text.replace("requests\n", "requests\r\n", 1) for text in (before, after))
    file = tmp_path / "a.py"
    file.write_bytes(before.encode())
    assert run(*asked)[:2] == (0, "1 finding suppressed in 1 file\n")
    assert file.read_bytes() == after.encode()
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(before))
    assert run("check", "--isolated", "--select", "LF201,LF301,LF0")[0] == 0
    assert run(*asked)[1] == "0 findings suppressed in 0 files\n"


def test_two_rules_on_one_statement_share_a_comment(tmp_path, run):
    file = tmp_path / "a.py"
    file.write_text("import requests\nrequests.get(A, verify=False)\n")
    assert run("suppress", "--isolated", "--rule", "LF201,LF301", "--reason", "a lab")[0] == 0
    first, second = "LF201", "LF301"
    line = file.read_text().splitlines()[1]
    assert line in {
        f"requests.get(A, verify=False)  # lintfoot: ignore[{one}, {other}] -- a lab"
        for one, other in ((first, second), (second, first))
    }


FIXTURES = Path(__file__).parent / "fixtures"
GUILTY = sorted(folder.name for folder in FIXTURES.iterdir() if not folder.name.startswith("LF0"))
# Words that a rule which listens to comments could take for a reason of its own.
REASON = "it may fail, best effort: nothing to do"


@pytest.mark.parametrize("code", GUILTY)
def test_whatever_is_found_can_be_suppressed(code, tmp_path, run):
    shutil.copytree(FIXTURES / code, tmp_path, dirs_exist_ok=True)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.py")}
    only = ("--isolated", "--no-cache", "--select", f"{code},LF001,LF002")
    done, out, err = run("suppress", *only, "--rule", code, "--reason", REASON)
    assert (done, err) == (0, "")
    assert not out.startswith("0 ")
    assert run("check", *only, "--quiet") == (0, "", "")
    for file, text in before.items():
        assert ast.dump(ast.parse(file.read_bytes())) == ast.dump(ast.parse(text)), file


SHEBANG = "#!/usr/bin/env python\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{SHEBANG}x = 1\n", f"{SHEBANG}# lintfoot: ignore-file[LF901] -- old\nx = 1\n"),
        (
            f"{SHEBANG}# -*- coding: latin-1 -*-\nx = 'é'\n",
            f"{SHEBANG}# -*- coding: latin-1 -*-\n# lintfoot: ignore-file[LF901] -- old\nx = 'é'\n",
        ),
        (
            f'{SHEBANG}# /// script\n# dependencies = ["a"]\n# ///\n',
            f'{SHEBANG}# lintfoot: ignore-file[LF901] -- old\n# /// script\n# dependencies = ["a"]\n# ///\n',
        ),
    ],
)
def test_a_first_line_is_suppressed_for_the_file(before, after, tmp_path, run):
    (tmp_path / "a.py").write_text(before, "latin-1")
    (tmp_path / "a.py").chmod(0o755)
    assert run("suppress", "--isolated", "--rule", "LF901", "--reason", "old")[0] == 0
    assert (tmp_path / "a.py").read_text("latin-1") == after
    assert run("check", "--isolated")[0] == 0


def test_what_cannot_be_written_is_told(tmp_path, run, monkeypatch):
    (tmp_path / "a.py").write_text("import requests\nrequests.get(A)\n")
    (tmp_path / "b.py").symlink_to("a.py")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lintfoot.mending.write", full)
    code, out, err = run("suppress", "--isolated", "--rule", "LF201", "--reason", "old", "a.py")
    assert (code, out) == (2, "0 findings suppressed in 0 files\n")
    assert err == "a.py: cannot be written, and stays as it is: No space left on device\n"
    assert run("suppress", "--isolated", "--rule", "LF201", "--reason", "old", "b.py")[2].startswith("b.py: is a link")


def test_what_a_baseline_knows_is_not_suppressed(tmp_path, run):
    (tmp_path / "a.py").write_text("import requests\nrequests.get(A)\n")
    assert run("baseline")[0] == 0
    (tmp_path / "a.py").write_text("import requests\nrequests.get(A)\nrequests.post(A)\n")
    known = ("--baseline", "lintfoot-baseline.toml")
    assert run("suppress", *known, "--rule", "LF201", "--reason", "new")[1] == "1 finding suppressed in 1 file\n"
    assert (tmp_path / "a.py").read_text().count("lintfoot: ignore") == 1
    assert run("check", *known)[0] == 0


def test_only_the_named_rules_are_suppressed(tmp_path, run):
    (tmp_path / "a.py").write_text(
        textwrap.dedent("""\
        import requests

        def ask(hosts=[]):
            return requests.get(hosts)
        """)
    )
    assert run("suppress", "--isolated", "--rule", "mutable-default", "--reason", "old")[0] == 0
    code, out, _ = run("check", "--isolated", "--format", "concise")
    assert code == 1
    assert [line.split("[")[1][:5] for line in out.splitlines()] == ["LF201"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--reason", "x"], "--rule is missing"),
        (["--rule", "LF201"], "--reason is missing"),
        (["--rule", "LF999", "--reason", "x"], 'unknown rule "LF999"'),
        (["--rule", "LF201", "--reason", "a\nb"], "has to fit on a line"),
        (["--rule", "LF201", "--reason", "see # noqa"], "for a word to itself"),
        (["--rule", "LF201", "--reason", "# type: ignore"], "for a word to itself"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(arguments, words, tmp_path, run):
    (tmp_path / "a.py").write_text("import requests\nrequests.get(A)\n")
    code, out, err = run("suppress", "--isolated", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert (tmp_path / "a.py").read_text() == "import requests\nrequests.get(A)\n"


def settings(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(f"[tool.lintfoot]\n{text}\n")


def test_a_suppression_needs_a_reason_where_the_settings_say_so(tmp_path, run):
    settings(tmp_path, "require-reason = true")
    (tmp_path / "a.py").write_text(
        "import requests\nrequests.get(A)  # lintfoot: ignore[LF201]\nrequests.get(B)  # lintfoot: ignore[LF201] -- why\n"
    )
    code, out, _ = run("check", "--format", "concise")
    assert code == 1
    assert [line.split("[")[1][:5] for line in out.splitlines()] == ["LF201", "LF002"]
    assert "it gives no reason" in out


@pytest.mark.parametrize("comment", ["lintfoot: ignore[LF301] -- a lab", "noqa: S501", "nosec B501", "noqa"])
def test_no_comment_silences_what_is_unsuppressable(comment, tmp_path, run):
    settings(tmp_path, 'unsuppressable = ["LF301"]')
    (tmp_path / "a.py").write_text(f"import requests\nrequests.get(A, verify=False, timeout=5)  # {comment}\n")
    code, out, _ = run("check", "--format", "concise")
    assert code == 1
    assert "LF301" in out
    assert ("LF002" in out) == comment.startswith("lintfoot")


def test_a_script_cannot_switch_off_what_is_unsuppressable(tmp_path, run):
    settings(tmp_path, 'unsuppressable = ["LF301"]')
    (tmp_path / "a.py").write_text(
        '# /// script\n# [tool.lintfoot]\n# ignore = ["LF301"]\n# ///\n'
        "import requests\nrequests.get(A, verify=False, timeout=5)\n"
    )
    code, out, _ = run("check", "--format", "concise")
    assert code == 1
    assert "LF301" in out


def test_a_wrong_rule_among_the_unsuppressable_is_told(tmp_path, run):
    settings(tmp_path, 'unsuppressable = ["LF310"]')
    code, _, err = run("check")
    assert code == 2
    assert err.startswith('pyproject.toml:2:19: unknown rule "LF310"')


HIDDEN = """\
import requests

requests.get(A)  # lintfoot: ignore[LF201] -- a lab
requests.get(A, verify=False, timeout=5)  # noqa: S501
requests.post(A)
"""


@pytest.mark.parametrize("form", ["text", "concise", "json", "markdown", "sarif"])
def test_what_is_hidden_is_listed_on_request(form, tmp_path, run):
    (tmp_path / "a.py").write_text(HIDDEN)
    (tmp_path / "b.py").write_text("try:\n    go()\nexcept:\n    pass\n")
    settings(tmp_path, 'baseline = "known.toml"\n[tool.lintfoot.per-file-ignores]\n"b.py" = ["LF502"]')
    assert run("baseline", "-q")[0] == 0
    flag = "--sarif-include-suppressed" if form == "sarif" else "--show-suppressed"
    code, without, _ = run("check", "--format", form)
    assert code == 0
    code, out, _ = run("check", "--format", form, flag)
    assert code == 0
    for words in ("LF201", "LF301", "LF502"):
        assert words in out
        assert form == "sarif" or words not in without
    for words in ("a lab", "noqa", "baseline known.toml", "per-file-ignores b.py"):
        assert form in ("concise", "markdown") or words in out, words
    if form == "json":
        document = json.loads(out)
        assert document["findings"] == []
        assert [one["silenced_by"]["reason"] for one in document["silenced"]] == ["a lab", "", "", ""]
        assert json.loads(without)["silenced"] is None


@pytest.mark.parametrize("form", ["github", "gitlab", "azure", "junit", "rdjson", "sarif"])
def test_no_service_is_told_of_what_is_hidden(form, tmp_path, run):
    (tmp_path / "a.py").write_text(HIDDEN.replace("requests.post(A)\n", ""))
    assert run("check", "--isolated", "--format", form) == run(
        "check", "--isolated", "--format", form, "--show-suppressed"
    )


def test_every_comment_can_be_overruled_to_see_what_was_swept_away(tmp_path, run):
    (tmp_path / "a.py").write_text(HIDDEN)
    assert run("check", "--isolated", "--no-suppressions", "--format", "concise")[1].count("\n") == 3


def test_what_is_suppressed_is_repaired_on_request(tmp_path, run):
    file = tmp_path / "a.py"
    file.write_text("import requests\nrequests.get(A)  # lintfoot: ignore[LF201] -- old\n")
    assert run("check", "--isolated", "--fix", "--unsafe-fixes")[0] == 0
    assert "timeout" not in file.read_text()
    assert run("check", "--isolated", "--fix", "--unsafe-fixes", "--no-suppressions")[0] == 0
    assert file.read_text() == "import requests\nrequests.get(A, timeout=30)  # lintfoot: ignore[LF201] -- old\n"
    assert run("check", "--isolated", "--fix", "--select", "LF001,LF201")[0] == 0
    assert file.read_text() == "import requests\nrequests.get(A, timeout=30)\n"
