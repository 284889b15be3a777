"""What users of linters asked for, thing by thing: what must be told, and what must not.

Guilty lines are marked as in the fixtures; each piece of code stands for itself.
"""

from __future__ import annotations

import re

import pytest
from verbs import findings

_EXPECT = re.compile(r"# expect((?: LF\d{3})+)$")

ASKED = {
    ("LF101", "a list of words is no shell", False): """
import subprocess
def f(args):
    subprocess.run(["git", *args], check=True)
""",
    ("LF101", "the command by keyword", False): """
import subprocess
subprocess.run(args="ls | wc", shell=True)  # expect LF101
subprocess.call(args=f"ls {x}", shell=True)  # expect LF101
subprocess.Popen(args=["sh", "-c", f"ls {x}"])  # expect LF101
""",
    ("LF101", "tuples and paths of programs", False): """
import subprocess, sys
subprocess.run(("git", "status"))
subprocess.run((sys.executable, str(p)))
subprocess.run([sys.executable, str(path)])
subprocess.run((sys.executable, "-m", "pip", "install", name))
""",
    ("LF101", "a wrapper of this file", False): """
import subprocess
def run_command(cmd, shell=False):
    return subprocess.run(cmd, shell=shell)
run_command("a | b", shell=True)  # expect LF101
run_command(["a"])
""",
    ("LF101", "a wrapper of another file", False): """
from tools import run_command
run_command("a | b", shell=True)  # expect LF101
run_command(["a"], shell=False)
run_command("a b")
""",
    ("LF201", "sessions, wherever they come from", False): """
import requests
session = requests.Session()
session.get("https://x")  # expect LF201
with requests.Session() as s:
    s.post("https://x")  # expect LF201
class Client:
    def __init__(self):
        self._session = requests.Session()
    def f(self):
        return self._session.get("https://x")  # expect LF201
def g(s: requests.Session):
    s.get("https://x")  # expect LF201
def make() -> requests.Session:
    return requests.Session()
make().get("https://x")  # expect LF201
""",
    ("LF201", "names that only contain the word", False): """
class C:
    def f(self):
        self.pending_requests.get("id")
        self.requests.get("x")
        requests_by_id.get("y")
queue_requests = {}
queue_requests.get("a")
""",
    ("LF201", "a session with an adapter of its own", False): """
import requests
from requests.adapters import HTTPAdapter
class TimeoutAdapter(HTTPAdapter):
    def __init__(self, *a, timeout=5, **k):
        self.timeout = timeout
        super().__init__(*a, **k)
    def send(self, request, **kw):
        kw["timeout"] = self.timeout
        return super().send(request, **kw)
s = requests.Session()
s.mount("https://", TimeoutAdapter(timeout=3))
s.get(u)
from mylib import my_session
my_session().get(u)
""",
    ("LF201", "defaults that end by themselves", False): """
import httpx, aiohttp
httpx.get(u)
httpx.get(u, timeout=None)  # expect LF201
async def f():
    async with aiohttp.ClientSession() as s:
        await s.get(u)
""",
    ("LF201", "requests.request", False): """
import requests
requests.request("GET", u)  # expect LF201
requests.request("GET", u, timeout=3)
""",
    ("LF201", "socket.setdefaulttimeout and who heeds it", False): """
import socket, urllib.request, ftplib, requests
socket.setdefaulttimeout(10)
urllib.request.urlopen(u)
ftplib.FTP("h")
requests.get(u)  # expect LF201
""",
    ("LF301", "sessions and clients", False): """
import requests, httpx
s = requests.Session()
s.get(u, verify=False)  # expect LF301
s.post(u, verify=False)  # expect LF301
with requests.Session() as t:
    t.put(u, verify=False)  # expect LF301
c = httpx.Client(verify=False)  # expect LF301
a = httpx.AsyncClient(verify=False)  # expect LF301
httpx.get(u, verify=False)  # expect LF301
""",
    ("LF301", "None is the default of aiohttp", False): """
import aiohttp, ssl
async def f():
    ctx = ssl.create_default_context()
    ctx.check_hostname = False  # expect LF301
    ctx.verify_mode = ssl.CERT_NONE  # expect LF301
    async with aiohttp.ClientSession() as s:
        await s.get(u, ssl=None)
        await s.get(u, ssl=ctx)
        await s.get(u, ssl=False)  # expect LF301
""",
    ("LF301", "urlopen checks by itself", False): """
from urllib.request import urlopen
urlopen(u, timeout=5)
""",
    ("LF401", "names and values that only speak of secrets", False): """
NextToken = "abc123def456"
token_start = 5
token_kind = "identifier"
passed_msg = "3 tests passed"
AUTH_TOKEN_URL = "https://x/oauth/token"
cache_token_key = "user:token:"
secret_path = "/"
api_key_env = "OPENAI_API_KEY"
secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf"
password_url = "https://x/reset"
secret_name = "prod/db/main"
secret_id = "my-secret-id-1"
password_file = "/run/secrets/pw"
token_field = "access_token"
token_header = "X-Auth-Token"
token_ttl = "3600s"
password = None
password = ""
password = "0"
password = "1"
password = "true"
password = "yes"
db_password = "password"
""",
    ("LF401", "names written as one word or with capitals", False): """
apiKey = "9f2c77d1e0b34a58"  # expect LF401
api_key = "9f2c77d1e0b34a58"  # expect LF401
cfg = {"apiKey": "9f2c77d1e0b34a58", "dbPassword": "hunter2"}  # expect LF401 LF401
cfg["clientSecret"] = "Xy9abcdefgh12345678"  # expect LF401
self.authToken = "9f2c77d1e0b34a58"  # expect LF401
connect(dbPassword="hunter2")  # expect LF401
def f(dbPassword="hunter2"): pass  # expect LF401
if dbPassword == "hunter2": pass  # expect LF401
api_key: str = "9f2c77d1e0b34a58"  # expect LF401
""",
    ("LF401", "the fallback of a look-up", False): """
import os
os.environ.get("API_KEY", "9f2c77d1e0b34a58")  # expect LF401
os.getenv("DB_PASSWORD", "hunter2")  # expect LF401
x = os.getenv("DB_PASSWORD") or "hunter2"  # expect LF401
""",
    ("LF401", "random looks and no secret", False): """
git_sha = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"
commit = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"
uuid = "123e4567-e89b-12d3-a456-426614174000"
salt = "f8e728b8dad3b18e512d"
public_key = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ"
keyboard = "us-intl"
capital = "Paris123abc"
ERRORS = {"E1001": "bad token 3b18e512dba79e4c"}
checksum = "sha256:3b18e512dba79e4c8300dd08aeb37f8e728b8dad"
""",
    ("LF401", "an empty setting above another one", False): '''
CONFIG = """
PASSWORD=
NEXT=3b18e512dba79e4c8300dd08aeb37f8e728b8dad
"""
''',
    ("LF401", "the same secret twice", False): """
a_password = "hunter2"  # expect LF401
b_password = "hunter2"  # expect LF401
""",
    ("LF401", "markers of templates", False): """
q = "UPDATE users SET password = @password WHERE id = @id"
q = "password={x}"
q = "password=%(x)s"
q = "password=$X"
q = "password=<x>"
password = "@password"
password = ":password"
""",
    ("LF401", "placeholders and documented keys", False): """
password = "dummy"
password = "example"
password = "changeme"
token = "your-token-here"
aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
password = "REDACTED"
""",
    ("LF401", "names alone in a test", True): """
password = "hunter2"
token = "9f2c77d1e0b34a58"
""",
}


@pytest.mark.parametrize(("rule", "asked", "in_a_test"), ASKED)
def test_asked_for(rule, asked, in_a_test):
    code = ASKED[rule, asked, in_a_test]
    marks = {
        number: match[1].split() for number, line in enumerate(code.split("\n"), 1) if (match := _EXPECT.search(line))
    }
    path = "test_script.py" if in_a_test else "script.py"
    told = sorted((one.span.line, one.code) for one in findings(code, rule, path=path))
    assert told == sorted((number, code) for number, codes in marks.items() for code in codes)
