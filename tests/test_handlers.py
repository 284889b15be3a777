"""LF502, LF503, LF504: the cases behind the fixtures, the options, the advice, and handlers that are run for real."""

import random
import sys
import textwrap
from contextlib import nullcontext, suppress

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verbs import findings, reports, silent, steps, the_models

from lintfoot.names import Names
from lintfoot.visitors.endings import End, Endings
from lintfoot.visitors.prose import explains


def handler(body, clause="except Exception as error:", before="", loop=""):
    """A script with one handler."""
    head = "import logging, sys, os, traceback\nlog = logging.getLogger(__name__)\n" + textwrap.dedent(before)
    lines = ["def job(task, logger):", *([f"    {loop}"] if loop else [])]
    inset = "        " if loop else "    "
    lines += [f"{inset}try:", f"{inset}    task.run()", f"{inset}{clause}"]
    lines += [f"{inset}    {line}" for line in textwrap.dedent(body).strip("\n").split("\n")]
    return head + "\n".join(lines) + "\n"


def lines_of(code, *codes):
    """The lines of the findings; the handler under test stands on line 6."""
    return {one.span.line for one in findings(code, *codes)}


# every clean-up that ends in a raise is legitimate; one that raises on some paths is not

ALWAYS = [
    "raise",
    "log.error('x')\nraise",
    "raise RuntimeError('x')",
    "if task.bad:\n    raise\nelse:\n    raise ValueError",
    "if task.bad:\n    raise\nelif task.worse:\n    raise\nelse:\n    raise",
    "if True:\n    raise",
    "try:\n    task.undo()\nexcept Exception:\n    pass\nraise",
    "try:\n    task.undo()\nfinally:\n    raise",
    "try:\n    raise\nfinally:\n    task.close()",
    "with task.lock:\n    raise",
    "while True:\n    if task.settled():\n        raise\n    task.wait()",
    "for part in task:\n    part.undo()\nelse:\n    raise",
    "match task.kind:\n    case 1:\n        raise\n    case _:\n        raise",
    "assert False, 'cannot happen'",
    "six.reraise(*sys.exc_info())",
    "return six.reraise(*sys.exc_info())",
    "with excutils.save_and_reraise_exception():\n    task.undo()",
    "future.utils.raise_from(RuntimeError('x'), None)",
]
SOMETIMES = [
    "if task.bad:\n    raise",
    "for part in task:\n    raise",
    "while task.busy():\n    raise",
    "try:\n    raise\nexcept OSError:\n    pass",
    "match task.kind:\n    case 1:\n        raise",
    "if task.bad:\n    return\nraise",
    "if task.bad:\n    sys.exit(1)\nraise",
    "while True:\n    if task.settled():\n        break\n    raise",
    "with excutils.save_and_reraise_exception() as context:\n    context.reraise = task.bad",
    "self._raise_error()",
]
NEVER = [
    "pass",
    "return\nraise",
    "sys.exit(1)\nraise",
    "os._exit(1)",
    "raise SystemExit(1)",
    "raise SystemExit",
    "raise RuntimeError('x') from None",
    "if False:\n    raise",
    "def later():\n    raise\ntask.at_exit(later)",
    "class Later:\n    def run(self):\n        raise\ntask.at_exit(Later)",
    "try:\n    raise\nexcept:\n    pass",
    "try:\n    raise RuntimeError\nexcept Exception:\n    pass",
    "try:\n    raise KeyError('x')\nexcept (LookupError, OSError):\n    pass",
    "try:\n    raise\nfinally:\n    return",
    "with contextlib.suppress(Exception):\n    raise",
    "with pytest.raises(RuntimeError):\n    raise RuntimeError",
    "while True:\n    break\n    raise",
    "while True:\n    task.wait()",
]


@pytest.mark.parametrize("body", ALWAYS)
def test_raising_on_every_path_is_legitimate(body):
    assert not lines_of(handler(body, "except:"), "LF502") & {6}
    assert not lines_of(handler(body), "LF503") & {6}


