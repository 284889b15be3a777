"""What the models of processes, logging, files, retries, SSH, clouds and clusters make of calls as scripts write them.

That names, keywords and positions are those of the installed libraries is tested for all models in test_models_net.
"""

from __future__ import annotations

import inspect
import re
import textwrap

import libcst as cst
import pytest
from verbs import the_models

from lintfoot import calls, facets
from lintfoot.libraries import expanded
from lintfoot.meanings import constant_meaning
from lintfoot.names import Names

# Libraries whose results nobody asks anything: the name alone says what the call gave.
ENDS_THERE = ("asyncpg", "psycopg")

VOCABULARY = {
    "host-keys": {"on", "off", "unverified"},
    "shell": {"on", "off"},
    "check": {"on", "off"},
    "exc_info": {"on", "off", "receiver", "configured"},
    "stop": {"bounded", "forever", "receiver"},
    "deadline": {"bounded", "forever"},
    "wait": {"none", "constant", "jittered", "growing", "receiver"},
    "loader": {"safe", "full", "unsafe", "receiver"},
    "undefined": {"lenient", "visible", "strict", "receiver"},
}


def outermost(code: str) -> tuple[Names, list[tuple[cst.Call, calls.Target]]]:
    """The modelled calls that stand in no other modelled call, each with what it may call."""
    names = Names(cst.parse_module(textwrap.dedent(code)), the_models())
    found = [(call, target) for call in names.index.calls for target in calls.targets(names, call)]
    modelled = {id(call) for call, _ in found}
    outer = [one for one in found if modelled.isdisjoint(map(id, names.index.ancestors(one[0])))]
    assert outer, f"nothing modelled in:\n{code}"
    return names, outer


def told(code: str, facet: str) -> set[str]:
    """The meanings of a facet at the last call."""
    names, outer = outermost(code)
    meaning = facets.meaning(names, *outer[-1], facet)
    assert meaning is not None, f"{outer[-1][1].name} has no {facet}"
    return set(meaning.words)


def roles(code: str) -> set[str]:
    """The roles of the last call."""
    names, outer = outermost(code)
    return set(calls.roles(names, *outer[-1]))


def secrets(code: str) -> set[str]:
    """The expressions that a modelled call takes for a secret."""
    module = cst.parse_module(textwrap.dedent(code))
    names = Names(module, the_models())
    return {
        module.code_for_node(given.node)
        for call in names.index.calls
        for target in calls.targets(names, call)
        for argument in target.function.arguments.values()
        if argument.secret and (given := calls.given(names, call, argument, target.partials)).node is not None
    }


def test_what_a_call_returns_is_modelled():
    models = the_models()
    known = {*models.functions, *models.attributes}
    known |= {name.rpartition(".")[0] for name in known}
    returned = [
        (name, word)
        for name, function in models.functions.items()
        for word in (function.returns, function.enters, *function.bases)
        if word and word != "self" and models.library_of[name].name not in ENDS_THERE
    ]
    assert [(name, word) for name, word in returned if "{" in word and not filled(name, word)] == []
    assert [(name, word) for name, word in returned if "{" not in word and models.canonical(word) not in known] == []


def filled(name: str, word: str) -> bool:
    return word[word.index("{") + 1 : word.index("}")] in the_models().functions[name].arguments


@pytest.mark.parametrize("facet", VOCABULARY)
def test_meanings_come_from_one_vocabulary(facet):
    strange = {
        (name, word)
        for library in the_models().libraries
        for function in library.functions
        for name in expanded(function.names)
        if facet in function.arguments
        for word in (function.arguments[facet].default, *function.arguments[facet].means.values())
        if word and not word.startswith("@") and word not in VOCABULARY[facet]
    }
    assert strange == set()


