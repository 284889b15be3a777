"""Callees that take a secret, or answer with one, by the words of their names."""

from __future__ import annotations

from functools import lru_cache

from lintfoot.secret_names import Kind, Said, may_speak, said, words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Keys that stand next to a credential: there a bare `secret` is one.
COMPANY = _set(
    "username user login host hostname ip client_id clientid tenant tenant_id tenantid app_id appid device_type"
)
ENCODERS = _set("b64encode standard_b64encode urlsafe_b64encode encodebytes encodestring base64_encode")
ASKS = _set(
    "expect expect_exact read_until readuntil wait_for waitfor read_until_prompt expect_list"
)  # and somebody answers
TYPED = _set("sendline send write sendcontrol write_channel send_line sendtext send_keys")
ONE_WAY = _set("make check verify hash encrypt crypt")  # these take the secret first
VERBS = ONE_WAY | _set("set with use change update send enter type fill reset add")
ANSWERS = _set("get fetch load read default make generate build create retrieve obtain find")
VALUE_KEYS = _set("value default fallback parametervalue default_value")
NAME_KEYS = _set("name key parameterkey variable var envvar env field option")
SETTERS = _set(
    "setenv putenv setdefault set setattr __setattr__ __setitem__ setopt set_option setOption set_config set_value setValue "
    "set_param set_parameter set_property setProperty add_header addheader addHeader putheader put_header set_header setHeader "
    "setRequestHeader send_header append_header add_unredirected_header setRawHeader set_env set_var set_variable add_variable "
    "add_secret set_secret set_cookie config_set add_env with_env env_set with_header with_env_variable "
    "set_environment_variable addEnvironment hset setex"
)
METHODS = frozenset(
    "encode decode strip lstrip rstrip lower upper expandtabs ljust rjust removeprefix removesuffix".split()
)
# Calls that hand their first argument on, wrapped or encoded.
WRAPPERS = frozenset(
    "str bytes bytearray memoryview SecretStr SecretBytes Secret b64encode urlsafe_b64encode standard_b64encode "
    "encodebytes b64decode urlsafe_b64decode unhexlify fromhex quote quote_plus to_bytes to_text to_native "
    "force_bytes force_str ensure_binary ensure_str b u smart_str smart_bytes mark_safe Parameter Literal String "
    "cast TypedStr getLiteral Password Token c_char_p StringVar".split()
)
# Calls that describe a field or an option: the default is what counts.
FIELDS = frozenset(
    "field Field attrib ib attr Attribute Option Argument Header Query Form Body Cookie CharField TextField "
    "StringField PasswordField EncryptedCharField Column mapped_column StrOpt StringOpt Opt ConfigOption Str Unicode "
    "Setting".split()
)
FIRST_IS_DEFAULT = frozenset(
    ("Field", "Option", "Argument", "Header", "Query", "Form", "Body", "Cookie", "Str", "Unicode")
)
GETTERS = frozenset(
    "get getenv pop getattr env config get_env getEnv env_get environ_get get_or_default get_config getConfig "
    "get_setting getsetting get_option getOption get_value getval getconf get_param get_parameter get_variable "
    "get_secret_or_default getstring get_string get_str dig xget env_var read_env lookup_env require_env conf option "
    "setting".split()
)
DEFAULTS = ("default", "fallback", "default_value", "defaults", "d", "alt", "or_else", "if_missing", "default_val")
PAIRS = _set(
    "login authenticate simple_bind_s simple_bind bind_s set_auth setAuth set_basic_auth basic_auth add_credentials username_pw_set"
)
_AUTHS = _set("auth authentication authenticator credentials credential")
_SCHEMES = _set("http https basic digest ntlm plain simple proxy set add with user username")


@lru_cache(maxsize=1 << 14)
def set_by(callee: str) -> Said | None:
    """What `set_password(…)` and its like take."""
    parts = words(callee) if may_speak(callee) else ()
    if len(parts) < 2 or parts[0] not in VERBS:  # noqa: PLR2004 - a verb and what it sets
        return None
    found = said("_".join(parts[1:]))
    return found if found is not None and found.kind not in (Kind.LOGIN, Kind.HEADER) else None


@lru_cache(maxsize=1 << 14)
def answered_by(function: str) -> Said | None:
    """What `get_password()` and its like return."""
    parts = words(function) if may_speak(function) else ()
    if len(parts) > 1 and parts[0] not in ANSWERS:
        return None
    while parts and parts[0] in ANSWERS:
        parts = parts[1:]
    found = said("_".join(parts)) if parts else None
    return found if found is not None and found.kind not in (Kind.LOGIN, Kind.HEADER) else None


@lru_cache(maxsize=1 << 14)
def takes_a_pair(callee: str) -> bool:
    """`login(user, password)`, `HTTPBasicAuth(user, password)`, `PlainCredentials(user, password)`."""
    parts = words(callee) if may_speak(callee) else ()
    return callee in PAIRS or (len(parts) > 1 and parts[-1] in _AUTHS and _SCHEMES.issuperset(parts[:-1]))


@lru_cache(maxsize=1 << 14)
def declares(callee: str) -> bool:
    """Whether a call declares an option: its first text is that option's name, and nothing is looked up."""
    return (
        callee.startswith("add_")
        or "option" in callee.lower()
        or callee in ("argument", "Argument")
        or callee.endswith("Opt")
    )
