"""Facts from other files of the project: what a name means that a neighbour binds, and what rules say then."""

import ast
import os
import re
import textwrap
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest
from verbs import the_models

from lintfoot import cuts, outline, run, syntax, work
from lintfoot.config import Sources, load
from lintfoot.looking import tells_of_exceptions
from lintfoot.parse import Script
from lintfoot.project import Project

CODES = ("LF101", "LF201", "LF301", "LF401", "LF501", "LF502", "LF503", "LF601")
_EXPECT = re.compile(r"# expect: ((?:[A-Z]+\d{3} ?)+)\s*$", re.MULTILINE)


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")


def check(folder, *paths, project=True, select=CODES):
    config = load(Sources(folder=folder, environment={}, paths=paths or (".",), isolated=True))
    with chdir(folder):
        result = run.check(replace(config, project=project, select=select, layers=()))
    assert not result.bugs, result.bugs
    return result


def found(folder, *paths, **more):
    return sorted((one.path, one.span.line, one.code) for one in check(folder, *paths, **more).findings)


def expected(folder, *names):
    marks = []
    for name in names:
        for number, line in enumerate((folder / name).read_text(encoding="utf-8").splitlines(), 1):
            match = _EXPECT.search(line)
            marks += [(name, number, code) for code in match[1].split()] if match else []
    return sorted(marks)


COMMON = """
    import asyncio
    import enum
    import functools
    import logging
    import os
    import subprocess
    import traceback
    from functools import partial

    import httpx
    import paramiko
    import requests
    import smtplib
    from requests.adapters import HTTPAdapter
    from tenacity import retry

    TIMEOUT = None
    SHORT = 5
    VERIFY = False
    CHECKED = True
    SHELL = True
    LIST = "ls -l /srv"
    MINUTES = 60 * 5
    BOTH = (None, None)
    Anything = Exception

    session = requests.Session()
    plain_client = httpx.Client()
    log = logging.getLogger(__name__)
    quick = partial(requests.get, timeout=5)
    slow = functools.partial(requests.get)
    fetch_it = requests.get


    class TimeoutAdapter(HTTPAdapter):
        def send(self, request, **kwargs):
            kwargs["timeout"] = kwargs.get("timeout") or 10
            return super().send(request, **kwargs)


    adapted = requests.Session()
    adapted.mount("https://", TimeoutAdapter())


    def make_session(token):
        made = requests.Session()
        made.headers["Authorization"] = token
        return made


    def make_adapted():
        made = requests.Session()
        made.mount("https://", TimeoutAdapter())
        return made


    def make_client(wait=5):
        return httpx.Client(timeout=wait)


    def either(safe):
        if safe:
            return make_adapted()
        return make_session("x")


    def connected(host):
        client = paramiko.SSHClient()
        client.connect(host, timeout=5)
        return client


    def fetch(url, timeout=None):
        return requests.get(url, timeout=timeout)


    def fetch_short(url, timeout=10):
        return requests.get(url, timeout=timeout)


    def fetch_or(url, timeout=None):
        return requests.get(url, timeout=timeout or 10)


    def fetch_later(url, timeout=None):
        if timeout is None:
            timeout = 10
        return requests.get(url, timeout=timeout)


    def fetch_tested(url, timeout=None):
        if timeout is None:
            return None
        return requests.get(url, timeout=timeout)


    def fetch_all(url, **kwargs):
        return requests.get(url, **kwargs)


    def fetch_any(*args, **kwargs):
        return session.request(*args, **kwargs)


    def fetch_safe(url, **kwargs):
        kwargs.setdefault("timeout", 10)
        return requests.get(url, **kwargs)


    def fetch_always(url, **kwargs):
        kwargs["timeout"] = 10
        return requests.get(url, **kwargs)


    def fetch_if(url, **kwargs):
        if "timeout" not in kwargs:
            kwargs["timeout"] = 10
        return requests.get(url, **kwargs)


    def fetch_fixed(url, **kwargs):
        return requests.get(url, **with_defaults(kwargs))


    def fetch_own(url, timeout, **kwargs):
        return requests.get(url, timeout=timeout, **kwargs)


    def fetch_loose(url, verify=False):  # expect: LF301
        return requests.get(url, verify=verify, timeout=5)


    def fetch_by_adapter(url, timeout=None):
        return adapted.get(url)


    def upload(url, /, data, *, wait=None):
        return requests.post(url, data, timeout=wait)


    @retry(stop=None)
    def fetch_again(url, **kwargs):
        return requests.get(url, **kwargs)


    @somewhere.inject
    def fetch_injected(url, timeout=None):
        return requests.get(url, timeout=timeout)


    def with_defaults(kwargs):
        return {"timeout": 10, **kwargs}


    def mail(host, wait=None):
        return smtplib.SMTP(host, timeout=wait)


    def execute(cmd, shell=False):
        return subprocess.run(cmd, shell=shell, check=True)


    def run_shell(cmd, shell=True):  # expect: LF101
        return subprocess.run(cmd, shell=shell, check=True)


    def run_args(*args, **kwargs):
        return subprocess.check_output(args, **kwargs)


    def run_nothing(cmd, shell=False):
        return [cmd, shell]


    def report(message):
        log.exception(message)


    def report_all(message):
        report(message)


    def report_trace():
        print(traceback.format_exc())


    def say(message):
        print(message)


    def cleanup(path):
        try:
            path.unlink()
        except OSError:
            log.exception("left over")


    def die(message):
        print(message)
        raise SystemError(message)


    def leave(message):
        print(message)
        raise SystemExit(1)


    class Api(requests.Session):
        base = "https://api.example.com"


    class Careful(requests.Session):
        def request(self, *args, **kwargs):
            kwargs.setdefault("timeout", 10)
            return super().request(*args, **kwargs)


    class Later(Careful):
        pass


    class Popen(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)


    class Patient(httpx.Client):
        def __init__(self, base, **kwargs):
            kwargs.setdefault("timeout", 10)
            super().__init__(base_url=base, **kwargs)


    class Terminal:
        def __init__(self, args, shell=False):
            self.args = args
            if shell:
                self.args = ["/bin/sh", "-c", " ".join(args)]

        def start(self):
            os.execvp(self.args[0], self.args)


    class Settings:
        verify = False
        port = 443


    class Kind(enum.Enum):
        OFF = False


    settings = Settings()


    class Wrapped:
        RETRIES = None
        port = 443

        def __init__(self, host):
            self.session = requests.Session()
            self.careful = Careful()
            self.host = host

        def get(self, path, timeout=None):
            return self.session.get(self.host + path, timeout=timeout)

        def post(self, path, **kwargs):
            return self._send("POST", path, **kwargs)

        def _send(self, method, path, **kwargs):
            return self.session.request(method, self.host + path, **kwargs)

        @staticmethod
        def shell(cmd, **kwargs):
            return subprocess.call(cmd, **kwargs)
    """

