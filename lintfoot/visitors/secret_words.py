"""What findings about secrets say: they name the target, never the value, and offer code that fits it."""

from __future__ import annotations

import re

from lintfoot.gates.secret_callees import ANSWERS, VERBS
from lintfoot.secret_formats import Format
from lintfoot.secret_names import Said, variable, words

CODE = "LF401"
LABEL = "stands in the source"
FALLBACK_LABEL = "the fallback is the secret"

_MESSAGES = {
    "name": "`{shown}` is a literal: {what} stands in the source",
    "key": "{shown} is a literal: {what} stands in the source",
    "keyword": "`{shown}` is given a literal: {what} stands in the source",
    "set": "`{shown}` is given a literal: {what} stands in the source",
    "default": "the default of `{shown}` is a literal: {what} stands in the source",
    "comparison": "`{shown}` is compared with a literal: {what} stands in the source",
    "answer": "`{shown}` answers with a literal: {what} stands in the source",
    "pair": "`{shown}` holds a literal password: it stands in the source",
    "fallback": "without `{shown}` a literal is used: the fallback is the secret, and it stands in the source",
}


def message(how: str, shown: str, what: str) -> str:
    """The sentence of a finding; `how` says in which way the literal gets its name."""
    return _MESSAGES[how].format(shown=shown, what=what).replace("{", "(").replace("}", ")")


def advice(how: str, shown: str, name: Said) -> str:
    """Code that fits this place; where the literal is itself written to the environment, words."""
    call = shown.endswith("()")
    last = re.split(r"[\[\].\s'\"]+", shown.strip("]'\"()"))[-1]
    parts = words(last)
    if call:
        last = "_".join(parts[1:]) if parts[0] in VERBS | ANSWERS else "password"
    found = environ(variable(last, name.kind))
    if "environ" in shown:
        return f"set {variable(last, name.kind)} where the script is started"
    match how:
        case "name":
            return f"{shown} = {found}"
        case "key":
            return f"{shown}: {found}"
        case "keyword" if shown.isidentifier():
            return f"{shown}={found}"
        case "default":
            return f"no default for {shown}; hand it {found}"
        case "comparison":
            return f"hmac.compare_digest({shown}, {found})"
        case _:
            return found


def environ(name: str) -> str:
    """A look-up that fails where the variable is missing."""
    return f'os.environ["{name}"]'


def variable_of(found: Format) -> str:
    """`a GitHub token` gives GITHUB_TOKEN."""
    return "_".join(re.findall(r"[A-Za-z0-9]+", found.name)[1:]).upper()
