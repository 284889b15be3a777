"""LF202, LF203, LF302 to LF305: the cases behind the fixtures, the advice, and what every library of the models offers."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verbs import reports, silent, the_models

from lintfoot.gates.response_lines import shapes

IMPORTS = """
import asyncio, contextlib, ftplib, http.client, json, logging, os, shutil, ssl, subprocess, telnetlib, warnings
import aiohttp, asyncssh, httpx, paramiko, requests, urllib.request, urllib3
log = logging.getLogger(__name__)
"""
MADE = {
    "requests.Response": "requests.get(url, timeout=5)",
    "httpx.Response": "httpx.get(url)",
    "urllib3.HTTPResponse": "urllib3.PoolManager().request('GET', url)",
    "http.client.HTTPResponse": "http.client.HTTPSConnection('host').getresponse()",
    "aiohttp.ClientResponse": "await aiohttp.ClientSession().get(url)",
}


def script(*lines):
    """Statements in an async function."""
    body = textwrap.indent("\n".join(textwrap.dedent(line) for line in lines), "    ")
    return f"{IMPORTS}\nasync def main(url, other, flag):\n{body}\n"


# --- LF202: what is a body, what is a look ----------------------------------------------------------------------------


def test_every_modelled_response_can_be_made_here():
    assert set(shapes(the_models())) == set(MADE)


def words(facet):
    known = shapes(the_models())
    return [(kind, word) for kind in MADE for word in sorted(getattr(known[kind], facet))]


@pytest.mark.parametrize(("kind", "word"), words("body"))
def test_every_way_to_the_body_is_a_use(kind, word):
    reports(script(f"reply = {MADE[kind]}", f"return reply.{word}"), "LF202")
    reports(script(f"return ({MADE[kind]}).{word}"), "LF202")
    reports(script(f"reply = {MADE[kind]}", f"return getattr(reply, '{word}', None)"), "LF202")


@pytest.mark.parametrize(("kind", "word"), words("status"))
def test_every_word_for_the_status_is_a_look(kind, word):
    body = min(shapes(the_models())[kind].body)
    silent(script(f"reply = {MADE[kind]}", f"log.info(reply.{word})", f"return reply.{body}"), "LF202")
    silent(script(f"reply = {MADE[kind]}", f"data = reply.{body}", f"return data, reply.{word}"), "LF202")
    silent(script(f"reply = {MADE[kind]}", f"print(getattr(reply, '{word}'))", f"return reply.{body}"), "LF202")


GET = "reply = requests.get(url, timeout=5)"
LOOKED = {
    "in a condition": "assert reply",
    "as a whole, in an and": "good = reply and other",
    "as a whole, not": "if not reply: return",
    "in a while": "while not reply: break",
    "by a test of two": "if flag and reply: pass",
    "shown": "print(reply)",
    "shown in an f-string": "log.info(f'got {reply}')",
    "handed to somebody": "other.check(reply)",
    "handed by keyword": "other(answer=reply)",
    "handed in a splat": "other(*[reply])",
    "kept in a list": "other.append([reply])",
    "kept in a dict": "other['last'] = reply",
    "kept by somebody": "other.last = reply",
    "sent to a queue": "await other.put(reply)",
    "compared": "if reply == other: return",
    "bound to a class": "match reply:\n    case requests.Response(ok=True): pass",
    "by a lambda": "check = lambda: reply.ok",
    "in a function inside": "def failed():\n    return reply.status_code >= 400",
    "in a comprehension": "codes = [one.status_code for one in [reply]], [reply.status_code for _ in other]",
    "with an alias": "same = reply\nif same.ok: pass",
    "by the method itself": "check = reply.raise_for_status",
    "in a default": "def failed(answer=reply):\n    return answer",
    "with walrus": "if (code := reply.status_code) > 300: pass",
    "yielded": "yield reply",
}


@pytest.mark.parametrize("line", LOOKED.values(), ids=LOOKED.keys())
def test_a_look_anywhere_silences(line):
    silent(script(GET, line, "print(reply.text)"), "LF202")
    silent(script(GET, "print(reply.text)", line), "LF202")


BLIND = {
    "how to read it": "reply.raw.decode_content = True",
    "headers": "print(reply.headers['ETag'], reply.url, reply.elapsed, reply.encoding)",
    "history": "print(len(reply.history))",
    "another response": "requests.get(other, timeout=5).raise_for_status()",
    "the same name before": "reply.close()",
    "is it there": "if reply is None: return",
    "is it there, otherwise": "if reply is not None: print('there')",
    "type": "if isinstance(reply, requests.Response): pass",
    "hasattr": "if hasattr(reply, 'text'): pass",
    "getattr of something else": "print(getattr(reply, 'url', ''))",
    "a status of something else": "print(other.status_code, other.ok)",
    "alias": "same = reply",
    "with": "with reply: pass",
    "closing": "with contextlib.closing(reply): pass",
}


@pytest.mark.parametrize("line", BLIND.values(), ids=BLIND.keys())
def test_what_looks_at_no_status_silences_nothing(line):
    found = reports(script(GET, line, "print(reply.text)"), "LF202")
    assert len(found) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(BLIND.values())), max_size=5), st.sampled_from(sorted(LOOKED.values())), st.data()
)
def test_one_look_is_enough_and_without_it_there_is_one_finding(blind, look, data):
    lines = [*blind, "print(reply.json())"]
    assert len(reports(script(GET, *lines), "LF202")) == 1
    place = data.draw(st.integers(0, len(lines)))
    silent(script(GET, *lines[:place], look, *lines[place:]), "LF202")


CLIENTS = {
    "handed in by annotation": "def f(s: requests.Session):\n    return s.get('u', timeout=5).json()",
    "kept by an object": (
        "class C:\n    def __init__(self):\n        self.s = requests.Session()\n"
        "    def m(self):\n        return self.s.get('u', timeout=5).json()"
    ),
    "by partial": "import functools\nget = functools.partial(requests.get, timeout=5)\nprint(get('u').json())",
    "at the top": "print(requests.get('u', timeout=5).json())",
    "a session of the module": "s = requests.Session()\ndef f():\n    return s.get('u', timeout=5).text",
    "an adapter that only retries": (
        "s = requests.Session()\ns.mount('https://', requests.adapters.HTTPAdapter(max_retries=3))\n"
        "print(s.get('u', timeout=5).json())"
    ),
    "hooks of another call": (
        "requests.get('u', hooks={'response': f}, timeout=5)\nprint(requests.get('u', timeout=5).json())"
    ),
    "told not to raise": (
        "async def f():\n    async with aiohttp.ClientSession(raise_for_status=True) as s:\n"
        "        async with s.get('u', raise_for_status=False) as r:\n            return await r.json()"
    ),
    "a client that is handed in, made here": (
        "async def f(s: aiohttp.ClientSession):\n    async with s.get('u') as r:\n        return await r.json()\n"
        "async def main():\n    async with aiohttp.ClientSession() as s:\n        await f(s)"
    ),
    "a client made here, handed on": (
        "async def f(s):\n    async with s.get('u') as r:\n        return await r.json()\n"
        "async def main():\n    async with aiohttp.ClientSession() as s:\n        await f(s)"
    ),
}
QUIET_CLIENTS = {
    "unknown": "def f(s):\n    return s.get('u').json()",
    "a client that is handed in": (
        "async def f(s: aiohttp.ClientSession):\n    async with s.get('u') as r:\n        return await r.json()"
    ),
    "a client that raises, handed in": (
        "async def f(s: aiohttp.ClientSession):\n    async with s.get('u') as r:\n        return await r.json()\n"
        "async def main():\n    async with aiohttp.ClientSession(raise_for_status=True) as s:\n        await f(s)"
    ),
    "hooks of a session": "s = requests.Session()\ns.hooks = {'response': f}\nprint(s.get('u', timeout=5).json())",
    "hooks stored": "s = requests.Session()\ns.hooks['response'] = [f]\nprint(s.get('u', timeout=5).json())",
    "hooks updated": "s = requests.Session()\ns.hooks.update(response=f)\nprint(s.get('u', timeout=5).json())",
    "event hooks": "c = httpx.AsyncClient(event_hooks={'response': [f]})\nasync def g():\n    return (await c.get('u')).json()",
    "event hooks later": "c = httpx.Client()\nc.event_hooks['response'] = [f]\nprint(c.get('u').json())",
    "an adapter of its own": (
        "s = requests.Session()\ns.mount('https://', Strict())\nprint(s.get('u', timeout=5).json())"
    ),
    "a decorated maker": ("@strict\ndef fetch():\n    return requests.get('u', timeout=5)\nprint(fetch().json())"),
    "a maker that hands it to somebody": (
        "def fetch():\n    r = requests.get('u', timeout=5)\n    strict(r)\n    return r\nprint(fetch().json())"
    ),
    "a wrapper that looks": (
        "def fetch():\n    return requests.get('u', timeout=5)\ndef sure():\n    r = fetch()\n    r.raise_for_status()\n"
        "    return r\nprint(sure().json())"
    ),
    "another class of that name": "class requests:\n    get = open\nprint(requests.get('u').json())",
    "drained": "requests.post('u', timeout=5).content",
    "urlretrieve": "urllib.request.urlretrieve('https://u', 'f')",
    "a fake": "requests = Fake()\nprint(requests.get('u').json())",
}


@pytest.mark.parametrize("code", CLIENTS.values(), ids=CLIENTS.keys())
def test_clients_that_raise_nothing(code):
    assert len(reports(IMPORTS + code, "LF202")) == 1


@pytest.mark.parametrize("code", QUIET_CLIENTS.values(), ids=QUIET_CLIENTS.keys())
def test_clients_that_may_raise(code):
    silent(IMPORTS + code, "LF202")


def test_the_advice_silences_the_finding():
    (found,) = reports(script(GET, "return reply.json()"), "LF202")
    advice = found.help.partition(",")[0]
    silent(script(GET, advice, "return reply.json()"), "LF202")
    assert [one.message for one in found.related] == ["the response comes from here"]
    (found,) = reports(script("reply = urllib3.PoolManager().request('GET', url)", "return reply.data"), "LF202")
    advice = found.help.partition(", before")[0]
    silent(script("reply = urllib3.PoolManager().request('GET', url)", advice, "return reply.data"), "LF202")


def test_each_response_has_its_finding_and_each_function():
    code = script(GET, "one = reply.json()", "again = reply.text", GET, "two = reply.json()")
    assert len(reports(code, "LF202")) == 2
    code = "import requests\ndef get():\n    return requests.get('u', timeout=5)\na = lambda: get().json()\ndef b():\n    return get().text\n"
    assert len(reports(code, "LF202")) == 2


def test_a_test_that_asserts_about_the_body_looks_closely_enough():
    code = f"{IMPORTS}\ndef test_it(url):\n    reply = requests.get(url, timeout=5)\n    assert reply.json() == [1]\n"
    silent(code, "LF202", path="tests/test_api.py")
    reports(code, "LF202", path="check_api.py")
    reports(code.replace("assert", "return"), "LF202", path="tests/test_api.py")


# --- LF203 ------------------------------------------------------------------------------------------------------------

ROUND = {
    "while with a counter": "n = 0\nwhile n < 9:\n    requests.get(f'{url}/{n}', timeout=5)\n    n += 1",
    "loop in a loop": "for a in other:\n    for b in a:\n        requests.get(f'https://h/{b}', timeout=5)",
    "by partial": (
        "import functools\nget = functools.partial(requests.get, timeout=5)\nfor a in other:\n    get(f'https://h/{a}')"
    ),
    "method as a value": "send = requests.post\nfor a in other:\n    send('https://h/x', json=a, timeout=5)",
    "in a with": "for a in other:\n    with httpx.stream('GET', f'https://h/{a}') as r:\n        print(r.status_code)",
    "guarded": "for a in other:\n    try:\n        requests.get(f'https://h/{a}', timeout=5)\n    except OSError:\n        continue",
    "url by keyword": "for a in other:\n    requests.get(timeout=5, url=f'https://h/{a}')",
    "set comprehension": "x = {requests.get(f'https://h/{a}', timeout=5).text for a in other}",
    "in the condition of a comprehension": "x = [a for a in other if requests.get(f'https://h/{a}', timeout=5).ok]",
    "async for": "async for a in other:\n    requests.get(f'https://h/{a}', timeout=5)",
}
ONCE = {
    "no loop": "requests.get(url, timeout=5)",
    "else of a loop": "for a in other:\n    pass\nelse:\n    requests.get(url, timeout=5)",
    "else of a while": "while other.next():\n    pass\nelse:\n    requests.get(url, timeout=5)",
    "gives the items": "for a in requests.get(url, timeout=5).json():\n    print(a)",
    "gives the items of a comprehension": "x = [a for a in requests.get(url, timeout=5).json()]",
    "host in front": "for a in other:\n    requests.get('http://' + a + ':9100/metrics', timeout=5)",
    "host by format": "for a in other:\n    requests.get('https://{}/x'.format(a), timeout=5)",
    "host of an object": "for a in other:\n    requests.get(f'{a.base}/x', timeout=5)",
    "address of a server": "for server in other:\n    requests.get(server['address'], timeout=5)",
    "returns": "for a in other:\n    return requests.get(f'https://h/{a}', timeout=5)",
    "one line that breaks": "for a in other:\n    requests.get(f'https://h/{a}', timeout=5); break",
    "raises": "for a in other:\n    requests.post('https://h/x', timeout=5)\n    raise OSError",
    "a session": "s = requests.Session()\nfor a in other:\n    s.get(f'https://h/{a}', timeout=5)",
    "urllib3 has a pool of its own": "for a in other:\n    urllib3.request('GET', f'https://h/{a}')",
}


@pytest.mark.parametrize("code", ROUND.values(), ids=ROUND.keys())
def test_a_connection_every_time_round(code):
    assert len(reports(script(code), "LF203")) == 1


@pytest.mark.parametrize("code", ONCE.values(), ids=ONCE.keys())
def test_one_connection_is_enough(code):
    silent(script(code), "LF203")


# --- LF302 ------------------------------------------------------------------------------------------------------------

HIDES = [
    "urllib3.disable_warnings()",
    "from urllib3 import disable_warnings as hush\nhush()",
    "import requests.packages.urllib3 as u\nu.disable_warnings()",
    "from botocore.vendored import requests as r\nr.packages.urllib3.disable_warnings()",
    "from pip._vendor import urllib3 as u\nu.disable_warnings()",
    "warnings.filterwarnings('ignore', message='.*[Uu]nverified HTTPS.*', category=urllib3.exceptions.InsecureRequestWarning)",
    "for one in (urllib3.exceptions.InsecureRequestWarning, DeprecationWarning):\n    warnings.simplefilter('ignore', one)",
    "options = {'category': urllib3.exceptions.InsecureRequestWarning}\nwarnings.filterwarnings('ignore', **options)",
    "warnings.filterwarnings('ignore')\nsession = requests.Session()\nsession.verify = False",
    "action = 'ignore'\nwarnings.simplefilter(action, urllib3.exceptions.HTTPWarning)",
    "os.putenv('PYTHONWARNINGS', 'ignore:Unverified HTTPS request')",
    "subprocess.run(['job'], env={'PYTHONWARNINGS': 'ignore:Unverified HTTPS request'}, check=True)",
]
SHOWS = [
    "warnings.filterwarnings('ignore', message='Unverified', category=DeprecationWarning)",
    "warnings.filterwarnings('ignore', message='connection')",
    "warnings.filterwarnings(url, category=urllib3.exceptions.InsecureRequestWarning)",
    "warnings.filterwarnings('ignore', message=other)",
    "warnings.filterwarnings('ignore', **other)",
    "warnings.filterwarnings('ignore', category=other.InsecureRequestWarning)",
    "warnings.resetwarnings()",
    "other.disable_warnings()",
    "other.filterwarnings('ignore', category=urllib3.exceptions.InsecureRequestWarning)",
    "urllib3.disable_warnings(other)",
    "hush = urllib3.disable_warnings",
    "warnings.filterwarnings('ignore')\nrequests.get(url, verify=True, timeout=5)",
]


@pytest.mark.parametrize("code", HIDES)
def test_warnings_that_are_hidden(code):
    assert len(reports(script(code), "LF302")) == 1


@pytest.mark.parametrize("code", SHOWS)
def test_warnings_that_may_be_seen(code):
    silent(script(code), "LF302")


# --- LF303 ------------------------------------------------------------------------------------------------------------

ACCEPTS_ANY = [
    "other.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
    "other.ssh.set_missing_host_key_policy(paramiko.client.WarningPolicy)",
    "getattr(paramiko.SSHClient(), 'set_missing_host_key_policy')(paramiko.AutoAddPolicy())",
    "other.connect(url, missing_host_policy=paramiko.AutoAddPolicy())",
    "await asyncssh.connect(url, **{'known_hosts': None})",
    "known = None\nawait asyncssh.connect(url, known_hosts=known)",
    "subprocess.run(f'ssh -q -oStrictHostKeyChecking=no {url} ls', shell=True, check=True)",
    "subprocess.run(['sshpass', '-e', 'ssh', '-o', 'StrictHostKeyChecking no', url], check=True)",
    "subprocess.run('ssh -o stricthostkeychecking=NO host', shell=True, check=True)",
    "other.run('scp -o \"StrictHostKeyChecking=no\" a b:')",
    "options = '-o UserKnownHostsFile=/dev/null ' '-o StrictHostKeyChecking=accept-new'",
    "ssh = ['ssh']\nssh += ['-o', 'StrictHostKeyChecking=no']",
    "with open('config', 'w') as file:\n    file.write('Host *\\n  StrictHostKeyChecking no\\n')",
    "os.environ.update(GIT_SSH_COMMAND='ssh -o StrictHostKeyChecking=no')",
    "os.environ['ANSIBLE_HOST_KEY_CHECKING'] = 'no'",
    "os.environ.update({'ANSIBLE_HOST_KEY_CHECKING': 'False'})",
    "from jnpr.junos import Device\nDevice(host=url, hostkey_verify=False)",
    "other.open_device(url, ssh_strict=False)",
    "other(ssh_options=dict(StrictHostKeyChecking='no'))",
]
CHECKS_KEYS = [
    "other.set_missing_host_key_policy(other.AutoAddPolicy())",
    "paramiko.SSHClient().set_missing_host_key_policy(paramiko.RejectPolicy())",
    "if isinstance(other, paramiko.AutoAddPolicy): pass",
    "policy = paramiko.AutoAddPolicy if flag else paramiko.RejectPolicy\nother.set_missing_host_key_policy(policy())",
    "policies = {'auto': paramiko.AutoAddPolicy, 'reject': paramiko.RejectPolicy}",
    "await asyncssh.connect(url, known_hosts=other)",
    "await asyncssh.listen(url, known_client_hosts=None)",
    "subprocess.run(['ssh', '-o', 'StrictHostKeyChecking=ask', url], check=True)",
    "options = ['-o', 'StrictHostKeyChecking=accept-new']\nmore = ['-o', 'UserKnownHostsFile=/dev/null']",
    "raise SystemExit('never use StrictHostKeyChecking=no')",
    "log.error('StrictHostKeyChecking=no is not allowed')",
    "other.fail_json(msg='StrictHostKeyChecking=no is not allowed')",
    "found = 'StrictHostKeyChecking=no' in other",
    "usage = 'ssh -o StrictHostKeyChecking=no is refused'",
    "other = {'StrictHostKeyChecking': 'yes', 'host_key_checking': True}",
    "os.environ['ANSIBLE_HOST_KEY_CHECKING'] = 'True'",
    "if os.environ.get('ANSIBLE_HOST_KEY_CHECKING') == 'False': pass",
    "def connect(host, ssh_strict=True): pass\nconnect(url, ssh_strict=False)",
    "other(hostkey_verify=flag, auth_strict_key=True)",
    "options = f'-o StrictHostKeyChecking={other}'",
    "text = 'StrictHostKeyChecking=none'",
]


@pytest.mark.parametrize("code", ACCEPTS_ANY)
def test_keys_of_anybody(code):
    assert len(reports(script(code), "LF303")) == 1


@pytest.mark.parametrize("code", CHECKS_KEYS)
def test_keys_that_are_checked(code):
    silent(script(code), "LF303")


# --- LF304 ------------------------------------------------------------------------------------------------------------

OLD = [
    "ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)",
    "import ssl as tls\ntls.SSLContext(protocol=tls.PROTOCOL_SSLv3)",
    "from OpenSSL import SSL\nSSL.Context(method=SSL.SSLv3_METHOD)",
    "from OpenSSL.SSL import Context, TLSv1_1_METHOD\nContext(TLSv1_1_METHOD)",
    "other.tls_set(tls_version=ssl.PROTOCOL_TLSv1)",
    "protocol = flag and ssl.PROTOCOL_TLSv1",
    "other.ssl_version = ssl.PROTOCOL_TLSv1",
    "make = lambda version=ssl.PROTOCOL_TLSv1: version",
    "context = ssl.create_default_context()\ncontext.minimum_version = ssl.TLSVersion.TLSv1",
    "context = ssl.create_default_context()\ncontext.options &= ~ssl.OP_NO_TLSv1",
    "other.connect(tls_version='TLSv1')",
    "other.create(ViewerCertificate={'MinimumProtocolVersion': 'SSLv3'})",
    "other.StorageAccount(minimum_tls_version='TLS1_0')",
    "other['min_tls_version'] = '1.1'",
    "subprocess.run(['curl', '-sS', '--tlsv1.1', url], check=True)",
    "subprocess.run(['curl', '-3', url], check=True)",
]
NEW = [
    "ssl.SSLContext(ssl.PROTOCOL_TLS)",
    "ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)",
    "context = ssl.create_default_context()\ncontext.minimum_version = ssl.TLSVersion.TLSv1_3",
    "context = ssl.create_default_context()\ncontext.options |= ssl.OP_NO_TLSv1",
    "context = ssl.create_default_context()\ncontext.options &= ~ssl.OP_NO_TICKET",
    "if other.version == ssl.PROTOCOL_TLSv1: raise SystemExit(1)",
    "if ssl.PROTOCOL_TLSv1 in other: pass",
    "print(ssl.PROTOCOL_TLSv1)",
    "for version in (ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_1): print(version)",
    "other(version='1.0', api_version='1.1', protocol='HTTP/1.1')",
    "other.create(tls_version='TLSv1.2', minimum_tls_version='TLS1_2')",
    "subprocess.run(['curl', '-sS', '--tlsv1.2', '-o', '3', url], check=True)",
    "names = {'TLSVersion.TLSv1': 'TLS 1.0', 'PROTOCOL_SSLv3': 'SSLv3'}",
    "other.PROTOCOL_TLSv1 = 1\nother(other.PROTOCOL_TLSv1)",
]


@pytest.mark.parametrize("code", OLD)
def test_versions_that_were_retired(code):
    assert len(reports(script(code), "LF304")) == 1


@pytest.mark.parametrize("code", NEW)
def test_versions_that_are_spoken_today(code):
    silent(script(code), "LF304")


# --- LF305 ------------------------------------------------------------------------------------------------------------

READABLE = [
    "telnetlib.Telnet(url)",
    "from ftplib import FTP as Client\nClient(url)",
    "requests.get('http://example.net/x', auth=('a', other), timeout=5)",
    "requests.get(f'http://{other}/x', headers={'authorization': flag}, timeout=5)",
    "requests.post('http://example.net/token', data={'client_secret': other}, timeout=5)",
    "headers = {}\nheaders['X-Api-Key'] = other\nrequests.get('http://example.net/x', headers=headers, timeout=5)",
    "requests.request('GET', 'http://example.net/x?token=' + other, timeout=5)",
    "requests.get('http://user:' + other + '@example.net/x', timeout=5)",
    "client = httpx.Client(base_url='http://example.net', headers={'Authorization': other})",
    "base = 'http://example.net'\nrequests.get(base + '/x', auth=('a', other), timeout=5)",
    "requests.get('HTTP://example.net/x', auth=('a', other), timeout=5)",
    "requests.get('http://localhost.example.net/x', auth=('a', other), timeout=5)",
]
UNREADABLE = [
    "requests.get('https://example.net/x', auth=('a', other), timeout=5)",
    "requests.get('http://example.net/x', timeout=5)",
    "requests.get('http://localhost:8000/x', auth=('a', other), timeout=5)",
    "requests.get('http://127.1.2.3/x', auth=('a', other), timeout=5)",
    "requests.get('http://db.localhost/x', auth=('a', other), timeout=5)",
    "requests.get(f'http://localhost:{other}/x', auth=('a', other), timeout=5)",
    "requests.get(f'{other}/x', auth=('a', other), timeout=5)",
    "requests.get('http://example.net/x', headers={'Authorization': None}, timeout=5)",
    "requests.get('http://example.net/x', params={'page_token': other, 'key_id': other}, timeout=5)",
    "requests.get('http://169.254.169.254/x', headers={'X-aws-ec2-metadata-token': other}, timeout=5)",
    "host = other or 'localhost'\nrequests.get(f'http://{host}/x', auth=('a', other), timeout=5)",
    "ftplib.FTP_TLS(url)",
    "telnetlib.Telnet('localhost', 4444)",
    "other.Telnet(url)",
]


@pytest.mark.parametrize("code", READABLE)
def test_logins_that_anybody_can_read(code):
    assert len(reports(script(code), "LF305")) == 1


@pytest.mark.parametrize("code", UNREADABLE)
def test_logins_that_nobody_else_reads(code):
    silent(script(code), "LF305")


@pytest.mark.parametrize("secret", ["hunter2-and-more", "Tr0ub4dor&3"])
def test_no_secret_is_shown(secret):
    (found,) = reports(f"import requests\nrequests.get('http://user:{secret}@example.net/', timeout=5)\n", "LF305")
    assert secret not in found.message + found.help + found.label
