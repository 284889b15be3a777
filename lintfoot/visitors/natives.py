"""What Python does natively of what programs do, with the options that it covers: options as in coreutils 9, findutils 4.9,
GNU grep 3, sed 4.9, gawk 5, tar 1.35, curl 8, wget 1.24.
"""

from __future__ import annotations

from collections.abc import Callable

from lintfoot.records import dataclass
from lintfoot.visitors.native_options import Called


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Native:
    """One program. `covered` are the options that the replacement has an answer for; `valued` those of them that take a word.

    `replaced` gives the code; an empty text says that with these words the program does something else.
    """

    covered: frozenset[str]
    valued: frozenset[str]
    replaced: Callable[[Called], str]


def _native(covered: str, replaced: Callable[[Called], str], valued: str = "") -> Native:
    return Native(_set(covered) | _set(valued), _set(valued), replaced)


def _is_pattern(path: str) -> bool:
    return path.startswith(('"', 'f"')) and any(sign in path for sign in "*?[")


def _rm(call: Called) -> str:
    path = call.operand(0)
    if not call.operands:
        return ""
    recursive = call.has("r", "R", "--recursive")
    if _is_pattern(path):
        return f"for one in glob.glob({path}): {'shutil.rmtree' if recursive else 'os.remove'}(one)"
    if recursive:
        return f"shutil.rmtree({path}{', ignore_errors=True' if call.has('f', '--force') else ''})"
    return f"Path({path}).unlink({'missing_ok=True' if call.has('f', '--force') else ''})"


def _mv(call: Called) -> str:
    source, target = call.operand(0, "source"), call.operand(-1, "target")
    if _is_pattern(source):
        return f"for one in glob.glob({source}): shutil.move(one, {target})"
    return f"shutil.move({source}, {target})"


def _mkdir(call: Called) -> str:
    if not call.operands:
        return ""
    return (
        f"os.makedirs({call.operand(0)}, exist_ok=True)"
        if call.has("p", "--parents")
        else f"os.mkdir({call.operand(0)})"
    )


def _cp(call: Called) -> str:
    if len(call.operands) < 2:  # noqa: PLR2004 - from and to
        return ""
    pair = f"{call.operand(0, 'source')}, {call.operand(-1, 'target')}"
    if _is_pattern(call.operand(0)):
        return f"for one in glob.glob({call.operand(0)}): shutil.copy(one, {call.operand(-1)})"
    if call.has("r", "R", "a", "--recursive", "--archive"):
        return f"shutil.copytree({pair}{', symlinks=True' if call.has('a', '--archive') else ''})"
    return f"shutil.{'copy2' if call.has('p', '--preserve') else 'copy'}({pair})"


def _ln(call: Called) -> str:
    if len(call.operands) < 2:  # noqa: PLR2004 - from and to
        return ""
    pair = f"{call.operand(0)}, {call.operand(1)}"
    return f"os.symlink({pair})" if call.has("s", "--symbolic") else f"os.link({pair})"


def _cat(call: Called) -> str:
    return f"Path({call.operand(0)}).read_text()" if call.operands else "text that is read in Python"


def _grep(call: Called) -> str:
    recursive = call.has("r", "R", "--recursive")
    pattern = call.values.get("e") or call.operand(0, "pattern")
    files = call.operands if "e" in call.values else call.operands[1:]
    if recursive:
        return f'[path for path in Path({files[0] if files else "."}).rglob("*") if re.search({pattern}, path.read_text())]'
    lines = f"Path({files[0]}).read_text().splitlines()" if files else "text.splitlines()"
    found = f"not re.search({pattern}, line)" if call.has("v", "--invert-match") else f"re.search({pattern}, line)"
    if call.has("q", "--quiet", "--silent"):
        return f"any({found} for line in {lines})"
    if call.has("c", "--count"):
        return f"sum({found} is not None for line in {lines})"
    return f"[line for line in {lines} if {found}]"


