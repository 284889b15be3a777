"""The texts of the literals on a logical line, told without a parser: each alone, and those that stand together as one."""

from __future__ import annotations

import ast
from functools import lru_cache

from lintfoot import secret_commands
from lintfoot.regexes import regex

STRINGS = regex(r"\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:[^\"\\\n]|\\[\s\S])*+\"|'(?:[^'\\\n]|\\[\s\S])*+'")
LITERALS = regex(rf"(?<!\w)[rRbBuUfFtT]{{0,2}}(?:{STRINGS.pattern})|(?:{STRINGS.pattern})")
_BETWEEN = regex(r"(?:[\s\\+()]|#[^\n]*)*")
_HOLE = regex(r"\{[^{}]*\}")
_HEADER = regex(r"(?:if|for|while|with|async|def|class|try)\b")
_JOINED = regex(r"(?:elif|else|except|finally|case)\b")


def texts_of(line: str) -> list[str] | None:
    """The texts, with a NUL in place of data; None where that is not sure."""
    found: list[str] = []
    group: list[str] = []
    end = 0
    for match in LITERALS.finditer(line):
        text = _text(match[0])
        if text is None:
            return None
        if group and not _BETWEEN.fullmatch(line, end, match.start()):
            found.append("".join(group))
            group = []
        group.append(text)
        found.append(text)
        end = match.end()
    return [*found, "".join(group)]


@lru_cache(maxsize=1 << 12)
def _text(literal: str) -> str | None:
    prefix = literal[: min(literal.find("'") % 9, literal.find('"') % 9)].lower()
    if "f" in prefix or "t" in prefix:
        return _formatted(literal[len(prefix) :])
    try:
        value = ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return None
    if isinstance(value, bytes):
        return value.decode("latin-1") if value.isascii() and value.decode("ascii").isprintable() else None
    return str(value)


def _formatted(quoted: str) -> str | None:
    wide = 3 if quoted[:3] in ('"""', "'''") else 1
    text = quoted[wide:-wide].replace("{{", "\1").replace("}}", "\2")
    while _HOLE.search(text):
        text = _HOLE.sub("\0", text)
    return None if "{" in text or "}" in text else text.replace("\1", "{").replace("\2", "}")


def spells_a_secret(line: str) -> bool:
    """Whether a list or tuple on a logical line may be a command with a secret in it."""
    tree = _tree(line)
    if tree is None:
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple):
            if "\\" in line and any(isinstance(one, ast.JoinedStr) for one in node.elts):
                return True
            if any(secret_commands.in_words([_word(one) for one in node.elts])):
                return True
    return False


def _word(node: ast.expr) -> str | None:
    match node:
        case ast.Starred():
            return None
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=bytes() as data):
            return data.decode("latin-1")
        case ast.JoinedStr(values=parts):
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "\0" for one in parts)
        case _:
            return "\0"


def _tree(line: str) -> ast.Module | None:
    """The tree of a logical line that can stand alone."""
    text = line.strip()
    if _JOINED.match(text):
        return None
    if text.startswith("@"):
        text += "\ndef f(): pass"
    elif text.endswith(":") and _HEADER.match(text):
        text += " pass"
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
