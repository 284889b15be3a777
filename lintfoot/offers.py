"""What can be repaired by itself, how far each repair can be trusted, and why: one table for the docs, `explain` and tests.

What a repair does stands in `lintfoot/repairs`; this says what it promises.
"""

from __future__ import annotations

from lintfoot.findings import Safety
from lintfoot.records import dataclass

SAFE, UNSAFE, SUGGESTION = Safety.SAFE, Safety.UNSAFE, Safety.SUGGESTION


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of repair: what it writes, its level, and the reason for the level."""

    what: str
    safety: Safety
    why: str


OFFERS: dict[str, tuple[Offer, ...]] = {
    "LF001": (Offer("takes the useless suppression out", SAFE, "it silenced nothing"),),
    "LF101": (
        Offer(
            "a constant command without shell syntax becomes a list of words",
            UNSAFE,
            "a program that is not there raises, where the shell exited with 127",
        ),
    ),
    "LF102": (
        Offer(
            "the words of the command become a list, each value by itself",
            UNSAFE,
            "a value with blanks stays one word, and an empty one stays a word: what was meant, and not what was done",
        ),
    ),
    "LF103": (
        Offer(
            "`check=True`, or `check_call` for `call`",
            SUGGESTION,
            "somebody has to say which failures may be overlooked; `check=False` is never written for you",
        ),
    ),
    "LF201": (Offer("`timeout=30`, or what `fix-timeout` says", UNSAFE, "what takes longer fails from now on"),),
    "LF202": (Offer("`raise_for_status()` before the body is used", UNSAFE, "an error's answer raises from now on"),),
    "LF301": (
        Offer(
            "the switch goes; an attribute, a default or a context is switched on again",
            UNSAFE,
            "a server whose certificate nobody signed is refused",
        ),
        Offer("the same under an `if`", SUGGESTION, "an option of the script's own would do nothing any more"),
    ),
    "LF302": (Offer("the statement goes", UNSAFE, "the warnings are seen again"),),
    "LF303": (
        Offer(
            "paramiko reads the known hosts and refuses others; switches go; `StrictHostKeyChecking=accept-new` for ssh",
            UNSAFE,
            "a host whose key is not known, or for ssh has changed, is refused",
        ),
    ),
    "LF304": (Offer("TLS 1.2 as `minimum_version`", UNSAFE, "a server that knows only older versions is refused"),),
    "LF401": (
        Offer(
            '`os.environ["NAME"]` in place of the literal',
            UNSAFE,
            "the variable has to be set. Change the secret as well: it is in the history",
        ),
    ),
    "LF403": (
        Offer(
            "the keys go, and boto3 looks for them itself: environment, profile, role",
            UNSAFE,
            "it may find none, or those of somebody else",
        ),
    ),
    "LF501": (
        Offer(
            "`None`, and the value made in the body",
            UNSAFE,
            "a call no longer finds what the one before left in the default",
        ),
    ),
    "LF502": (Offer("`except Exception:`", UNSAFE, "Ctrl-C and `sys.exit()` get through, which is the point"),),
    "LF504": (
        Offer(
            "`with contextlib.suppress(…)`",
            UNSAFE,
            "the kinds are looked up beforehand, and from Python 3.12 on it also takes members out of exception groups",
        ),
    ),
    "LF506": (
        Offer(
            "a statement or a loop that reads a file moves into `with open(…) as file:`, and so does all that uses a handle",
            SAFE,
            "the same happens in the same order, and the file is closed",
        ),
        Offer(
            "the same for a handle that is written to",
            UNSAFE,
            "what was written is in the file at once, and not when Python gets round to it: whoever reads it then sees it",
        ),
    ),
    "LF601": (
        Offer(
            "an end for tenacity, backoff, retrying, retry, urllib3, redis and kazoo: `fix-attempts` attempts",
            UNSAFE,
            "the failure is heard from then on, and somebody has to catch it; loops are for a person to end",
        ),
    ),
    "LF602": (
        Offer(
            "a pause that grows up to a minute: in the libraries, and in `for attempt in range(…)`",
            UNSAFE,
            "all attempts together take longer",
        ),
    ),
    "LF603": (
        Offer(
            "`allowed_methods=None` goes, and so does POST or PATCH from a list of methods",
            UNSAFE,
            "where these failed they are not tried again, and somebody has to hear of it",
        ),
    ),
    "LF604": (
        Offer(
            "`respect_retry_after_header=False` goes", UNSAFE, "pauses are as long as the server says, hours included"
        ),
    ),
    "LF702": (
        Offer(
            "`tempfile.mkstemp()` for `tempfile.mktemp()`",
            UNSAFE,
            "the file is there at once, and only its owner may read it",
        ),
        Offer(
            "`tempfile.NamedTemporaryFile` for a fixed name in /tmp",
            SUGGESTION,
            "somebody else may look for the file under its old name",
        ),
    ),
    "LF704": (
        Offer(
            "`exist_ok=True`, `missing_ok=True`, `dirs_exist_ok=True`, or `contextlib.suppress`",
            UNSAFE,
            "what somebody else has put there is taken for the script's own",
        ),
    ),
    "LF705": (Offer("`yaml.safe_load`", UNSAFE, "tags that make Python objects are refused"),),
    "LF706": (
        Offer(
            "the octal number that was meant (`0o755` for `755`), or the mode without writing for others",
            UNSAFE,
            "somebody may lean on the right that goes",
        ),
    ),
    "LF803": (Offer("`undefined=jinja2.StrictUndefined`", UNSAFE, "a template that leaned on empty values fails"),),
    "LF804": (Offer("`max_workers=min(32, len(…))`", UNSAFE, "fewer at once: all together take longer"),),
    "LF901": (Offer("`python3` in the first line", UNSAFE, "another interpreter may start, with other packages"),),
    "LF903": (
        Offer("`%(asctime)s` at the front of the format", UNSAFE, "what reads the log may not know its lines any more"),
    ),
}


def of(code: str) -> tuple[Offer, ...]:
    """The repairs of a rule; rules of somebody's own have none."""
    return OFFERS.get(code, ())


def table() -> str:
    """All repairs as a table in Markdown."""
    rows = [
        f"| {code} | {one.what} | {one.safety.value}: {one.why} |" for code, offers in OFFERS.items() for one in offers
    ]
    return "\n".join(("| rule | repair | level, and why |", "| --- | --- | --- |", *rows)) + "\n"
