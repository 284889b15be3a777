"""`lintfoot suppress`: comments where they speak of the whole statement, in every shape of statement."""

import ast
import textwrap

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
    before, after = ("import requests\n" + text for text in SHAPES[shape])
    file = tmp_path / "a.py"
    file.write_text(before)
    assert run("suppress", "--isolated", "--rule", "LF201", "--reason", "old")[:2] == (
        0,
        "1 finding suppressed in 1 file\n",
    )
    assert file.read_text() == after
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(before))
    assert run("check", "--isolated", "--select", "LF201,LF301,LF0")[0] == 0


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