PROCESSES = {
    "import subprocess; subprocess.run(cmd, shell=True)": "on",
    "import subprocess; subprocess.run(cmd, shell=1)": "on",
    "import subprocess; subprocess.run(['ls'])": "off",
    "import subprocess; subprocess.check_output(cmd, 0, None, None, None, None, None, True, True)": "on",
    "from subprocess import Popen as start; start(args=cmd, shell=True)": "on",
    "from gevent.subprocess import call; call(cmd, shell=True)": "on",
    "import trio; await trio.run_process(cmd, shell=True)": "on",
    "import anyio; await anyio.run_process('df -h')": "on",
    "from ansible.module_utils.basic import AnsibleModule as M; m = M(); m.run_command(c, use_unsafe_shell=True)": "on",
    "from ansible.module_utils.basic import *; m = AnsibleModule(); m.run_command('ls /tmp')": "off",
}


@pytest.mark.parametrize("code", PROCESSES)
def test_shells(code):
    assert told(code, "shell") == {PROCESSES[code]}


ROLES = {
    "import os; os.system('ls')": {"process", "shell"},
    "from os import popen; popen(cmd)": {"process", "shell"},
    "import asyncio\nasyncio.get_event_loop().subprocess_shell(p, cmd)": {"process", "shell"},
    "import asyncio\nasync def go(loop: asyncio.AbstractEventLoop):\n    await loop.subprocess_exec(p, 'ls')": {
        "process"
    },
    "from asyncio.subprocess import create_subprocess_shell; create_subprocess_shell(cmd)": {"process", "shell"},
    "from invoke import task; from invoke.context import Context\n@task\ndef build(c: Context):\n    c.run('make')": {
        "process",
        "shell-runner",
    },
    "from fabric import Connection\nwith Connection('web1') as c:\n    c.run('uptime')": {"command"},
    "from fabric import Connection; Connection('web1').local('make')": {"process", "shell-runner"},
    "import paramiko; s = paramiko.SSHClient(); s.exec_command('reboot')": {"command"},
    "import asyncssh\nasync def go():\n    async with asyncssh.connect('h') as c:\n        await c.run('ls')": {
        "command"
    },
    "from kubernetes.stream import stream; stream(api, name, command=['ls'])": {"request", "command"},
    "import logging; logging.getLogger(__name__).getChild('x').exception('no')": {"log", "log-traceback"},
    "from loguru import logger; logger.exception('no')": {"log", "log-traceback"},
    "import structlog; log = structlog.get_logger().bind(host=h); log.error('no')": {"log"},
    "import sentry_sdk; sentry_sdk.capture_exception()": {"report"},
    "import sentry_sdk\nwith sentry_sdk.new_scope() as scope:\n    scope.capture_exception(e)": {"report"},
    "from opentelemetry import trace\nwith trace.get_tracer('x').start_as_current_span('y') as span:\n"
    "    span.record_exception(e)": {"report"},
    "from honeybadger import honeybadger; honeybadger.notify(e)": {"report"},
    "import traceback; traceback.print_exc()": {"log-traceback"},
    "from rich.console import Console; Console().print_exception()": {"log", "log-traceback"},
    "print('no')": {"log"},
    "import sys; sys.stderr.write('no')": {"log"},
    "import threading; stop = threading.Event(); stop.wait(5)": {"wait", "sleep"},
    "from time import sleep; sleep(3)": {"sleep"},
    "open('x')": {"open"},
    "from io import open; open('x')": {"open"},
    "from pathlib import Path; Path('x').resolve().open()": {"open"},
    "from contextlib import suppress; suppress(OSError)": {"suppress"},
    "exit(1)": {"exit"},
    "import os; os.environ.get('DB_PASSWORD')": {"environment"},
    "import getpass; getpass.getpass()": {"secret-source"},
    "import boto3; boto3.client('secretsmanager').get_secret_value(SecretId='x')": {"request", "secret-source"},
    "import boto3; boto3.session.Session(profile_name='p').client('ec2').describe_instances()": {"request", "listing"},
    "import aioboto3\nasync def go():\n    async with aioboto3.Session().client('s3') as s3:\n"
    "        await s3.list_objects_v2(Bucket='b')": {"request", "listing"},
    "import boto3; boto3.client('ec2').get_waiter('instance_running').wait()": {"poll"},
    "from kubernetes import client; client.CoreV1Api().list_namespaced_pod('x')": {"request", "listing"},
    "from kubernetes_asyncio import client; client.AppsV1Api().list_deployment_for_all_namespaces()": {
        "request",
        "listing",
    },
    "from polling2 import poll; poll(ready, step=1, poll_forever=True)": {"poll"},
}


