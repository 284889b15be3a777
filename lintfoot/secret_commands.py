"""Secrets written out in a command line: `mysql -phunter2`, `--token=…`, `curl -u user:…`, `sshpass -p …`.

Words are texts; None stands for any number of unknown words, a NUL inside a word for data. This room knows text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from lintfoot import prefixes, shellwords
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.secret_names import Kind, said
from lintfoot.secret_names import words as words_of
from lintfoot.secret_shapes import looks_random
from lintfoot.secret_values import Verdict, is_login, is_password, judge

Words = Sequence[str | None]


class Form(Enum):
    """How a program takes its secret."""

    NEXT = "next"  # `-p secret`, also `-psecret`
    APART = "apart"  # `-k secret` alone: `-keyout` is another option
    GLUED = "glued"  # `-psecret` alone: mysql takes a following word for the database
    PAIR = "pair"  # `-u user:secret`
    PERCENT = "percent"  # `-U user%secret`
    COMMA = "comma"  # `-u user,secret`
    PASS = "pass"  # noqa: S105 - `-passin pass:secret`
    COLON = "colon"  # `/p:secret`


def _table(*rows: tuple[str, str, Form]) -> dict[str, tuple[tuple[str, Form], ...]]:
    made: dict[str, tuple[tuple[str, Form], ...]] = {}
    for programs, options, form in rows:
        for program in programs.split():
            made[program] = (*made.get(program, ()), *((option, form) for option in options.split()))
    return made


# From the manual pages: options whose name alone does not say that they take a secret.
_OPTIONS = _table(
    (
        "mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlbinlog mysqlpump mariadb mariadb-dump mariadb-admin",
        "-p",
        Form.GLUED,
    ),
    (
        "sshpass mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat racadm rabbitmqadmin beeline psexec kinit-keyring",
        "-p",
        Form.NEXT,
    ),
    ("docker podman nerdctl skopeo buildah oras crane az helm oc", "-p", Form.NEXT),
    ("redis-cli valkey-cli", "-a", Form.NEXT),
    ("ldapsearch ldapadd ldapmodify ldapdelete ldapmodrdn ldapcompare ldapwhoami ldappasswd ldapexop", "-w", Form.NEXT),
    ("sqlcmd bcp isql osql zip unzip ipmitool ipmipower tsql", "-P", Form.NEXT),
    ("7z 7za 7zz 7zr rar unrar", "-p", Form.GLUED),
    ("snmpget snmpset snmpwalk snmpbulkwalk snmpgetnext snmptrap", "-A -X", Form.NEXT),
    ("curl", "-u --user -U --proxy-user", Form.PAIR),
    ("http https xh lwp-request", "-a --auth", Form.PAIR),
    ("smbclient rpcclient winexe smbget net wmic smbcacls", "-U --user", Form.PERCENT),
    ("lftp", "-u", Form.COMMA),
    ("openssl", "-passin -passout -pass", Form.PASS),
    ("openssl", "-k", Form.APART),
    ("xfreerdp xfreerdp3 wfreerdp", "/p", Form.COLON),
)
# Options in the style of `-p` mean a password only after these subcommands.
_NEEDS = {
    "docker": "login",
    "podman": "login",
    "nerdctl": "login",
    "skopeo": "login",
    "buildah": "login",
    "oras": "login",
    "crane": "login",
    "az": "login",
    "helm": "login",
    "oc": "login",
    "net": "use",
}
# Words by position: the program, the subcommand, and which word after it is the secret.
_PLACES = {
    ("rabbitmqctl", "add_user"): 2,
    ("rabbitmqctl", "change_password"): 2,
    ("rabbitmqctl", "authenticate_user"): 2,
    ("vault", "login"): 1,
}
_PLACED = frozenset(program for program, _ in _PLACES) | {"sqlplus"}
# Programs that take a secret where no word says so; those that need a subcommand are told by that.
TAKERS = frozenset(_OPTIONS) - _NEEDS.keys() | _PLACED | {"net"}
# Programs whose long options take a secret of any look: for others the value must look like one.
_TOOLS = frozenset(
    "aws gcloud az kubectl helm docker podman openstack vault consul nomad terraform packer ansible ansible-playbook "
    "svn git hg psql createuser rsync mount mount.cifs wget curl aria2c htpasswd openssl gpg keytool jarsigner "
    "useradd usermod nmcli mosquitto_pub mosquitto_sub kafka-topics influx clickhouse-client cqlsh mongosh mongo "
    "mysql mysqladmin mysqldump mariadb redis-cli etcdctl twine pip npm yarn gem cargo conan jf jfrog restic borg "
    "duplicity rclone s3cmd mc minio govc ovftool virt-customize virt-builder cloud-localds realm adcli net kinit "
    "ipa ipa-client-install gitlab-runner gh glab hub jenkins-cli sonar-scanner newman snyk trivy cosign notation "
    "flyctl heroku doctl linode-cli hcloud scw oci ibmcloud config.sh run.sh winrm winexe nxc crackmapexec hydra "
    "ncrack smbclient sshpass xfreerdp rdesktop vncviewer x11vnc tightvncserver step certbot".split()
)
_LONGEST = 4000  # characters: longer texts are scripts or data
_IN_OPTIONS = frozenset(
    "password passwd pass pwd passphrase secret token key api access auth client store db admin user root private my".split()
)
LIKELY = regex(
    r"(?i)(?:^|[\s'\"=/])--?[\w-]*(?:pass|pwd|token|secret|key|cred|auth|user)|(?<![\w-])-[A-Za-z]|/p:|chpasswd|sudo"
    r"|(?:add_user|change_password|vault login)\b"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The word of a command line that holds a secret, what says so, and the secret itself."""

    index: int
    what: str
    value: str


