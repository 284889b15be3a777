"""The calls that may run a command, told on the census, are all of those that a tree tells, and few more."""

from pathlib import Path

import libcst as cst
import pytest
from verbs import the_book, the_models

from lintfoot import runners
from lintfoot.gates import call_lines, running
from lintfoot.names import Names
from lintfoot.positions import spans
from lintfoot.sight import Sight

RULES = {code: rule for code, rule in the_book().by_code.items() if code != "LF000"}
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("LF1*/*.py"))

# `# runs` behind a line on which something may run a command; on all others nothing can.
WAYS = """\
import os, subprocess as sp, functools
from subprocess import Popen as start, check_output
from functools import partial as fixed
from shlex import split as cut_up

go = sp.run
again = go
TABLE = {"a": sp.call, "b": [os.system]}
quick = lambda line: os.system(line)  # runs
build = lambda: (lambda line: sp.run(line))  # runs
later = fixed(sp.run, shell=True)

go("a")  # runs
again("b")  # runs
TABLE["a"]("c")  # runs
quick("d")  # runs
build()("e")  # runs
later("f")  # runs
fixed(sp.call, ["g"])()  # runs
getattr(os, "system")("h")  # runs
__import__("os").system("i")  # runs
start(cut_up("j"))  # runs
[os.system(one) for one in "kl"]  # runs
{check: check_output(check) for check in "mn"}  # runs


def helper(line, *, run=sp.run):
    return run(line)  # runs


def outer(line):
    def inner():
        return helper(line)  # runs
    return inner


def many(*words, **options):
    sp.Popen(words, **options)  # runs


def chooser(fast):
    return sp.run if fast else helper


def given(tool: "sp.Popen", other=None):
    global chosen
    chosen = other = chooser(True)
    chosen("o")  # runs
    other("p")  # runs
    with sp.Popen(["q"]) as process:  # runs
        process.wait()
    if (walrus := os.popen):
        walrus("r")  # runs


helper("s")  # runs
outer("t")()  # runs
many("u", "v")  # runs
chooser(False)("w")  # runs


class Tool:
    command = staticmethod(os.system)

    def __init__(self, line, runner=None):
        self.line = line
        self.runner = runner or sp.check_call
        self.started = many(line)  # runs

    def work(self, line):
        self.command(line)  # runs
        self.runner(self.line)  # runs
        for one in (os.system, sp.call):
            one(line)  # runs

    def fetch(self, name):
        return name.upper()

    def run(self):
        return self.fetch("x")

    def all(self):
        self.run()
        self.line.split()
        print(self.fetch("y"))


class Better(Tool):
    def __init__(self, line):
        super().__init__(line)  # runs


class Loud(sp.Popen):
    def again(self):
        Loud(self.args)  # runs


Tool("z").work("1")  # runs
Better("2")  # runs


def unknown(host, loop):
    host.execute_command("3")  # runs
    loop.subprocess_shell(None, "4")  # runs
    modules["cmd.run"]("5")  # runs
    host.ask("6", python_shell=True)  # runs
    open("7").read()
    print("8".split(), len(host))
"""


def lines_of(text):
    sight = Sight(text, "script.py", RULES, the_models())
    return set(call_lines.running(sight))


def test_every_way_to_a_command_is_seen_and_nothing_else():
    told = {number for number, line in enumerate(WAYS.splitlines(), 1) if line.endswith("# runs")}
    found = lines_of(WAYS)
    assert {n: WAYS.splitlines()[n - 1] for n in told - found} == {}
    assert {n: WAYS.splitlines()[n - 1] for n in found - told} == {}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_tree_tells_to_run_a_command_is_among_them(path):
    text = path.read_text(encoding="utf-8")
    module = cst.parse_module(text)
    names = Names(module, the_models())
    told = [call for call in names.index.calls if runners.runs(names, call)]
    layout = Sight(text, "x.py", RULES, the_models()).layout
    places = spans(module, told)
    lines = {layout.logical[places[id(call)].line - 1] for call in told}
    assert lines - lines_of(text) == set()


