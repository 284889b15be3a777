"""Calls that give a secret whatever their result is called: prompts, keyrings, vaults, secret stores."""

from __future__ import annotations

import libcst as cst

from lintfoot import calls
from lintfoot.gates.secret_names_gate import SECRET_CALLS
from lintfoot.names import Names
from lintfoot.scopes import last_word

_HIDES = frozenset(("hide_input", "password", "is_password"))


def gives_secret(names: Names, call: cst.Call) -> bool:
    """Whether a call asks a person or a store for a secret."""
    name = last_word(call.func)
    if name in SECRET_CALLS or (name == "prompt" and _is_hidden(names, call)):
        return True
    return any(
        "secret-source" in target.function.role and _decrypts(call, target.name)
        for target in calls.targets(names, call)
    )


def _decrypts(call: cst.Call, name: str) -> bool:
    """A parameter of SSM is a secret where it is asked for decrypted; what STS gives is one in its items alone."""
    if not name.startswith("botocore.client.ssm."):
        return ".sts." not in name
    return any(arg.keyword is not None and arg.keyword.value == "WithDecryption" for arg in call.args)


def _is_hidden(names: Names, call: cst.Call) -> bool:
    return any(
        arg.keyword is not None and arg.keyword.value in _HIDES and names.constant(arg.value) is True
        for arg in call.args
    )
