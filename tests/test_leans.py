"""An edit asks anew for what looked at the part that changed, for nothing else, and a warm run says what a cold one says."""

import random

import pytest

from lintfoot import keeping, run, stamps, work
from lintfoot.config import Sources, load

LONG = "            0,\n" * 60  # lines of a class that is not read whole
# A project in which each file leans on others in its own way.
FILES = {
    "pkg/__init__.py": "from .client import Client\n",
    "pkg/settings.py": '"""Settings."""\n\nWAIT = 5\nTRIES = 3\nHOST = "example.com"\n',
    "pkg/client.py": (
        "import requests\n\nfrom .settings import WAIT\n\n\n"
        "class Client:\n    def __init__(self):\n        self.http = requests.Session()\n\n"
        "    def get(self, url, timeout=WAIT):\n        return self.http.get(url, timeout=timeout)\n\n"
        "    def name(self):\n        return 'client'\n\n"
        f"    def table(self):\n        return [\n{LONG}        ]\n"
    ),
    "pkg/tools.py": (
        "import subprocess\n\nimport plain as web\nimport requests\n\nfrom . import settings\n\nLIMIT = None\n\n\n"
        "def sh(command):\n    return subprocess.run(command, shell=True, check=True)\n\n\n"
        "def fetch(url, timeout=None):\n    return requests.get(url, timeout=timeout)\n\n\n"
        "def slow(url, timeout=LIMIT):\n    return requests.get(url, timeout=timeout)\n\n\n"
        "def plain(url, timeout=None):\n    return web.get(url, timeout=timeout)\n\n\n"
        "def idle():\n    return settings.TRIES\n"
    ),
    "pkg/stars.py": "from .settings import *\nfrom .tools import *\n",
    "pkg/through.py": "from .tools import fetch as get_it\n\nSLOW = None\n",
    "by_constant.py": "import requests\n\nfrom pkg.settings import WAIT\n\nrequests.get('https://a.b', timeout=WAIT)\n",
    "by_wrapper.py": "from pkg.tools import fetch, sh\n\nfetch('https://a.b')\nsh('ls ' + input())\n",
    "by_member.py": "from pkg import Client\n\nClient().get('https://a.b')\nClient().http.get('https://a.b')\n",
    "by_star.py": "import requests\n\nfrom pkg.stars import *\n\nrequests.get('https://a.b', timeout=WAIT)\nfetch('https://a.b')\n",
    "by_name.py": "from pkg import through\n\nthrough.get_it('https://a.b', timeout=through.SLOW)\n",
    "by_default.py": "from pkg.tools import slow\n\nslow('https://a.b')\n",
    "by_plain.py": "from pkg.tools import plain\n\nplain('https://a.b')\n",
    "alone.py": "import requests\n\nrequests.get('https://a.b')\n",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(stamps, "SETTLED", 10**18)
    for one in (keeping.home, keeping.key):
        one.cache_clear()
    folder = tmp_path / "project"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    yield folder
    for one in (keeping.home, keeping.key):
        one.cache_clear()


def checked(folder, monkeypatch, select="LF101,LF201,LF000", **arguments):
    """The result of a run, and the files that were really looked at."""
    looked = []
    check = work.check_file
    config = load(Sources(folder=folder, arguments={"select": (select,), **arguments}, environment={}))
    with monkeypatch.context() as patch:
        patch.setattr(work, "check_file", lambda here, path: looked.append(path.as_posix()) or check(here, path))
        result = run.check(config)
    return result, set(looked)


def edited(folder, name, old, new):
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def codes(result):
    return [(one.path, one.code) for one in result.findings]


def test_what_the_project_tells_before_any_edit(project, monkeypatch):
    assert sorted(codes(checked(project, monkeypatch)[0])) == [
        ("alone.py", "LF201"),
        ("by_default.py", "LF201"),
        ("by_member.py", "LF201"),
        ("by_name.py", "LF201"),
        ("by_star.py", "LF201"),
        ("by_wrapper.py", "LF201"),
        ("pkg/tools.py", "LF101"),
    ]


CLIENT, SETTINGS, STARS, THROUGH, TOOLS = (f"pkg/{name}.py" for name in "client settings stars through tools".split())
OF_WAIT = {"by_constant.py", "by_member.py", "by_star.py", CLIENT}
OF_FETCH = {"by_wrapper.py", "by_star.py", "by_name.py"}
# A file, a text in it, what is written there instead, and who is asked anew besides.
EDITS = {
    "a comment above": (SETTINGS, "WAIT = 5", "# Seconds.\n\nWAIT = 5", set()),
    "a comment inside a wrapper": (
        TOOLS,
        "    return subprocess",
        "    # Run it.\n    return subprocess",
        {"by_wrapper.py"},
    ),
    "another constant": (SETTINGS, "TRIES = 3", "TRIES = 30", {TOOLS}),
    "a constant": (SETTINGS, "WAIT = 5", "WAIT = None", OF_WAIT),
    "a constant becomes another name": (SETTINGS, "WAIT = 5", "WAIT = TRIES", OF_WAIT),
    "a constant that goes": (SETTINGS, "WAIT = 5\n", "", {*OF_WAIT, STARS}),
    "a constant that is bound twice": (SETTINGS, "TRIES = 3", "TRIES = 3\nWAIT = None", OF_WAIT),
    "a constant that a function binds": (SETTINGS, "TRIES = 3", "def TRIES():\n    global WAIT", {*OF_WAIT, TOOLS}),
    "a name that nobody asked for": (SETTINGS, "TRIES = 3", "TRIES = 3\nMORE = 4", {"by_star.py", STARS}),
    "a private name": (SETTINGS, "TRIES = 3", "TRIES = 3\n_MORE = 4", set()),
    "a function's body that nobody looked at": (TOOLS, "return settings.TRIES", "return settings.TRIES + 1", set()),
    "a wrapper's body": (TOOLS, "timeout=None):\n    return requests", "timeout=None):\n    return web", OF_FETCH),
    "a wrapper's default": (TOOLS, "fetch(url, timeout=None", "fetch(url, timeout=3", OF_FETCH),
    "another wrapper's body": (TOOLS, "shell=True", "shell=False", {"by_wrapper.py"}),
    "a wrapper that goes": (TOOLS, "def sh(", "def shell(", {"by_wrapper.py", "by_star.py", STARS}),
    "an import": (TOOLS, "import requests", "import httpx as requests", {*OF_FETCH, "by_default.py"}),
    "an import that makes a wrapper of a function": (TOOLS, "import plain", "import requests", {"by_plain.py"}),
    "a default": (TOOLS, "LIMIT = None", "LIMIT = 3", {"by_default.py"}),
    "an import that nobody asked for": (TOOLS, "import requests", "import logging as _l\nimport requests", set()),
    "an import that is asked for": (
        TOOLS,
        "from . import settings",
        "from . import settings as requests",
        {*OF_FETCH, STARS, "by_default.py"},
    ),
    "a chain": (THROUGH, "import fetch as get_it", "import sh as get_it", {"by_name.py"}),
    "a star more": (STARS, "from .tools import *", "from .tools import *\nfrom .client import *", {"by_star.py"}),
    "a star less": (STARS, "from .tools import *\n", "", {"by_star.py"}),
    "a name before the star": (STARS, "from .tools", "WAIT = None\nfrom .tools", {"by_star.py"}),
    "a member": (CLIENT, "timeout=timeout)", "timeout=7)", {"by_member.py"}),
    "a member that nobody asked for": (CLIENT, "return 'client'", "return 'a client'", set()),
    "a member more": (
        CLIENT,
        "    def name(self)",
        "    def more(self):\n        pass\n\n    def name(self)",
        {"by_member.py"},
    ),
    "an attribute in another member": (CLIENT, "return 'client'", "self.http = None", {"by_member.py"}),
    "a local name in another member": (CLIENT, "return 'client'", "http = None", set()),
    "a patch of the class": (CLIENT, "import requests", "import requests\nClient.get = None", {"by_member.py"}),
    "what a member is made of": (CLIENT, "requests.Session()", "object()", {"by_member.py"}),
    "a base": (CLIENT, "class Client:", "class Client(Base):", {"by_member.py"}),
    "a name of the package": ("pkg/__init__.py", "import Client", "import Client as Client, Client as settings", None),
    "what no longer parses": (SETTINGS, "WAIT = 5", "WAIT = (", {*OF_WAIT, STARS, TOOLS}),
    "lines apart by a semicolon": (SETTINGS, "WAIT = 5\n", "OTHER = None; WAIT = 5\n", {*OF_WAIT, STARS}),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_asks_anew_for_what_looked_at_that_part(project, monkeypatch, what):
    checked(project, monkeypatch)
    name, old, new, anew = EDITS[what]
    edited(project, name, old, new)
    result, looked = checked(project, monkeypatch)
    assert anew is None or looked == {name, *anew}
    assert result == checked(project, monkeypatch, cache=False)[0]
    assert checked(project, monkeypatch)[1] == set()


# files that come and go


def test_a_new_file_that_hides_another_is_seen(project, monkeypatch):
    checked(project, monkeypatch)
    (project / "pkg" / "tools").mkdir()
    (project / "pkg" / "tools" / "__init__.py").write_text("fetch = sh = None\n")
    result, looked = checked(project, monkeypatch)
    assert {"by_wrapper.py", "by_star.py", "by_name.py", "pkg/tools/__init__.py"} <= looked
    assert not {"alone.py", "by_constant.py", SETTINGS} & looked
    assert result == checked(project, monkeypatch, cache=False)[0]
    assert "by_wrapper.py" not in dict(codes(result))


def test_a_new_file_is_news_to_nobody_else(project, monkeypatch):
    checked(project, monkeypatch)
    (project / "pkg" / "more.py").write_text("WAIT = None\n")
    (project / "more.py").write_text("WAIT = None\n")
    assert checked(project, monkeypatch)[1] == {"pkg/more.py", "more.py"}


# any edits at all

WAYS = (".one", ".two", ".sub.deep", ".sub", ".")
NAMES = "WAIT LIMIT fetch get_it sh Client session tell stop".split()
# What a module of the package may say of each name, beside taking it from another module: `{way}` is one, `{name}` the name.
TAKEN = ("from {way} import {name}", "from {way} import *", "")
SAID = {
    "WAIT": ("WAIT = 5", "WAIT = None", "WAIT = LIMIT", "WAIT = 5\nWAIT = 6", "A = 1; WAIT = None; LIMIT = 3"),
    "LIMIT": ("LIMIT = None", "LIMIT = 7", "LIMIT = 'forever'"),
    "fetch": (
        "def fetch(url, timeout=WAIT):\n    return requests.get(url, timeout=timeout)",
        "def fetch(url, **options):\n    options.setdefault('timeout', LIMIT)\n    return requests.get(url, **options)",
        "def fetch(url, timeout=3):\n    return session.get(url, timeout=timeout)",
        "fetch = requests.get",
        "fetch = functools.partial(requests.get, timeout=WAIT)",
        "if WAIT:\n    fetch = get_it\nelse:\n    fetch = None",
        "try:\n    from {way} import fetch\nexcept ImportError:\n    from {way} import get_it as fetch",
    ),
    "get_it": (
        "def get_it(url):\n    return fetch(url)",
        "def get_it(url):\n    return fetch(url, timeout=WAIT)",
        "get_it = fetch",
    ),
    "sh": (
        "def sh(command):\n    return subprocess.run(command, shell=True, check=True)",
        "def sh(command):\n    return subprocess.run(command, check=True)",
        "def sh(command, shell=WAIT):\n    return subprocess.run(command, shell=shell, check=True)",
    ),
    "Client": (
        "class Client:\n    def __init__(self):\n        self.http = requests.Session()\n\n    def get(self, url):\n        return session.get(url)",
        "class Client(requests.Session):\n    def name(self):\n        return WAIT",
        "class Client:\n    http = session\n\n    def get(self, url, timeout=None):\n        return fetch(url, timeout=timeout)",
        "class Client(deep.Client):\n    pass",
    ),
    "session": ("session = requests.Session()", "session = Client()", "session = httpx.Client()", "session = None"),
    "tell": (
        "def tell():\n    logging.exception('failed')",
        "def tell():\n    stop()",
        "def tell():\n    print('failed')",
    ),
    "stop": ("def stop():\n    sys.exit(1)", "def stop():\n    raise SystemExit(1)", "def stop():\n    print('on')"),
}
EXTRAS = (
    "# a comment\n",
    "def change():\n    global WAIT, fetch\n    WAIT = fetch = None",
    "requests.get = fetch",
    "socket.setdefaulttimeout(LIMIT)",
    "Client.get = fetch",
    "session.mount('https://', None)",
    "import httpx as requests",
    "from .sub import deep",
    "from .two import *",
    "def broken(:",
    "WAIT = 8",
    "_private = 1",
)
HEAD = "import functools, httpx, logging, requests, socket, subprocess, sys"
USES = """
fetch("https://a.b")
fetch("https://a.b", timeout=WAIT)
get_it("https://a.b")
requests.get("https://a.b", timeout=WAIT)
requests.get("https://a.b", timeout=LIMIT)
session.get("https://a.b")
Client().get("https://a.b")
Client().http.get("https://a.b")
sh("ls " + input())
try:
    fetch("https://a.b", timeout=2)
except Exception:
    tell()
try:
    sh("ls")
except Exception:
    stop()
"""
IMPORTS = (
    f"from pkg{{way}} import {', '.join(NAMES)}",
    "from pkg{way} import *",
    "import pkg{way} as m\nfrom pkg import *",
)
PACKAGE = ("pkg/__init__.py", "pkg/one.py", "pkg/two.py", "pkg/sub/__init__.py", "pkg/sub/deep.py")
SCRIPTS = ("first.py", "second.py", "third.py")


class Project:
    """Eight files that lean on each other in many ways, and the edits that can befall them."""

    def __init__(self, folder, chance):
        self.folder, self.chance = folder, chance
        self.said = {name: {one: self.about(one) for one in NAMES} for name in PACKAGE}
        self.extras = {name: [] for name in PACKAGE}
        self.imports = {name: self.filled(chance.choice(IMPORTS)) for name in SCRIPTS}
        for name in (*PACKAGE, *SCRIPTS):
            self.write(name)

    def filled(self, text, name=""):
        while "{way}" in text:
            text = text.replace("{way}", self.chance.choice(WAYS), 1)
        return text.replace("{name}", name).replace("pkg. ", "pkg ")

    def about(self, name):
        return self.filled(self.chance.choice((*SAID[name], *SAID[name], *TAKEN)), name)

    def write(self, name):
        if name in SCRIPTS:
            text = f"{HEAD}\n{self.imports[name]}\n{USES.replace('session', 'm.session') if ' as m' in self.imports[name] else USES}"
        else:
            text = "\n\n".join((HEAD, *self.said[name].values(), *self.extras[name])) + "\n"
            text = text.replace("from .", "from ..") if "/sub/" in name else text
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def edit(self):
        name, about, kind = self.chance.choice(PACKAGE), self.chance.choice(NAMES), self.chance.randrange(20)
        extras = self.extras[name]
        if kind == 0:
            (self.folder / name).unlink(missing_ok=True)
            return
        if kind == 1:
            name = self.chance.choice(SCRIPTS)
            self.imports[name] = self.filled(self.chance.choice(IMPORTS))
        elif kind == 2:  # the same in another order
            order = self.chance.sample(NAMES, len(NAMES))
            self.said[name] = {one: self.said[name][one] for one in order}
        elif kind < 6:
            extras.insert(0, self.chance.choice(EXTRAS))
        elif kind < 10:
            extras[:] = extras[1:2]
        else:
            self.said[name][about] = self.about(about)
        self.write(name)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_edited_a_warm_run_says_what_a_cold_one_says(project, monkeypatch, seed):
    for name in FILES:
        (project / name).unlink()
    made, spared, heard = Project(project, random.Random(seed)), 0, set()
    for _ in range(40):
        for _ in range(made.chance.choice((1, 1, 1, 2, 5))):
            made.edit()
        warm, looked = checked(project, monkeypatch, "card,LF502,LF503")
        cold, every = checked(project, monkeypatch, "card,LF502,LF503", cache=False)
        assert warm == cold
        spared += len(every - looked)
        heard.add(cold.findings)
    assert spared > 50
    assert len(heard) > 10
