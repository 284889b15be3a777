"""Repaired files on the disk: whole or untouched, by whatever name and mode, and one clear line where it cannot be done."""

import errno
import io
import os
import stat
import subprocess
import sys

import pytest

from lintfoot import cli, mending

GUILTY = "import requests\n\nrequests.get(URL)  # ask\n"
MENDED = "import requests\n\nrequests.get(URL, timeout=30)  # ask\n"
BOTH = ("--fix", "--unsafe-fixes")


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "script.py"
    file.write_text(GUILTY)
    return file


def run(*arguments, capsys):
    code = cli.main(["check", "--isolated", "--no-cache", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755, 0o2755, 0o4750])
def test_mode_bits_stay(script, mode, capsys):
    script.chmod(mode)
    run("script.py", *BOTH, capsys=capsys)
    assert script.read_text() == MENDED
    assert stat.S_IMODE(script.stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_a_file_keeps_its_owner(script, capsys):
    os.chown(script, 12345, 23456)
    script.chmod(0o640)
    run("script.py", *BOTH, capsys=capsys)
    about = script.stat()
    assert script.read_text() == MENDED
    assert (about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)) == (12345, 23456, 0o640)


def test_a_read_only_file_stays(script, capsys):
    script.chmod(0o444)
    code, _, err = run("script.py", *BOTH, capsys=capsys)
    assert (code, err) == (2, "script.py: error: is read-only, and stays as it is\n")
    assert script.read_text() == GUILTY
    code, out, err = run("script.py", "--diff", "--unsafe-fixes", capsys=capsys)
    assert (code, err) == (1, "")
    assert "+requests.get(URL, timeout=30)  # ask" in out


def test_a_link_is_named_and_stays_one(script, tmp_path, capsys):
    (tmp_path / "tree").mkdir()
    link = tmp_path / "tree" / "linked.py"
    link.symlink_to(script)
    code, _, err = run("tree/linked.py", *BOTH, capsys=capsys)
    assert (code, err) == (
        1,
        "tree/linked.py: warning: is a link, and nothing is written through it: repair what it leads to\n",
    )
    assert link.is_symlink()
    assert script.read_text() == GUILTY


def test_a_second_name_keeps_the_old_text_and_is_told(script, tmp_path, capsys):
    other = tmp_path / "other.txt"
    other.hardlink_to(script)
    code, _, err = run("script.py", *BOTH, capsys=capsys)
    assert (code, err) == (0, "script.py: warning: repaired; its other names (hard links) keep the old text\n")
    assert script.read_text() == MENDED
    assert other.read_text() == GUILTY


def test_a_file_that_changes_meanwhile_stays(script, capsys, monkeypatch):
    real = mending._mended

    def slow(*given):
        done = real(*given)
        script.write_text("x = 1\n")
        return done

    monkeypatch.setattr(mending, "_mended", slow)
    code, _, err = run("script.py", *BOTH, capsys=capsys)
    assert (code, err) == (2, "script.py: error: was changed meanwhile, and stays as it is: run again\n")
    assert script.read_text() == "x = 1\n"


def test_a_file_that_changed_after_it_was_checked_is_looked_at_anew(script, capsys, monkeypatch):
    """Places of the old text must never be used on the new one."""
    real = mending.mended

    def late(*given):
        script.write_text("# a line more\n" + GUILTY)
        return real(*given)

    monkeypatch.setattr(mending, "mended", late)
    code, _, err = run("script.py", *BOTH, capsys=capsys)
    assert (code, err) == (0, "")
    assert script.read_text() == "# a line more\n" + MENDED