def in_words(words: Words, *, trusted: bool = True) -> Iterator[Found]:
    """The secrets of one command. `trusted` says that this is a command for sure, and no help text that looks like one."""
    programs = [_program(word) for word in words]
    trusted = trusted or programs[:1] != [""] or any(program in _OPTIONS for program in programs)
    start = 0
    for index, word in enumerate(words):
        if programs[index] in _OPTIONS or programs[index] in _PLACED:
            start = index
        if not word or (word.startswith("-") and word.lstrip("-") in words):
            continue  # `["password", "-password", "session", "-session"]` is a table of words
        following = words[index + 1] if index + 1 < len(words) else None
        found = _short(programs[start], words[start:], index, index - start) if index > start else None
        found = found or _long(index, word, following, trusted=trusted) or _slashed(programs[start], word, index)
        if found is not None:
            yield found
    yield from _by_place(programs, words)


def _slashed(program: str, word: str, index: int) -> Found | None:
    """`sqlplus system/secret@db`."""
    match = re.match(r"[\w$#]+/([^@/\s]+)(?:@|$)", word) if program == "sqlplus" else None
    return Found(index, "sqlplus", match[1]) if match and is_password(match[1]) else None


def _program(word: str | None) -> str:
    name = prefixes.program(word)
    return name if name in _TOOLS or name in _OPTIONS or name in _PLACED else ""


def _long(index: int, word: str, following: str | None, *, trusted: bool) -> Found | None:
    """`--password value`, `--password=value`, `-Password value`, `/password:value`."""
    match = re.match(r"(--?[A-Za-z][\w.-]{2,})(?:(=)(.*))?$", word, re.DOTALL)
    if match is None or (not word.startswith("--") and not _IN_OPTIONS.issuperset(words_of(match[1]))):
        return None  # behind one hyphen may stand the secret itself: `-pMyPass`
    name = said(match[1].lstrip("-"))
    if name is None or name.kind is Kind.HEADER:
        return None
    value, place = (match[3], index) if match[2] else (following, index + 1)
    if value is None or (not match[2] and value.startswith(("-", "/", "|", ">", "<", "&"))):
        return None
    value = value.strip("'\"")
    if name.kind is Kind.LOGIN:
        return Found(place, match[1], value) if is_login(value) else None
    if judge(value, name, sure=name.sure if trusted else None, names=True) is not Verdict.REAL:
        return None
    shouted = value.isupper() and value.isalpha()  # `--password PASSWORD` in a help text
    return Found(place, match[1], value) if (trusted and not shouted) or looks_random(value) else None


def _short(program: str, words: Words, at: int, place: int) -> Found | None:
    word = words[place] or ""
    for option, form in _OPTIONS.get(program, ()):
        if not word.startswith(option) or not _after_subcommand(program, words, place):
            continue
        rest = word[len(option) :]
        if form is Form.COLON:
            return Found(at, option, rest[1:]) if rest.startswith(":") and is_password(rest[1:]) else None
        if rest and (option.startswith("--") or form not in (Form.NEXT, Form.GLUED, Form.PAIR, Form.PERCENT)):
            if not rest.startswith("="):
                continue
            rest = rest[1:]
        if not rest and form is Form.GLUED:
            continue
        value = rest or (words[place + 1] if place + 1 < len(words) else None)
        if value is None:
            continue
        secret = _secret_of(value.strip("'\""), form)
        if secret and is_password(secret):
            return Found(at if rest else at + 1, f"{program} {option}", secret)
    return None


def _after_subcommand(program: str, words: Words, place: int) -> bool:
    needed = _NEEDS.get(program)
    return needed is None or needed in words[:place]


def _secret_of(value: str, form: Form) -> str:
    match form:
        case Form.PAIR:
            return value.partition(":")[2]
        case Form.PERCENT:
            return value.partition("%")[2]
        case Form.COMMA:
            return value.partition(",")[2]
        case Form.PASS:
            return value.removeprefix("pass:") if value.startswith("pass:") else ""
        case _:
            return "" if value.startswith("-") else value


def _by_place(programs: list[str], words: Words) -> Iterator[Found]:
    for index, program in enumerate(programs):
        if program not in _PLACED:
            continue
        at = next((at for at in range(index + 1, len(words)) if not (words[at] or "").startswith("-")), len(words))
        place = _PLACES.get((program, words[at] or "")) if at < len(words) else None
        value = words[at + place] if place is not None and at + place < len(words) else None
        if value and not value.startswith("-") and "=" not in value and is_password(value):
            yield Found(at + (place or 0), f"{program} {words[at]}", value)


_ECHO = regex(
    r"""(?x)\b(?:echo|printf)\s+(?:-\w+\s+)*(?P<quote>['"]?)(?P<text>[^'"|\n]+?)(?:\\n)?(?P=quote)\s*\|\s*(?:\S+=\S+\s+)*
    (?P<reader>sudo\s+(?:-\w+\s+)*-\w*S|(?:sudo\s+(?:-\w+\s+)*)?(?:\S*/)?(?:chpasswd|passwd\s+--stdin|smbpasswd|pdbedit|cryptsetup|kinit)\b|[^|\n]*--(?:password-)?stdin\b)
    """
)


def in_text(text: str) -> Iterator[Found]:
    """The secrets in a command line written as one text."""
    if len(text) > _LONGEST or not LIKELY.search(text):
        return
    for match in _ECHO.finditer(text):
        piped = match["text"]
        secret = (piped.partition(":")[2] if "chpasswd" in match["reader"] else piped).strip()
        if is_password(secret):
            yield Found(0, match["reader"].split()[0], secret)
    for simple in shellwords.split(text):
        yield from in_words([word.text for word in simple.words], trusted=False)