CASES = {
    "constants": """
        import requests
        from subprocess import run

        import common
        from common import CHECKED, LIST, MINUTES, SHELL, SHORT, TIMEOUT, VERIFY

        requests.get("https://a", timeout=TIMEOUT)  # expect: LF201
        requests.get("https://a", timeout=common.TIMEOUT)  # expect: LF201
        requests.get("https://a", timeout=SHORT)
        requests.get("https://a", timeout=MINUTES)
        requests.get("https://a", timeout=SHORT, verify=VERIFY)  # expect: LF301
        requests.get("https://a", timeout=SHORT, verify=CHECKED)
        run(LIST, shell=SHELL)  # expect: LF101
    """,
    "a constant that this file sets anew": """
        import requests
        import common

        common.TIMEOUT = 5
        requests.get("https://a", timeout=common.TIMEOUT)
    """,
    "another name of a class": """
        from common import Anything
        try:
            work()
        except Anything:  # expect: LF503
            pass
    """,
    "sessions": """
        from common import adapted, plain_client, session

        session.get("https://a")  # expect: LF201
        session.get("https://a", timeout=5)
        adapted.get("https://a")
        plain_client.get("https://a")
    """,
    "a session that this file changes": """
        from common import TimeoutAdapter, session

        session.mount("https://", TimeoutAdapter())
        session.get("https://a")
    """,
    "a session from its module": """
        import common as c

        def load(url):
            return c.session.get(url)  # expect: LF201
    """,
    "factories": """
        from common import connected, either, make_adapted, make_client, make_session

        made = make_session("x")
        made.get("https://a")  # expect: LF201
        made.get("https://a", timeout=3)
        make_adapted().get("https://a")
        either(True).get("https://a")
        make_client().get("https://a")
        make_client(None).get("https://a")  # expect: LF201
        connected("host").exec_command("true")
        with make_session("x") as inner:
            inner.get("https://a")  # expect: LF201
    """,
    "factories in a class": """
        from common import make_session

        class Client:
            def __init__(self):
                self.http = make_session("x")

            def load(self, url):
                return self.http.get(url)  # expect: LF201
    """,
    "wrappers": """
        from common import fetch, fetch_it, fetch_short, quick, slow

        fetch("https://a")  # expect: LF201
        fetch("https://a", None)  # expect: LF201
        fetch("https://a", timeout=5)
        fetch("https://a", **options)
        fetch_short("https://a")
        fetch_short("https://a", timeout=None)  # expect: LF201
        fetch_it("https://a")  # expect: LF201
        quick("https://a")
        quick("https://a", timeout=None)  # expect: LF201
        slow("https://a")  # expect: LF201
    """,
    "wrappers that see to it": """
        import common

        common.fetch_or("https://a")
        common.fetch_later("https://a")
        common.fetch_tested("https://a")
        common.fetch_safe("https://a")
        common.fetch_safe("https://a", timeout=None)  # expect: LF201
        common.fetch_always("https://a")
        common.fetch_if("https://a")
        common.fetch_fixed("https://a")
        common.fetch_by_adapter("https://a")
        common.fetch_injected("https://a")
    """,
    "wrappers with splats": """
        from common import fetch_again, fetch_all, fetch_any, fetch_own

        fetch_all("https://a")  # expect: LF201
        fetch_all("https://a", timeout=5)
        fetch_all("https://a", timeout=5, verify=False)  # expect: LF301
        fetch_any("GET", "https://a")  # expect: LF201
        fetch_any("GET", "https://a", timeout=5)
        fetch_own("https://a", 5)
        fetch_own("https://a", None)  # expect: LF201
        fetch_own("https://a", 5, verify=False)  # expect: LF301
        fetch_again("https://a")  # expect: LF201
    """,
    "what a default switches off is told there": """
        from common import fetch_loose

        fetch_loose("https://a")
        fetch_loose("https://a", True)
        fetch_loose("https://a", verify=False)  # expect: LF301
    """,
    "kinds of parameters": """
        from common import mail, upload

        upload("https://a", "x")  # expect: LF201
        upload("https://a", "x", wait=3)
        upload("https://a", data="x", wait=None)  # expect: LF201
        mail("host")  # expect: LF201
        mail("host", 5)
    """,
    "wrappers of processes": """
        import common
        from common import execute, run_args, run_nothing, run_shell

        execute(["ls", path])
        execute("ls " + path, shell=True)  # expect: LF101
        execute("ls " + path, True)  # expect: LF101
        common.execute("ls", shell=True)  # expect: LF101
        run_shell("ls " + path)
        run_shell("ls " + path, shell=True)  # expect: LF101
        run_args("ls", path)
        run_args("ls " + path, shell=True)  # expect: LF101
        run_nothing("ls " + path, shell=True)
        execute(["sh", "-c", "ls " + path])  # expect: LF101
        execute(["curl", "-k", url])  # expect: LF301
    """,
    "reporters": """
        from common import cleanup, die, leave, log, report, report_all, report_trace, say

        def first():
            try:
                work()
            except Exception:
                report("failed")

        def second():
            try:
                work()
            except Exception:
                report_all("failed")

        def third():
            try:
                work()
            except Exception:
                report_trace()

        def fourth():
            try:
                work()
            except Exception:  # expect: LF503
                say("failed")

        def fifth():
            try:
                work()
            except Exception:  # expect: LF503
                cleanup(path)

        def sixth():
            try:
                work()
            except Exception:
                die("failed")

        def seventh():
            try:
                work()
            except Exception:  # expect: LF503
                leave("failed")

        def eighth():
            try:
                work()
            except Exception:
                log.exception("failed")

        def ninth():
            try:
                work()
            except Exception:
                log.warning("failed", exc_info=True)

        def tenth():
            try:
                work()
            except Exception:  # expect: LF503
                log.warning("failed")
    """,
    "classes": """
        from common import Api, Careful, Later, Wrapped

        Api().get("https://a")  # expect: LF201
        Careful().get("https://a")
        Later().get("https://a")
        api = Wrapped("https://a")
        api.get("/x")  # expect: LF201
        api.get("/x", timeout=5)
        api.post("/x")  # expect: LF201
        api.post("/x", timeout=5)
        api.session.get("/x")  # expect: LF201
        api.careful.get("/x")
        api.unheard_of.get("/x")
        Wrapped.shell("ls " + path, shell=True)  # expect: LF101
    """,
    "classes derived here": """
        from common import Api, Careful

        class Mine(Api):
            def load(self, path):
                return self.get(self.base + path)  # expect: LF201

        class Yours(Careful):
            def load(self, path):
                return self.get(path)
    """,
    "classes that run commands": """
        from common import Popen, Terminal

        Popen("ls " + path, shell=True)  # expect: LF101
        Popen(["ls", path])
        Terminal("ls " + path, shell=True)  # expect: LF101
    """,
    "classes with a way of their own": """
        from common import Patient

        client = Patient("https://a")
        client.get("/x")
        Patient("https://a", verify=False).get("/x")  # expect: LF301
    """,
    "settings": """
        import requests
        from common import Kind, Settings, settings

        requests.get("https://a", timeout=5, verify=settings.verify)  # expect: LF301
        requests.get("https://a", timeout=5, verify=Settings.verify)  # expect: LF301
        requests.get("https://a", timeout=5, verify=Kind.OFF)
        requests.get("https://a", timeout=settings.unheard_of)
    """,
    "annotations": """
        from common import Api, Careful

        def load(api: Api, other: "Careful"):
            api.get("/x")  # expect: LF201
            other.get("/x")
    """,
    "everything at once": """
        from common import *

        fetch("https://a")  # expect: LF201
        session.get("https://a")  # expect: LF201
        requests.get("https://a", timeout=TIMEOUT)  # expect: LF201
    """,
}