@pytest.mark.parametrize("body", SOMETIMES)
def test_raising_on_some_paths_is_enough_for_a_broad_handler_only(body):
    (found,) = reports(handler(body, "except:"), "LF502")
    assert "on some paths only" in found.message
    silent(handler(body), "LF503")


@pytest.mark.parametrize("body", NEVER)
def test_what_does_not_raise_again_is_reported(body):
    first, *_ = reports(handler(body, "except:"), "LF502")
    assert "does not raise them again" in first.message
    assert 6 in lines_of(handler(body), "LF503")


def test_a_function_of_this_file_that_always_raises_raises():
    die = """
    def die(text):
        log.error(text)
        raise RuntimeError(text)
    """
    silent(handler("die('x')", "except:", die), "LF502")
    silent(handler("die('x')", "except Exception:", die), "LF503")
    silent(handler("return die('x')", "except:", die), "LF502")


@pytest.mark.parametrize(
    "body",
    [
        "if strict:\n        raise RuntimeError(text)",
        "sys.exit(text)",
        "raise SystemExit(text)",
        "yield\n    raise RuntimeError(text)",
        "raise NotImplementedError",
    ],
)
def test_a_function_that_may_return_or_exits_or_is_abstract_does_not(body):
    before = f"def tell(text, strict=False):\n    {body}\n"
    reports(handler("tell('x')", "except:", before), "LF502")
    reports(handler("tell('x')", "except Exception:", before), "LF503")


def test_functions_that_call_each_other_end_the_search():
    before = """
    def ping(text):
        pong(text)

    def pong(text):
        ping(text)
    """
    reports(handler("ping('x')", "except:", before), "LF502")
    reports(handler("ping('x')", "except Exception:", before), "LF503")


# what keeps the exception, and what does not

