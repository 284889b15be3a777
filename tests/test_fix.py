"""Repairs: each does what it promises, keeps what stands around it, and needs to be done once."""

import errno
import io
import re
import textwrap
import warnings
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintfoot import cli, explain, fix, imports, offers, parse, syntax
from lintfoot.comments import layout
from lintfoot.findings import Edit, Finding, Fix, Safety, Severity, Span
from lintfoot.offers import OFFERS
from lintfoot.repairs import REPAIRS, repair
from lintfoot.visit import Place, Plan, visit
from tests import verbs

CODES = sorted(REPAIRS.keys() & verbs.the_book().by_code.keys())
FILES = [file for code in CODES for file in sorted((verbs.FIXTURES / code).glob("*.py"))]


def checker(*codes, options=None):
    rules = {code: verbs.the_book().by_code[code] for code in codes}

    def check(text):
        script = parse.opened("script.py", text.encode())
        if not isinstance(script, parse.Script) or script.fault is not None:
            return None
        seen = visit(script, Place("script.py", "script.py"), Plan(rules, verbs.the_models(), options or {}))
        assert not seen.bugs, seen.bugs
        return seen.findings

    return check


def mended(text, *codes, levels=tuple(Safety), options=None, newline="\n"):
    check = checker(*codes, options=options)
    return fix.mend(text, check(text), check, levels, newline)


def after(code, *codes, **more):
    return mended(textwrap.dedent(code).lstrip("\n"), *codes, **more).text


def written(code):
    return textwrap.dedent(code).lstrip("\n")


@pytest.mark.parametrize("file", FILES, ids=[f"{one.parent.name}-{one.stem}" for one in FILES])
def test_every_repair_of_the_fixtures_holds(file):
    """At one of the levels that the table gives for its rule."""
    text = re.sub(r"  # expect:.*", "", file.read_text(encoding="utf-8"))
    check = checker(file.parent.name)
    before = check(text)
    if before is None:
        pytest.skip("this fixture is no Python of its own")
    once = fix.mend(text, before, check, tuple(Safety), "\n")
    left = check(once.text)
    assert left is not None
    assert len(left) <= len(before) - len(once.applied)
    assert {one.fix.safety for one in before if one.fix} <= {one.safety for one in OFFERS[file.parent.name]}
    assert fix.mend(once.text, left, check, tuple(Safety), "\n").text == once.text
    assert _comments(once.text) == _comments(text)


def _comments(text):
    return Counter(one.text for one in layout(text).comments if not one.text.startswith("#!"))


def test_a_timeout_is_given_where_the_call_ends():
    assert after(
        """
        import requests

        reply = requests.get(
            URL,  # the one of the inventory
            headers={"Accept": "text/plain"},
        )
        """,
        "LF201",
    ) == written(
        """
        import requests

        reply = requests.get(
            URL,  # the one of the inventory
            headers={"Accept": "text/plain"},
            timeout=30,
        )
        """
    )


def test_a_constant_is_put_at_the_top_once():
    code = """
        '''Asks all hosts.'''
        import requests

        requests.get(A)
        requests.get(B, timeout=None)
        """
    options = {"LF201": {"fix-timeout": 10, "fix-constant": "HTTP_TIMEOUT"}}
    assert after(code, "LF201", options=options) == written(
        """
        '''Asks all hosts.'''
        import requests

        HTTP_TIMEOUT = 10


        requests.get(A, timeout=HTTP_TIMEOUT)
        requests.get(B, timeout=HTTP_TIMEOUT)
        """
    )


def test_what_may_hold_a_timeout_already_is_left_alone():
    code = "import requests\n\ndef ask(**options):\n    return requests.get(URL, **{'headers': {}})\n"
    assert mended(code, "LF201").text == code


def test_checks_are_switched_on_again():
    assert after(
        """
        import requests

        session = requests.Session()
        session.verify = False
        session.get(URL, verify=False, timeout=5)
        """,
        "LF301",
    ) == written(
        """
        import requests

        session = requests.Session()
        session.verify = True
        session.get(URL, timeout=5)
        """
    )