@pytest.mark.parametrize("code", ROLES)
def test_roles(code):
    assert roles(code) == ROLES[code]


STOPS = {
    "from tenacity import retry; retry()": {"forever"},
    "import tenacity as t; t.retry(stop=t.stop_never)": {"forever"},
    "from tenacity.stop import stop_never; from tenacity import retry; retry(stop=stop_never)": {"forever"},
    "from tenacity import *; retry(wait=wait_fixed(2))": {"forever"},
    "from tenacity import Retrying\nfor attempt in Retrying(reraise=True): ...": {"forever"},
    "from tenacity.asyncio import AsyncRetrying; AsyncRetrying()": {"forever"},
    "import tenacity; tenacity.retry(stop=tenacity.stop_after_attempt(3))": {"bounded"},
    "import tenacity as t; t.retry(stop=t.stop_after_attempt(3) | t.stop_after_delay(9))": {""},
    "import tenacity; tenacity.retry(stop=None)": {""},
    "import tenacity; tenacity.retry(**options)": {""},
    "import backoff; backoff.on_exception(backoff.expo, OSError)": {"forever"},
    "import backoff; backoff.on_exception(backoff.expo, OSError, max_tries=None)": {"forever"},
    "import backoff; backoff.on_exception(backoff.expo, OSError, max_tries=0)": {"forever"},
    "import backoff; backoff.on_exception(backoff.expo, OSError, max_tries=5)": {"bounded"},
    "import backoff; backoff.on_exception(backoff.expo, OSError, max_time=60)": {"bounded"},
    "import backoff; backoff.on_exception(backoff.expo, OSError, max_tries=None, max_time=60)": {"bounded"},
    "import backoff; backoff.on_exception(backoff.expo, OSError, max_tries=limit)": {"bounded"},
    "import backoff; backoff.on_predicate(backoff.constant, interval=5)": {"forever"},
    "import backoff; backoff.on_predicate(backoff.constant, interval=[1, 5, 9])": {"bounded"},
    "import backoff\ndef mine():\n    yield 3\nbackoff.on_predicate(mine)": {""},
    "from retrying import retry; retry()": {"forever"},
    "from retrying import retry; retry(wait_fixed=2000)": {"forever"},
    "from retrying import retry; retry(stop_max_attempt_number=7)": {"bounded"},
    "from retrying import retry; retry(stop_max_delay=9000)": {"bounded"},
    "from retrying import retry; retry(stop='stop_after_attempt')": {"bounded"},
    "from retrying import retry; retry(stop_func=lambda attempts, delay: attempts > 3)": {""},
    "import stamina; stamina.retry(on=OSError)": {"bounded"},
    "import stamina; stamina.retry(on=OSError, attempts=None)": {"bounded"},
    "import stamina; stamina.retry(on=OSError, attempts=None, timeout=None)": {"forever"},
    "from retry import retry; retry(OSError, delay=2)": {"forever"},
    "from retry.api import retry_call; retry_call(f, tries=3)": {"bounded"},
    "from retry import retry; retry(tries=-1)": {"forever"},
    "from google.api_core.retry import Retry; Retry()": {"bounded"},
    "from google.api_core import retry; retry.Retry(deadline=None)": {"forever"},
    "from google.api_core import retry; retry.Retry(timeout=None)": {"forever"},
    "from google.api_core import retry; retry.Retry(deadline=30, timeout=None)": {"bounded"},
}


