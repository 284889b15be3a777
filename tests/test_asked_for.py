"""What users of other linters asked for, a test each: handlers, defaults and unchecked processes.

The stories are in each linter's public issues; the code here is written for this file.
"""

import textwrap
from contextlib import chdir
from dataclasses import replace

import pytest
from verbs import findings, reports, silent, the_book

from lintfoot import run
from lintfoot.config import Sources, load

# --- unchecked processes: looked at another way -----------------------------------------------------------------------

LOOKED_AT = {
    "the code is compared": "done = subprocess.run(argv)\n    if done.returncode != 0:\n        raise SystemExit(done.returncode)",
    "the code is asserted": "done = subprocess.run(argv)\n    assert done.returncode == 0",
    "it is given back": "return subprocess.run(argv, capture_output=True)",
    "it is given back later": "done = subprocess.run(argv)\n    return done",
    "it goes to a function": "done = subprocess.run(argv)\n    report(done)",
    "it goes into a list": "done = subprocess.run(argv)\n    results.append(done)",
    "it goes into a dict": "results[argv[0]] = subprocess.run(argv)",
    "it is kept on self": "self.done = subprocess.run(argv)",
    "its errors are read": "done = subprocess.run(argv, capture_output=True)\n    if done.stderr:\n        raise RuntimeError(done.stderr)",
    "it is matched": "match subprocess.run(argv).returncode:\n        case 0:\n            return True",
    "it checks itself": "subprocess.run(argv).check_returncode()",
    "call gives the code": "return subprocess.call(argv)",
    "call is tested": "if subprocess.call(argv):\n        raise SystemExit(1)",
    "not checking is written out": "subprocess.run(argv, check=False)",
}


@pytest.mark.parametrize("body", LOOKED_AT.values(), ids=LOOKED_AT)
def test_an_outcome_that_is_looked_at_in_any_way_is_checked(body):
    silent(f"import subprocess\ndef job(self, argv, results, report):\n    {body}\n", "LF103")


def test_a_result_under_a_name_that_nobody_reads_is_unchecked():
    code = "import subprocess\ndef job(argv):\n    done = subprocess.run(argv)\n    print('installed')\n"
    (found,) = reports(code, "LF103")
    assert found.fix is None or "check=False" not in "".join(edit.text for edit in found.fix.edits)


# --- mutable defaults: what an annotation promises, and what is only lent ---------------------------------------------


def test_an_immutable_annotation_excuses_unless_the_function_changes_the_parameter():
    before = "from collections.abc import Sequence, Mapping\n"
    silent(
        before
        + "def job(hosts: Sequence[str] = [], options: Mapping[str, int] = {}):\n    return len(hosts), options\n",
        "LF501",
    )
    reports(before + "def job(hosts: Sequence[str] = []):\n    hosts.append('bastion')\n", "LF501")


def test_a_list_of_the_module_is_a_fault_only_where_it_is_changed():
    before = "HOSTS = ['a', 'b']\n"
    reports(before + "def job(hosts=HOSTS):\n    hosts.append('c')\n", "LF501")
    silent(before + "def job(hosts=HOSTS):\n    return ', '.join(hosts)\n", "LF501")


def test_a_comprehension_is_made_once_as_well():
    assert (
        len(reports("def job(a=[x for x in 'ab'], b={x for x in 'ab'}, c={x: 1 for x in 'ab'}):\n    pass\n", "LF501"))
        == 3
    )


# --- bare handlers: cleaning up is fine -------------------------------------------------------------------------------


def test_cleaning_up_and_raising_again_is_fine_on_every_path_only():
    silent(
        "def job(work):\n    try:\n        work()\n    except:\n        work.undo()\n        raise\n", "LF502", "LF503"
    )
    (found,) = reports(
        "def job(work, strict):\n    try:\n        work()\n    except:\n        if strict:\n            raise\n",
        "LF502",
    )
    assert "every path" in found.help
    (found,) = reports("def job(work):\n    try:\n        work()\n    except:\n        work.undo()\n", "LF502")
    assert "BaseException" in found.help
    assert "finally" in found.help


# --- broad handlers: any logger, any level, and who reports by itself -------------------------------------------------