@pytest.mark.parametrize("where", ["fsync", "replace", "fdopen"])
def test_a_full_disk_leaves_the_file_and_nothing_else(script, where, capsys, monkeypatch):
    def full(*_given, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace" if where == "replace" else f"os.{where}", full)
    code, _, err = run("script.py", *BOTH, capsys=capsys)
    assert (code, err) == (2, "script.py: error: cannot be written, and stays as it is: No space left on device\n")
    assert script.read_text() == GUILTY
    assert [one.name for one in script.parent.iterdir()] == ["script.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_file(script, capsys):
    script.parent.chmod(0o555)
    try:
        code, _, err = run("script.py", *BOTH, capsys=capsys)
    finally:
        script.parent.chmod(0o755)
    assert (code, err) == (2, "script.py: error: cannot be written, and stays as it is: Permission denied\n")


def test_one_file_that_cannot_be_written_keeps_nobody_else_back(script, tmp_path, capsys):
    (tmp_path / "another.py").write_text(GUILTY)
    (tmp_path / "another.py").chmod(0o400)
    (tmp_path / "another.py").chmod(0o444)
    code, _, err = run(".", *BOTH, capsys=capsys)
    assert (code, err.count("\n")) == (2, 1)
    assert script.read_text() == MENDED


@pytest.mark.parametrize(
    ("head", "text", "encoding"),
    [
        (b"\xef\xbb\xbf", "requests.get('ä')", "utf-8"),
        (b"", "# coding: latin-1\r\nrequests.get('ä')", "latin-1"),
        (b"", "# -*- coding: cp1252 -*-\nrequests.get('€')", "cp1252"),
        (b"", "# coding: euc-jp\nrequests.get('漢')", "euc-jp"),
        (b"", "requests.get('ä')\r", "utf-8"),
        (b"", "def f():\n\treturn requests.get('🚀')", "utf-8"),
        (b"", "x = 1\n\x0crequests.get('a')", "utf-8"),
    ],
)
def test_bytes_around_a_repair_stay(script, head, text, encoding, capsys):
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"
    lines = text.split(newline)
    first = [lines.pop(0)] if "coding" in lines[0] else []
    before = head + newline.join([*first, "import requests", *lines]).encode(encoding)
    script.write_bytes(before)
    code, _, err = run("script.py", *BOTH, "--select", "LF201", capsys=capsys)
    assert (code, err) == (0, "")
    assert script.read_bytes() == before.replace(b"')", b"', timeout=30)")


# what the commands say


def test_a_diff_is_no_clean_run(script, capsys):
    """Whatever `fail-on` says: somebody asked whether anything would change."""
    code, _, _ = run("script.py", "--diff", "--unsafe-fixes", "--fail-on", "never", capsys=capsys)
    assert code == 1
    assert run("script.py", "--diff", "--fail-on", "never", capsys=capsys)[:2] == (0, "")
    assert run("script.py", "--diff", "--unsafe-fixes", "--exit-zero", capsys=capsys)[0] == 0
    assert script.read_text() == GUILTY


def test_the_summary_tells_what_else_is_on_offer(script, capsys):
    script.write_text("def f(p, q=[]):\n    q.append(open(p).read())\n    return q\n")
    _, out, _ = run("script.py", capsys=capsys)
    assert "can be repaired: 1 by --fix, 1 by --fix --unsafe-fixes (--diff shows what changes)" in out
    _, out, _ = run("script.py", "--fix", capsys=capsys)
    assert "repaired 1 finding; can be repaired: 1 by --fix --unsafe-fixes (--diff shows what changes)" in out
    _, out, _ = run("script.py", *BOTH, capsys=capsys)
    assert "repaired 1 finding" in out
    assert "can be" not in out


def test_what_a_comment_silences_is_repaired_on_request(script, capsys):
    script.write_text(GUILTY.replace("# ask", "# noqa: S113"))
    run("script.py", *BOTH, capsys=capsys)
    assert "timeout" not in script.read_text()
    run("script.py", *BOTH, "--no-suppressions", capsys=capsys)
    assert script.read_text() == MENDED.replace("# ask", "# noqa: S113")


def test_two_rules_on_one_statement_are_both_repaired(script, capsys):
    script.write_text("import requests\nrequests.get(URL, verify=False)\n")
    code, out, _ = run("script.py", "--diff", "--unsafe-fixes", capsys=capsys)
    assert (code, out.splitlines()[-1]) == (1, "+requests.get(URL, timeout=30)")
    code, out, _ = run("script.py", *BOTH, capsys=capsys)
    assert (code, out.splitlines()[0]) == (0, "repaired 2 findings")
    assert script.read_text() == "import requests\nrequests.get(URL, timeout=30)\n"


def fed(text, *arguments, capsysbinary, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    code = cli.main(["check", "--isolated", "--no-cache", "-", *arguments])
    out, err = capsysbinary.readouterr()
    return code, out, err.decode()


def test_standard_input_as_a_diff(capsysbinary, monkeypatch):
    code, out, err = fed(
        GUILTY.encode(), "--diff", "--unsafe-fixes", capsysbinary=capsysbinary, monkeypatch=monkeypatch
    )
    assert (code, err) == (1, "")
    assert out.decode().splitlines()[:2] == ["--- a/<stdin>", "+++ b/<stdin>"]
    assert out.decode().splitlines()[-1] == "+requests.get(URL, timeout=30)  # ask"
    code, out, _ = fed(b"x = 1\n", "--diff", capsysbinary=capsysbinary, monkeypatch=monkeypatch)
    assert (code, out) == (0, b"")


def test_standard_input_keeps_what_is_not_repaired(capsysbinary, monkeypatch):
    code, out, err = fed(GUILTY.encode(), "--fix", capsysbinary=capsysbinary, monkeypatch=monkeypatch)
    assert (code, out.decode()) == (1, GUILTY)
    assert err.startswith("<stdin>:3:1: error[LF201 request-without-timeout]")


@pytest.mark.parametrize("text", [b"def f(:\n", b"\xff\xfe\n", b"x = '\x00'\n", b""])
def test_standard_input_that_is_no_python_comes_back(text, capsysbinary, monkeypatch):
    code, out, err = fed(text, "--fix", capsysbinary=capsysbinary, monkeypatch=monkeypatch)
    assert out == text
    assert code == (1 if text else 0)
    assert ("LF000" in err) == bool(text)


def test_standard_input_under_an_excluded_name_comes_back(capsysbinary, monkeypatch):
    code, out, _ = fed(
        GUILTY.encode(), *BOTH, "--stdin-filename", "vendor/x.py", "--exclude", "vendor/", "--force-exclude",
        capsysbinary=capsysbinary, monkeypatch=monkeypatch,
    )  # fmt: skip
    assert out.decode() == GUILTY
    assert code in (0, 2)


def test_an_editor_can_pipe_through_it():
    command = [sys.executable, "-m", "lintfoot", "check", "-", "--isolated", "--stdin-filename", "deploy.py", *BOTH]
    done = subprocess.run(command, input=GUILTY.encode(), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, MENDED, b"")


def test_a_clean_file_is_never_written(script, capsys):
    script.write_text(MENDED)
    os.utime(script, ns=(1, 1))
    before = script.stat()
    assert run("script.py", *BOTH, capsys=capsys)[0] == 0
    after = script.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_second_run_has_nothing_to_do_with_and_without_the_cache(script, tmp_path, capsys):
    for _ in range(2):
        script.write_text(GUILTY)
        for told in ("repaired 1 finding", "0 findings"):
            cli.main(["check", "--isolated", "--cache-dir", str(tmp_path / "kept"), "script.py", *BOTH])
            assert capsys.readouterr().out.startswith(told)
        assert script.read_text() == MENDED