@pytest.mark.parametrize("code", STOPS)
def test_retries_that_end(code):
    assert told(code, "stop") == STOPS[code]


WAITS = {
    "import tenacity; tenacity.retry()": "none",
    "import tenacity; tenacity.retry(wait=None)": "none",
    "import tenacity; tenacity.retry(wait=tenacity.wait_fixed(3))": "constant",
    "import tenacity; tenacity.retry(wait=tenacity.wait_fixed(0))": "none",
    "import tenacity; tenacity.retry(wait=tenacity.wait_random(1, 3))": "jittered",
    "import tenacity; tenacity.retry(wait=tenacity.wait_exponential(max=30))": "growing",
    "import backoff; backoff.on_exception(backoff.expo, OSError)": "growing",
    "import backoff; backoff.on_exception(backoff.constant, OSError)": "jittered",
    "import backoff; backoff.on_exception(backoff.constant, OSError, jitter=None)": "constant",
    "import backoff; backoff.on_exception(backoff.constant, OSError, interval=0)": "none",
    "from retrying import retry; retry(stop_max_attempt_number=3)": "none",
    "from retrying import retry; retry(wait_fixed=2000)": "constant",
    "from retrying import retry; retry(wait_random_min=1, wait_random_max=9)": "jittered",
    "from retrying import retry; retry(wait_exponential_multiplier=1000)": "growing",
    "from retry import retry; retry(tries=3)": "none",
    "from retry import retry; retry(tries=3, delay=2)": "constant",
    "from retry import retry; retry(tries=3, delay=2, backoff=1)": "constant",
    "from retry import retry; retry(tries=3, delay=2, backoff=2)": "growing",
    "from retry import retry; retry(tries=3, delay=2, jitter=(1, 3))": "growing",
    "import stamina; stamina.retry(on=OSError)": "growing",
}


@pytest.mark.parametrize("code", WAITS)
def test_pauses_between_retries(code):
    assert told(code, "wait") == {WAITS[code]}


TIMEOUTS = {
    "import paramiko; paramiko.SSHClient().connect('h')": "forever",
    "import paramiko; paramiko.SSHClient().connect('h', timeout=None)": "forever",
    "import paramiko; paramiko.SSHClient().connect('h', timeout=10)": "finite",
    "import paramiko; paramiko.SSHClient().connect('h', sock=proxy)": "finite",
    "import socket; import paramiko; socket.setdefaulttimeout(9); paramiko.SSHClient().connect('h')": "finite",
    "import paramiko; paramiko.Transport(('h', 22))": "forever",
    "import paramiko; paramiko.Transport((host, port))": "forever",
    "import paramiko; paramiko.Transport('h:22')": "forever",
    "import paramiko; paramiko.Transport(sock)": "",
    "import pysftp; pysftp.Connection('h')": "forever",
    "import asyncssh\nasyncssh.connect('h')": "system",
    "import asyncssh\nasyncssh.connect('h', connect_timeout=5)": "finite",
    "import asyncssh\nasyncssh.connect('h', login_timeout=0)": "forever",
    "from netmiko import ConnectHandler; ConnectHandler(host='h')": "finite",
    "from netmiko import ConnectHandler; d = {'host': 'h', 'conn_timeout': None}; ConnectHandler(**d)": "forever",
    "from ncclient import manager; manager.connect(host='h')": "forever",
    "from ncclient import manager; manager.connect(host='h', timeout=9)": "finite",
    "import pexpect; pexpect.spawn('ssh h').expect('$')": "finite",
    "import pexpect; c = pexpect.spawn('ssh h', timeout=None); c.expect('$')": "forever",
    "import pexpect; c = pexpect.spawn('ssh h', timeout=None); c.expect('$', timeout=-1)": "forever",
    "import pexpect; c = pexpect.spawn('ssh h', timeout=None); c.expect('$', timeout=5)": "finite",
    "import boto3; boto3.client('s3')": "finite",
    "import boto3; from botocore.config import Config; boto3.client('s3', config=Config(read_timeout=None))": "forever",
    "import boto3; from botocore.client import Config; boto3.client('s3', config=Config(connect_timeout=5))": "finite",
    "from kubernetes import client; client.CoreV1Api().list_namespaced_pod('x')": "unset",
    "from kubernetes import client; client.CoreV1Api().list_namespaced_pod('x', _request_timeout=(3, 9))": "finite",
    "from kubernetes import client; client.CoreV1Api().list_namespaced_pod('x', _request_timeout=None)": "forever",
    "from ansible.module_utils.urls import open_url; open_url(u)": "finite",
    "from ansible.module_utils.urls import Request; Request().open('GET', u)": "finite",
    "import msal; msal.ConfidentialClientApplication(i)": "unset",
    "import msal; msal.ConfidentialClientApplication(i, http_client=mine)": "",
    "from google.auth.transport.requests import AuthorizedSession as S; S(c).get(u)": "finite",
    "from google.auth.transport.requests import AuthorizedSession as S; S(c).get(u, timeout=None)": "forever",
    "from keystoneauth1 import session; session.Session(auth=a)": "unset",
    "from keystoneauth1 import session; session.Session(auth=a, timeout=None)": "forever",
    "from googleapiclient.discovery import build; build('compute', 'v1')": "finite",
    "import subprocess; subprocess.run(['ls'])": "forever",
    "import subprocess; subprocess.run(['ls'], timeout=5)": "finite",
}


