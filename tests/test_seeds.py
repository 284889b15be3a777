"""Names that a file imports from others of its project: read in parts, it says of them what it says as a whole."""

import textwrap

import pytest
from verbs import the_book, the_models

from lintfoot.decoding import Decoded
from lintfoot.looking import tells_of_exceptions
from lintfoot.parse import Script, opened
from lintfoot.places import absolute
from lintfoot.project import Project
from lintfoot.sight import Sight
from lintfoot.visit import Engine, Place, Plan, visit
from lintfoot.wanted import Wanted

RULES = {code: rule for code, rule in the_book().by_code.items() if code != "LF000"}
FILES = {
    "base.py": """
        import os
        import subprocess
        import requests
        import tempfile
        import logging
        import getpass

        def fetch(url, check=True, patience=None):
            return requests.get(url, verify=check, timeout=patience)

        def start(line, in_a_shell=False):
            return subprocess.run(line, shell=in_a_shell, check=True)

        def nothing(value):
            return value + 1

        class Api:
            wait = 5

            def __init__(self):
                self.http = requests.Session()

            def fetch(self, url, patience=None):
                return requests.get(url, timeout=patience)

            def start(self, line, in_a_shell=False):
                return subprocess.run(line, shell=in_a_shell, check=True)

            def nothing(self):
                return 1

        class Inherited(Api):
            pass

        def session():
            return requests.Session()

        SESSION = requests.Session()
        SH = "bash"
        NUMBER = 5
        OPTION = "StrictHostKeyChecking"
        VARIABLE = "API_TOKEN"
        INSECURE = "--insecure"
        LOG = logging.getLogger(__name__)
        line = os.system
        name = tempfile.mktemp
        ask = getpass.getpass
    """,
    "tools.py": """
        import argparse, concurrent.futures, contextlib, getpass, gzip, itertools, jinja2, kubernetes.client, logging, os
        import paramiko, pymysql, requests, shutil, ssl, subprocess, telnetlib, tenacity, boto3, warnings, yaml
        from urllib3.exceptions import InsecureRequestWarning

        GET = requests.get
        POST = requests.post
        launch = subprocess.run
        Context = ssl.SSLContext
        quiet = warnings.filterwarnings
        Hidden = InsecureRequestWarning
        Policy = paramiko.AutoAddPolicy
        Login = telnetlib.Telnet
        connect = pymysql.connect
        client = boto3.client
        CORE = kubernetes.client.CoreV1Api()
        ignore = contextlib.suppress
        load_it = yaml.load
        again = tenacity.retry
        forever = itertools.count
        FOLDER = "/tmp"
        drop = os.remove
        gz = gzip.open
        Env = jinja2.Environment
        Pool = concurrent.futures.ThreadPoolExecutor
        setup = logging.basicConfig
        mask = os.umask
        wipe = shutil.rmtree
        Parser = argparse.ArgumentParser
        parser = Parser()
        VARIABLE = "API_TOKEN"
        ask = getpass.getpass

        def start(line):
            return subprocess.run(line, check=True)

        def ec2(region):
            return boto3.client("ec2", region_name=region)
    """,
    "stars.py": "from base import *\n",
    "through.py": "import base\nfrom base import fetch as get_it, Api as Client, line as do\n",
}
GUILTY = {
    "one of a module behind a continuation": "import base\nbase \\\n    .fetch(url)\n",
    "one of a module that stands in an object": (
        "import base\nclass Own:\n    def __init__(self):\n        self.base = base\n    def go(self):\n        self.base.fetch(url)\n"
    ),
    "one of a module that only a function imports": (
        "from base import NUMBER\ndef go(url):\n    if url: import base; base.fetch(url)\n"
    ),
    "a class in the quotes of an annotation": "import base\ndef go(one: 'base.Api'):\n    one.fetch(url)\n",
    "a class in quotes within others": (
        "import base\nfrom typing import Optional\ndef go(one: Optional['base.Api']):\n    one.fetch(url)\n"
    ),
    "a function in a formatted text": "import base\nprint(f'got {base.fetch(url)}')\n",
    "a function": "from base import fetch\nfetch(url)\n",
    "one under another name": "from base import fetch as load\nload(url, check=False)\n",
    "one of a module": "import base\nbase.fetch(url)\n",
    "one of a module under another name": "import base as b\nfetch = b.fetch\nfetch(url)\n",
    "one behind two files": "from through import get_it\nget_it(url)\n",
    "one behind a star": "from stars import *\nfetch(url)\n",
    "a switch under a name of its own": "from base import start\nstart(f'ls {a}', in_a_shell=True)\n",
    "a method": "from base import Api\napi = Api()\napi.fetch(url)\n",
    "a method of what is made at once": "from base import Api\nApi().fetch(url)\n",
    "an inherited method": "from base import Inherited\none = Inherited()\none.fetch(url)\n",
    "a class of this file below it": "from base import Api\nclass Own(Api):\n    def go(self):\n        return self.fetch(url)\n",
    "a method that is handed a shell": "from base import Api\napi = Api()\napi.start(f'ls {a}', in_a_shell=True)\n",
    "what a function makes": "from base import session\nmade = session()\nmade.get(url)\n",
    "an object": "from base import SESSION\nSESSION.get(url)\n",
    "what an object holds": "from base import Api\nApi().http.get(url)\n",
    "a shell's name": "import subprocess\nfrom base import SH\nsubprocess.run([SH, '-c', f'ls {a}'])\n",
    "another name for what uses a shell": "from base import line\nline(f'ls {a}')\n",
    "that behind two files": "from through import do\ndo(f'ls {a}')\n",
    "another name on a page": "from base import name\npath = name()\n",
    "an option": "from base import OPTION\noptions = {OPTION: 'no'}\nconnect(host, **options)\n",
    "a variable of the environment": (
        "import os\nfrom base import VARIABLE, LOG\nvalue = os.environ[VARIABLE]\nLOG.info('got %s', value)\n"
    ),
    "another name for a question": "from base import ask, LOG\nvalue = ask()\nLOG.info('got %s', value)\n",
    "a command's option": "import subprocess\nfrom base import INSECURE\nsubprocess.run(['curl', INSECURE, url])\n",
}
# By code: a script whose own text speaks of nothing, made guilty by what stands in another file.
MADE_GUILTY = {
    "LF101": "from base import line\nline(f'ls {a}')\n",
    "LF102": "from tools import launch\nlaunch(f'ls {a}', check=True)\n",
    "LF103": "from tools import launch\nlaunch(['ls', a])\n",
    "LF104": "from tools import launch\nlaunch(['ls', a], check=True)\n",
    "LF105": "from tools import start\nstart(['mkdir', '-p', a])\n",
    "LF201": "from tools import GET\nGET(u)\n",
    "LF202": "from tools import GET\nx = GET(u, timeout=3).text\n",
    "LF203": "from tools import GET\nfor u in us:\n    r = GET(u, timeout=3)\n    r.raise_for_status()\n",
    "LF301": "from tools import Context\nfrom urllib.request import urlopen\nurlopen(u, context=Context(), timeout=3)\n",
    "LF302": "from tools import quiet, Hidden\nquiet('ignore', category=Hidden)\n",
    "LF303": "from tools import Policy\ndef f(c):\n    c.set_missing_host_key_policy(Policy())\n",
    "LF305": "from tools import Login\nc = Login(h)\n",
    "LF401": "from tools import connect\nc = connect('h', 'root', 'xK9#mQ2$vL7p')\n",
    "LF402": "import os, tools\nvalue = os.environ[tools.VARIABLE]\nprint(value)\n",
    "LF403": "from tools import client\nc = client('s3', None, None, True, None, None, a, b)\n",
    "LF404": "from tools import ask, launch\nvalue = ask()\nlaunch(['mysql', '-p', value], check=True)\n",
    "LF503": "from tools import ignore\nwith ignore(Exception):\n    go()\n",
    "LF506": "from tools import gz\nx = gz(p).read()\n",
    "LF601": "from tools import again\n@again\ndef f():\n    go()\n",
    "LF602": "from tools import again\n@again\ndef f():\n    go()\n",
    "LF603": "from tools import again, POST\n@again\ndef f():\n    POST(u, json={}, timeout=3)\n",
    "LF702": "from tools import FOLDER\nwith open(FOLDER + '/x', 'w') as f:\n    f.write(x)\n",
    "LF704": "from tools import drop\ndrop(p)\n",
    "LF705": "from tools import load_it\nx = load_it(open(p))\n",
    "LF706": "from tools import mask\nmask(0)\n",
    "LF707": "import os\nfrom tools import parser\na = parser.parse_args()\nname = os.environ.get('NAME') or a.name\n",
    "LF801": "from tools import ec2\nfor one in ec2('a').describe_volumes()['Volumes']:\n    print(one)\n",
    "LF802": "from tools import CORE\nx = CORE.list_node()\n",
    "LF803": "from tools import Env\ne = Env()\n",
    "LF804": "from tools import Pool\nwith Pool(len(hosts)) as p:\n    p.map(go, hosts)\n",
    "LF902": "from tools import Parser, wipe\nq = Parser()\nq.add_argument('name')\na = q.parse_args()\nwipe(a.name)\n",
    "LF903": "from tools import setup\nsetup(format='%(message)s')\n",
}
# Of these rules no file alone makes another one guilty: what they speak of is written where it is wrong.
OF_THEIR_OWN = frozenset(
    "LF001 LF002 LF106 LF304 LF501 LF502 LF504 LF505 LF604 LF605 LF701 LF703 LF901 LF904 LF905 LF906 LF907".split()
)
INNOCENT = (
    "from base import NUMBER, Api, nothing\n\nfirst = nothing(NUMBER)\nsecond = Api().nothing()\nthird = Api.wait\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (made / name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return made


def visited(folder, text, engine, rules=RULES):
    script = opened("script.py", Decoded(text))
    assert isinstance(script, Script)
    project = Project(folder, the_models(), tells_of_exceptions)
    plan = Plan(rules, the_models(), project=project, engine=engine)
    found = visit(script, Place("script.py", "script.py", file=str(folder / "script.py")), plan)
    assert not found.bugs, found.bugs
    return found


SETS = {
    "all": RULES,
    "default": {code: rule for code, rule in RULES.items() if rule.default in ("card", "on")},
    "card": {code: rule for code, rule in RULES.items() if rule.default == "card"},
}


def agree(folder, text, *codes):
    """What a script is told as a whole, which the engine that runs says as well: with sets of rules, and with some alone."""
    text += "".join(f"\n\ndef filler_{one}():\n    return {one}\n" for one in range(20))
    whole = visited(folder, text, Engine.WHOLE).findings
    for rules in (*SETS.values(), *({code: RULES[code]} for code in codes)):
        expected = tuple(one for one in whole if one.code in rules)
        assert visited(folder, text, Engine.SLICE, rules).findings == expected, rules.keys()
    assert visited(folder, text, Engine.FILE).findings == whole
    return {one.code for one in whole}


@pytest.mark.parametrize("what", GUILTY)
def test_what_another_file_makes_guilty_is_found_in_parts_too(folder, what):
    assert agree(folder, GUILTY[what])


@pytest.mark.parametrize("code", sorted(RULES))
def test_of_every_rule_it_is_known_whether_another_file_alone_can_make_one_guilty(folder, code):
    """Nothing in the script's own words speaks of the rule."""
    assert (code in MADE_GUILTY) != (code in OF_THEIR_OWN)
    if code in MADE_GUILTY:
        assert code in agree(folder, MADE_GUILTY[code], code)


@pytest.mark.parametrize(
    "text",
    [
        "import os, base\nbase.fetch(url)\n",
        "import os as o, \\\n    base as b\nb.fetch(url)\n",
        "x = 1; import base\nbase.fetch(url)\n",
        "import base\rbase.fetch(url)\r",
        "try: from base import fetch\nexcept ImportError: fetch = None\nfetch(url)\n",
    ],
)
def test_however_an_import_is_written_the_project_is_seen(folder, text):
    assert "LF201" in agree(folder, text)


@pytest.mark.parametrize(
    ("level", "package", "expected"),
    [
        (0, "a.b", "m"),
        (1, "a.b", "a.b.m"),
        (2, "a.b", "a.m"),
        (3, "a.b", "...m"),
        (4, "a.b.c.d.e", "a.b.m"),
        (6, "a.b.c", "......m"),
        (1, "", ".m"),
    ],
)
def test_an_import_that_leads_out_of_its_package_leads_nowhere(level, package, expected):
    assert absolute("m", level, package) == expected


def test_names_behind_which_there_is_nothing_send_nobody_anywhere(folder):
    for rules in (RULES, {code: rule for code, rule in RULES.items() if rule.default == "card"}):
        assert visited(folder, INNOCENT, Engine.SLICE, rules).lines == 0


def test_what_a_name_leads_to_hangs_on_the_files_that_were_asked(folder):
    project = Project(folder, the_models(), tells_of_exceptions)
    script = str(folder / "script.py")
    project.trail.begin(("script", script))
    text = "from through import get_it\nget_it(url)\n"
    sight = Sight(text, "script.py", RULES, the_models(), view=project.view(script))
    seen = sight.telling(Wanted(lambda function: "timeout" in function.arguments))
    assert (seen.names, seen.calls) == ({"get_it"}, {"get_it", "fetch"})
    leans = {path for _, path, _ in project.leans(script)[0]}
    assert {str(folder / "through.py"), str(folder / "base.py")} <= leans
    again = Sight(text, "script.py", RULES, the_models(), view=project.view(script))
    project.trail.begin(("script", script))
    project.view(script)
    again.telling(Wanted(lambda function: "timeout" in function.arguments))
    assert {path for _, path, _ in project.leans(script)[0]} == leans


def test_what_was_found_for_one_file_hangs_on_as_much_for_the_next(folder):
    project = Project(folder, the_models(), tells_of_exceptions)
    leans = []
    for number, text in enumerate(
        ("from through import get_it\nget_it(url)\n", "import through\nthrough.get_it(url)\n")
    ):
        script = str(folder / f"script{number}.py")
        project.trail.begin(("script", script))
        sight = Sight(text, "script.py", RULES, the_models(), view=project.view(script))
        assert sight.telling(Wanted(lambda function: "timeout" in function.arguments)).names
        leans.append({path for kind, path, _ in project.leans(script)[0] if kind == "file"})
    assert leans[0] == leans[1] == {str(folder / "through.py"), str(folder / "base.py")}


def test_of_a_class_each_file_is_told_of_what_it_writes_itself(folder):
    project = Project(folder, the_models(), tells_of_exceptions)
    calls = []
    written = ("one.nothing()", "one.fetch()", "one.start()", "getattr(one, 'fetch')()", "fetch = one")
    for number, line in enumerate(written):
        text = f"from base import Api\none = Api()\n{line}\n"
        sight = Sight(text, "script.py", RULES, the_models(), view=project.view(str(folder / f"script{number}.py")))
        calls.append(sight.telling(Wanted(lambda function: bool(function.arguments))).calls)
    assert calls == [set(), {"fetch", "Api"}, {"start", "Api"}, {"fetch", "Api"}, set()]


def test_where_nothing_is_kept_nothing_is_noted(folder):
    project = Project(folder, the_models(), tells_of_exceptions, is_kept=False)
    script = str(folder / "script.py")
    project.trail.begin(("script", script))
    sight = Sight("from through import get_it\nget_it(url)\n", script, RULES, the_models(), view=project.view(script))
    assert sight.telling(Wanted(lambda function: "timeout" in function.arguments)).names
    assert project.leans(script) == ((), ())
