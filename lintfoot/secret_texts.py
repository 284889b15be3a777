"""What the text of a literal gives away by itself: a URL with a password, `Password=…;`, a header, SQL, JSON, a command.

This room knows text alone; a NUL in a text stands for data that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lintfoot import secret_commands
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.secret_names import PASSWORDS, Kind, Said, said
from lintfoot.secret_shapes import is_nothing, looks_random
from lintfoot.secret_values import Verdict, is_password, judge

_LONGEST = 20_000
SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Trace:
    """A secret inside a literal: `what` completes "the … stands in the source", `name` suggests an environment variable.

    `value` is the secret alone.
    """

    what: str
    name: str
    value: str


def traces(text: str) -> tuple[Trace, ...]:
    """The secrets that a text gives away."""
    return tuple(_traces(text)) if SHORTEST <= len(text) <= _LONGEST else ()


def _traces(text: str) -> Iterator[Trace]:
    if "://" in text and "@" in text:
        yield from _urls(text)
    if "=" in text:
        yield from _settings(text)
    if ":" in text:
        yield from _headers(text)
        if '"' in text or "'" in text:
            yield from _json(text)
        if "\n" in text:
            yield from _yaml(text)
    if "'" in text or '"' in text:
        yield from _sql(text)
    if "-" in text or "|" in text or " " in text:
        for found in secret_commands.in_text(text):
            yield Trace(f"secret behind `{found.what}`", "PASSWORD", found.value)


_URL = regex(r"([a-zA-Z][a-zA-Z0-9+.-]{1,30})://([^\s/?#'\"<>@:]*):([^\s/?#'\"<>]+)@([^\s/?#'\"<>:@,;\\]+|$)")
_EXAMPLE_HOST = regex(
    r"example|^(?:host|hostname|server|servername|domain|proxyserver|your.*|my-?(?:host|server|domain).*|.*\.tld|.*\.invalid)$",
    re.IGNORECASE,
)
_EXAMPLE_USER = regex(
    r"(?:user|username|usr|login|name|your.*|my-?user(?:name)?|u|foo|dbuser|proxyuser)", re.IGNORECASE
)
_URL_NAMES = {
    "postgres": "DATABASE_URL",
    "postgresql": "DATABASE_URL",
    "mysql": "DATABASE_URL",
    "mariadb": "DATABASE_URL",
    "mssql": "DATABASE_URL",
    "oracle": "DATABASE_URL",
    "mongodb": "MONGODB_URL",
    "redis": "REDIS_URL",
    "rediss": "REDIS_URL",
    "amqp": "AMQP_URL",
    "amqps": "AMQP_URL",
    "ldap": "LDAP_URL",
    "smtp": "SMTP_URL",
    "ftp": "FTP_URL",
}


def _urls(text: str) -> Iterator[Trace]:
    for match in _URL.finditer(text):
        scheme, user, password, host = match.groups()
        if host.startswith("sha256") or not _is_url_password(password):
            continue
        if _EXAMPLE_HOST.search(host) or (user and _EXAMPLE_USER.fullmatch(user) and _is_word(password)):
            continue
        base = scheme.lower().partition("+")[0]
        yield Trace("password in this URL", _URL_NAMES.get(base, "SERVICE_URL"), password)


def _is_url_password(password: str) -> bool:
    low = password.lower()
    if (
        is_nothing(password)
        or low in PASSWORDS
        or low in ("token", "secret", "api_key", "apikey", "api-key", "x-oauth-basic", "x-oauth-token")
    ):
        return False
    return is_password(password)


def _is_word(text: str) -> bool:
    return text.islower() and text.isalpha()


_SETTING = regex(
    r"""(?x)(?<![\w.$%{<-]) (?P<name>[A-Za-z_][\w.-]{1,60}?(?:[ ](?:Password|Key|Secret|Token))?) (?P<blank>[ \t]*)=(?!=)[ \t]*
    (?: "(?P<double>[^"\n]*)" | '(?P<single>[^'\n]*)' | (?P<plain>[^\s;&,'"|]+) )
    """
)
_MARKUP = regex(r"</|<input|<form|<\w+ [^>]*=", re.IGNORECASE)
_CODE = regex(r"[\\()\[\]{}|<>*^`]")


def _settings(text: str) -> Iterator[Trace]:
    """`Password=hunter2;`, `PGPASSWORD=… psql`, `?token=…`, lines of a file of settings."""
    if _MARKUP.search(text):
        return
    for match in _SETTING.finditer(text):
        name = said(match["name"])
        if name is None or name.kind in (Kind.LOGIN, Kind.HEADER):
            continue
        value = match["double"] or match["single"] or match["plain"] or ""
        if not _is_setting(value, name, plain=match["plain"] is not None, apart=bool(match["blank"])):
            continue
        yield Trace(f"{name.kind.noun} in this text", match["name"].replace(" ", "_"), value)


def _is_setting(value: str, name: Said, *, plain: bool, apart: bool) -> bool:
    if plain and (_CODE.search(value) or (apart and not looks_random(value))):
        return False
    if re.match(r"[%$:@?]|\w+\.\w+\.\w+$", value):
        return False
    return judge(value, name, sure=False, names=True) is Verdict.REAL


_HEADER = regex(
    r"(?i)\b((?:proxy-)?authorization|x-[a-z-]*(?:token|key|secret)|private-token|job-token|deploy-token|dd-api-key|dd-application-key|api-key|apikey|circle-token|x-vault-token)"
    r"['\"]?\s*:\s*['\"]?((?:bearer|token|basic|bot|genie-?key|apikey|splunk)\s+[^\s'\"\\,;]+|[^\s'\"\\,;]+)"
)


def _headers(text: str) -> Iterator[Trace]:
    """`Authorization: Bearer …` as curl and raw requests have it."""
    for match in _HEADER.finditer(text):
        name = said(match[1])
        if name is None:
            continue
        value = match[2]
        if judge(value, name, sure=False) is Verdict.REAL:
            yield Trace(f"{name.kind.noun} in this header", "API_TOKEN", value.split()[-1])


_JSON = regex(r"""["']([A-Za-z][\w-]{1,40})\\?["']\s*:\s*\\?["']([^"'\\]{2,})\\?["']""")


def _json(text: str) -> Iterator[Trace]:
    """`{"password": "…"}` sent as text."""
    for match in _JSON.finditer(text):
        name = said(match[1])
        if name is None or name.kind in (Kind.LOGIN, Kind.HEADER) or re.match(r"[%$:@?]", match[2]):
            continue
        if judge(match[2], name, sure=False if name.kind is Kind.TOKEN else None, names=True) is Verdict.REAL:
            yield Trace(f"{name.kind.noun} in this text", match[1], match[2])


_YAML = regex(r"""(?m)^[ \t-]*([A-Za-z][\w.-]{2,40}):[ \t]+(['"]?)([^\s'"#]{2,})\2[ \t]*(?:\#.*)?$""")


def _yaml(text: str) -> Iterator[Trace]:
    """A line `password: …` of a file of settings."""
    for match in _YAML.finditer(text):
        name = said(match[1])
        if name is None or name.kind in (Kind.LOGIN, Kind.HEADER) or not looks_random(match[3]):
            continue
        if judge(match[3], name, sure=False, names=True) is Verdict.REAL:
            yield Trace(f"{name.kind.noun} in this text", match[1], match[3])


_SQL = regex(
    r"""(?xi)\b(?: identified\s+(?:with\s+\S+\s+)?by | (?:with|encrypted|alter|create|set|user|role|login)\b[^;'"]{0,200}\bpassword )
    \s*(?:=\s*|\(\s*)?(?:password\s*\(?\s*)?(['"])([^'"\0]+)\1"""
)


def _sql(text: str) -> Iterator[Trace]:
    """`CREATE USER … IDENTIFIED BY '…'`, `ALTER ROLE … PASSWORD '…'`."""
    for match in _SQL.finditer(text):
        if not match[2].startswith(("%", ":", "$", "@", "?")) and is_password(match[2]):
            yield Trace("password in this SQL", "DB_PASSWORD", match[2])