KEEPS = [
    "print(error)",
    "print('failed: %s' % error)",
    "print('failed: {}'.format(error))",
    "print(f'failed: {error}')",
    "print('failed:', str(error))",
    "sys.exit(str(error))",
    "sys.exit(f'failed: {error!r}')",
    "raise SystemExit(error)",
    "raise SystemExit(1) from error",
    "raise RuntimeError(str(error)) from None",
    "return error",
    "return False, str(error)",
    "return {'error': error.args}",
    "return f'failed: {error}'",
    "yield error",
    "errors = [error]",
    "task.errors += [error]",
    "task.error = error",
    "task.result['error'] = f'{error}'",
    "task.fail(error=error)",
    "task.module.fail_json(msg='x', exception=traceback.format_exc())",
    "assert not error",
    "if isinstance(error, OSError):\n    return 1",
    "if error.code == 404:\n    return None",
    "if 'not found' in str(error):\n    return None",
    "match error:\n    case OSError():\n        return 1",
    "for line in error.args:\n    task.note(line)",
    "counts[type(error)] += 1",
    "message = str(error)",
    "message = f'{error}'\nprint(message)",
    "message = 'failed: '\nmessage += f'{error}'\nreturn message",
    "kind, value, trace = sys.exc_info()\nprint(value)",
    "value = sys.exc_info()[1]\nreturn value",
    "trace = traceback.format_exc()\ntask.mail(trace)",
    "log.error('x', exc_info=True)",
    "log.error('x', exc_info=error)",
    "log.log(40, 'x', exc_info=sys.exc_info())",
    "log.warning('x', exc_info=task.verbose)",
    "log.error('x', exc_info_on_loglevel=10)",
    "log.exception('x')",
    "logger.exception('x')",
    "task.log.exception('x')",
    "task.get_logger().exception('x')",
    "LOG.exception('x')",
    "LOG.exception()",
    "complain = logger.exception\ncomplain('x')",
    "logger.opt(exception=True).error('x')",
    "logger.bind(host=1).exception('x')",
    "traceback.print_exc()",
    "traceback.print_exception(*sys.exc_info())",
    "task.sentry.captureException()",
    "sentry_sdk.capture_exception()",
    "rollbar.report_exc_info()",
    "newrelic.agent.notice_error()",
    "console.print_exception()",
    "log_exception('x')",
    "task.handle_exception()",
    "print_traceback()",
    "message = get_exception()\nreturn message",
    "place, kind, value, trace = asyncore.compact_traceback()\nprint(value)",
    "task.note(stacktrace())",
    "self.handleError(task)",
    "task.call_later(lambda: task.fail(error))",
    "print('failed: %(error)s' % locals())",
    "def later():\n    print(error)\ntask.at_exit(later)",
    "def later(error=error):\n    print(error)\ntask.at_exit(later)",
    "try:\n    task.undo()\nexcept OSError:\n    print(error)",
    "if task.verbose:\n    traceback.print_exc()",
    "try:\n    raise RuntimeError('x') from error\nexcept RuntimeError as wrapped:\n    return wrapped",
    "try:\n    raise error\nexcept Exception:\n    log.exception('x')",
    "raise task.broken(error)",
    "pytest.fail('x')",
]
FORGETS = [
    "pass",
    "...",
    "return None",
    "return False",
    "task.failed = True",
    "print('failed')",
    "log.error('failed')",
    "log.error('failed', exc_info=False)",
    "log.error('failed', exc_info=None)",
    "log.error('failed', exc_info=0)",
    "log.exception('failed', exc_info=False)",
    "log.error('failed', stack_info=True)",
    "sys.exit('failed')",
    "sys.exit(1)",
    "task.module.fail_json(msg='failed')",
    "task.set_exception(RuntimeError('failed'))",
    "task.future.exception()",
    "error",
    "del error",
    "error.add_note('x')",
    "error.with_traceback(None)",
    "error.task = task",
    "message = f'failed: {error}'",
    "message = 'failed: %s' % error\nmessage = ''",
    "traceback.format_exc()",
    "trace = traceback.format_exc()",
    "sys.exc_info()",
    "value = sys.exc_info()[1]",
    "try:\n    task.undo()\nexcept OSError as error:\n    print(error)",
    "try:\n    task.undo()\nexcept OSError:\n    log.exception('undo failed')",
    "try:\n    raise error\nexcept BaseException:\n    pass",
    "try:\n    raise RuntimeError from error\nexcept RuntimeError:\n    pass",
    "def error_of(error):\n    print(error)\ntask.at_exit(error_of)",
    "task.call_later(lambda error: print(error))",
    "def later():\n    traceback.print_exc()\ntask.at_exit(later)",
    "task.handle_error()",
]


@pytest.mark.parametrize("body", KEEPS)
def test_what_keeps_the_exception(body):
    silent(handler(body), "LF503")


@pytest.mark.parametrize("body", FORGETS)
def test_what_forgets_the_exception(body):
    reports(handler(body), "LF503")


def test_a_name_that_holds_the_exception_may_be_read_anywhere_in_the_function():
    silent(
        """
        def fetch(get):
            last = None
            for attempt in range(3):
                try:
                    return get()
                except Exception as error:
                    last = error
            raise TimeoutError("gave up") from last
        """,
        "LF503",
    )
    reports(
        """
        def fetch(get):
            try:
                return get()
            except Exception as error:
                last = error

        def other(last):
            print(last)
        """,
        "LF503",
    )


def test_global_and_class_state_keep_the_exception():
    silent(handler("global last\nlast = error"), "LF503")


@pytest.mark.parametrize(
    ("before", "call"),
    [
        ("def note(text):\n    log.exception(text)\n", "note('x')"),
        ("def note(text):\n    print(text, sys.exc_info()[1])\n", "note('x')"),
        ("def note(text):\n    traceback.print_exc()\n", "note('x')"),
        ("def note(text):\n    inner(text)\ndef inner(text):\n    log.exception(text)\n", "note('x')"),
        ("class Log:\n    def note(self, text):\n        log.exception(text)\nhouse = Log()\n", "house.note('x')"),
        ("import functools\nnote = functools.partial(log.error, exc_info=True)\n", "note('x')"),
        ("import functools\nnote = functools.partial(log.exception, 'job: %s')\n", "note('x')"),
    ],
)
def test_helpers_of_this_file_are_looked_into(before, call):
    silent(handler(call, "except Exception:", before), "LF503")