def test_a_secret_comes_from_the_environment_and_os_is_imported_once():
    assert after(
        """
        #!/usr/bin/env python3
        import json
        import sys
        DB_PASSWORD = "kestrel-77"
        API_TOKEN = "9f2c77d1e0b34a58"
        """,
        "LF401",
    ) == written(
        """
        #!/usr/bin/env python3
        import json
        import os
        import sys
        DB_PASSWORD = os.environ["DB_PASSWORD"]
        API_TOKEN = os.environ["API_TOKEN"]
        """
    )


def test_no_name_is_taken_from_the_script():
    code = 'os = "linux"\nDB_PASSWORD = "kestrel-77"\n'
    assert mended(code, "LF401").text == code


@pytest.mark.parametrize(
    "code",
    [
        'import os\npassword = os.environ.get("PASSWORD", "kestrel-77")\n',
        'import os\nos.system("docker login -u ci -p kestrel77 registry.internal")\n',
        'DSN = "host=db1 user=shop password=kestrel77"\n',
    ],
)
def test_what_is_more_than_a_secret_is_not_replaced(code):
    assert mended(code, "LF401").text == code


def test_a_default_is_made_in_the_body_after_the_docstring():
    assert after(
        """
        def plan(hosts: list[str] = [], *, options={}):
            '''Say what would happen.'''
            # the first host goes first
            hosts.append("bastion")
            return hosts, options
        """,
        "LF501",
    ) == written(
        """
        def plan(hosts: list[str] | None = None, *, options=None):
            '''Say what would happen.'''
            if hosts is None:
                hosts = []
            if options is None:
                options = {}
            # the first host goes first
            hosts.append("bastion")
            return hosts, options
        """
    )


def test_a_default_behaves_as_its_author_meant():
    before = "def add(host, hosts=[]):\n    hosts.append(host)\n    return hosts\n"
    space = {}
    exec(mended(before, "LF501").text, space)
    assert space["add"]("a") == ["a"]
    assert space["add"]("b") == ["b"]
    assert space["add"]("c", ["x"]) == ["x", "c"]


def test_tabs_stay_tabs():
    code = "def f(hosts=[]):\n\thosts.append(1)\n\treturn hosts\n"
    assert mended(code, "LF501").text == (
        "def f(hosts=None):\n\tif hosts is None:\n\t\thosts = []\n\thosts.append(1)\n\treturn hosts\n"
    )


def test_a_bare_except_lets_the_user_out():
    assert after(
        """
        try:
            sweep()
        except:  # whatever it was
            pass
        """,
        "LF502",
        "LF503",
    ) == written(
        """
        try:
            sweep()
        except Exception:  # whatever it was
            pass
        """
    )


def test_a_handler_that_passes_becomes_suppress():
    code = """
        import os

        def drop(path):
            try:
                os.remove(path)  # the old one
                os.sync()
            except (OSError, ValueError):
                pass
        """
    assert after(code, "LF504") == written(
        """
        import contextlib
        import os

        def drop(path):
            with contextlib.suppress(OSError, ValueError):
                os.remove(path)  # the old one
                os.sync()
        """
    )


@pytest.mark.parametrize(
    ("command", "listed"),
    [
        ("systemctl restart nginx", '["systemctl", "restart", "nginx"]'),
        ("echo 'two words'", '["echo", "two words"]'),
    ],
)
def test_a_constant_command_becomes_words(command, listed):
    code = f"import subprocess\nsubprocess.run({command!r}, shell=True, check=True)\n"
    assert mended(code, "LF101").text == f"import subprocess\nsubprocess.run({listed}, check=True)\n"


@pytest.mark.parametrize("command", ["ls | wc -l", "rm -f /tmp/*.log", "echo $HOME", "a && b", "ls > out", "sleep 5 &"])
def test_a_command_that_needs_a_shell_is_left_alone(command):
    code = f"import subprocess\nsubprocess.run({command!r}, shell=True, check=True)\n"
    assert mended(code, "LF101").text == code


