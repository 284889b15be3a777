"""Options that take a secret: told by their names, in a text or alone."""

from __future__ import annotations

import libcst as cst

from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.secret_names import Kind, said
from lintfoot.visitors.leaves import text_of

_OPTION = regex(r"(?<![\w-])--?([A-Za-z][\w-]+)|([A-Za-z][\w.-]*)[=:]")
_OTHER = regex(r"(?i)authorization|bearer|(?<![\w-])-u(?:ser)?\b|x-[\w-]*key|:\S*@|sshpass")


def takes_secret(text: str) -> bool:
    """Whether a text holds an option, a variable or a header that takes a secret."""
    for match in _OPTION.finditer(text):
        found = said(match[1] or match[2])
        if found is not None and found.kind is not Kind.LOGIN and (found.sure or found.kind in (Kind.TOKEN, Kind.KEY)):
            return True
    return bool(_OTHER.search(text))


_FREE = frozenset("prompt prompt_required envvar is_flag count callback hide_input".split())


def takes_option(call: cst.Call) -> str:
    """The name of an option that takes a secret's value, as argparse, optparse, click and typer declare it; else empty."""
    callee = last_word(call.func)
    if callee not in ("add_argument", "add_option", "option", "Option"):
        return ""
    for arg in call.args:
        word = arg.keyword.value if arg.keyword is not None else ""
        if word in _FREE and not (isinstance(arg.value, cst.Name) and arg.value.value in ("False", "None")):
            return ""
        if word == "action" and (text_of(arg.value) or last_word(arg.value)) not in ("store", "append", "extend"):
            return ""
        if word == "nargs" and text_of(arg.value) == "?":
            return ""  # without a value it asks
        if word == "type" and last_word(getattr(arg.value, "func", arg.value)) in ("FileType", "File", "Path", "bool"):
            return ""
    texts = [
        text_of(arg.value) or "" for arg in call.args if arg.keyword is None and isinstance(arg.value, cst.SimpleString)
    ]
    return next((text for text in texts if text.startswith("--") and takes_secret(text)), "")
