"""What a terminal, a pipe or a build log gets: colours decided once, nothing raw, streams that may break."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from lintfoot.reports.safety import whole_line
from lintfoot.settings import Color

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lintfoot.replay import Tape

tapes: list[Tape] = []  # that listen to what is printed


def colored(choice: Color, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether text is coloured; the first that applies decides.

    The setting; NO_COLOR (anything); FORCE_COLOR or CLICOLOR_FORCE (anything but 0); CLICOLOR=0 or TERM=dumb; whether
    it is a terminal. See no-color.org, force-color.org and bixense.com/clicolors.
    """
    if choice is not Color.AUTO:
        return choice is Color.ALWAYS
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb":
        return False
    return terminal


def is_terminal(stream: TextIO) -> bool:
    """Whether a person watches a stream."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def width() -> int:
    """The terminal's columns, or 0 where standard output is none."""
    if not is_terminal(sys.stdout):
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def say(text: str) -> None:
    """Put text on standard output; characters that it cannot show are escaped."""
    send(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))


def send(data: bytes) -> None:
    """Put bytes on standard output, through to the reader."""
    for tape in tapes:
        tape.out.append(data)
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def tell(*lines: object) -> None:
    """Put lines on standard error: no file name or value in them can drive a terminal or a build."""
    for line in lines:
        text = whole_line(str(line))
        encoding = sys.stderr.encoding or "utf-8"
        shown = text.encode(encoding, "backslashreplace").decode(encoding) + "\n"
        for tape in tapes:
            tape.told.append(shown)
        sys.stderr.write(shown)


def hush() -> None:
    """Send what is left for standard output nowhere: its reader has gone, and Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
