"""Which names speak of a secret that a value holds at run time: stricter than for literals, where the value speaks as well.

A bare `token` may be a parser's, a bare `secret` the name of a Kubernetes object, `pwd` a folder: the file around decides.
"""

from __future__ import annotations

from functools import cached_property

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.secret_names import Kind, Said, said, words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands before `token` where it opens something. Any other word may be a parser's or a pager's.
_OPENS = _set(
    "access auth authentication authorization api bearer refresh id session sess oauth oauth2 jwt user bot personal service "
    "admin account github gitlab gh gl bitbucket azure aws gcp google slack telegram discord vault consul nomad kube kubernetes k8s "
    "cluster join bootstrap registration runner deploy registry docker npm pypi hf keystone iam security sts web identity login "
    "device push webhook secret private root master unseal grafana influx sentry datadog cloudflare digitalocean hetzner linode jenkins "
    "jira sonar snyk artifactory dynatrace splunk pagerduty netbox zabbix proxmox reset activation verification invite magic app "
    "application sas x xauth graph management agent node worker management mgmt rest http proxy subscription"
)
# What stands before `key` where it is mostly a path, the name of an object, or an id. An AWS access key is public.
_NO_KEY = _set(
    "access private priv ssh service app application function admin write subscription ldap maps shared record consumer deploy "
    "integration personal signing insert ingest host user secure public pub recovery security license licence subscription weather"
)
_PARSES = regex(
    r"(?i)tokeni[sz]|\blex(?:er|ing)?\b|\bimport (?:ast|token)\b|pyparsing|\bply\b|nltk|spacy|tiktoken|\bvocab|token_?type|TokenKind"
    r"|next_?token|peek_?token|tokens\.(?:pop|append)|\btok\b|token\.(?:type|kind|lineno|pos)\b"
)
_OPENS_DOORS = regex(
    r"(?i)authori[sz]ation|bearer|oauth|x-auth|api_?key|(?:access|auth|api|session|id|refresh)_?token|passw|\blog_?in\b|jwt|hvac"
    r"|vault|keystone|credential|secrets?manager|private-token|_TOKEN\b|\bauth\b"
)
_KUBERNETES = regex(
    r"(?i)kubernetes|kubectl|\bk8s|namespaced|secret_?(?:id|name|arn|path)\b|secret_?manager|access_secret_version"
)
_FOLDERS = regex(r"getcwd|Path\.cwd|chdir|\bcwd\b|\"PWD\"|'PWD'|[\[(]['\"]pwd['\"][\])]")
_ACCOUNTS = regex(r"getpwnam|getpwuid|getpwall|import pwd\b|\bpw_(?:name|uid|dir)\b")


@dataclass(frozen=True)
class Company:
    """What the file as a whole speaks of: looked for when a name makes it count, which few do."""

    text: str

    @cached_property
    def parses(self) -> bool:
        """Tokens of a language."""
        return _PARSES.search(self.text) is not None

    @cached_property
    def opens(self) -> bool:
        """Credentials."""
        return _OPENS_DOORS.search(self.text) is not None

    @cached_property
    def objects(self) -> bool:
        """Secrets that are objects with names."""
        return _KUBERNETES.search(self.text) is not None

    @cached_property
    def folders(self) -> bool:
        """Working folders."""
        return _FOLDERS.search(self.text) is not None

    @cached_property
    def accounts(self) -> bool:
        """The accounts of the machine."""
        return _ACCOUNTS.search(self.text) is not None


def holds(name: str, around: Company) -> Said | None:
    """What a name says of the secret in its value; None where it says nothing, or where that would be a guess."""
    found = said(name)
    if found is None or name in _FOLDER_NAMES:
        return None
    parts = words(name)
    if parts[-1] in _LAST_OFF or found.many or (name.isupper() and parts[0] in _NAMES_A_KEY):
        return None  # `CONF_PASSWORD` is the key that a password is stored under
    match found.kind:
        case Kind.PASSWORD:
            return None if _no_password(parts, around) else found
        case Kind.LOGIN:
            return None
        case Kind.HEADER:
            return found
        case Kind.TOKEN:
            return _token(name, found, around)
        case Kind.KEY:
            return None if not _NO_KEY.isdisjoint(parts) else found
        case _:
            return found if found.sure else _bare_secret(found, around)


_LAST_OFF = _set(
    "stdin fd interactive bool int max min only dialogs mgr manager obj uid gid dir ok given entered known db "
    "keyring agent helper"
)
_NAMES_A_KEY = _set("conf config attr key field opt option arg param env var header column col err error msg")
_FOLDER_NAMES = frozenset(("PWD", "OLDPWD", "OLD_PWD", "PREVIOUS_PWD"))


def _no_password(parts: tuple[str, ...], around: Company) -> bool:
    if "pwd" in parts and around.folders:
        return True
    if "pw" in parts and (around.accounts or (parts[0] == "pw" and len(parts) > 1)):
        return True
    return parts == ("pass",) or ("pwd" in parts and around.accounts and len(parts) == 1)


def _token(name: str, found: Said, around: Company) -> Said | None:
    parts = words(name)
    if not _OPENS.isdisjoint(parts):
        return found
    alone = len(parts) == 1 or name.isupper()  # `KUBEADM_TOKEN` comes out of the environment
    return found if alone and around.opens and not around.parses else None


def _bare_secret(found: Said, around: Company) -> Said | None:
    return None if around.objects else found