@pytest.mark.parametrize("code", TIMEOUTS)
def test_waits_that_end(code):
    assert told(code, "timeout") == {TIMEOUTS[code]}


CHECKS = {
    ("import boto3; boto3.client('s3', verify=False)", "verify"): "off",
    ("import boto3; boto3.Session().resource('s3', None, None, True, False)", "verify"): "off",
    ("import boto3; boto3.client('s3', verify='/etc/ca.pem')", "verify"): "on",
    ("import boto3; boto3.client('s3')", "verify"): "on",
    ("import openstack; openstack.connect(cloud='x')", "verify"): "on",
    ("import openstack; openstack.connect(cloud='x', insecure=True)", "verify"): "off",
    ("import openstack; openstack.connect(cloud='x', verify=False)", "verify"): "off",
    ("from azure.identity import ClientSecretCredential as C; C(t, i, s, connection_verify=False)", "verify"): "off",
    ("import msal; msal.PublicClientApplication(i, verify=False)", "verify"): "off",
    ("from ansible.module_utils.urls import open_url; open_url(u, validate_certs=False)", "verify"): "off",
    (
        "from ansible.module_utils.urls import Request; r = Request(validate_certs=False); r.open('GET', u)",
        "verify",
    ): "off",
    ("from kubernetes import client; client.Configuration(verify_ssl=False)", "verify"): "off",
    ("import paramiko; paramiko.SSHClient().set_missing_host_key_policy(paramiko.AutoAddPolicy())", "host-keys"): "off",
    ("import paramiko; paramiko.SSHClient().set_missing_host_key_policy(paramiko.WarningPolicy)", "host-keys"): "off",
    (
        "from paramiko.client import SSHClient, RejectPolicy; SSHClient().set_missing_host_key_policy(RejectPolicy())",
        "host-keys",
    ): "on",
    ("import paramiko; paramiko.SSHClient().set_missing_host_key_policy(Mine())", "host-keys"): "",
    ("import paramiko; paramiko.Transport(s).connect(username='u')", "host-keys"): "unverified",
    ("import asyncssh\nasyncssh.connect('h', known_hosts=None)", "host-keys"): "off",
    ("import asyncssh\nasyncssh.connect('h')", "host-keys"): "on",
    ("from netmiko import ConnectHandler; ConnectHandler(host='h')", "host-keys"): "unverified",
    ("from netmiko import ConnectHandler; ConnectHandler(host='h', ssh_strict=True)", "host-keys"): "on",
    ("from ncclient import manager; manager.connect(host='h', hostkey_verify=False)", "host-keys"): "off",
    ("from scrapli.driver.core import IOSXEDriver; IOSXEDriver(host='h', auth_strict_key=False)", "host-keys"): "off",
    ("from pexpect import pxssh; pxssh.pxssh(options={'StrictHostKeyChecking': 'no'})", "host-keys"): "off",
    ("import yaml; yaml.load(f)", "loader"): "unsafe",
    ("import yaml; yaml.load(f, Loader=yaml.cyaml.CSafeLoader)", "loader"): "safe",
    ("import yaml; yaml.load(f, Loader=Mine)", "loader"): "",
    ("import yaml; yaml.load(f, yaml.SafeLoader)", "loader"): "safe",
    ("from ruamel.yaml import YAML; YAML(typ='unsafe').load(f)", "loader"): "unsafe",
    ("from ruamel.yaml import YAML; YAML().load(f)", "loader"): "safe",
    ("from jinja2 import Environment; Environment()", "undefined"): "lenient",
    ("import jinja2; jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(t)", "undefined"): "strict",
    ("import jinja2; jinja2.Environment(undefined=Mine)", "undefined"): "",
    ("import logging; logging.error('no', exc_info=True)", "exc_info"): "on",
    ("import logging\ntry: ...\nexcept OSError as e:\n    logging.error('no', exc_info=e)", "exc_info"): "on",
    ("import logging; logging.error('no', exc_info=False)", "exc_info"): "off",
    ("import logging; logging.exception('no')", "exc_info"): "on",
    ("from loguru import logger; logger.opt(exception=True).error('no')", "exc_info"): "on",
    ("from loguru import logger; logger.opt(lazy=True).error('no')", "exc_info"): "off",
    ("from loguru import logger; logger.error('no')", "exc_info"): "off",
    ("from waiting import wait; wait(ready)", "deadline"): "forever",
    ("from waiting import wait; wait(ready, timeout_seconds=9)", "deadline"): "bounded",
    ("from polling2 import poll; poll(ready, step=1, poll_forever=True)", "deadline"): "forever",
    ("from polling2 import poll; poll(ready, step=1, timeout=60)", "deadline"): "bounded",
}


