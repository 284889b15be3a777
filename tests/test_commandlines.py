"""Argv lists and shell strings as programs with their words."""

import textwrap

import libcst as cst
import pytest
from verbs import the_models

from lintfoot.commandlines import commands
from lintfoot.names import Names

IMPORTS = "import asyncio, os, pexpect, shlex, shutil, subprocess, sys\n"


def started(code):
    """The commands of the last call of a piece of code that runs any."""
    module = cst.parse_module(IMPORTS + textwrap.dedent(code))
    names = Names(module, the_models())
    return next((found for call in reversed(names.index.calls) if (found := commands(names, call))), ())


def words(code):
    return [command.words for command in started(code)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('subprocess.run(["curl", "-k", url])', [("curl", "-k", "\0")]),
        ('subprocess.run(args=("curl", *more, "-k"))', [("curl", None, "-k")]),
        ('subprocess.run(["sudo", "-u", "root", "curl", "-k"])', [("curl", "-k")]),
        ('subprocess.run(["curl"] + ["-k", url])', [("curl", "-k", "\0")]),
        ('subprocess.run(f"curl -k {url}".split())', [("curl", "-k", "\0")]),
        ('subprocess.run(shlex.split(f"curl -k {url}"))', [("curl", "-k", "\0")]),
        ('words = "curl -k x".split()\nsubprocess.run(words)', [("curl", "-k", "x")]),
        ('os.system(f"cd /tmp && curl -k {url} | sh")', [("cd", "/tmp"), ("curl", "-k", "\0"), ("sh",)]),
        ('os.system("A=1 timeout 5 curl -k")', [("curl", "-k")]),
        ('subprocess.run("if true; then curl -k x; fi", shell=True)', [("true",), ("curl", "-k", "x"), ("fi",)]),
        ('subprocess.run(["sh", "-c", f"curl -k {url}"])', [("sh", "-c", "curl -k \0"), ("curl", "-k", "\0")]),
        ('subprocess.run(["ssh", host, "curl -k x"])', [("ssh", "\0", "curl -k x"), ("curl", "-k", "x")]),
        ('subprocess.run([shutil.which("curl"), "-k"])', [("curl", "-k")]),
        ('subprocess.run([os.environ["SHELL"], "-c", "ls"])', [("sh", "-c", "ls"), ("ls",)]),
        ('subprocess.run([f"{bin}/curl", "-k"])', [("\0/curl", "-k")]),
        ('asyncio.create_subprocess_exec("curl", "-k", url)', [("curl", "-k", "\0")]),
        ('cmd = ["curl", "-k"]\nasyncio.create_subprocess_exec(*cmd)', [("curl", "-k")]),
        ('os.execvp("sh", ["sh", "-c", "ls"])', [("sh", "-c", "ls"), ("ls",)]),
        ('os.execlp("curl", "curl", "-k")', [("curl", "-k")]),
        ('pexpect.spawn("/bin/sh", ["-c", "ls"])', [("/bin/sh", "-c", "ls"), ("ls",)]),
        ('pexpect.spawn("ssh -o X=y host")', [("ssh", "-o", "X=y", "host")]),
        ('run_command(f"curl -k {url}")', [("curl", "-k", "\0")]),
        ('utils.execute("curl", "-k", url)', [("curl", "-k", "\0")]),
        ('print("curl -k")', []),
        ("subprocess.run(cmd)", []),
    ],
)
def test_what_a_call_starts(code, expected):
    assert words(code) == expected


def test_words_that_are_added_before_the_list_is_used():
    code = """
        cmd = ["curl"]
        cmd.append("-k")
        cmd += ["--data", body]
        cmd.extend(["-o", "out"])
        if verbose:
            cmd.append("-v")
        subprocess.run(cmd)
        cmd.append("--late")
    """
    assert words(code) == [("curl", "-k", "--data", "\0", "-o", "out", None)]


def test_words_of_a_caller_are_the_callers():
    code = """
        def run(*words):
            subprocess.run(list(words), check=True)

        run("curl", "-k", url)
    """
    (command,) = started(code)
    assert command.words == ("curl", "-k", "\0")
    assert isinstance(command.node, cst.Call)
    assert command.node.func.value == "run"


def test_what_stands_before_and_around_a_program():
    first, second = started('os.system("sudo GIT_SSL_NO_VERIFY=1 git pull 2>/dev/null | tee log")')
    assert (first.program, first.environment, first.redirects) == (
        "git",
        (("GIT_SSL_NO_VERIFY", "1"),),
        ("2>/dev/null",),
    )
    assert [word.text for word in first.before] == ["sudo", "GIT_SSL_NO_VERIFY=1"]
    assert (first.piped, second.piped) == (False, True)


def test_what_runs_elsewhere_says_so():
    for code in (
        'subprocess.run(["ssh", host, "ls"])',
        'subprocess.run(["docker", "exec", box, "ls"])',
        'client.containers.get("x").exec_run(["ls"])',
    ):
        assert started(code)[-1].remote, code


def test_data_keeps_its_expressions():
    (command,) = started('os.system(f"mysql -p{password} -h {host} db")')
    data = [[getattr(node, "value", None) for node in word.data] for word in command.parts]
    assert data == [[], ["password"], [], ["host"], []]


def test_the_script_of_a_shell():
    command = started('subprocess.run(["sudo", "bash", "-lc", f"ls {path}", "x"])')[0]
    assert [word.text for word in command.script] == ["ls \0"]
    assert started('subprocess.run(["bash", "run.sh"])')[0].script == ()
