"""Callees that take a secret, or answer with one, by the words of their names."""

from __future__ import annotations

from functools import lru_cache

from lintfoot.secret_names import Kind, Said, said, words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Keys that stand next to a credential: there a bare `secret` is one.
COMPANY = _set(
    "username user login host hostname ip client_id clientid tenant tenant_id tenantid app_id appid device_type"
)
ENCODERS = _set("b64encode standard_b64encode urlsafe_b64encode encodebytes encodestring base64_encode")
TYPED = _set("sendline send write sendcontrol write_channel send_line sendtext send_keys")
ONE_WAY = _set("make check verify hash encrypt crypt")  # these take the secret first
VERBS = ONE_WAY | _set("set with use change update send enter type fill reset add")
ANSWERS = _set("get fetch load read default make generate build create retrieve obtain find")
PAIRS = _set(
    "login authenticate simple_bind_s simple_bind bind_s set_auth setAuth set_basic_auth basic_auth add_credentials username_pw_set"
)
_AUTHS = _set("auth authentication authenticator credentials credential")
_SCHEMES = _set("http https basic digest ntlm plain simple proxy set add with user username")


@lru_cache(maxsize=2048)
def set_by(callee: str) -> Said | None:
    """What `set_password(…)` and its like take."""
    parts = words(callee)
    if len(parts) < 2 or parts[0] not in VERBS:  # noqa: PLR2004 - a verb and what it sets
        return None
    found = said("_".join(parts[1:]))
    return found if found is not None and found.kind not in (Kind.LOGIN, Kind.HEADER) else None


@lru_cache(maxsize=2048)
def answered_by(function: str) -> Said | None:
    """What `get_password()` and its like return."""
    parts = words(function)
    if len(parts) > 1 and parts[0] not in ANSWERS:
        return None
    while parts and parts[0] in ANSWERS:
        parts = parts[1:]
    found = said("_".join(parts)) if parts else None
    return found if found is not None and found.kind not in (Kind.LOGIN, Kind.HEADER) else None


@lru_cache(maxsize=2048)
def takes_a_pair(callee: str) -> bool:
    """`login(user, password)`, `HTTPBasicAuth(user, password)`, `PlainCredentials(user, password)`."""
    parts = words(callee)
    return callee in PAIRS or (len(parts) > 1 and parts[-1] in _AUTHS and _SCHEMES.issuperset(parts[:-1]))