@pytest.mark.parametrize(
    "before",
    [
        "def log_exception(text):\n    print(text)\n",
        "def log_exception(text):\n    log.error(text)\n",
        "def log_exception(text):\n    try:\n        print(text)\n    except OSError:\n        log.exception(text)\n",
    ],
)
def test_a_helper_is_judged_by_what_it_does_and_not_by_its_name(before):
    reports(handler("log_exception('x')", "except Exception:", before), "LF503")


# loggers of all kinds: imported ones, other libraries', services', the house's own

LOGGERS = [
    "from ourtools import log",
    "from ourtools.logging import LOGGER as log",
    "from loguru import logger as log",
    "import structlog\nlog = structlog.get_logger()",
    "from flask import current_app\nlog = current_app.logger",
    "import logging\nlog = logging.getLogger('x').getChild('y')",
    "from celery.utils.log import get_task_logger\nlog = get_task_logger(__name__)",
    "import absl.logging as log",
    "import logging as log",
]


@pytest.mark.parametrize("imported", LOGGERS)
def test_any_logger_that_writes_the_traceback_counts(imported):
    for line in ("log.exception('x')", "log.warning('x', exc_info=True)", "log.error('failed: %s', error)"):
        silent(f"{imported}\ntry:\n    run()\nexcept Exception as error:\n    {line}\n", "LF503")
    reports(f"{imported}\ntry:\n    run()\nexcept Exception as error:\n    log.error('x')\n", "LF503")


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical", "log"])
def test_a_traceback_counts_at_any_level(level):
    first = "10, " if level == "log" else ""
    silent(handler(f"log.{level}({first}'x', exc_info=True)", "except Exception:"), "LF503")


def test_house_reporters_are_named_in_an_option():
    body = "tell_the_office('failed')"
    imported = "from ourtools.alarm import tell_the_office\n"
    reports(handler(body, "except Exception:", imported), "LF503")
    for pattern in ("ourtools.alarm.tell_the_office", "tell_the_office", "ourtools.alarm.*", "tell_*"):
        options = {"LF503": {"reports-exception": (pattern,)}}
        silent(handler(body, "except Exception:", imported), "LF503", options=options)
    other = {"LF503": {"reports-exception": ("ourtools.alarm.ring",)}}
    reports(handler(body, "except Exception:", imported), "LF503", options=other)


def test_logging_may_be_not_enough():
    strict = {"LF503": {"accept-logged": False}}
    for body in ("log.exception('x')", "log.error(error)", "print(error)", "traceback.print_exc()"):
        silent(handler(body), "LF503")
        (found,) = reports(handler(body), "LF503", options=strict)
        assert "only logs it" in found.message
    for body in (
        "raise",
        "return error",
        "task.error = error",
        "log.exception('x')\nraise",
        "log.error('x')\nreturn error",
    ):
        silent(handler(body), "LF503", options=strict)


# which clauses are broad

BROAD = [
    "except Exception:",
    "except BaseException:",
    "except (Exception):",
    "except (Exception,):",
    "except (ValueError, Exception):",
    "except (OSError, (ValueError, BaseException)):",
    "except* Exception:",
    "except builtins.Exception:",
    "except Alias:",
    "except Other:",
    "except EXPECTED:",
    "except EXPECTED + (OSError,):",
    "except task.Errors:",
    "except Inner:",
]
NARROW = [
    "except OSError:",
    "except (OSError, ValueError):",
    "except Maybe:",
    "except Own:",
    "except unknown.Exception:",
    "except unknown.errors:",
    "except tuple(unknown):",
    "except task.errors:",
]
CLAUSES = """
import builtins, unknown
from builtins import Exception as Other
Alias = Exception
EXPECTED = (OSError, Alias)
Inner = (EXPECTED, KeyError)

class Own(Exception):
    pass

try:
    from unknown import Maybe
except ImportError:
    Maybe = Exception

class Task:
    Errors = (Exception,)

task = Task()
"""


