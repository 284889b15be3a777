"""Strings that only speak of a thing: help texts, messages, comparisons, patterns. Naming a switch is not using it."""

from __future__ import annotations

import libcst as cst

from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.visitors.tellers import VERBS

_SAYING = frozenset(
    "help description epilog usage prog metavar msg message reason doc comment short_help title label prompt text".split()
)
# Names that texts for people stand under, Ansible's documentation of modules among them.
_TEXTS = frozenset(
    "documentation examples example doc docs help usage description message messages msg warning hint epilog readme pattern "
    "regex regexp error note notes summary expected".split()
)
_LOOKING = frozenset(
    "startswith endswith find rfind index rindex count partition rpartition strip lstrip rstrip removeprefix removesuffix "
    "compile search match fullmatch sub subn findall finditer remove discard pop skip skipif fail_json deprecate deprecated "
    "exit".split()
)
_REPLACES = "replace"
_WORDS = regex(r"[a-z]+")


def is_spoken(names: Names, node: cst.BaseExpression) -> bool:
    """Whether a string is there for people, or to be compared with another one."""
    child: cst.CSTNode = node
    for above in names.index.ancestors(node):
        match above:
            case cst.Expr() | cst.Comparison() | cst.Raise() | cst.Assert() | cst.MatchValue():
                return not isinstance(above, cst.Expr) or above.value is node
            case cst.DictElement(key=key) if key is child:
                return True
            case cst.Arg(keyword=keyword):
                call = names.index.parent.get(id(above))
                if isinstance(call, cst.Call) and (_says(call, above) or (keyword and keyword.value in _SAYING)):
                    return True
            case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AnnAssign(target=target):
                return not _TEXTS.isdisjoint(_WORDS.findall(dotted(target).rpartition(".")[2].lower()))
            case cst.BaseStatement():
                return False
            case _:
                pass
        child = above
    return False


def _says(call: cst.Call, arg: cst.Arg) -> bool:
    """Whether a call only tells its argument to somebody, or looks for it in something."""
    name = last_word(call.func)
    if name == _REPLACES:
        return bool(call.args) and call.args[0] is arg
    return name in VERBS or name in _LOOKING or name.lower().startswith("assert")