@pytest.mark.parametrize(("code", "facet"), CHECKS)
def test_checks_switched_on_and_off(code, facet):
    assert told(code, facet) == {CHECKS[code, facet]}


SECRETS = {
    "import boto3; boto3.client('s3', None, None, True, None, None, key_id, secret)": {"secret"},
    "import boto3; boto3.Session(aws_access_key_id=i, aws_secret_access_key=s, aws_session_token=t)": {"s", "t"},
    "import paramiko; paramiko.SSHClient().connect('h', 22, 'root', word)": {"word"},
    "import paramiko; paramiko.RSAKey.from_private_key_file('k', phrase)": {"phrase"},
    "from fabric import Connection; Connection('h', connect_kwargs={'password': word})": {"word"},
    "from netmiko import ConnectHandler; ConnectHandler(host='h', password=a, secret=b)": {"a", "b"},
    "from azure.identity import ClientSecretCredential; ClientSecretCredential(tenant, client, word)": {"word"},
    "from azure.core.credentials import AzureNamedKeyCredential; AzureNamedKeyCredential(n, word)": {"word"},
    "import keyring; keyring.set_password('svc', 'me', word)": {"word"},
    "from pexpect import pxssh; pxssh.pxssh().login('h', 'me', word)": {"word"},
    "import msal; msal.ConfidentialClientApplication(i, word)": {"word"},
}


@pytest.mark.parametrize("code", SECRETS)
def test_secrets_by_place(code):
    assert secrets(code) == SECRETS[code]


