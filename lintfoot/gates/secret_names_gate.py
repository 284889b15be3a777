"""Words of secrets: one of which a file must hold for a name to speak of one, and calls that give, keep or look up one."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


GATE = (
    *("pass", "pwd", "pw", "secret", "token", "key", "auth", "cred", "psk", "jwt", "bearer"),
    *("passwort", "senha", "contrasena", "haslo", "kennwort", "wachtwoord"),
)
SAME = _set(  # methods whose result still holds what they were called on
    "strip lstrip rstrip encode decode lower upper format copy read ljust rjust center expandtabs as_posix get_secret_value reveal"
)
WHOLE = _set(  # functions whose result still holds their arguments
    "loads safe_load str repr ascii format bytes bytearray list tuple dict set sorted join dumps dump pformat pprint b64encode "
    "urlsafe_b64encode "
    "standard_b64encode encodebytes quote quote_plus urlencode to_bytes to_text to_native force_bytes force_str ensure_str "
    "safe_dump indent dedent fill OrderedDict vars asdict astuple chain escape shlex_quote cmd_quote shell_quote red green yellow bold "
    "colored style Panel Text"
)
LOOKS_UP = _set(
    "get getenv pop fetch get_param get_parameter get_option getoption get_config get_setting config env getattr"
)
SECRET_CALLS = frozenset(
    "getpass get_password read_secret read_secret_version get_secret_value access_secret_version".split()
)
GIVES = _set(  # what a call is called first that gives what it is called then
    "get fetch load read generate gen make create retrieve obtain lookup decrypt request ask build new find resolve prompt acquire"
)