@pytest.mark.parametrize(
    ("line", "aimed"),
    [
        ('subprocess.run(["ls", path])', True),
        ('subprocess.run(["ls", path], check=True)', False),
        ('result = subprocess.run(["ls", path])', True),
        ('result = subprocess.run(["ls", path]).returncode', False),
        ('result = subprocess.run(["ls", path]).stdout', True),
        ('if subprocess.call(["ls", path]): pass', False),
        ('if subprocess.call("ls -l"): pass', True),
        ('if subprocess.call("ls"): pass', False),
        ("if subprocess.call(words): pass", False),
        ("if subprocess.call(words + more.split()): pass", True),
        ("if subprocess.call(text): pass", True),
        ("if subprocess.call(path): pass", False),
        ("if subprocess.call(unknown): pass", True),
        ("if subprocess.call(cut): pass", True),
        ('if spread("ls -l"): pass', True),
        ('if spread("ls", "-l"): pass', False),
        ("command.run(path)", False),
    ],
)
def test_a_call_counts_for_its_outcome_only_where_something_may_be_wrong(line, aimed):
    text = (
        "import subprocess\ndef spread(*words):\n    return subprocess.run(words, check=True)\n"
        "def f(path, command):\n    words = ['ls', path]\n    text = 'ls ' + path\n    cut = text.split()\n"
        f"    {line}\n"
    )
    found = set(running.OUTCOMES.places(Sight(text, "x.py", RULES, the_models())))
    assert (8 in found) is aimed


@pytest.mark.parametrize(
    ("line", "aimed"),
    [
        ("os.system(path)", True),
        ("subprocess.getoutput(path)", True),
        ("subprocess.run(path, shell=True)", True),
        ("subprocess.run(path, shell=flag)", True),
        ("subprocess.run(path, **flags)", True),
        ("subprocess.run(path, shell=False)", False),
        ("subprocess.run(path)", False),
        ("subprocess.Popen(path, -1, None, None, None, None, None, True, flag)", True),
        ('subprocess.run([SHELL, "-c", path])', True),
        ("subprocess.run(words)", True),
        ("subprocess.run(words.copy())", True),
        ('subprocess.run(["ls", path])', False),
        ("started(path)", False),
        ("started(path, True)", True),
        ("started(path, by=True)", True),
        ("Host(True)", True),
        ("Host()", False),
        ("fixed(subprocess.run, shell=True)", True),
        ("pool.submit(os.system, path)", True),
        ("pool.submit(print, path)", False),
    ],
)
def test_a_call_counts_for_a_shell_only_where_one_may_come_in(line, aimed):
    text = (
        "import os, subprocess\nfrom functools import partial as fixed\nSHELL = '/bin/bash'\n"
        "def started(line, by=False):\n    return subprocess.run(line, shell=by)\n"
        "class Host:\n    def __init__(self, on=False):\n        started('true', on)\n"
        f"def f(path, flag, flags):\n    words = ['sudo', 'sh', '-c'] + [path]\n    {line}\n"
    )
    found = set(running.SHELLS.places(Sight(text, "x.py", RULES, the_models())))
    assert (11 in found) is aimed


@pytest.mark.parametrize(
    ("line", "aimed"),
    [
        ('subprocess.run("kubectl get -o json | grep name", shell=True)', True),
        ('subprocess.run(["grep", path])', True),
        ('subprocess.run(["ls", path])', False),
        ('re.search("x", answer.text)', True),
        ('re.search("x", out)', True),
        ('re.search("x", said)', True),
        ('re.search("x", again.strip())', True),
        ('re.search("x", path)', False),
        ('re.search("x", plain)', False),
        ('path.split("x")', False),
    ],
)
def test_a_search_counts_only_in_what_something_else_wrote(line, aimed):
    text = (
        "import re, subprocess, json\ndef f(path, answer):\n    out, _ = subprocess.Popen(path).communicate()\n"
        "    said = subprocess.check_output(['curl', path])\n    again = said\n    plain = 'a' + path\n"
        f"    {line}\n"
    )
    found = set(running.JSON_BY_TEXT.places(Sight(text, "x.py", RULES, the_models())))
    assert (7 in found) is aimed
