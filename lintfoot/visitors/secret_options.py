"""Options that take a secret: told by their names, in a text or alone."""

from __future__ import annotations

import re

from lintfoot.secret_names import Kind, said

_OPTION = re.compile(r"(?<![\w-])--?([A-Za-z][\w-]+)|([A-Za-z][\w.-]*)[=:]")
_OTHER = re.compile(r"(?i)authorization|bearer|(?<![\w-])-u(?:ser)?\b|x-[\w-]*key|:\S*@|sshpass")


def takes_secret(text: str) -> bool:
    """Whether a text holds an option, a variable or a header that takes a secret."""
    for match in _OPTION.finditer(text):
        found = said(match[1] or match[2])
        if found is not None and found.kind is not Kind.LOGIN and (found.sure or found.kind in (Kind.TOKEN, Kind.KEY)):
            return True
    return bool(_OTHER.search(text))