def test_attributes_that_switch_checks_off():
    models = the_models()
    off = [
        ("kubernetes.client.Configuration.verify_ssl", "verify", False),
        ("kubernetes.client.Configuration.assert_hostname", "hostname", False),
        ("pysftp.CnOpts.hostkeys", "host-keys", None),
        ("libcloud.security.VERIFY_SSL_CERT", "verify", False),
    ]
    for name, facet, value in off:
        attribute = models.attribute(name)
        assert attribute is not None, name
        assert (attribute.facet, constant_meaning(value, attribute.means)) == (facet, "off")


def test_arguments_that_are_the_rest_of_a_call():
    functions = the_models().functions
    rest = ["asyncio.create_subprocess_exec", "os.execlp", "os.spawnl", "contextlib.suppress", "builtins.print"]
    marked = [any(argument.rest for argument in functions[name].arguments.values()) for name in rest]
    assert all(marked)
    assert not functions["subprocess.run"].arguments["command"].rest


# Groups of the cluster's API that have no model of their own, and why none is needed for what is asked of the others.
UNMODELLED_GROUPS = {
    "says only which versions a group has": r"[A-Z]\w*?(?<!V1)(?<!V2)(?<!alpha\d)(?<!beta\d)Api",
    "not settled yet": r"\w+V\d+(alpha|beta)\d+Api",
    "the cluster's own housekeeping": r"(Admissionregistration|Apiregistration|FlowcontrolApiserver|Node|Resource|Scheduling|Storagemigration)V1Api",
    "asks who may do what": r"(Authentication|Authorization|Certificates)V1Api",
}
# What the methods of every group do; each takes a limit that is not set unless the caller does.
SENDING = {"create", "delete", "patch", "replace", "read", "list", "connect", "get", "log"}


def test_every_client_class_of_kubernetes_has_a_verdict():
    client = pytest.importorskip(
        "kubernetes.client", reason="kubernetes is not installed: its classes cannot be listed"
    )
    classes = [name for name in dir(client) if name.endswith("Api")]
    assert len(classes) > 50
    unknown = [
        name
        for name in classes
        if the_models().function(f"kubernetes.client.{name}") is None
        and not any(re.fullmatch(pattern, name) for pattern in UNMODELLED_GROUPS.values())
    ]
    assert unknown == []


def test_every_method_of_kubernetes_waits_as_the_models_say():
    client = pytest.importorskip(
        "kubernetes.client", reason="kubernetes is not installed: its methods cannot be listed"
    )
    strange, listings = [], []
    for owner in (name for name in dir(client) if name.endswith("Api")):
        for name, method in inspect.getmembers(getattr(client, owner), inspect.isfunction):
            if name.startswith("_") or name == "close":
                continue
            limit = inspect.signature(method).parameters.get("_request_timeout")
            if name.partition("_")[0] not in SENDING or limit is None or limit.default is not None:
                strange.append(f"{owner}.{name}")
            listed = name.startswith("list_") and not name.endswith(("_with_http_info", "_without_preload_content"))
            if listed and the_models().function(f"kubernetes.client.{owner}") is not None:
                listings.append(f"kubernetes.client.{owner}.{name}")
    assert strange == []
    assert [name for name in listings if the_models().function(name) is None] == []
    known = [the_models().functions[name].arguments["timeout"] for name in listings]
    assert {(one.keyword, one.default) for one in known} == {(("_request_timeout",), "unset")}


def test_a_client_of_boto3_knows_its_parameters():
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed: its factory cannot be asked")
    for factory in ("client", "resource"):
        taken = set(inspect.signature(getattr(boto3.Session, factory)).parameters) - {"self"}
        model = the_models().functions[f"boto3.Session.{factory}"]
        told = {keyword for argument in model.arguments.values() for keyword in argument.keyword}
        assert taken - told <= {"region_name", "api_version", "use_ssl", "aws_account_id"}, factory