@pytest.mark.parametrize("name", CASES)
def test_what_neighbours_tell(tmp_path, name):
    written(tmp_path, {"common.py": COMMON, "script.py": CASES[name]})
    assert found(tmp_path) == expected(tmp_path, "common.py", "script.py")


def test_the_finding_says_what_is_underneath(tmp_path):
    written(tmp_path, {"common.py": COMMON, "script.py": "import common\n\ncommon.fetch('https://a')\n"})
    (one,) = check(tmp_path, "script.py").findings
    assert one.message == (
        "`common.fetch` is common.fetch, a wrapper of requests.get, with no timeout: it can wait for ever"
    )
    assert one.help == "common.fetch('https://a', timeout=30)"


def test_the_import_is_where_a_value_comes_from(tmp_path):
    script = "import requests\nfrom common import VERIFY as checked\n\nrequests.get('https://a', timeout=5, verify=checked)\n"
    written(tmp_path, {"common.py": COMMON, "script.py": script})
    (one,) = check(tmp_path, "script.py").findings
    assert [(note.span.line, note.span.column, note.message) for note in one.related] == [
        (2, 20, "the value comes from here")
    ]


# the way from an import to a file

HTTP = "import requests\n\nsession = requests.Session()\n\n\ndef fetch(url, timeout=None):\n    return requests.get(url, timeout=timeout)\n"
WAYS = {
    "beside the script": ("common.py", "tools/script.py", "tools/common.py", "from common import fetch"),
    "in the root": ("lib/http.py", "tools/script.py", "lib/http.py", "from lib.http import fetch"),
    "in src": ("", "tools/script.py", "src/pkg/http.py", "from pkg.http import fetch"),
    "a sibling": ("pkg/__init__.py", "pkg/script.py", "pkg/http.py", "from .http import fetch"),
    "a sibling as a module": (
        "pkg/__init__.py",
        "pkg/script.py",
        "pkg/http.py",
        "from . import http\nfetch = http.fetch",
    ),
    "a cousin": (
        "pkg/__init__.py pkg/a/__init__.py pkg/b/__init__.py",
        "pkg/a/script.py",
        "pkg/b/http.py",
        "from ..b.http import fetch",
    ),
    "absolute in a package": ("pkg/__init__.py", "pkg/script.py", "pkg/http.py", "from pkg.http import fetch"),
    "a package's own file": ("", "script.py", "pkg/__init__.py", "from pkg import fetch"),
    "dotted": ("pkg/__init__.py", "script.py", "pkg/http.py", "import pkg.http\nfetch = pkg.http.fetch"),
    "dotted with another name": (
        "pkg/__init__.py",
        "script.py",
        "pkg/http.py",
        "import pkg.http as h\nfetch = h.fetch",
    ),
    "inside a function": (
        "",
        "script.py",
        "http_tools.py",
        "def get():\n    from http_tools import fetch\n    return fetch\nfetch = get()",
    ),
    "when types are checked": (
        "",
        "script.py",
        "tools.py",
        "try:\n    from tools import fetch\nexcept ImportError:\n    raise",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_a_module(tmp_path, way):
    more, script, module, line = WAYS[way]
    files = dict.fromkeys(more.split(), "") | {module: HTTP, script: f"{line}\n\nfetch('https://a')\n"}
    written(tmp_path, files)
    last = files[script].count("\n")
    assert found(tmp_path, script) == [(script, last, "LF201")]


def test_what_a_package_hands_on(tmp_path):
    written(
        tmp_path,
        {
            "pkg/__init__.py": "from .api import *\nfrom .http import fetch, session as shared\n",
            "pkg/api.py": "from .http import Client as Api\nfrom . import http\n",
            "pkg/http.py": HTTP + "\n\nclass Client(requests.Session):\n    pass\n",
            "script.py": """
                from pkg import Api, fetch, http, shared

                fetch("https://a")  # expect: LF201
                shared.get("https://a")  # expect: LF201
                Api().get("https://a")  # expect: LF201
                http.fetch("https://a")  # expect: LF201
            """,
        },
    )
    assert found(tmp_path, "script.py") == expected(tmp_path, "script.py")


def test_a_name_of_the_package_hides_its_module(tmp_path):
    written(
        tmp_path,
        {
            "pkg/__init__.py": "from .fetch import fetch\n",
            "pkg/fetch.py": HTTP,
            "script.py": "from pkg import fetch\n\nfetch('https://a')\n",
        },
    )
    assert found(tmp_path, "script.py") == [("script.py", 3, "LF201")]


def test_a_package_does_not_find_what_stands_beside_it_in_its_folder(tmp_path):
    """Inside a package `import http_tools` is never the sibling; beside a script it is."""
    files = {"pkg/script.py": "import http_tools\n\nhttp_tools.fetch('https://a')\n", "pkg/http_tools.py": HTTP}
    written(tmp_path, files)
    assert found(tmp_path, "pkg/script.py") == [("pkg/script.py", 3, "LF201")]
    written(tmp_path, {"pkg/__init__.py": ""})
    assert found(tmp_path, "pkg/script.py") == []


def test_two_modules_of_one_name_are_told_apart(tmp_path):
    patient = HTTP.replace("timeout=None", "timeout=10")
    script = "from common import fetch\n\nfetch('https://a')\n"
    written(tmp_path, {"a/common.py": HTTP, "b/common.py": patient, "a/script.py": script, "b/script.py": script})
    assert found(tmp_path) == [("a/script.py", 3, "LF201")]


def test_a_long_chain(tmp_path):
    files = {"m0.py": HTTP} | {f"m{n}.py": f"from m{n - 1} import fetch, session\n" for n in range(1, 6)}
    written(tmp_path, files | {"script.py": "from m5 import fetch, session\n\nfetch('x')\nsession.get('y')\n"})
    assert found(tmp_path, "script.py") == [("script.py", 3, "LF201"), ("script.py", 4, "LF201")]


def test_a_chain_of_wrappers(tmp_path):
    written(
        tmp_path,
        {
            "low.py": HTTP,
            "middle.py": "import low\n\n\ndef load(url, wait=None):\n    return low.fetch(url, timeout=wait)\n",
            "high.py": "from middle import load\n\n\ndef pull(url, **options):\n    return load(url, **options)\n",
            "script.py": "from high import pull\n\npull('https://a')\npull('https://a', wait=5)\n",
        },
    )
    assert found(tmp_path, "script.py") == [("script.py", 3, "LF201")]


# what cannot or must not be read

SCRIPT = "from common import fetch, session\n\nfetch('https://a')\nsession.get('https://a')\n"
HOSTILE = {
    "a syntax error": HTTP.encode() + b"\n\ndef broken(:\n",
    "bytes that are no text": HTTP.encode() + b"\n# \xff\xfe\n",
    "a binary file": b"\x00\x01\x02" + HTTP.encode(),
    "far too large": HTTP.encode() + b"x = 1\n" * 100_000,
    "deep brackets": HTTP.encode() + b"x = " + b"[" * 3000 + b"]" * 3000 + b"\n",
    "Python 2": HTTP.encode() + b"\nprint 'hello'\n",
    "empty": b"",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_modules_that_tell_nothing(tmp_path, kind):
    (tmp_path / "common.py").write_bytes(HOSTILE[kind])
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    assert found(tmp_path, "script.py") == []


def test_missing_modules(tmp_path):
    written(
        tmp_path,
        {"script.py": SCRIPT, "other/__init__.py": "", "pkg/mod.py": "from ....far import fetch\nfetch('x')\n"},
    )
    assert found(tmp_path) == []


def test_links_out_of_the_project_are_not_followed(tmp_path):
    written(tmp_path, {"elsewhere/common.py": HTTP, "elsewhere/pkg/common.py": HTTP, "project/script.py": SCRIPT})
    root = tmp_path / "project"
    (root / "common.py").symlink_to(tmp_path / "elsewhere" / "common.py")
    (root / "pkg").symlink_to(tmp_path / "elsewhere" / "pkg", target_is_directory=True)
    written(root, {"other.py": "from pkg.common import fetch\n\nfetch('https://a')\n"})
    assert found(root, "script.py", "other.py") == []


def test_links_inside_the_project_are(tmp_path):
    written(tmp_path, {"lib/real.py": HTTP, "script.py": SCRIPT})
    (tmp_path / "common.py").symlink_to(tmp_path / "lib" / "real.py")
    assert [line for _, line, _ in found(tmp_path, "script.py")] == [3, 4]


def test_what_is_no_ordinary_file_is_left_alone(tmp_path):
    written(tmp_path, {"script.py": SCRIPT})
    os.mkfifo(tmp_path / "common.py")
    assert found(tmp_path, "script.py") == []


def test_a_loop_of_links(tmp_path):
    written(
        tmp_path, {"script.py": "from loop.loop.loop.common import fetch\n\nfetch('https://a')\n", "common.py": HTTP}
    )
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert found(tmp_path, "script.py") == [("script.py", 3, "LF201")]


def test_neighbours_of_a_script_outside_the_root(tmp_path):
    written(tmp_path, {"away/common.py": HTTP, "away/script.py": SCRIPT, "secret.py": HTTP, "here/x.py": ""})
    written(tmp_path, {"away/other.py": "from secret import fetch\n\nfetch('https://a')\n"})
    result = check(tmp_path / "here", str(tmp_path / "away"))
    assert sorted((Path(one.path).name, one.span.line) for one in result.findings) == [
        ("script.py", 3),
        ("script.py", 4),
    ]


def test_the_standard_library_is_never_a_neighbour(tmp_path):
    written(tmp_path, {"json.py": HTTP, "script.py": "from json import fetch\n\nfetch('https://a')\n"})
    assert found(tmp_path, "script.py") == []


# circles

CIRCLES = {
    "imports": {"a.py": "from b import thing\nimport b\n", "b.py": "from a import thing\n"},
    "stars": {"a.py": "from b import *\n", "b.py": "from a import *\n"},
    "names": {"a.py": "from b import thing as other\nthing = other\n", "b.py": "from a import thing\n"},
    "calls": {
        "a.py": "import b\n\n\ndef thing(url, **kw):\n    return b.thing(url, **kw)\n",
        "b.py": "import a\n\n\ndef thing(url, **kw):\n    return a.thing(url, **kw)\n",
    },
    "bases": {
        "a.py": "import requests\nimport b\n\n\nclass thing(b.thing, requests.Session):\n    pass\n",
        "b.py": "import a\n\n\nclass thing(a.thing):\n    pass\n",
    },
    "itself": {"a.py": "from a import thing\n\n\nclass thing(thing):\n    pass\n", "b.py": ""},
}


@pytest.mark.parametrize("kind", CIRCLES)
def test_circles_end(tmp_path, kind):
    written(
        tmp_path,
        CIRCLES[kind] | {"script.py": "import a\nfrom b import thing\n\nthing('x').get('y')\na.thing('x').get('y')\n"},
    )
    assert found(tmp_path, "script.py") == found(tmp_path, "script.py")
    assert {path for path, *_ in found(tmp_path)} <= {"script.py"}


def test_a_circle_with_a_way_out(tmp_path):
    """Each of two functions calls the other, and one of them the library: whoever is asked first, both wait for ever."""
    ping = "import requests\nimport b\n\n\ndef ping(url, timeout=None):\n    b.pong(url, timeout=timeout)\n    return requests.get(url, timeout=timeout)\n"
    pong = "import a\n\n\ndef pong(url, timeout=None):\n    return a.ping(url, timeout=timeout)\n"
    first = "import a, b\n\na.ping('x')\nb.pong('x')\n"
    second = "import a, b\n\nb.pong('x')\na.ping('x')\n"
    written(tmp_path, {"a.py": ping, "b.py": pong, "first.py": first, "second.py": second})
    assert found(tmp_path, "first.py") == [("first.py", 3, "LF201"), ("first.py", 4, "LF201")]
    assert found(tmp_path, "second.py") == [("second.py", 3, "LF201"), ("second.py", 4, "LF201")]
    assert len(found(tmp_path, "second.py", "first.py")) == 4


def test_a_thousand_links_of_a_chain(tmp_path):
    files = {"m0.py": HTTP} | {f"m{n}.py": f"from m{n - 1} import fetch\n" for n in range(1, 300)}
    written(tmp_path, files | {"script.py": "from m299 import fetch\n\nfetch('x')\n"})
    assert found(tmp_path, "script.py") == []


# what does not matter

MANY = {
    "pkg/__init__.py": "from .http import fetch\n",
    "pkg/http.py": HTTP,
    "pkg/shell.py": "import subprocess\n\n\ndef execute(cmd, **kw):\n    return subprocess.run(cmd, **kw)\n",
    "one.py": "from pkg import fetch\n\nfetch('https://a')\n",
    "two.py": "from pkg.shell import execute\nfrom pkg import fetch\n\nexecute('ls ' + x, shell=True)\nfetch('https://a')\n",
    "three.py": "import pkg.http\n\npkg.http.session.get('https://a')\n",
}


def test_results_do_not_depend_on_what_was_named(tmp_path):
    written(tmp_path, MANY)
    together = found(tmp_path)
    alone = [one for name in sorted(MANY) for one in found(tmp_path, name)]
    assert together == sorted(alone)
    assert {path for path, *_ in together} == {"one.py", "two.py", "three.py"}


def test_results_do_not_depend_on_the_order(tmp_path):
    written(tmp_path, {"common.py": COMMON} | {f"s{n}.py": CASES[name] for n, name in enumerate(CASES)})
    project = Project(tmp_path, the_models(), tells_of_exceptions)
    view = project.view(str(tmp_path / "s0.py"))
    names = [
        line.split("(")[0].split()[-1]
        for line in textwrap.dedent(COMMON).splitlines()
        if line.startswith(("def ", "class "))
    ]
    forward = {name: view.told(f"common.{name}") for name in names}
    other = Project(tmp_path, the_models(), tells_of_exceptions).view(str(tmp_path / "s0.py"))
    assert {name: other.told(f"common.{name}") for name in reversed(names)} == forward


def test_the_switch(tmp_path):
    written(tmp_path, MANY)
    assert found(tmp_path, project=False) == [("two.py", 4, "LF101")]  # by its name alone
    assert [name for name, *_ in found(tmp_path)] == ["one.py", "three.py", "two.py", "two.py"]


def test_the_switch_on_the_command_line(tmp_path, monkeypatch, capsys):
    from lintfoot.cli import main

    written(tmp_path, MANY)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--format", "concise", "one.py"]) == 1
    assert main(["check", "--format", "concise", "--no-project", "one.py"]) == 0
    assert "LF201" in capsys.readouterr().out


def test_standard_input_has_neighbours(tmp_path):
    written(tmp_path, MANY)
    config = load(Sources(folder=tmp_path, environment={}, paths=("-",), isolated=True))
    config = replace(config, stdin_filename="one.py", layers=())
    with chdir(tmp_path):
        assert [one.code for one in run.check(config, stdin=MANY["one.py"].encode()).findings] == ["LF201"]


def test_a_secret_stays_in_its_file(tmp_path):
    secret = "hunter2-" + "qwertz"
    written(
        tmp_path,
        {
            "settings.py": f'DB_PASSWORD = "{secret}"\nADDRESS = "https://admin:{secret}@db.internal.net"\n',
            "script.py": """
                import subprocess
                from settings import ADDRESS, DB_PASSWORD

                subprocess.run(["sshpass", "-p", DB_PASSWORD, "sh", "-c", "ls " + x])
                subprocess.run(f"curl -k {ADDRESS}", shell=True)
            """,
        },
    )
    result = check(tmp_path, "script.py")
    assert {one.code for one in result.findings} >= {"LF101"}
    assert secret not in repr(result)
    assert [one.code for one in check(tmp_path, "settings.py").findings] == ["LF401", "LF401"]


def test_nothing_is_run(tmp_path):
    written(tmp_path, {"common.py": "open('touched', 'w').close()\n" + HTTP, "script.py": SCRIPT})
    assert len(found(tmp_path, "script.py")) == 2
    assert not (tmp_path / "touched").exists()


def test_what_was_learned_of_a_project_is_forgotten_behind_it(tmp_path, monkeypatch):
    asks = "from common import session\n\nsession.get('https://a.example')  # expect: LF201\n"
    for name in ("one", "two"):
        makes = {"setup.cfg": "", "common.py": "import requests\n\nsession = requests.Session()\n", "a.py": asks}
        written(tmp_path / name, makes)
    forgotten, let_go = [], Project.let_go

    def noted(project):
        forgotten.append(project)
        let_go(project)

    monkeypatch.setattr(work, "_MOST_LEARNED", 0)
    monkeypatch.setattr(Project, "let_go", noted)
    assert found(tmp_path, select=("LF201",)) == expected(tmp_path, "one/a.py", "two/a.py")
    assert len(forgotten) == 1


# what is parsed


def test_each_file_is_parsed_once(tmp_path, monkeypatch):
    fetches = "import requests\n\n\ndef fetch(url):\n    return requests.get(url)\n"
    asks = "import requests\nfrom {} import fetch\n\nfetch('https://a.b')\nrequests.get('https://c.d')\n"
    files = {
        "a_later.py": asks.format("b_fetches"),
        "b_fetches.py": fetches,
        "c_fetches.py": fetches.replace("url", "address"),
        "d_earlier.py": asks.format("c_fetches"),
    }
    written(tmp_path, files)
    texts = []
    tree = syntax.tree
    monkeypatch.setattr(syntax, "tree", lambda text: texts.append(text) or tree(text))
    assert len(check(tmp_path, *files, select=("LF201",)).findings) == 4
    assert sorted(text for text in texts if text in files.values()) == sorted(files.values())


def test_a_module_that_changes_meanwhile_is_read_again(tmp_path):
    written(tmp_path, {"one.py": "", "two.py": "import os\n", "three.py": "import two\n"})
    project = Project(tmp_path, the_models(), tells_of_exceptions)
    for name in ("one", "two"):
        script = Script(str(tmp_path / f"{name}.py"), (tmp_path / f"{name}.py").read_text())
        assert project.outlines.syntax(script.path, script) is not None
    (tmp_path / "two.py").write_text("LIMIT = 3\r\n")
    assert project.binds(str(tmp_path / "two.py"), "LIMIT")
    assert not project.binds(str(tmp_path / "two.py"), "os")


def test_what_is_cut_out_of_a_class_in_a_class_still_parses():
    methods = "".join(f"        def m{n}(self):\n            return {n}\n\n" for n in range(40))
    text = f"class Api:\n    def __init__(self):\n        self.health = Api.Health\n\n    class Health:\n{methods}"
    taken = cuts.cut(outline.taken_apart(text, ast.parse(text), ""), "Api", ("health",))
    (api,) = ast.parse(taken).body
    assert [type(one).__name__ for one in api.body[1].body] == ["Pass"]


def test_a_module_beside_a_script_comes_before_a_library_of_its_name(tmp_path):
    written(
        tmp_path,
        {
            "treq.py": "def request(path):\n    return path\n",
            "script.py": "import treq\n\ntreq.request('a')\ntreq.get('https://a')  # expect: LF201\n",
            "package/__init__.py": "",
            "package/inner.py": "import treq\n\ntreq.request('a')\n",
            "tools/other.py": "import treq\n\ntreq.request('GET', 'https://a')  # expect: LF201\n",
        },
    )
    assert found(tmp_path) == expected(tmp_path, "script.py", "tools/other.py")


def test_a_class_of_another_file_is_no_broad_one_but_what_stands_for_one_is(tmp_path):
    errors = "class Gone(Exception):\n    pass\n\n\nBroad = Exception\n\n\ntry:\n    from lib import Odd\nexcept ImportError:\n    Odd = Exception\n"
    clauses = ("errors.Gone", "Gone", "Again", "errors.Odd", "errors.Broad", "Any", "(Gone, Broad)", "Changed")
    handlers = "".join(f"try:\n    go()\nexcept {one}:\n    x = {number}\n" for number, one in enumerate(clauses))
    imports = "import errors\nfrom errors import Gone, Broad\nfrom pkg import Again, Any\nfrom pkg import Again as Changed\nChanged = Exception\n"
    written(tmp_path, {"errors.py": errors, "pkg/__init__.py": "from errors import Gone as Again, Broad as Any\n"})
    (tmp_path / "script.py").write_text(imports + handlers)
    lines = [line for _, line, _ in found(tmp_path, "script.py", select=("LF503",))]
    first = imports.count("\n") + 3
    assert [clauses[(line - first) // 4] for line in lines] == ["errors.Broad", "Any", "(Gone, Broad)", "Changed"]