@pytest.mark.parametrize("clause", BROAD)
def test_broad_clauses(clause):
    reports(f"{CLAUSES}\ntry:\n    run()\n{clause}\n    failed = True\n", "LF503")


@pytest.mark.parametrize("clause", NARROW)
def test_narrow_clauses_and_those_nobody_can_tell(clause):
    silent(f"{CLAUSES}\ntry:\n    run()\n{clause}\n    failed = True\n", "LF503")


def test_a_class_of_this_file_may_be_called_exception():
    silent("class Exception(OSError):\n    pass\ntry:\n    run()\nexcept Exception:\n    pass\n", "LF503")
    silent("from ours import Exception\ntry:\n    run()\nexcept Exception:\n    pass\n", "LF503")


def test_classes_that_the_caller_chooses_are_the_callers():
    silent("def retry(run, errors=Exception):\n    try:\n        run()\n    except errors:\n        pass\n", "LF503")


# contextlib.suppress

SUPPRESS = [
    ("from contextlib import suppress", "with suppress(Exception): run()"),
    ("from contextlib import suppress", "with suppress(OSError, BaseException): run()"),
    ("from contextlib import suppress", "with suppress((OSError, Exception)): run()"),
    ("from contextlib import suppress", "with suppress(*(OSError, Exception)): run()"),
    ("from contextlib import suppress as quiet", "with quiet(Exception): run()"),
    ("import contextlib", "with contextlib.suppress(Exception), open('x') as source: run(source)"),
    ("import contextlib as c", "with c.suppress(Exception): run()"),
    ("import contextlib\nquiet = contextlib.suppress", "with quiet(Exception): run()"),
    ("import contextlib\nANY = (Exception,)", "with contextlib.suppress(*ANY): run()"),
    ("import contextlib", "quiet = contextlib.suppress(Exception)\nwith quiet: run()"),
    (
        "import contextlib",
        "with contextlib.ExitStack() as stack:\n    stack.enter_context(contextlib.suppress(Exception))",
    ),
    ("import contextlib", "@contextlib.suppress(Exception)\ndef job(): run()"),
    ("import contextlib, functools\nquiet = functools.partial(contextlib.suppress, Exception)", "with quiet(): run()"),
    ("import contextlib\nclass quiet(contextlib.suppress): pass", "with quiet(Exception): run()"),
    ("from contextlib import *", "with suppress(Exception): run()"),
]


@pytest.mark.parametrize(("imported", "use"), SUPPRESS)
def test_suppress_of_a_broad_class_is_a_broad_handler(imported, use):
    (found,) = reports(f"{imported}\n{use}\n", "LF503")
    assert "swallows every error" in found.message


@pytest.mark.parametrize(
    "use",
    [
        "with contextlib.suppress(OSError): run()",
        "with contextlib.suppress(): run()",
        "with contextlib.suppress(*errors): run()",
        "with ours.suppress(Exception): run()",
        "with suppress(Exception): run()",
        "with pytest.raises(Exception): run()",
        "context.suppress = Exception",
    ],
)
def test_suppress_of_little_or_of_others_is_fine(use):
    silent(f"import contextlib\n{use}\n", "LF503")


# where a finding stands, and what it says


def test_one_handler_one_finding():
    for clause, code in (("except:", "LF502"), ("except Exception:", "LF503"), ("except OSError:", "LF504")):
        found = findings(handler("pass", clause), "LF502", "LF503", "LF504")
        assert [one.code for one in found] == [code]
        assert (found[0].span.line, found[0].span.end_line) == (6, 6)


def test_a_partly_raising_handler_shows_where_it_raises():
    (found,) = reports(handler("if task.bad:\n    raise\nreturn 1", "except:"), "LF502")
    assert [one.span.line for one in found.related] == [8]