def _sed(call: Called) -> str:
    if call.has("i", "--in-place") or "i" in call.values:
        return f"Path({call.operand(-1)}).write_text(re.sub(pattern, replacement, text))"
    return "re.sub(pattern, replacement, text)"


def _awk(call: Called) -> str:
    return f"line.split({call.values.get('F', '')}) for each line of the text"


def _cut(call: Called) -> str:
    if "c" in call.values:
        return "a slice of each line"
    return f"line.split({call.values.get('d', chr(34) + chr(92) + 't' + chr(34))}) for each line of the text"


def _head(call: Called) -> str:
    count = call.values.get("n", "10").strip('"')
    return f"itertools.islice(file, {count})" if call.operands else f"text.splitlines()[:{count}]"


def _tail(call: Called) -> str:
    count = call.values.get("n", "10").strip('"').lstrip("-")
    return f"collections.deque(file, maxlen={count})" if call.operands else f"text.splitlines()[-{count}:]"


def _wc(call: Called) -> str:
    return "len(text.splitlines())" if call.has("l", "--lines") else "len(text)"


def _ls(call: Called) -> str:
    return f"sorted(Path({call.operand(0, '')}).iterdir())"


def _find(call: Called) -> str:
    """`find` reads its expression as options with one hyphen: they stand among the operands' letters."""
    return f'Path({call.operand(0, "")}).rglob("*")'


def _date(call: Called) -> str:
    first = call.operand(0, '""').strip('"')
    if first and not first.startswith("+"):
        return ""
    if first == "+%s":
        return "int(time.time())"
    now = "datetime.now(timezone.utc)" if call.has("u", "--utc") else "datetime.now().astimezone()"
    return f'{now}.strftime("{first[1:]}")' if first else now


def _chmod(call: Called) -> str:
    mode, path = call.operand(0, "mode").strip('"'), call.operand(1)
    if mode.isdigit():
        return f"os.chmod({path}, 0o{mode.lstrip('0')})"
    return (
        f"Path({path}).chmod(Path({path}).stat().st_mode | 0o111)" if mode.endswith("+x") else f"os.chmod({path}, mode)"
    )


def _chown(call: Called) -> str:
    user, _, group = call.operand(0, '"user"').strip('"').partition(":")
    return f'shutil.chown({call.operand(1)}, "{user}"' + (f', "{group}")' if group else ")")


def _tar(call: Called) -> str:
    archive = call.values.get("f", "archive")
    if call.has("x", "--extract", "--get"):
        return f'tarfile.open({archive}).extractall({call.values.get("C", "target")}, filter="data")'
    if call.has("t", "--list"):
        return f"tarfile.open({archive}).getnames()"
    kind = next((name for letter, name in (("z", "gz"), ("j", "bz2"), ("J", "xz")) if call.has(letter)), "")
    return f'tarfile.open({archive}, "w:{kind}").add({call.operand(0)})' if call.has("c", "--create") else ""


def _gzip(call: Called) -> str:
    if call.has("d", "--decompress") or not call.operands:
        return f"gzip.open({call.operand(0)})"
    return f'shutil.copyfileobj(file, gzip.open({call.operand(0)} + ".gz", "wb"))'


def _unzip(call: Called) -> str:
    what = "namelist()" if call.has("l") else f"extractall({call.values.get('d', '')})"
    return f"zipfile.ZipFile({call.operand(0, 'archive')}).{what}"


def _curl(call: Called) -> str:
    url = next((one for one in call.operands if "://" in one or not one.startswith('"')), call.operand(-1, "url"))
    if "ftp://" in url or "file://" in url:
        return ""
    method = call.values.get("X", call.values.get("--request", "")).strip('"').lower()
    data = call.has("d", "--data", "--data-raw", "--data-binary", "--json", "--data-urlencode")
    method = (
        method
        if method in ("post", "put", "delete", "patch", "head")
        else "post"
        if data
        else "head"
        if call.has("I")
        else "get"
    )
    return f"requests.{method}({url}, timeout=10)"


