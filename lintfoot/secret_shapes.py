"""What texts look like: placeholders, templates, names of things, public keys, random tokens, made-up ones.

This room knows shapes alone; which of them count under which name is the business of `secret_values`. A NUL in a text
stands for data that is not known.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from lintfoot.regexes import regex
from lintfoot.secret_names import words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRUTH = _set(
    "true false yes no on off none null nil undefined n/a na nan void empty blank unset notset not_set not-set"
)
_PLACEHOLDER = regex(
    r"""(?xi)
    chang(?:e|ing)[-_ ]?(?:me|it|this|now|asap|later) | replace[-_ ] | replace(?:me|this|with) | placeholder
    | example | dummy | redact | \*\*\* | x{3,} | ^x+[-_ ]?x+$ | \.\.\. | … | ^\W+$
    | ^your | (?<![a-z])your?(?![a-z])
    | (?:^|[^a-z])(?:todo|tbd|fixme|tba|fake|mock|sample|stub|noop|foobar|lorem)(?:$|[^a-z]|pass|pw|secret|token|key)
    | ^(?:insert|enter|put|fill|paste|add|set|provide|specify|type)[-_ ] | [-_ ]here$ | goes[-_]?here
    | not[-_ ]?(?:a[-_ ]?)?(?:real|secret|used|needed|set) | to[-_]be[-_]
    | ^(?:some|any|the|a|an)[-_](?:secret[-_])?(?:password|passwd|pass|pw|token|key|api[-_]?key|secret)$
    | ^no[-_ ]?(?:ne|thing|password|token|secret|key)$ | ^(?:un|not|non)[-_]?(?:specified|defined|known|used)$
    | should[-_ ]?be | must[-_ ]?be | for[-_ ]?test(?:ing|s)?[-_ ]?only
    """
)
_TEMPLATE = regex(
    r"""(?x)
    \0 | \{\{ | \{% | \{[\w.!:\[\]'" -]*\} | \{\w+:[^{}]*\} | %\([^)]*\) | %[sdr](?![a-zA-Z0-9]) | \$\{ | \$\( | \#\{
    | ^\$[A-Za-z_]\w*$ | ^@[A-Za-z_]+$ | ^:[a-z_]\w*$ | ^%\w+%$ | ^@@?\w+@@?$ | ^__\w+__$
    | ^<.*>$ | <[A-Za-z][\w -]{2,}> | ^\[.*\]$ | ^\(.*\)$ | ^`.*`$ | ^~.*~$ | ^\|.*\|$
    | ^!(?:vault|Ref|Sub|GetAtt|ImportValue|secret|env|include)\b | ^ENC\[ | ^\$ANSIBLE_VAULT
    """
)
_REFERENCE = regex(
    r"""(?xi)
    ^--?[a-z][a-z-]*=?$ | ^[a-z][a-z0-9+.-]*://
    | ^(?:arn|vault|ssm|secretsmanager|aws-?sm|env|file|kms|op|bw|bws|keyring|ref|gcpkms|awskms|gcpsm|hashivault|azurekeyvault
      |akv|sops|data|urn|did|oid|sha\d+|md5|lookup|projects|pass|chamber|doppler|infisical|cmd|exec|secret|secrets|kv):.
    """
)
_ENV_NAME = regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_?")
_DOTTED = regex(r"[a-z_][A-Za-z_]*\d{0,2}(?:\.[a-z_][A-Za-z_-]*\d{0,2})*\.[A-Za-z_][A-Za-z_-]*\d{0,2}(?:\(\))?")
_PATH = regex(r"(?:~|\.{1,2})?/(?:[\w.@ -]+/)*[\w.@*-]*|[A-Za-z]:[\\/].*|\\\\[\w.$-]+\\.*")
_LOWER_PATH = regex(r"[a-z][a-z0-9_.-]*(?:/[a-z0-9_.*-]+)+/?")
_FILE = regex(
    r"[\w./~ -]+\.(?:pem|key|crt|cer|json|ya?ml|txt|cfg|ini|conf|env|toml|p12|pfx|jks|asc|gpg|pub|csr|der|db|sh|py|xml|log|properties)"
)
_EMAIL = regex(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_NUMBERS = regex(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|\d+(?:\.\d+)+")
# Key ids (AWS, Alibaba, Tencent, Scaleway, Twilio), public keys, certificates, fingerprints.
_PUBLIC = regex(
    r"""(?x)
    ^(?:(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ANVA|AIPA|ABIA|ACCA)[A-Z0-9]{12,} | LTAI[A-Za-z0-9]{12,20} | AKID[A-Za-z0-9]{16,}
      | SCW[A-Z0-9]{17} | (?:AC|SK)[0-9a-f]{32})$
    | ^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-ssh-\S+)\ +AAAA | ^pk_(?:live|test)_ | ^age1[a-z0-9]{58}$
    | -----BEGIN\ (?:(?:RSA\ )?PUBLIC\ KEY|CERTIFICATE|TRUSTED|X509|SSH2\ PUBLIC|PGP\ PUBLIC)
    | ^SHA256:[A-Za-z0-9+/]{43}=?$ | ^(?:[0-9a-fA-F]{2}:){7,}[0-9a-fA-F]{2}$
    """
)
_CRYPTED = regex(
    r"""(?x)
    ^\$(?:1|2[abxy]?|5|6|7|y|argon2\w*|pbkdf2[\w-]*|sha1|md5|apr1)\$ | ^\{(?:SSHA|SHA|MD5|CRYPT|PBKDF2)[\w-]*\}
    | ^pbkdf2_sha | ^SCRAM-SHA-\d+\$ | ^md5[0-9a-f]{32}$ | ^(?:bcrypt|scrypt|argon2)\$
    """
)
_UUID = regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_nothing(text: str) -> bool:
    """Empty, one character, a truth word, up to three digits, one character again and again, a placeholder or a template."""
    low = text.lower()
    if len(text) < 2 or low in _TRUTH or (text.isdigit() and len(text) <= 3):  # noqa: PLR2004 - the catalogue's bounds
        return True
    if len(set(low) - set("-_. /:")) <= 1:
        return True
    return bool(_TEMPLATE.search(text) or _PLACEHOLDER.search(text))


def is_environment_name(text: str) -> bool:
    """`SHOP_API_KEY`."""
    return _ENV_NAME.fullmatch(text) is not None


def is_dotted(text: str) -> bool:
    """`settings.database.password`."""
    return _DOTTED.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """`backup@shop.internal`."""
    return _EMAIL.fullmatch(text) is not None


def is_colour(text: str) -> bool:
    """`#1a2b3c`."""
    return re.fullmatch(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})", text) is not None


def is_expression(text: str) -> bool:
    """A regular expression."""
    return _EXPRESSION.search(text) is not None


def is_name_of_something(text: str) -> bool:
    """The name of a variable, an option, a path, a file, a URL, an ARN, a reference to a store; an address, a version."""
    if is_environment_name(text) or _REFERENCE.match(text) or _FILE.fullmatch(text):
        return True
    if _NUMBERS.fullmatch(text) or _LOWER_PATH.fullmatch(text):
        return True
    return _PATH.fullmatch(text) is not None and not _is_base64(text)


def _is_base64(text: str) -> bool:
    """A random text may begin with a slash as well."""
    return is_mixed(text) and (text.count("/") == 1 or (len(text) >= 30 and entropy(text) > 4))  # noqa: PLR2004


def is_public(text: str) -> bool:
    """A key id, a public key, a certificate, a fingerprint, or the hash of a password."""
    return bool(_PUBLIC.search(text) or _CRYPTED.match(text))


def is_mixed(text: str) -> bool:
    """Whether letters and digits both occur."""
    return any(char.isdigit() for char in text) and any(char.isalpha() for char in text)


def is_words(text: str) -> bool:
    """Words joined by separators, or in CamelCase, or an abbreviation: an identifier."""
    text = text.strip("_")
    return (
        re.fullmatch(r"[A-Za-z]{2,}\d?(?:[-_.:/][A-Za-z]{2,}\d?)+|[A-Z]?[a-z]{2,}(?:[A-Z][a-z]+)+\d?|[A-Z]{2,}", text)
        is not None
    )


def is_identifier(text: str) -> bool:
    """More words than one, numbers among them: `V3ADFSPassword`, `oauth2_token`."""
    if re.fullmatch(r"[A-Za-z][A-Za-z\d]*(?:[-_. ][A-Za-z][A-Za-z\d]*)+", text):
        return True
    return text.isalnum() and not (text.islower() or text.isupper() or text.istitle())


def is_joined(text: str) -> bool:
    """More words than one and nothing else: `db_password`, `dbPassword`, `db.password`."""
    if re.fullmatch(r"[A-Za-z]+(?:[-_. ][A-Za-z]+)+", text):
        return True
    return text.isalpha() and not (text.islower() or text.isupper() or text.istitle())


_TECHNICAL = regex(
    r"""(?xi)^(?:[a-z]{3,}[-_]?\d{1,2} | v\d+(?:alpha|beta|rc)\d* | [a-z]{1,2}\d{1,3}[a-z]?
    | (?:sha|md|aes|rsa|hmac|hs|rs|es|ps|utf|ucs|iso|cp|win|base|ipv|oauth|http|pkcs|crc|ed|secp|curve|arm|amd|x|h|mp|log|des)
      [-_]?\d+(?:[-_]?[a-z]{0,4}\d{0,4}){0,2}
    )$"""
)
_ORDINARY_NUMBER = regex(r"\d{1,2}|(?:19|20)\d\d|128|192|224|256|384|512|1024|2048|4096")
_EXPRESSION = regex(r"\[[^\]]*\]|\{\d|\\[wdsSWDb]|\(\?")  # regular expressions


def looks_random(text: str) -> bool:
    """Letters and digits mixed as no word is, or long without any separator: the look of a token."""
    if len(text) < 5 or re.search(r"\s", text) or _EXPRESSION.search(text):  # noqa: PLR2004 - `v2.1`, `ipv4`
        return False
    if _UUID.fullmatch(text):
        return entropy(text) > 2.5  # noqa: PLR2004 - not all zeros, not 1111-2222
    pieces = [piece for piece in re.split(r"[-_.:/+=~]", text) if piece]
    if _TECHNICAL.match(text) or (len(pieces) > 1 and all(_is_ordinary(piece) for piece in pieces)):
        return False
    if is_mixed(text):
        return True
    if re.search(r"[!@#$%^&*?]", text) and re.search(r"[A-Za-z]", text):
        return not re.search(r"[\\()\[\]|]", text)
    if text.isdigit():
        return len(text) >= 6  # noqa: PLR2004
    longest = max(map(len, pieces), default=0)
    if longest < 16 or _is_camel(text):  # noqa: PLR2004
        return False
    return _is_wild(text) or ((text.islower() or text.isupper()) and not _is_spoken(text.lower()))


def _is_ordinary(piece: str) -> bool:
    """A word, a word with a number behind it, or a number that means something by itself."""
    if _ORDINARY_NUMBER.fullmatch(piece):
        return True
    return re.fullmatch(r"[A-Za-z]+\d{0,2}", piece) is not None and (len(piece) < 16 or _is_camel(piece))  # noqa: PLR2004


def _is_wild(text: str) -> bool:
    return bool(re.search(r"[a-z][A-Z].*[A-Z]{2}|[A-Z]{2,}[a-z]+[A-Z]", text))


def _is_spoken(low: str) -> bool:
    """Words written as one have vowels between their consonants."""
    vowels = sum(char in "aeiouy" for char in low)
    return vowels * 4 >= len(low) and not re.search(r"[bcdfghjklmnpqrstvwxz]{5}", low)


def _is_camel(text: str) -> bool:
    parts = words(text)
    mean = sum(map(len, parts)) / max(len(parts), 1)
    return len(parts) > 1 and mean > 3.5 and "".join(parts) == text.lower()  # noqa: PLR2004 - the length of words


def is_silly(text: str) -> bool:
    """`supersecretkey`, `my-secret-token`: no name of anything, a secret that somebody made up."""
    return bool(
        re.search(
            r"(?i)(?:^|[-_])(?:my|our|super|top|very|ultra)[-_]?(?:super)?[-_]?(?:secret|secure|private|token|password|api[-_]?key)|insecure",
            text,
        )
    )


def pair(text: str) -> str:
    """The password of `user:password`, but no `https://host`: plain, or in Base64 for basic authentication; else an empty string."""
    found = re.fullmatch(r"([\w.@+\\-]{1,64}):(?!//)([^\s:]{2,128})", text)
    if found is None and re.fullmatch(r"[A-Za-z0-9+/_-]{8,}={0,2}", text):
        found = re.fullmatch(r"([\w.@+\\-]{1,64}):([\x21-\x7e]{2,128})", _decoded(text))
    return found[2] if found and not is_nothing(found[2]) else ""


def _decoded(text: str) -> str:
    import base64  # few texts get so far

    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded, altchars=b"-_" if "-" in text or "_" in text else None).decode("ascii")
    except ValueError:
        return ""


def entropy(text: str) -> float:
    """Shannon's bits per character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values()) if size else 0.0


_COUNTS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "9876543210987654321",
    "qwertyuiopasdfghjkl",
    "deadbeefdeadbeef",
    "cafebabecafebabe",
    "0123456789abcdef0123456789abcdef",
    "1a2b3c4d5e6f7g8h9i0j1k2l3m",
    "a1b2c3d4e5f6g7h8i9j0k1l2m3",
)
_RUNS = tuple(count[at : at + 8] for count in _COUNTS for at in range(len(count) - 7))
_ADMITS = regex(
    r"example|dummy|fake|placeholder|sample|redacted|changeme|not-?real|yourtoken|your[-_]|my[-_]?(?:token|secret|key)|xxxx"
    r"|test[-_]?token|\.\.\.|\*\*\*"
)


def is_dummy(text: str) -> bool:
    """A made-up token: says so, counts up, or repeats itself."""
    low = text.lower()
    if _ADMITS.search(low) or any(run in low for run in _RUNS):
        return True
    return bool(re.search(r"(.)\1{6,}|(.{2,12}?)\2{3,}", low))