def test_only_the_levels_asked_for_are_applied():
    code = "import requests\nrequests.get(URL)\n"
    assert mended(code, "LF201", levels=(Safety.SAFE,)).text == code


def test_line_ends_stay_as_they_are():
    code = "def f(hosts=[]):\r\n    hosts.append(1)\r\n    return hosts\r\n"
    text = mended(code, "LF501", newline="\r\n").text
    assert text.count("\n") == text.count("\r\n") == 5


def test_a_repair_that_clears_nothing_is_refused():
    code = "x = 1\n"
    span = Span(1, 5, 1, 6)
    wrong = Fix("write 2", Safety.SAFE, (Edit(span, "2"),))
    finding = Finding("LF201", "request-without-timeout", Severity.ERROR, "a.py", span, "m", fix=wrong, fingerprint="1")
    result = fix.mend(code, [finding], lambda _: [finding], (Safety.SAFE,), "\n")
    assert (result.text, result.applied, result.refused) == (code, (), (finding,))


def test_a_repair_that_breaks_the_script_is_refused():
    code = "x = 1\n"
    span = Span(1, 5, 1, 6)
    wrong = Fix("write (", Safety.SAFE, (Edit(span, "("),))
    finding = Finding("LF201", "request-without-timeout", Severity.ERROR, "a.py", span, "m", fix=wrong, fingerprint="1")
    result = fix.mend(code, [finding], checker("LF201"), (Safety.SAFE,), "\n")
    assert (result.text, result.refused) == (code, (finding,))


def test_a_first_line_is_the_one_comment_that_its_repair_may_change():
    code = "#!/usr/bin/env python\n# keep me\nimport requests\nrequests.get(URL)  # and me\n"
    assert mended(code, "LF901", "LF201").text == code.replace("python\n", "python3\n").replace(
        "URL)", "URL, timeout=30)"
    )


NOISE = st.sampled_from(["", "  # why", "  # noqa: X1", "\n", "\n    # a line of its own\n"])


@settings(max_examples=60, deadline=None)
@given(NOISE, NOISE, NOISE, st.booleans())
def test_comments_and_formatting_around_a_repair_survive(one, two, three, split):
    arguments = "\n        URL,\n        verify=False,\n    " if split else "URL, verify=False"
    code = (
        f"import requests{one.replace('    ', '')}\n\n\ndef ask(hosts=[]):{two}\n    hosts.append(1)\n"
        f"    return requests.get({arguments}){three}\n"
    )
    first = mended(code, "LF201", "LF301", "LF501")
    assert mended(first.text, "LF201", "LF301", "LF501").text == first.text
    assert not first.refused
    assert _comments(first.text) == _comments(code)
    for line in code.splitlines():
        if not re.search(r"get\(|URL|verify|def ask", line):
            assert line in first.text.splitlines()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("x = 1\n", "import os\nx = 1\n"),
        ("#!/bin/sh\n# -*- coding: utf-8 -*-\nx = 1\n", "#!/bin/sh\n# -*- coding: utf-8 -*-\nimport os\nx = 1\n"),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\n\nimport os\nx = 1\n'),
        ("from __future__ import annotations\nx = 1\n", "from __future__ import annotations\nimport os\nx = 1\n"),
        ("import abc\nimport sys\n", "import abc\nimport os\nimport sys\n"),
        ("# about sys\nimport sys\nx = 1\n", "# about sys\nimport sys\nimport os\nx = 1\n"),
        ("from a import b\n", "import os\nfrom a import b\n"),
        ("import os\n", "import os\n"),
        ("import os.path\n", "import os.path\n"),
    ],
)
def test_where_an_import_goes(before, expected):
    edits = imports.additions(before, syntax.tree(before), ("os",))
    assert fix.applied(before, [Fix("", Safety.SAFE, edits)]) == expected


@pytest.mark.parametrize("code", ["os = 1\n", "def f(os): pass\n", "from a import os\n", "import a as os\n", "x = (\n"])
def test_where_no_import_can_go(code):
    assert imports.additions(code, syntax.tree(code), ("os",)) is None


