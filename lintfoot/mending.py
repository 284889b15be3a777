"""Files repaired after they were checked: read once more, mended, checked again, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import fix, judge, silencing, work
from lintfoot.atomic import write
from lintfoot.decoding import Decoded, Unparsable, decode, read
from lintfoot.diffs import Shown, unified
from lintfoot.findings import Mending, Note, Safety, Severity
from lintfoot.records import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet

    from lintfoot.findings import Finding
    from lintfoot.layers import Config
    from lintfoot.work import Called, Desk, Outcome

_BOM = b"\xef\xbb\xbf"
_WRITABLE = 0o222


def levels(config: Config) -> tuple[Safety, ...]:
    """The repairs that the settings allow; a suggestion is never applied."""
    return (Safety.SAFE, Safety.UNSAFE) if config.unsafe_fixes else (Safety.SAFE,)


def mended(here: Desk, path: Path, outcome: Outcome, known: Collection[str] = ()) -> tuple[Outcome, Mending | None]:
    """Repair a file of the disk. With `diff` nothing is written, and what was found stays found."""
    if not _is_offered(here.config, outcome, known):
        return outcome, None
    called = work.naming(here.config, path)
    data = read(called.file, called.shown)
    if isinstance(data, Unparsable):
        return outcome, None
    level, obstacle = _obstacle(called.file, reading=here.config.diff)
    if obstacle:
        return _noted(outcome, called, level, obstacle), None
    after, mending = _mended(here, called, data, outcome, known)
    if mending is None or here.config.diff or not mending.repaired:
        return outcome, mending
    others = os.stat(called.file).st_nlink - 1 if os.path.exists(called.file) else 0  # noqa: PTH110, PTH116 - a text
    try:
        if read(called.file, called.shown) != data:
            return _noted(outcome, called, Severity.ERROR, "was changed meanwhile, and stays as it is: run again"), None
        write(Path(called.file), mending.data)
    except OSError as error:
        words = f"cannot be written, and stays as it is: {error.strerror}"
        return _noted(outcome, called, Severity.ERROR, words), None
    if others > 0:
        after = _noted(after, called, Severity.WARNING, "repaired; its other names (hard links) keep the old text")
    return after, replace(mending, data=b"")


def _obstacle(file: str, *, reading: bool) -> tuple[Severity, str]:
    """Why a file is not to be written, or nothing."""
    if os.path.islink(file):  # noqa: PTH114 - a text, and asked of each file
        return Severity.WARNING, "is a link, and nothing is written through it: repair what it leads to"
    mode = os.stat(file).st_mode if os.path.exists(file) else _WRITABLE  # noqa: PTH110, PTH116 - the same
    if not reading and not (mode & _WRITABLE and os.access(file, os.W_OK)):
        return Severity.ERROR, "is read-only, and stays as it is"
    return Severity.NOTE, ""


def _noted(outcome: Outcome, called: Called, level: Severity, words: str) -> Outcome:
    return replace(outcome, notes=(*outcome.notes, Note(called.shown, level, words)))


def mended_text(
    here: Desk, name: str, data: bytes, outcome: Outcome, known: Collection[str] = ()
) -> tuple[Outcome, Mending | None]:
    """Repair standard input; its new text is in what is given back."""
    called = replace(work.naming(here.config, here.config.folder / name), shown=name)
    if not _is_offered(here.config, outcome, known):
        return outcome, Mending(name, (), (), "", data)
    after, mending = _mended(here, called, data, outcome, known)
    if mending is None:
        return outcome, Mending(name, (), (), "", data)
    return (outcome if here.config.diff else after), mending


def silenced(
    here: Desk, path: Path, wanted: AbstractSet[str], reason: str
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], str]:
    """Write suppressions for the findings of a file whose fingerprints are wanted.

    Returns those that were silenced, those that were not, and what kept the file as a whole from being written.
    """
    called = work.naming(here.config, path)
    data = read(called.file, called.shown)
    decoded = decode(data, called.shown) if isinstance(data, bytes) else data
    if isinstance(decoded, Unparsable) or isinstance(data, Unparsable):
        return (), (), "cannot be read any more"
    if Path(called.file).is_symlink():
        return (), (), "is a link: name the file that it leads to"
    if _encoded(decoded, decoded.text) != data:
        return (), (), "could not be written back as it is"

    def check(text: str) -> Sequence[Finding] | None:
        new = _encoded(decoded, text)
        outcome = work.check_bytes(here, called, new) if new is not None else None
        if outcome is None or outcome.failed or outcome.bugs:
            return None
        offered = silencing.fixes(text, outcome.findings, here.book, reason)
        pairs = zip(outcome.findings, offered, strict=True)
        return [replace(one, fix=comment if one.fingerprint in wanted else None) for one, comment in pairs]

    findings = check(decoded.text)
    if findings is None:
        return (), (), "cannot be checked any more"
    done = fix.mend(decoded.text, findings, check, (Safety.SAFE,), decoded.newline, comments=False)
    after = _encoded(decoded, done.text)
    if done.applied and after is not None:
        try:
            write(Path(called.file), after)
        except OSError as error:
            return (), (), f"cannot be written, and stays as it is: {error.strerror}"
    silent = {one.fingerprint for one in done.applied}
    return done.applied, tuple(one for one in findings if one.fingerprint in wanted - silent), ""


def _is_offered(config: Config, outcome: Outcome, known: Collection[str]) -> bool:
    allowed = levels(config)
    new = (one for one in outcome.findings if one.fingerprint not in known)
    return any(one.fix is not None and one.fix.safety in allowed for one in new)


def _mended(
    here: Desk, called: Called, data: bytes, outcome: Outcome, known: Collection[str]
) -> tuple[Outcome, Mending | None]:
    decoded = decode(data, called.shown)
    if isinstance(decoded, Unparsable) or _encoded(decoded, decoded.text) != data:
        return outcome, None  # it could not be written back as it is
    made: dict[str, Outcome] = {}

    def check(text: str) -> Sequence[Finding] | None:
        new = _encoded(decoded, text)
        if new is None:
            return None
        made[text] = work.check_bytes(here, called, new)
        return None if made[text].failed or made[text].bugs else made[text].findings

    findings = check(decoded.text)  # once more: the file may have changed since it was checked
    if findings is None:
        return outcome, None
    done = fix.mend(decoded.text, findings, check, levels(here.config), decoded.newline, known)
    new = _encoded(decoded, done.text)
    if new is None or not done.applied:
        return outcome, Mending(called.shown, (), done.refused, "", data) if done.refused else None
    old = Shown(decoded.text, judge.hidden(here, called, decoded))
    diff = unified(called.relative, old, Shown(done.text, old.hidden))
    return made[done.text], Mending(called.shown, done.applied, done.refused, diff, new)


def _encoded(decoded: Decoded, text: str) -> bytes | None:
    try:
        return (_BOM if decoded.bom else b"") + text.encode(decoded.encoding)
    except UnicodeEncodeError:
        return None