def _wget(call: Called) -> str:
    url = call.operand(0, "url")
    return "" if "ftp://" in url else f"requests.get({url}, timeout=10)"


def _sum(name: str) -> Callable[[Called], str]:
    return lambda call: (
        "" if call.has("c", "--check") else f'hashlib.file_digest(open({call.operand(0)}, "rb"), "{name}").hexdigest()'
    )


def _told(code: str) -> Callable[[Called], str]:
    """One replacement, in which `#` stands for the first operand."""
    return lambda call: code.replace("#", call.operand(0))


def _id(call: Called) -> str:
    if call.operands:
        return f"pwd.getpwnam({call.operand(0)})"
    return "os.getuid()" if call.has("u") else "os.getgid()" if call.has("g") else ""


def _hostname(call: Called) -> str:
    if call.operands:
        return ""
    return "socket.getfqdn()" if call.has("f", "--fqdn", "--long") else "socket.gethostname()"


def _kill(call: Called) -> str:
    return f"os.kill({call.operand(-1, 'pid')}, signal.SIGTERM)" if len(call.operands) == 1 else ""


def _df(call: Called) -> str:
    return f"shutil.disk_usage({call.operand(0)})" if call.operands else ""


NATIVES: dict[str, Native] = {
    "rm": _native("r R f v d --recursive --force --verbose --", _rm),
    "rmdir": _native("v", _told("Path(#).rmdir()")),
    "unlink": _native("", _told("Path(#).unlink()")),
    "mkdir": _native("p v --parents --verbose", _mkdir, "m --mode"),
    "cp": _native("r R a f v p d L P --recursive --archive --force --verbose --preserve", _cp),
    "mv": _native("f v n T --force --verbose", _mv),
    "ln": _native("s f n v --symbolic --force", _ln),
    "touch": _native("a m c", _told("Path(#).touch()")),
    "cat": _native("", _cat),
    "tac": _native("", _told("reversed(Path(#).read_text().splitlines())")),
    "head": _native("q", _head, "n c --lines --bytes"),
    "tail": _native("q", _tail, "n c --lines --bytes"),
    "grep": _native(
        "i v n c o q s E F w x h H r R P a --invert-match --quiet --count --ignore-case --color --colour",
        _grep,
        "e m A B C",
    ),
    "egrep": _native("i v n c o q s w x h", _grep, "e m A B"),
    "fgrep": _native("i v n c o q s w x h", _grep, "e m A B"),
    "sed": _native("n E r i s --in-place --quiet --silent --regexp-extended --expression", _sed, "e"),
    "awk": _native("", _awk, "F v"),
    "gawk": _native("", _awk, "F v"),
    "cut": _native("s", _cut, "d f c b"),
    "sort": _native("u n r f V --unique --numeric-sort --reverse", _told("sorted(text.splitlines())"), "k t"),
    "uniq": _native("c d u i", _told("collections.Counter(text.splitlines())")),
    "wc": _native("l w c m --lines --words --chars", _wc),
    "tr": _native("d s c", _told("text.replace(old, new)")),
    "rev": _native("", _told("line[::-1]")),
    "seq": _native("", _told("range(1, int(#) + 1)")),
    "basename": _native("", _told("Path(#).name")),
    "dirname": _native("", _told("Path(#).parent")),
    "realpath": _native("e m s q", _told("Path(#).resolve()")),
    "readlink": _native("f e m n", _told("Path(#).resolve()")),
    "pwd": _native("P L", _told("Path.cwd()")),
    "ls": _native("l a A 1 t r h d R S F p --color --all", _ls),
    "date": _native("u --utc", _date),
    "chmod": _native("R f v --recursive", _chmod),
    "chown": _native("R f v --recursive", _chown),
    "chgrp": _native("R f v --recursive", lambda call: f"shutil.chown({call.operand(1)}, group={call.operand(0)})"),
    "tar": _native(
        "c x t z j J v p a --create --extract --get --list --gzip --bzip2 --xz --verbose --auto-compress",
        _tar,
        "f C --file --directory",
    ),
    "gzip": _native("d c k f 9 1 6 --decompress --stdout --keep --force --best", _gzip),
    "gunzip": _native("c k f", _told("gzip.open(#)")),
    "zcat": _native("f", _told("gzip.open(#)")),
    "bzip2": _native("d c k f 9", _told("bz2.open(#)")),
    "xz": _native("d c k f 9", _told("lzma.open(#)")),
    "zip": _native("r q j 9", _told('zipfile.ZipFile(#, "w")')),
    "unzip": _native("o q n j l", _unzip, "d"),
    "curl": _native(
        "s S f L k v i I O g # --silent --show-error --fail --location --insecure --compressed --fail-with-body --head --get G",
        _curl,
        "o X H d u A m b e --output --request --header --data --data-raw --data-binary --json --user --max-time --connect-timeout --retry "
        "--user-agent --retry-delay --data-urlencode w --write-out",
    ),
    "wget": _native(
        "q nv c --quiet --no-verbose --no-check-certificate --show-progress --progress",
        _wget,
        "O P T t U --output-document --header --timeout --tries --directory-prefix",
    ),
    "md5sum": _native("b", _sum("md5")),
    "sha1sum": _native("b", _sum("sha1")),
    "sha256sum": _native("b", _sum("sha256")),
    "sha512sum": _native("b", _sum("sha512")),
    "base64": _native("d --decode", _told("base64.b64encode(data)"), "w --wrap"),
    "stat": _native("L", _told("os.stat(#)"), "c f --format --printf"),
    "test": _native("f d e r w x s L h z n", _told("Path(#).exists()")),
    "which": _native("a s", _told("shutil.which(#)")),
    "whoami": _native("", _told("getpass.getuser()")),
    "id": _native("u g n G r", _id),
    "hostname": _native("f s --fqdn --short --long", _hostname),
    "uname": _native("a s n r m p o v", _told("platform.uname()")),
    "nproc": _native("--all", _told("os.cpu_count()")),
    "sleep": _native("", _told("time.sleep(#)")),
    "echo": _native("n e", _told("print(#)")),
    "printf": _native("", _told("print(#)")),
    "tee": _native("a", _told("Path(#).write_text(text)")),
    "printenv": _native("", _told("os.environ[#]")),
    "mktemp": _native("d q", _told("tempfile.mkstemp()"), "p t"),
    "truncate": _native("c", _told("os.truncate(#, size)"), "s --size"),
    "kill": _native("9 15 HUP KILL TERM 1 2 s", _kill),
    "df": _native("h k m P B T", _df),
    "uuidgen": _native("r t", _told("uuid.uuid4()")),
    "sync": _native("", _told("os.sync()")),
    "jq": _native("r c S M", _told("json.loads(text)")),
}
FIND = _set(
    "-name -iname -type -maxdepth -mindepth -path -ipath -not ! -o -a -print -print0 -delete -mtime -mmin -size -empty -regex -newer"
)
NEUTRAL = _set("cd true false : exit export set pushd popd umask ulimit")
TEXT = _set("grep egrep fgrep sed awk gawk cut sort uniq wc tr head tail rev tac cat tee jq")


def find(words: tuple[str | None, ...], root: str) -> str:
    """`find`: its tests stand behind the folder, one hyphen each."""
    tests = [word for word in words[1:] if word is None or word.startswith(("-", "!"))]
    if not all(word in FIND or (word or "").lstrip("-+").isdigit() for word in tests):
        return ""
    texts = [word or "" for word in words]
    pattern = next((texts[place + 1] for place, word in enumerate(texts[:-1]) if word == "-name"), "*")
    pattern = pattern if "\0" not in pattern else "…"
    each = f'Path({root}).rglob("{pattern}")'
    return f"for path in {each}: path.unlink()" if "-delete" in texts else each
