"""LF101 to LF103 beyond the marked fixtures: severity, wording, advice that holds, and what other tools get wrong."""

import ast
import textwrap

import pytest
from verbs import reports, silent

from lintfoot.findings import Confidence, Severity

CODES = ("LF101", "LF102", "LF103")
IMPORTS = "import asyncio, os, shlex, subprocess, sys\n"


def one(code, rule="LF101"):
    (finding,) = reports(IMPORTS + textwrap.dedent(code), rule)
    return finding


# severity and confidence


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ('subprocess.run("ls | wc -l", shell=True)', Severity.WARNING),
        ('os.system("clear")', Severity.WARNING),
        ('LIMIT = 5\nos.system(f"head -n {LIMIT} x")', Severity.WARNING),
        ('for cmd in ("sync", "df"):\n    os.system(cmd)', Severity.WARNING),
        ('subprocess.run(["ls", "-l"], shell=True)', Severity.WARNING),
        ('subprocess.run(["sh", "-c", "ls | wc"])', Severity.WARNING),
        ('os.system("ls " + shlex.quote(path))', Severity.WARNING),
        ('os.system("ls " + " ".join(shlex.quote(one) for one in paths))', Severity.WARNING),
        ('os.system("ls " + " ".join(map(shlex.quote, paths)))', Severity.WARNING),
        ("os.system(shlex.join(words))", Severity.WARNING),
        ('os.system(f"sleep {int(count)}")', Severity.WARNING),
        ('os.system(f"ls {path}")', Severity.ERROR),
        ('os.system(f"ls {shlex.quote(path)} {other}")', Severity.ERROR),
        ("os.system(command)", Severity.ERROR),
        ("os.system(make_command())", Severity.ERROR),
        ('subprocess.run(["ls", path], shell=True)', Severity.ERROR),
        ('subprocess.run(["sh", "-c", command])', Severity.ERROR),
        ('subprocess.run(["sh", "-c", *words])', Severity.ERROR),
        ('os.system("echo " + os.environ["USER"])', Severity.ERROR),
    ],
)
def test_built_commands_are_errors_and_constant_ones_warnings(code, severity):
    assert one(code).severity is severity


def test_a_name_alone_is_less_sure_than_a_model():
    assert one('os.system("ls")').confidence is Confidence.HIGH
    assert one('from fleet import run_cmd\nrun_cmd("ls", shell=True)').confidence is Confidence.MEDIUM


# wording


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            'subprocess.run(f"git checkout {branch}", shell=True)',
            "`subprocess.run` with `shell=True` hands a shell a command built from `branch`",
        ),
        ('from os import popen as p\np("ls")', "`os.popen` hands a shell a constant command"),
        (
            "def run(cmd, shell=False):\n    subprocess.run(cmd, shell=shell)\nrun('ls', shell=True)",
            "`run` passes `shell=True` on and hands a shell a constant command",
        ),
        (
            'subprocess.run(["/bin/bash", "-lc", command])',
            "`bash -lc` in the words given to `subprocess.run` hands a shell a command that is not constant",
        ),
    ],
)
def test_messages_name_what_was_resolved(code, message):
    assert one(code).message == message


def test_a_finding_shows_where_the_command_was_built():
    finding = one("""
        def remove(path):
            command = "rm -r " + path
            print(command)
            os.system(command)
    """)
    assert [(related.span.line, related.message) for related in finding.related] == [(4, "the command is built here")]


def test_a_default_that_is_on_is_reported_where_it_stands():
    finding = one("""
        def run(
            command,
            shell=True,
        ):
            return subprocess.run(command, shell=shell, check=True)
    """)
    assert finding.span.line == 5
    assert "on by default" in finding.message


# advice


ADVISED = [
    'subprocess.run(f"git checkout {branch}", shell=True, check=True)',
    'subprocess.run("tar xf %s -C %s" % (archive, target), shell=True, cwd="/")',
    'subprocess.check_output("ip addr show {}".format(device), shell=True)',
    'subprocess.Popen("tail -f /var/log/syslog", shell=True, stdout=subprocess.PIPE)',
    'subprocess.run(["ls", "-l", path], shell=True)',
    'subprocess.run(" ".join(words), shell=True)',
    'subprocess.run(f"rsync {options} {path}", shell=True)',
    'subprocess.run(f"echo \'{path}\' --name=\\"{name}\\"", shell=True)',
    'subprocess.run(f"make -C {path} > /dev/null 2>&1", shell=True)',
    'os.system("systemctl reload nginx")',
    'os.system(f"cd {path} && make all")',
    'os.system("clear")',
    'os.system("sleep 5 &")',
    'os.popen(f"df -h {path}")',
    'subprocess.getoutput("hostname -f")',
    'subprocess.run(["sh", "-c", f"ls {path}"])',
    'os.execvp("sh", ["sh", "-c", f"exec-it {path}"])',
    'os.execlp("sh", "sh", "-c", f"exec-it {path}")',
    'os.system("command -v git > /dev/null")',
]


@pytest.mark.parametrize("code", ADVISED)
def test_advice_is_code_that_clears_the_finding(code):
    advice = one(code).help.removesuffix(" clears a terminal without a process")
    ast.parse(advice)
    silent(IMPORTS + advice, "LF101", "LF102")