def test_repairs_speak_of_rules_that_exist():
    assert set(REPAIRS) <= verbs.the_book().by_code.keys()
    assert all(callable(repair(code)) for code in REPAIRS)
    assert repair("LF000") is None


def test_every_repair_has_its_level_and_its_reason_in_one_table():
    assert set(OFFERS) == {"LF001", *REPAIRS}
    page = (verbs.ROOT / "docs" / "repairs.md").read_text(encoding="utf-8")
    assert offers.table() in page, "docs/repairs.md: python -c 'from lintfoot import offers; print(offers.table())'"
    for code in OFFERS:
        told = explain.markdown(verbs.the_book().by_code[code])
        assert "## What repairs it" in told
        assert all(one.why in told for one in OFFERS[code])


GUILTY = '#!/usr/bin/env python3\nimport requests\n\nDB_PASSWORD = "kestrel-77"\n\nrequests.get(URL)  # ask\n'


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "script.py"
    file.write_text(GUILTY)
    return file


def run(*arguments, capsys):
    code = cli.main(["check", "--isolated", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_fix_writes_and_keeps_the_mode(script, capsys):
    script.chmod(0o750)
    code, out, err = run("script.py", "--fix", "--unsafe-fixes", capsys=capsys)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "repaired 2 findings"
    assert script.read_text() == (
        "#!/usr/bin/env python3\nimport os\nimport requests\n\n"
        'DB_PASSWORD = os.environ["DB_PASSWORD"]\n\nrequests.get(URL, timeout=30)  # ask\n'
    )
    assert script.stat().st_mode & 0o777 == 0o750
    assert [one.name for one in script.parent.iterdir()] == ["script.py"]


def test_fix_alone_takes_the_safe_ones(script, capsys):
    script.write_text("import requests\n\nrequests.get(URL)  # lintfoot: ignore[LF201, LF301] -- the proxy cuts it\n")
    code, _, _ = run("script.py", "--fix", capsys=capsys)
    assert code == 0
    assert script.read_text().endswith("requests.get(URL)  # lintfoot: ignore[LF201] -- the proxy cuts it\n")


def test_diff_writes_nothing_and_shows_no_secret(script, capsys):
    code, out, _ = run("script.py", "--diff", "--unsafe-fixes", capsys=capsys)
    assert code == 1
    assert script.read_text() == GUILTY
    assert "kestrel" not in out
    assert out.splitlines()[:2] == ["--- a/script.py", "+++ b/script.py"]
    assert '-DB_PASSWORD = "…"' in out.splitlines()
    assert "+requests.get(URL, timeout=30)  # ask" in out.splitlines()


def test_diff_sends_no_escape_sequence(script, capsys):
    script.write_text(GUILTY.replace("# ask", "# \x1b[31mask"))
    _, out, _ = run("script.py", "--diff", "--unsafe-fixes", capsys=capsys)
    assert "\x1b" not in out
    assert "\\x1b[31mask" in out


def test_standard_input_comes_back_repaired(script, capsysbinary, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GUILTY.encode())))
    assert cli.main(["check", "--isolated", "-", "--fix", "--unsafe-fixes", "--ignore", "LF401"]) == 0
    out, err = capsysbinary.readouterr()
    assert out.decode() == GUILTY.replace("get(URL)", "get(URL, timeout=30)")
    assert err == b""
    assert script.read_text() == GUILTY