LOGGED = [
    "log.debug('x', exc_info=True)",
    "log.info('x', exc_info=True)",
    "log.warning('x', exc_info=error)",
    "log.log(logging.INFO, 'x', exc_info=True)",
    "log.critical('x', exc_info=sys.exc_info())",
    "log.exception('x')",
    "logging.exception('x')",
    "traceback.print_exc()",
    "print(traceback.format_exc())",
    "log.error(traceback.format_exc())",
    "log.error('x: %s', error)",
    "log.error(f'x: {error}')",
    "log.opt(exception=error).error('x')",
    "sentry_sdk.capture_exception()",
    "log.exception('x')\n        return 0",
]


def handler(body):
    return (
        "import logging, sys, traceback\nimport sentry_sdk\nlog = logging.getLogger(__name__)\n"
        f"def job(work):\n    try:\n        return work()\n    except Exception as error:\n        {body}\n"
    )


@pytest.mark.parametrize("body", LOGGED)
def test_a_log_line_with_its_cause_is_enough_at_any_level(body):
    silent(handler(body), "LF503")


def test_it_can_be_told_that_logging_is_not_enough():
    strict = {"LF503": {"accept-logged": False}}
    reports(handler("log.exception('x')"), "LF503", options=strict)
    silent(handler("raise RuntimeError('x') from error"), "LF503", options=strict)


@pytest.mark.parametrize(
    "imported",
    ["from loguru import logger", "import structlog\nlogger = structlog.get_logger()", "from house.log import logger"],
)
def test_loggers_of_any_make_are_known_by_what_they_are_told(imported):
    code = "{}\ndef job(work):\n    try:\n        work()\n    except Exception:\n        logger.{}\n"
    silent(code.format(imported, "exception('x')"), "LF503")
    silent(code.format(imported, "warning('x', exc_info=True)"), "LF503")
    reports(code.format(imported, "warning('x')"), "LF503")


def test_a_reporter_of_the_house_can_be_named():
    code = "from house.errors import note\ndef job(work):\n    try:\n        work()\n    except Exception:\n        note('job')\n"
    reports(code, "LF503")
    silent(code, "LF503", options={"LF503": {"reports-exception": ["house.errors.note"]}})


def test_a_logger_and_a_reporter_from_another_file_of_the_project(tmp_path):
    files = {
        "house/__init__.py": "",
        "house/log.py": """
            import logging
            OUT = logging.getLogger("house")

            def tell(text):
                OUT.error(text, exc_info=True)

            def say(text):
                OUT.error(text)
        """,
        "job.py": """
            from house.log import OUT, say, tell

            def one(work):
                try:
                    work()
                except Exception:
                    OUT.exception("one")

            def two(work):
                try:
                    work()
                except Exception:
                    tell("two")

            def three(work):
                try:
                    work()
                except Exception:
                    say("three")
        """,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    config = load(Sources(folder=tmp_path, environment={}, paths=("job.py",), isolated=True))
    with chdir(tmp_path):
        result = run.check(replace(config, select=("LF503",), layers=()))
    assert not result.bugs
    assert [one.span.line for one in result.findings] == [18]


# --- dropped without a word -------------------------------------------------------------------------------------------


def test_asking_forgiveness_for_one_look_up_is_no_fault():
    silent("def job(hosts, name):\n    try:\n        del hosts[name]\n    except KeyError:\n        pass\n", "LF504")
    reports(
        "import os\ndef job(path):\n    try:\n        os.rename(path, path + '.old')\n    except OSError:\n        pass\n",
        "LF504",
    )


def test_one_handler_is_one_finding():
    for clause in ("except:", "except Exception:", "except OSError:"):
        code = f"def job(work):\n    try:\n        work()\n    {clause}\n        pass\n"
        assert len(findings(code, "LF502", "LF503", "LF504")) == 1


# --- suppress, and what silences a rule -------------------------------------------------------------------------------

SUPPRESSED = [
    "from contextlib import suppress as quiet\nwith quiet(Exception):\n    1 / 0\n",
    "import contextlib as c\nwith c.suppress(OSError, Exception):\n    1 / 0\n",
    "from contextlib import suppress\nANY = (OSError, Exception)\nwith suppress(*ANY):\n    1 / 0\n",
    "from contextlib import suppress\nwith open('x') as file, suppress(Exception):\n    file.read()\n",
]


@pytest.mark.parametrize("code", SUPPRESSED)
def test_suppress_is_a_handler_that_passes_under_any_name(code):
    reports(code, "LF503")


def test_the_page_says_what_silences_the_rule():
    accepted = " ".join(the_book().by_code["LF503"].accepts)
    for shape in ("raise", "sys.exc_info()", "exc_info=", "traceback", "reports-exception"):
        assert shape in accepted