def test_a_message_that_says_nothing_of_the_cause_is_shown():
    (found,) = reports(handler("task.undo()\ntask.log.error('failed')"), "LF503")
    assert [one.span.line for one in found.related] == [8]
    assert "`task.log.error` says nothing of it" in found.message
    assert 'task.log.exception("…")' in found.help


def test_a_dropped_cause_is_shown():
    (found,) = reports(handler("raise RuntimeError('x') from None"), "LF503")
    assert "from None" in found.message
    assert "raise … from error" in found.help


def test_an_alias_is_named():
    (found,) = reports(f"{CLAUSES}\ntry:\n    run()\nexcept Alias:\n    pass\n", "LF503")
    assert "`except Alias` is `except Exception`" in found.message


@pytest.mark.parametrize(
    ("block", "known"),
    [
        ("with open(path) as source:\n    data = source.read()", "OSError"),
        ("os.remove(path)", "OSError"),
        ("port = int(text)", "ValueError"),
        ("data = json.loads(text)['hosts']", "(KeyError, json.JSONDecodeError)"),
        ("table[path] = os.stat(path)", "OSError"),
        ("subprocess.run(['true'], check=True)", "(OSError, subprocess.SubprocessError)"),
        ("requests.get(url, timeout=3)", "requests.RequestException"),
        ("ftp = ftplib.FTP(host)", "ftplib.all_errors"),
        ("os.remove(path)\nunknown(path)", ""),
        ("import yaml", "ImportError"),
    ],
)
def test_what_a_block_is_known_to_raise_is_advised(block, known):
    body = "\n".join(f"    {line}" for line in block.split("\n"))
    code = f"import ftplib, json, os, requests, subprocess\ntry:\n{body}\nexcept Exception:\n    pass\n"
    (found,) = reports(code, "LF503")
    assert (f"`except {known} as error:`" in found.help) if known else "known to raise" in found.help
    if known:
        silent(code.replace("except Exception:", f"except {known} as error:"), "LF503")


def test_following_the_advice_clears_the_finding():
    for before, after in (
        ("except:", "except BaseException:"),
        ("except:", "except OSError as error:"),
        ("except Exception:", "except Exception as error:"),
    ):
        reports(handler("task.undo()", before), "LF502", "LF503")
        last = "raise" if "Base" in after else "print('failed', error)"
        silent(handler(f"task.undo()\n{last}", after), "LF502", "LF503")
    silent("try:\n    run()\nfinally:\n    undo()\n", "LF502", "LF503")


# comments that explain, and comments that do not


@pytest.mark.parametrize(
    "comment",
    [
        "# best effort",
        "# ignore",
        "# the peer may be gone",
        "#: not there yet",
        "# noqa: S110 - the peer may be gone",
        "# noqa: S110,BLE001 best effort",
        "# pylint: disable=broad-except  # daemon must go on",
        "# nosec B110 the file is optional",
        "# type: ignore[misc]  # stubs are wrong here",
        "# TODO: handle this",
        "# 忽略即可",
        "# not found",
        "# user is gone",
        "# hosts[0] is not iterable and not None",
        "# note: the peer may be gone",
        "# ignored:",
        "# see issue #1234",
    ],
)
def test_prose_explains(comment):
    assert explains(comment)


@pytest.mark.parametrize(
    "comment",
    [
        "#",
        "# ---",
        "# noqa",
        "# noqa: S110",
        "#noqa:S110,BLE001",
        "# nosec",
        "# nosec B110",
        "# nosec B110, B112",
        "# pragma: no cover",
        "# pylint: disable=broad-except",
        "# pylint: disable=broad-except,bare-except",
        "# type: ignore",
        "# type: ignore[misc]",
        "# pyright: ignore[reportGeneral]",
        "# mypy: ignore-errors",
        "# fmt: skip",
        "# isort: skip",
        "# nosemgrep: python.lang.swallow",
        "# NOSONAR",
        "# TODO",
        "# FIXME",
        "# print('failed')",
        "# raise",
        "# if debug:",
        "# else:",
        "# except OSError as error:",
        "# for host in hosts:",
        "# log.debug",
        "# x = 1",
        "# import pdb; pdb.set_trace()",
        "# S110",
        "# [broad-except]",
        "# lintfoot: ignore[LF504] -- the agent restarts it",  # it silences the finding: with no finding it would be unused
    ],
)
def test_directives_and_code_put_aside_do_not(comment):
    assert not explains(comment)


