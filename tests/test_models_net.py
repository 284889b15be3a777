"""What the models of the network's libraries say, held against the libraries that are installed."""

from __future__ import annotations

import importlib
import inspect
import sys
import warnings
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType

import libcst as cst
import pytest
from verbs import reports, silent

from lintfoot import calls, facets
from lintfoot.libraries import Argument, Models, braces, expanded
from lintfoot.library_pages import load
from lintfoot.names import Names
from lintfoot.tables import Folder

RULES = Path(__file__).parent.parent / "rules"
MODELS = load([Folder(RULES, "rules")])

# Where a call hands its keywords on: who takes them in the end.
FORWARDED = {
    "requests.{get,options,head,post,put,patch,delete,request}": ("requests.Session.request",),
    "requests.Session.{get,options,head,post,put,patch,delete}": ("requests.Session.request",),
    "requests.Session.send": ("requests.adapters.HTTPAdapter.send",),
    "requests_oauthlib.OAuth2Session.request": ("requests.Session.request",),
    "requests_oauthlib.OAuth1Session.{fetch_request_token,fetch_access_token}": ("requests.Session.request",),
    "requests_futures.sessions.FuturesSession.{get,options,head,post,put,patch,delete,request}": (
        "requests.Session.request",
    ),
    "requests_toolbelt.*.*Adapter": ("requests.adapters.HTTPAdapter",),
    "urllib3.{PoolManager,ProxyManager,proxy_from_url,connection_from_url}": (
        "urllib3.HTTPSConnectionPool",
        "urllib3.ProxyManager",
        "urllib3.connection.HTTPSConnection",
    ),
    "urllib3.HTTPSConnectionPool": ("urllib3.connection.HTTPSConnection",),
    "urllib3.{PoolManager,HTTPConnectionPool}.request*": ("urllib3.HTTPConnectionPool.urlopen",),
    "urllib3.PoolManager.urlopen": ("urllib3.HTTPConnectionPool.urlopen",),
    "aiohttp.ClientSession.{get,options,head,post,put,patch,delete,request}": ("aiohttp.ClientSession._request",),
    "aiohttp.request": ("aiohttp.ClientSession._request",),
}

# Names of the standard library that a newer Python has dropped, and the first that is without them.
GONE = {
    "telnetlib.*": (3, 13),
    "nntplib.*": (3, 13),
    "urllib.request.{URLopener,FancyURLopener}*": (3, 14),
    "ssl.wrap_socket": (3, 12),
    "urllib.urlopen": (3, 0),
    "{os.popen[234],platform.popen}": (3, 8),
    "pyVim.connect.*NoSSL": (3, 11),  # until pyvmomi 8
    "distutils.*": (3, 11),  # gone in 3.12; before, setuptools puts its own in its place
}
COME = {"concurrent.futures.InterpreterPoolExecutor": (3, 14)}  # and the first that has them
BY_PLACE_ONCE = ("pymysql.connect",)  # up to 0.10
GONE_KEYWORDS = {"http.client.HTTPSConnection": "check_hostname"}  # until 3.11

# What a library makes while it runs, so that its classes do not show it.
MADE_LATER = ("boto3.resource.*", "botocore.client.*", "kubernetes.dynamic.Resource.*")

# Two versions with different names, of which one is installed; a decorator factory whose first parameter comes later.
TOLD_ELSEWHERE = ("scrapli.*", "funcy.retry")

# What a package offers only together with another one.
TOGETHER = {"urllib3.contrib.socks.*": "socks"}


def matches(name: str, patterns: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in braces(patterns))


@cache
def found(name: str) -> object:
    """The installed thing of a qualified name; None where its package is not installed or the name is not there."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = imported(".".join(parts[:length]))
        if module is not None:
            thing: object = module
            for part in parts[length:]:
                thing = getattr(thing, part, None)
            return thing
    return None


@cache
def imported(name: str) -> ModuleType | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except ImportError:
            return None
        except (ValueError, TypeError):  # a class where a package was looked for
            return None


def parameters(name: str) -> list[inspect.Parameter] | None:
    """A callable's parameters without self; None where Python cannot tell them."""
    thing = found(name)
    owner = found(name.rpartition(".")[0])
    try:
        listed = list(inspect.signature(thing).parameters.values())  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None
    bound = isinstance(owner, ModuleType) or inspect.isclass(thing) or getattr(thing, "__self__", None) is not None
    plain = bound or isinstance(inspect.getattr_static(owner, name.rpartition(".")[2], None), staticmethod)
    return listed if plain else listed[1:]


