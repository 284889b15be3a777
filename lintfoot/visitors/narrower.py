"""What a block is known to raise: the advice that a broad handler gets instead of "be more specific"."""

from __future__ import annotations

import libcst as cst

from lintfoot.names import Names
from lintfoot.values import Function, Named
from lintfoot.visitors.below import HANDLERS, LATER, below

# The longest prefix of a call's qualified name decides; an empty tuple is a call that does not fail in practice.
# Sources: the standard library's reference; requests 2.34, httpx 0.28, PyYAML 6.0, botocore 1.40, redis 8.1,
# psycopg2 2.9, PyMySQL 2.2, docker 7.2, ldap3 2.9, paramiko 5.1, kubernetes 37.0, each read in its source.
_RAISES: dict[str, tuple[str, ...]] = {
    "base64": ("ValueError",),
    "binascii": ("ValueError",),
    "boto3": ("botocore.exceptions.BotoCoreError", "botocore.exceptions.ClientError"),
    "builtins.bool": (),
    "builtins.dict": (),
    "builtins.enumerate": (),
    "builtins.float": ("ValueError",),
    "builtins.int": ("ValueError",),
    "builtins.isinstance": (),
    "builtins.len": (),
    "builtins.list": (),
    "builtins.open": ("OSError",),
    "builtins.print": (),
    "builtins.repr": (),
    "builtins.set": (),
    "builtins.sorted": (),
    "builtins.str": (),
    "configparser": ("configparser.Error",),
    "datetime": ("ValueError",),
    "datetime.datetime.now": (),
    "docker": ("docker.errors.DockerException",),
    "ftplib": ("*ftplib.all_errors",),
    "glob": (),
    "http.client": ("OSError", "http.client.HTTPException"),
    "httpx": ("httpx.HTTPError",),
    "io": ("OSError",),
    "ipaddress": ("ValueError",),
    "json.dump": ("TypeError", "ValueError"),
    "json.load": ("ValueError",),
    "json.loads": ("json.JSONDecodeError",),
    "kubernetes": ("kubernetes.client.ApiException",),
    "ldap3": ("ldap3.core.exceptions.LDAPException",),
    "logging": (),
    "os": ("OSError",),
    "os.environ.get": (),
    "os.getenv": (),
    "os.path": (),
    "paramiko": ("OSError", "paramiko.SSHException"),
    "pathlib": ("OSError",),
    "pathlib.Path": (),
    "psycopg2": ("psycopg2.Error",),
    "pymysql": ("pymysql.Error",),
    "redis": ("redis.RedisError",),
    "requests": ("requests.RequestException",),
    "shutil": ("OSError",),
    "smtplib": ("OSError",),
    "socket": ("OSError",),
    "sqlite3": ("sqlite3.Error",),
    "ssl": ("OSError",),
    "subprocess": ("OSError", "subprocess.SubprocessError"),
    "time": (),
    "time.strptime": ("ValueError",),
    "urllib.parse": ("ValueError",),
    "urllib.request": ("OSError",),
    "xml.etree": ("xml.etree.ElementTree.ParseError",),
    "yaml": ("yaml.YAMLError",),
}
_MOST = 3


def narrower(names: Names, body: cst.CSTNode) -> str:
    """What to write after `except` for a block, as code; empty where a call in it is unknown or too much can happen."""
    found: set[str] = set()
    for node in below(body, (*HANDLERS, *LATER)):
        match node:
            case cst.Call():
                raised = _raised(names, node)
                if raised is None:
                    return ""
                found |= raised
            case cst.Raise() | cst.Try() | cst.TryStar() | cst.Assert() | cst.Await():
                return ""
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
                if not isinstance(names.index.parent.get(id(node)), cst.AssignTarget):
                    found.add("IndexError" if isinstance(index, cst.Integer | cst.UnaryOperation) else "KeyError")
            case cst.Import() | cst.ImportFrom():
                found.add("ImportError")
            case _:
                pass
    kept = sorted(found)
    if not kept or len(kept) > _MOST:
        return ""
    return (
        kept[0]
        if len(kept) == 1 and not kept[0].startswith("*")
        else kept[0].lstrip("*")
        if len(kept) == 1
        else f"({', '.join(kept)})"
    )


def _raised(names: Names, call: cst.Call) -> set[str] | None:
    found: set[str] = set()
    for value in names.values(call.func):
        if isinstance(value, Function) or not isinstance(value, Named):
            return None
        known = _by_prefix(value.name.replace("()", ""))
        if known is None:
            return None
        found |= set(known)
    return found


def _by_prefix(name: str) -> tuple[str, ...] | None:
    while name:
        if name in _RAISES:
            return _RAISES[name]
        name = name.rpartition(".")[0]
    return None