@given(st.text())
def test_any_comment_can_be_read(text):
    assert explains("#" + text) in (True, False)


# handlers of random shape, run for real: what the analysis says of raising must be true of every run


def block(depth):
    leaves = ["pass", "raise", "return", "break", "continue", "if flip():\n    raise", "raise KeyError", "sys.exit()"]
    if depth == 0:
        return st.sampled_from(leaves)
    inner = st.deferred(lambda: block(depth - 1))
    made = [
        inner.map(lambda a: f"if flip():\n{nest(a)}"),
        st.tuples(inner, inner).map(lambda two: f"if flip():\n{nest(two[0])}\nelse:\n{nest(two[1])}"),
        inner.map(lambda a: f"for _ in range(flip()):\n{nest(a)}"),
        inner.map(lambda a: f"while flip():\n{nest(a)}"),
        inner.map(lambda a: f"while True:\n    tick()\n{nest(a)}"),
        st.tuples(inner, inner).map(lambda two: f"try:\n{nest(two[0])}\nexcept Exception:\n{nest(two[1])}"),
        st.tuples(inner, inner).map(lambda two: f"try:\n{nest(two[0])}\nexcept LookupError:\n{nest(two[1])}"),
        st.tuples(inner, inner).map(lambda two: f"try:\n{nest(two[0])}\nfinally:\n{nest(two[1])}"),
        inner.map(lambda a: f"with suppress(Exception):\n{nest(a)}"),
        inner.map(lambda a: f"with nothing():\n{nest(a)}"),
        st.tuples(inner, inner).map("\n".join),
    ]
    return st.one_of(st.sampled_from(leaves), *made)


def nest(text):
    return textwrap.indent(text, "    ")


class TooLong(BaseException):
    """A run that does not end by itself."""


def run(code, seed):
    """One run of the handler: True where an exception other than an exit came out of it."""
    source = random.Random(seed)
    ticks = iter(range(60))

    def flip():
        tick()
        return source.random() < 0.5

    def tick():
        if next(ticks, None) is None:
            raise TooLong

    place = {"flip": flip, "tick": tick, "suppress": suppress, "nothing": nullcontext, "sys": sys}
    exec(code, place)
    try:
        place["job"]()
    except SystemExit:
        return False
    except TooLong:
        return None
    except Exception:  # noqa: BLE001 - that any of them came out is the answer
        return True
    return False


@settings(max_examples=300, deadline=None)
@given(block(3), st.integers(0, 2**32))
def test_what_is_said_of_a_handler_is_true_of_every_run(body, seed):
    code = f"def job():\n    for _ in (1,):\n        try:\n            1 / 0\n        except:\n{textwrap.indent(body, ' ' * 12)}\n"
    try:
        compile(code, "job", "exec")
    except SyntaxError:
        return
    module = cst.parse_module("import sys\nfrom contextlib import suppress\n" + code)
    names = Names(module, the_models())
    loop = module.body[-1].body.body[0]
    ends = Endings(names).of(loop.body.body[0].handlers[0].body)
    runs = {run(code, seed + number) for number in range(12)} - {None}
    if ends == End.RAISES:
        assert runs <= {True}, code
    if not ends & End.RAISES:
        assert True not in runs, code


def test_time_grows_with_the_file_and_not_with_its_square():
    body = "message = f'{error}'\nif task.bad:\n    log.error('x')\n    message = str(task)"

    def work(count):
        code = "".join(handler(body).replace("job", f"job{number}") for number in range(count))
        assert len(reports(code, "LF502", "LF503", "LF504")) == count

    work(20)
    assert steps(lambda: work(240)) < 1.5 * 6 * steps(lambda: work(40))