@pytest.mark.parametrize("code", ADVISED)
def test_advice_never_keeps_the_string(code):
    tree = ast.parse(one(code).help.removesuffix(" clears a terminal without a process"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("subprocess."):
            assert isinstance(call.args[0], ast.List | ast.Name), ast.unparse(call)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('os.system(f"ls {path} | wc -l")', ["stdout=subprocess.PIPE"]),
        ('os.system(f"A=1 make {path}")', ["env={**os.environ, …}"]),
        ('os.system(f"rm {path}/*")', ["glob.glob(…)"]),
        ('os.system("ls $HOME > out")', ["os.environ[…]", "stdout="]),
        ('os.system("a; b; c; d; e")', ["script in a file of its own"]),
        ("def f(cmd):\n    os.system(cmd)", ["build `cmd` as a list"]),
        ("options = {'shell': True}\nsubprocess.run('ls', **options)", ['run(["ls"])', "take `shell` out where"]),
        ("import atexit\natexit.register(os.system, 'sync')", ["hand `atexit.register` subprocess.run"]),
        ("os.system('rm {x}'.format(**vars()))", ["list of words"]),
        ('subprocess.run(["powershell", "-Command", f"Get-Service {name}"])', ['"-File"']),
    ],
)
def test_advice_says_what_python_has_for_a_shells_syntax(code, words):
    advice = one(code).help
    assert all(word in advice for word in words), advice


# what users of other tools ran into


@pytest.mark.parametrize(
    "code",
    [
        'subprocess.run(["git", *arguments], check=True)',
        'subprocess.run(("git", "fetch"), check=True)',
        "subprocess.run((sys.executable, str(path)), check=True)",
        "subprocess.run([sys.executable, str(path)], check=True)",
        'subprocess.run(["/usr/bin/ls", "-l"], check=True, shell=False)',
        'subprocess.check_call(args=["ls"])',
        'print("subprocess.run(x, shell=True)")',
        "def foo(shell):\n    pass\nfoo(shell=True)",
    ],
)
def test_a_correct_call_is_left_alone(code):
    silent(IMPORTS + code, *CODES)


@pytest.mark.parametrize(
    "value",
    ["True", "1", "'True'", "'False'", "[1]", "(1,)", "{1: 1}", "(i for i in ())", "lambda: 0", "not False", "f'x{y}'"],
)
def test_every_true_value_switches_the_shell_on(value):
    one(f'subprocess.run("ls", shell={value})')


@pytest.mark.parametrize(
    "value",
    [
        "False",
        "0",
        "None",
        "''",
        "[]",
        "()",
        "{}",
        "{**{}}",
        "[*rest]",
        "unknown",
        "f'{y}'",
        "not True",
        "os.name == 'nt'",
    ],
)
def test_no_other_value_does(value):
    silent(IMPORTS + f'subprocess.run(["ls"], shell={value})', "LF101")


def test_a_check_that_looks_at_the_result_counts():
    silent(
        """
        import subprocess

        def test_fails():
            proc = subprocess.run(["false"], capture_output=True, text=True)
            assert proc.returncode == 1

        def test_says_why():
            proc = subprocess.run(["false"], capture_output=True, text=True)
            assert "failed" in proc.stderr
        """,
        "LF103",
    )


def test_faults_of_one_call_are_reported_side_by_side():
    found = reports('import subprocess\nsubprocess.run(f"rm -r {path}", shell=True)\n', *CODES)
    assert sorted(finding.code for finding in found) == ["LF101", "LF103"]


def test_variables_of_the_same_name_in_two_functions_are_two():
    silent(
        """
        import subprocess

        def one(command, **kwargs):
            return subprocess.run(command, check=True, **kwargs)

        def other(**kwargs):
            kwargs["shell"] = True
            return kwargs
        """,
        "LF101",
    )


def test_wrappers_round_wrappers_do_not_go_round_for_ever():
    silent(
        """
        def one(command, shell=False):
            return other(command, shell=shell)

        def other(command, shell=False):
            return one(command, shell=shell)

        one("ls", shell=True)
        """,
        "LF101",
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("run", True),
        ("run_cmd", True),
        ("runCommand", True),
        ("execCmd", True),
        ("runcmd", True),
        ("check_output", True),
        ("check_call", True),
        ("Popen", True),
        ("NonBlockingPopen", True),
        ("shell", True),
        ("sh", True),
        ("sudo", True),
        ("get_cmd_output", True),
        ("create_subprocess", True),
        ("ShellCommand", True),
        ("SubprocessCommandEvent", False),
        ("V1ExecAction", False),
        ("create_user", False),
        ("assert_called_with", False),
        ("assert_any_call", False),
        ("build_command", False),
        ("add_command", False),
        ("print_command", False),
        ("has_shell", False),
        ("useradd", False),
        ("configure", False),
        ("truncate", False),
        ("prune", False),
        ("callback", False),
        ("systematic", False),
    ],
)
def test_names_are_judged_by_their_words(name, says):
    code = f'import fleet\nfleet.{name}("uptime", shell=True)\n'
    (reports if says else silent)(code, "LF101")


@pytest.mark.parametrize(
    "code",
    [
        "for one in many:\n    words = words + [one]\n    subprocess.run(words, check=True)",
        'for one in many:\n    words = ["sudo", words]\n    subprocess.run(words, shell=one, check=True)\n    os.execv("x", words)',
        'for one in many:\n    words = [*words, one]\n    subprocess.run(["ls", *words], check=True)',
        'for one in many:\n    program = shutil.which(program)\n    subprocess.run([program, "-c", one], check=True)',
        "for one in many:\n    run = functools.partial(run, one)\n    run(shell=one)",
        "for one in many:\n    line = line + one\n    subprocess.run(line.split(), check=True)",
        "def run(*words, **options):\n    run(*words, **options)\nrun(1, shell=True)",
        "class Run(Run):\n    def __init__(self, *a, **k):\n        Run(*a, **k)\nRun(1, shell=1)",
    ],
)
def test_code_that_comes_back_to_itself_comes_to_an_end(code):
    silent(IMPORTS + "import functools, shutil\n" + code, *CODES)