def test_standard_input_without_faults_comes_back_as_it_is(capsysbinary, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x = 1\r\n")))
    assert cli.main(["check", "--isolated", "-", "--fix"]) == 0
    assert capsysbinary.readouterr().out == b"x = 1\r\n"


def test_a_mark_and_an_encoding_are_kept(script, capsys):
    script.write_bytes(b"\xef\xbb\xbfimport requests\r\nrequests.get('\xc3\xa4')\r\n")
    run("script.py", "--fix", "--unsafe-fixes", capsys=capsys)
    assert script.read_bytes() == b"\xef\xbb\xbfimport requests\r\nrequests.get('\xc3\xa4', timeout=30)\r\n"
    script.write_bytes(b"# coding: latin-1\nimport requests\nrequests.get('\xe4')\n")
    run("script.py", "--fix", "--unsafe-fixes", capsys=capsys)
    assert script.read_bytes() == b"# coding: latin-1\nimport requests\nrequests.get('\xe4', timeout=30)\n"


def test_a_link_is_not_written_through(script, tmp_path, capsys):
    inside = tmp_path / "tree"
    inside.mkdir()
    (inside / "linked.py").symlink_to(script)
    run("tree/linked.py", "--fix", "--unsafe-fixes", capsys=capsys)
    assert script.read_text() == GUILTY


def test_a_file_that_cannot_be_written_stays_whole_and_is_told(script, capsys, monkeypatch):
    def full(_file, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lintfoot.mending.write", full)
    code, _, err = run("script.py", "--fix", "--unsafe-fixes", capsys=capsys)
    assert code == 2
    assert err == "script.py: error: cannot be written, and stays as it is: No space left on device\n"
    assert script.read_text() == GUILTY


def test_the_summary_says_what_is_on_offer(script, capsys):
    _, out, _ = run("script.py", capsys=capsys)
    assert "can be repaired: 2 by --fix --unsafe-fixes (--diff shows what changes)" in out
    assert script.read_text() == GUILTY


def test_a_file_is_opened_in_its_turn():
    """What came before the opening still does: a repair that is called safe must not change the order."""
    code = "def f(path):\n    return use(write(path), open(path).read())\n"
    assert mended(code, "LF506").text == code
    assert after(
        """
        def f(path):
            return use(open(path).read(), write(path))
        """,
        "LF506",
        levels=(Safety.SAFE,),
    ) == written(
        """
        def f(path):
            with open(path) as file:
                return use(file.read(), write(path))
        """
    )


def test_a_file_that_was_read_reads_the_same(tmp_path):
    file = tmp_path / "hosts"
    file.write_text("a\nb\n")
    before = "def hosts(path):\n    return [line.strip() for line in open(path).readlines()]\n"
    changed = mended(before, "LF506", levels=(Safety.SAFE,)).text
    results = []
    for text in (before, changed):
        space = {}
        exec(text, space)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # of the file that is left open: the fault itself
            results.append(space["hosts"](file))
    assert results == [["a", "b"], ["a", "b"]]
    assert "with open(path) as file:" in changed


def test_a_script_that_uses_every_name_for_a_handle_gets_no_repair():
    code = "def f(path):\n    file = handle = stream = opened_file = 1\n    return open(path).read()\n"
    assert mended(code, "LF506").text == code


@pytest.mark.parametrize("code", CODES)
def test_a_repaired_example_is_what_the_repair_writes(code):
    examples = [one for one in verbs.the_book().by_code[code].examples if one.fixed]
    assert examples, f"{code}: its page shows no repair"
    for one in examples:
        assert mended(one.bad, code).text.strip() == one.fixed.strip()


def test_one_wrong_repair_costs_few_checks():
    """A hundred findings, and one whose repair does not hold: the others are repaired, and the file is not checked a hundred times."""
    lines = [f"requests.get({number})" for number in range(100)]
    code = "import requests\n" + "\n".join(lines) + "\n"
    real, asked = checker("LF201"), []
    wrong = Fix("write (", Safety.UNSAFE, (Edit(Span(60, 1, 60, 1), "("),))

    def check(text):
        asked.append(text)
        found = real(text)
        return found and [replace(one, fix=wrong) if "get(58)" in one.frame[0].text else one for one in found]

    done = fix.mend(code, check(code), check, (Safety.UNSAFE,), "\n")
    assert (len(done.applied), len(done.refused)) == (99, 1)
    assert done.text == re.sub(r"\((?!58\))(\d+)\)", r"(\1, timeout=30)", code)
    assert len(asked) < 60