def takers(name: str) -> list[str]:
    """The callables whose parameters a call of `name` may fill."""
    return [name, *(taker for pattern, more in FORWARDED.items() if matches(name, pattern) for taker in more)]


def wrong_about(name: str, argument: Argument) -> str:
    """What an argument's facts have that the installed signature has not; empty where they fit."""
    known = {taker: parameters(taker) for taker in takers(name)}
    own = known[name]
    if own is None:
        return ""
    names = {parameter.name for listed in known.values() if listed for parameter in listed}
    forwards = any(parameter.kind is parameter.VAR_KEYWORD for parameter in own)
    open_ended = forwards and len(known) == 1
    if argument.keyword and not open_ended and not names & set(argument.keyword):
        gone = GONE_KEYWORDS.get(name) in argument.keyword and sys.version_info >= (3, 12)
        return "" if gone else f"has no parameter {' or '.join(argument.keyword)}"
    if argument.position is None or name in BY_PLACE_ONCE:
        return ""
    return wrong_place(own, argument, standard=name.partition(".")[0] in sys.stdlib_module_names)


def wrong_place(own: list[inspect.Parameter], argument: Argument, *, standard: bool) -> str:
    places = [p for p in own if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if argument.position < len(places):
        there = places[argument.position]
        if not argument.keyword or there.name in argument.keyword or there.kind is there.POSITIONAL_ONLY:
            return ""
        if standard and sys.version_info >= (3, 12):
            return ""  # positions are those of 3.11, where certificate files stood before
        return f"has {there.name} at position {argument.position}, not {' or '.join(argument.keyword)}"
    if any(p.kind is p.VAR_POSITIONAL for p in own) or (standard and sys.version_info >= (3, 12)):
        return ""
    return f"has no position {argument.position}"


def is_here(name: str) -> bool:
    """Whether the package of a name is installed: the first part of it that is more than a shared name (`google`)."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        module = imported(".".join(parts[:length]))
        if module is None or getattr(module, "__file__", None) or not hasattr(module, "__path__"):
            return module is not None
    return False


def is_gone(name: str) -> bool:
    return (
        any(matches(name, pattern) and sys.version_info < version for pattern, version in COME.items())
        or any(matches(name, pattern) for pattern in (*MADE_LATER, *TOLD_ELSEWHERE))
        or any(matches(name, pattern) and not imported(other) for pattern, other in TOGETHER.items())
        or any(matches(name, pattern) and sys.version_info >= version for pattern, version in GONE.items())
    )


# What the words mean that models say of the facets the network shares. "receiver", "socket" and "@other" ask elsewhere.
VOCABULARY = {
    "timeout": {
        "forever": "nothing bounds the wait",
        "unset": "the library sets no bound and its users rarely do: known, but no finding until somebody writes None",
        "finite": "the wait ends by itself",
        "configured": "a file of settings decides",
        "awaited": "a coroutine with no bound of its own: asyncio.wait_for or asyncio.timeout round it decides",
        "local": "nobody far away has to answer",
        "other": "this call sets something else",
    },
    "connect-timeout": {
        "forever": "connecting is not bounded",
        "unset": "the same by default",
        "system": "the operating system gives up",
        "finite": "connecting is bounded, answers may take longer",
    },
    "verify": {
        "off": "certificate checking is switched off by hand",
        "unverified": "the library checks nothing unless it is told to: known, but no finding",
        "unset": "a TLS context that checks nothing until it is told to",
        "server": "a TLS context of a server",
        "on": "certificates are checked",
    },
    "hostname": {
        "off": "switched off by hand",
        "unverified": "not compared by default",
        "on": "host names are compared",
    },
    "methods": {"idempotent": "what may safely be sent twice is sent again", "any": "every request is, POST too"},
    "raises": {"on": "an error status is raised", "off": "it has to be looked at"},
}


@pytest.mark.parametrize("facet", VOCABULARY)
def test_models_share_their_words(facet):
    strays = {
        (name, word)
        for name, function in MODELS.functions.items()
        for word in words_of(function.arguments.get(facet, Argument()))
        if word not in VOCABULARY[facet] and word not in ("", "receiver", "socket") and not word.startswith("@")
    }
    strays |= {
        (name, word)
        for name, attribute in MODELS.attributes.items()
        for word in attribute.means.values()
        if attribute.facet == facet and word not in VOCABULARY[facet]
    }
    assert strays == set()


def words_of(argument: Argument) -> set[str]:
    return {argument.default, *argument.means.values()}


def test_every_model_names_its_source_and_version():
    assert [library.name for library in MODELS.libraries if not any(c.isdigit() for c in library.source)] == []


@pytest.mark.parametrize("kind", ["functions", "attributes"])
def test_no_two_entries_speak_of_one_name(kind):
    owners: dict[str, list[str]] = {}
    for library in MODELS.libraries:
        for entry in getattr(library, kind):
            for name in expanded(entry.names):
                owners.setdefault(name, []).append(library.name)
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_every_name_is_the_canonical_one():
    names = [*MODELS.functions, *MODELS.attributes]
    assert {name: MODELS.canonical(name) for name in names if MODELS.canonical(name) != name} == {}


def test_every_name_starts_with_a_module_that_a_model_imports():
    names = [*MODELS.functions, *MODELS.attributes]
    assert [name for name in names if name.partition(".")[0] not in MODELS.imports] == []


def test_facts_fit_the_installed_signatures():
    names = [name for name in MODELS.functions if is_here(name) and not is_gone(name)]
    wrong = [f"{name} does not exist" for name in names if found(name) is None]
    for name in names:
        arguments = MODELS.functions[name].arguments if found(name) is not None else {}
        faults = ((facet, wrong_about(name, argument)) for facet, argument in arguments.items())
        wrong += [f"{name} {fault} ({facet})" for facet, fault in faults if fault]
    assert wrong == []


def test_attributes_exist_on_the_installed_classes():
    names = [name for name in MODELS.attributes if is_here(name) and not is_gone(name)]
    assert [name for name in names if not has_attribute(name)] == []


def has_attribute(name: str) -> bool:
    if found(name) is not None:
        return True
    owner, _, last = name.rpartition(".")
    holder = found(owner)
    if not inspect.isclass(holder):
        return False
    if any(last in vars(base) or last in getattr(base, "__annotations__", {}) for base in holder.__mro__):
        return True
    return any(f"self.{last}" in source(base) for base in holder.__mro__)


def source(thing: type) -> str:
    functions = [value for value in vars(thing).values() if inspect.isfunction(value)]
    return "".join(inspect.getsource(function) for function in functions)


# Public entry points that have no model of their own, and why none is needed.
NO_WAIT = {
    "says something about the installation": (
        "boto3.set_stream_logger",
        "boto3.Session.get_{available_partitions,available_regions,available_resources,available_services}",
        "boto3.Session.{get_partition_for_region,get_credentials}",
        "urllib3.add_stderr_logger",
        "httpx.main",
        "aiohttp.set_zlib_backend",
    ),
    "works on data in memory": (
        "requests.PreparedRequest*",
        "requests.Request.*",
        "requests.RequestEncodingMixin*",
        "requests.RequestHooksMixin*",
        "requests.merge_setting",
        "requests.merge_hooks",
        "requests.Session.prepare_request",
        "requests.Session.{rebuild_auth,rebuild_method,rebuild_proxies,should_strip_auth,get_redirect_target}",
        "requests.Session.{merge_environment_settings,get_adapter}",
        "requests.SessionRedirectMixin*",
        "requests.adapters.HTTPAdapter.{add_headers,build_response,proxy_headers,request_url}",
        "requests.adapters.HTTPAdapter.build_connection_pool_key_attributes",
        "requests.adapters.BaseAdapter*",
        "requests.auth.HTTPDigestAuth.*",
        "requests.auth.AuthBase",
        "httpx.{ByteStream,SyncByteStream,AsyncByteStream,Cookies,Headers,QueryParams,URL,Limits,codes}*",
        "httpx.{Auth,BasicAuth,DigestAuth,NetRCAuth}.*",
        "httpx.{Auth,NetRCAuth}",
        "httpx.{BaseTransport,AsyncBaseTransport}*",
        "httpx.Timeout.as_dict",
        "httpx.Request.{read,aread}",
        "urllib3.{HTTPHeaderDict,Url,ConnectionPool}*",
        "urllib3.encode_multipart_formdata",
        "urllib3.{PoolManager,HTTPConnectionPool}.{is_same_host,connection_from_context,connection_from_pool_key}",
        "urllib3.HTTPSConnectionPool.is_same_host",
        "urllib3.ProxyManager.connection_from_*",
        "urllib3.Timeout.{clone,get_connect_duration,resolve_default_timeout,start_connect}",
        "urllib3.Retry.{new,get_backoff_time,parse_retry_after,get_retry_after,is_retry,is_exhausted,increment}",
        "urllib3.util.{SSLContext,assert_fingerprint,is_connection_dropped,is_fp_closed,parse_url,Url*}",
        "urllib3.util.{resolve_cert_reqs,resolve_ssl_version}",
        "urllib3.connection.{ProxyConfig,DummyConnection,RecentlyUsedContainer}*",
        "aiohttp.{ClientRequest,RequestInfo,Fingerprint,FormData,CookieJar,DummyCookieJar,ChainMapProxy,ETag}*",
        "aiohttp.{HttpVersion,WSMsgType,WSCloseCode,WSMessage,TraceConfig,Trace*Params,ClientWSTimeout,AppKey}*",
        "aiohttp.{BodyPartReader,MultipartReader,MultipartWriter,DataQueue,FlowControlDataQueue,StreamReader}*",
        "aiohttp.{content_disposition_filename,parse_content_disposition,get_payload,payload_type,streamer}",
        "aiohttp.*Payload*",
        "aiohttp.{BasicAuth,DigestAuthMiddleware}.*",
        "aiohttp.UploadTracker*",
        "aiohttp.ClientSession.detach",
    ),
    "keys, names and settings of SSH in memory or in files": (
        "paramiko.{RSAKey,PKey,PublicBlob,FileFormat,ChannelMap,SecurityOptions,open_only}*",
        "paramiko.{AutoAddPolicy,WarningPolicy,RejectPolicy,MissingHostKeyPolicy}.missing_host_key",
        "paramiko.SSHClient.{get_host_keys,load_host_keys,load_system_host_keys,save_host_keys,set_log_channel}",
        "paramiko.Transport.{add_server_key,atfork,get_*,getpeername,is_active,is_authenticated,set_*,use_compression}",
    ),
    "speaks on an SSH connection that is open, under the channel's own timeout": (
        "paramiko.{Channel,SFTPClient}.*",
        "paramiko.{ChannelFile,ChannelStderrFile,ChannelStdinFile}*",
        "paramiko.Transport.{global_request,renegotiate_keys,send_ignore,request_port_forward,cancel_port_forward}",
    ),
    "serves, or is the connection's own thread": ("paramiko.Transport.{start_server,run,stop_thread,ensure_session}",),
    "starts a program that connects": ("paramiko.ProxyCommand*",),
    "reads what a modelled call has let in, under that call's timeout": (
        "requests.Response.*",
        "httpx.Response.*",
        "urllib3.{HTTPResponse,BaseHTTPResponse}.*",
        "aiohttp.ClientResponse.*",
    ),
    "closes, or drops what is idle": (
        "*.close",
        "*.aclose",
        "urllib3.PoolManager.clear",
        "urllib3.ProxyManager.clear",
    ),
    "a piece of another one that is modelled": (
        "requests.adapters.HTTPAdapter.{get_connection,get_connection_with_tls_context}",
        "requests.adapters.{HTTPAdapter.init_poolmanager,HTTPAdapter.proxy_manager_for,SOCKSProxyManager}",
        "httpx.{HTTPTransport,AsyncHTTPTransport}.{handle_request,handle_async_request}",
        "urllib3.ProxyManager.*",
        "urllib3.HTTPSConnectionPool.*",
        "urllib3.connection.{HTTPConnection,HTTPSConnection}.*",
        "urllib3.connection.VerifiedHTTPSConnection*",
        "urllib3.Retry.{sleep,sleep_for_retry}",
        "aiohttp.{BaseConnector,UnixConnector,NamedPipeConnector}*",
        "aiohttp.TCPConnector.*",
        "aiohttp.{AsyncResolver,DefaultResolver,ThreadedResolver}*",
    ),
    "sends on a socket that is open": ("aiohttp.ClientWebSocketResponse*",),
    "waits for a socket with a timeout its caller hands it": ("urllib3.util.{wait_for_read,wait_for_write}",),
    "sends nothing over the network": ("httpx.{ASGITransport,WSGITransport,MockTransport}*",),
    "a switch for warnings, not a wait": ("urllib3.disable_warnings",),
    "imported from elsewhere": ("aiohttp.{AddrInfoType,SocketFactoryType,ClientMiddlewareType,ClientHandlerType}",),
}
ENTRY_MODULES = {
    "requests": (
        "requests",
        "requests.api",
        "requests.sessions",
        "requests.adapters",
        "requests.auth",
        "requests.models",
    ),
    "httpx": ("httpx",),
    "urllib3": ("urllib3", "urllib3.util", "urllib3.poolmanager", "urllib3.connectionpool", "urllib3.connection"),
    "aiohttp": ("aiohttp",),
    "paramiko": (
        "paramiko.client",
        "paramiko.transport",
        "paramiko.channel",
        "paramiko.sftp_client",
        "paramiko.pkey",
        "paramiko.rsakey",
        "paramiko.proxy",
    ),
    "boto3": ("boto3", "boto3.session"),
}


def entry_points(package: str) -> list[str]:
    """Every public function, class and method of a package's public modules, by canonical name."""
    names = set()
    for place in ENTRY_MODULES[package]:
        module = imported(place)
        for name in getattr(module, "__all__", None) or vars(module):
            thing = getattr(module, name)
            home = getattr(thing, "__module__", None) or ""
            public = name in getattr(module, "__all__", ()) or home == place
            if name.startswith("_") or not callable(thing) or not public:
                continue
            if inspect.isclass(thing) and issubclass(thing, BaseException):
                continue
            full = MODELS.canonical(f"{place}.{name}")
            names |= {full, *(f"{full}.{method}" for method in methods(thing, package))}
    return sorted(names)


def methods(thing: object, package: str) -> list[str]:
    if not inspect.isclass(thing):
        return []
    own = [base for base in thing.__mro__ if base.__module__.partition(".")[0] == package]
    return [name for base in own for name, value in vars(base).items() if name[0] != "_" and inspect.isfunction(value)]


@pytest.mark.parametrize("package", ENTRY_MODULES)
def test_every_public_entry_point_has_a_verdict(package):
    if imported(package) is None:
        pytest.skip(f"{package} is not installed: its entry points cannot be listed")
    patterns = [pattern for group in NO_WAIT.values() for pattern in group]
    unknown = [
        name
        for name in entry_points(package)
        if MODELS.function(name) is None
        and MODELS.attribute(name) is None
        and not any(matches(name, pattern) for pattern in patterns)
    ]
    assert unknown == []


def test_no_exemption_is_left_over():
    missing = [package for package in ENTRY_MODULES if imported(package) is None]
    if missing:
        pytest.skip(f"not installed, so exemptions cannot be told from leftovers: {', '.join(missing)}")
    names = [name for package in ENTRY_MODULES for name in entry_points(package)]
    patterns = [pattern for group in NO_WAIT.values() for pattern in group]
    useless = [pattern for pattern in patterns if not any(matches(name, pattern) for name in names)]
    assert useless == []


def says(code: str, facet: str, models: Models = MODELS) -> set[str]:
    """What the last call of a snippet means for a facet."""
    module = cst.parse_module(code)
    names = Names(module, models)
    match module.body[-1].body[0]:
        case cst.Expr(value=cst.Call() as call) | cst.Assign(value=cst.Call() as call):
            told = [facets.meaning(names, call, target, facet) for target in calls.targets(names, call)]
            return {word for one in told if one for word in one.words}
        case _:
            raise AssertionError(code)


MEANINGS = [
    ("import requests\nrequests.get(u)", "timeout", "forever"),
    ("import requests\nrequests.get(u, timeout=(3.05, 27))", "timeout", "finite"),
    ("import requests\nrequests.get(u, timeout=(3.05, None))", "timeout", "forever"),
    ("import requests\nrequests.get(u, verify=False)", "verify", "off"),
    ("import requests\nrequests.get(u, verify=None)", "verify", "on"),
    ("import requests\nrequests.get(u, verify='/etc/ca.pem')", "verify", "on"),
    ("from requests.sessions import Session\ns = Session()\ns.post(u)", "timeout", "forever"),
    (
        "import requests\ns = requests.session()\ns.request('GET', u, None, None, None, None, None, None, 5)",
        "timeout",
        "finite",
    ),
    ("from requests_oauthlib import OAuth2Session\ns = OAuth2Session('id')\ns.get(u)", "timeout", "forever"),
    ("import httpx\nhttpx.get(u)", "timeout", "finite"),
    ("import httpx\nhttpx.get(u, timeout=None)", "timeout", "forever"),
    ("import httpx\nhttpx.Timeout(None)", "timeout", "forever"),
    ("import httpx\nhttpx.Timeout(None, connect=5.0)", "timeout", "forever"),
    ("import httpx\nhttpx.Timeout(5.0, read=None)", "timeout", "forever"),
    ("import httpx\nhttpx.Timeout(None, read=5.0)", "timeout", "finite"),
    ("import httpx\nhttpx.get(u, timeout=httpx.Timeout(10.0, connect=60.0))", "timeout", "finite"),
    ("import httpx\nc = httpx.Client(timeout=None)\nc.get(u)", "timeout", "forever"),
    ("import urllib3\nurllib3.request('GET', u)", "timeout", "finite"),
    ("import urllib3\nh = urllib3.PoolManager()\nh.request('GET', u)", "timeout", "forever"),
    ("import urllib3\nh = urllib3.PoolManager(timeout=3)\nh.request('GET', u)", "timeout", "finite"),
    ("import urllib3\nh = urllib3.PoolManager(timeout=3)\nh.request('GET', u, timeout=None)", "timeout", "forever"),
    ("import urllib3\nurllib3.Timeout(connect=2)", "timeout", "forever"),
    ("import urllib3\nurllib3.Timeout(connect=2, read=7)", "timeout", "finite"),
    ("from urllib3.util.timeout import Timeout\nTimeout(5)", "timeout", "finite"),
    ("import urllib3\nurllib3.PoolManager(cert_reqs='CERT_NONE')", "verify", "off"),
    ("import ssl, urllib3\nurllib3.PoolManager(cert_reqs=ssl.CERT_NONE)", "verify", "off"),
    ("import urllib3\nurllib3.PoolManager(assert_hostname=False)", "hostname", "off"),
    ("from urllib3.util.retry import Retry\nRetry()", "stop", "bounded"),
    ("from urllib3.util.retry import Retry\nRetry(total=None)", "stop", "forever"),
    ("from urllib3 import Retry\nRetry(total=None, connect=3)", "stop", "forever"),
    ("from urllib3 import Retry\nRetry(total=None, connect=3, read=3, other=3)", "stop", "bounded"),
    ("from urllib3 import Retry\nRetry(None, 3, 3, other=3, status_forcelist=[503])", "stop", "forever"),
    ("from urllib3 import Retry\nRetry(None, 3, 3, other=3, status=3, status_forcelist=[503])", "stop", "bounded"),
    ("import aiohttp\naiohttp.ClientSession()", "timeout", "finite"),
    ("import aiohttp\naiohttp.ClientSession(timeout=None)", "timeout", "finite"),
    ("import aiohttp\naiohttp.ClientTimeout(total=None)", "timeout", "forever"),
    ("import aiohttp\naiohttp.ClientTimeout(total=0)", "timeout", "forever"),
    ("import aiohttp\naiohttp.ClientTimeout(connect=5)", "timeout", "forever"),
    ("import aiohttp\naiohttp.ClientTimeout(total=None, sock_read=30)", "timeout", "finite"),
    ("import aiohttp\naiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))", "timeout", "forever"),
    ("import aiohttp\ns = aiohttp.ClientSession()\ns.get(u, timeout=None)", "timeout", "forever"),
    ("import aiohttp\ns = aiohttp.ClientSession()\ns.get(u, ssl=None)", "verify", "on"),
    ("import aiohttp\ns = aiohttp.ClientSession()\ns.get(u, ssl=False)", "verify", "off"),
    ("import aiohttp\naiohttp.TCPConnector(verify_ssl=False)", "verify", "off"),
    ("from urllib.request import urlopen\nurlopen(u)", "timeout", "forever"),
    ("from urllib.request import urlopen\nurlopen(u, None, 5)", "timeout", "finite"),
    ("import socket\nfrom urllib.request import urlopen\nsocket.setdefaulttimeout(9)\nurlopen(u)", "timeout", "finite"),
    ("import socket, urllib.request\nsocket.setdefaulttimeout(9)\nurllib.request.urlretrieve(u)", "timeout", "finite"),
    ("import smtplib\nsmtplib.SMTP(h)", "timeout", "forever"),
    ("import smtplib\nsmtplib.SMTP_SSL(h)", "verify", "unverified"),
    ("import imaplib\nimaplib.IMAP4_SSL(h, timeout=None)", "timeout", "forever"),
    ("import ftplib\nf = ftplib.FTP()\nf.connect(h)", "timeout", "forever"),
    ("import ftplib\nf = ftplib.FTP(timeout=30)\nf.connect(h)", "timeout", "finite"),
    ("import ftplib\nf = ftplib.FTP()\nf.connect(h, 21, 30)", "timeout", "finite"),
    ("import xmlrpc.client\nxmlrpc.client.ServerProxy(u)", "timeout", "forever"),
    (
        "import xmlrpc.client\nxmlrpc.client.ServerProxy(u, transport=xmlrpc.client.SafeTransport())",
        "timeout",
        "forever",
    ),
    ("import xmlrpc.client\nxmlrpc.client.ServerProxy(u, transport=Patient())", "timeout", ""),
    ("import ssl\nssl._create_unverified_context()", "verify", "off"),
    ("import ssl\nssl._create_unverified_context(cert_reqs=ssl.CERT_REQUIRED)", "verify", "off"),
    ("import ssl\nssl._create_unverified_context(cert_reqs=ssl.CERT_REQUIRED, check_hostname=True)", "verify", "on"),
    ("import ssl\nssl.create_default_context()", "verify", "on"),
    ("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)", "verify", "on"),
    ("import ssl\nssl.SSLContext()", "verify", "unset"),
    ("import urllib2\nurllib2.urlopen(u)", "timeout", "forever"),
    ("from six.moves.urllib.request import urlopen\nurlopen(u, timeout=9)", "timeout", "finite"),
    ("import jira\njira.JIRA(u, {'verify': False})", "verify", "off"),
    ("import jira\njira.JIRA(u, options={'server': u})", "verify", "on"),
    ("import jira\nhow = {'verify': False}\njira.JIRA(options=how)", "verify", "off"),
    ("import jira\njira.JIRA(u, options=how)", "verify", ""),
    ("import ssl, websocket\nwebsocket.create_connection(u, sslopt={'cert_reqs': ssl.CERT_NONE})", "verify", "off"),
    ("import pycurl\nc = pycurl.Curl()\nc.setopt(c.SSL_VERIFYPEER, 0)", "verify", "off"),
    ("import pycurl\nc = pycurl.Curl()\nc.setopt(pycurl.SSL_VERIFYPEER, 1)", "verify", "on"),
    ("import pycurl\nc = pycurl.Curl()\nc.setopt(pycurl.URL, 0)", "verify", ""),
    ("import ldap\nldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)", "verify", "off"),
    ("import psycopg2\npsycopg2.connect(d, sslmode='require')", "verify", "unverified"),
    ("import psycopg2\npsycopg2.connect(d, sslmode='verify-full')", "verify", "on"),
    ("import redis\nredis.Redis(ssl_cert_reqs='none')", "verify", "off"),
    ("import redis\nredis.Redis(ssl_cert_reqs=None)", "verify", "off"),
    ("import redis\nredis.Redis(h, 6379, 0, p, None)", "timeout", "forever"),
    ("import pymongo\npymongo.MongoClient(tlsAllowInvalidCertificates=True)", "verify", "off"),
    ("import gitlab\ngitlab.Gitlab(u)", "timeout", "unset"),
    ("import gitlab\ngitlab.Gitlab(u, timeout=None)", "timeout", "forever"),
    ("import winrm\nwinrm.Session(h, auth=a, server_cert_validation='ignore')", "verify", "off"),
    ("from pyVim.connect import SmartConnectNoSSL\nSmartConnectNoSSL(host=h)", "verify", "off"),
    ("from zeep import Client, Transport\nClient(u, transport=Transport(operation_timeout=9))", "timeout", "finite"),
    ("from zeep import Client, Transport\nClient(u, transport=Transport())", "timeout", "unset"),
    ("import dns.query\ndns.query.udp(q, h)", "timeout", "forever"),
    ("import dns.query\ndns.query.xfr(h, z, lifetime=9)", "timeout", "finite"),
    ("import httplib2\nh = httplib2.Http()\nh.request(u)", "timeout", "forever"),
    ("import httplib2\nh = httplib2.Http(timeout=9)\nh.request(u)", "timeout", "finite"),
]


@pytest.mark.parametrize(("code", "facet", "meaning"), MEANINGS)
def test_what_a_call_means(code, facet, meaning):
    assert says(code, facet) == {meaning}


@pytest.mark.parametrize(("code", "roles"), [("FTP()", ()), ("FTP(h)", ("connect",)), ("FTP(host=h)", ("connect",))])
def test_a_role_may_depend_on_an_argument(code, roles):
    module = cst.parse_module(f"from ftplib import FTP\n{code}")
    names = Names(module, MODELS)
    call = names.index.calls[0]
    assert [calls.roles(names, call, target) for target in calls.targets(names, call)] == [roles]


BEFORE = "import pycurl, socket\n"
WAITING = [
    "c = pycurl.Curl()\nc.setopt(c.URL, u)\nc.perform()",
    "s = socket.socket()\ns.connect((h, 1))",
    "s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)\ns.settimeout(None)\ns.connect((h, 1))",
]
LIMITED = [
    "c = pycurl.Curl()\nc.setopt(c.TIMEOUT, 30)\nc.perform()",
    "c = pycurl.Curl()\nc.setopt(pycurl.TIMEOUT_MS, 30)\nc.perform()",
    "s = socket.socket()\ns.settimeout(5)\ns.connect((h, 1))",
    "s = socket.socket()\ns.setblocking(False)\ns.connect((h, 1))",
    "s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\ns.settimeout(limit)\ns.connect((h, 1))",
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect((h, 1))",
    "s = socket.socket(socket.AF_UNIX)\ns.connect(path)",
    "socket.setdefaulttimeout(9)\ns = socket.socket()\ns.connect((h, 1))",
]


@pytest.mark.parametrize("code", WAITING)
def test_an_object_without_a_limit_waits(code):
    assert [one.span.line for one in reports(BEFORE + code, "LF201")] == [code.count("\n") + 2]


@pytest.mark.parametrize("code", LIMITED)
def test_a_method_that_sets_a_limit_is_heard(code):
    silent(BEFORE + code, "LF201")


SECRET = "Tr0ub4dor" + "&3-zeta"
GIVEN_SECRETS = [
    "import redis\nredis.Redis('db', 6379, 0, '{secret}')",
    "import ldap\nldap.initialize(u).simple_bind_s('cn=admin', '{secret}')",
    "import ldap3\nldap3.Connection(s, 'cn=admin', '{secret}')",
    "import smtplib\nwith smtplib.SMTP(h, timeout=9) as mail:\n    mail.login('me', '{secret}')",
    "import ftplib\nftplib.FTP(h, 'me', '{secret}', timeout=9)",
    "from requests.auth import HTTPDigestAuth\nHTTPDigestAuth('me', '{secret}')",
    "import winrm\nwinrm.Protocol(u, 'ntlm', 'me', '{secret}')",
    "import jwt\njwt.encode(claims, '{secret}')",
]


@pytest.mark.parametrize("code", GIVEN_SECRETS)
def test_a_secret_is_known_by_its_place(code):
    assert len(reports(code.format(secret=SECRET), "LF401")) == 1
