"""Whether a comment explains anything: prose of a person does, directives to tools and code put aside do not."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import libcst as cst

from lintfoot.regexes import regex

# Words to other tools, with what belongs to them. What follows a code is prose again: "S110 - the peer may be gone". The reason of our
# own suppression belongs to that: a comment that silenced a finding by being there would at once be called useless.
_DIRECTIVES = regex(
    r"""(?ix)
    \blintfoot\s*:\s*ignore[\w-]*\s*\[[^\]]*\] (?: \s*--[^#]* )?
    | \bnoqa\b (?: \s*:\s* [A-Z]+[0-9]+ (?: [\s,]+ [A-Z]+[0-9]+ )* )?
    | \bnosec\b (?: [\s:,]* B[0-9]+ )*
    | \b(?:nosemgrep|nosem)\b (?: \s*:\s* [\w.,/-]+ )?
    | \btype:\s*ignore\b (?: \[[^\]]*\] )?
    | \bpragma:\s*no[ -]?\w+
    | \bpylint:\s*[\w-]+ \s*=\s* [\w-]+ (?: \s*,\s* [\w-]+ )*
    | \b(?:ruff|flake8|lintfoot)\s*:\s*[\w-]+ (?: \s*:\s*[A-Z]+[0-9]+ (?: [\s,]+ [A-Z]+[0-9]+ )* | \s*\[[^\]]*\] )?
    | \b(?:mypy|pyright|pyre|pytype|isort|fmt|yapf|black|noinspection|cspell|codespell)\s*:?\s*[\w-]+ (?: \[[^\]]*\] )?
    | \b(?:NOSONAR|NOLINT|pyre-fixme|pyre-ignore) (?: \[[^\]]*\] )?
    | (?: \b[a-z]+\s*:\s* )? \b(?-i:[A-Z]{1,5}[0-9]{3,5})\b
    | \[[a-z]+(?:-[a-z]+)+\]
    | \b(?:TODO|FIXME|XXX|HACK)\b
    """
)
_LETTERS = regex(r"[^\W\d_]")
_CODE = (ast.Attribute, ast.Await, ast.Call, ast.Subscript, ast.Yield)
_HALF = regex(r"(?:else|try|finally|(?:elif|except)\b.*):")  # what does not parse alone
_FEWEST_LETTERS = 2


def explains(comment: str) -> bool:
    """Whether a comment holds prose of a person."""
    text = _DIRECTIVES.sub(" ", comment.lstrip("#!: \t")).strip(" \t#;,.-=*")
    return len(_LETTERS.findall(text)) >= _FEWEST_LETTERS and not _is_code(text)


def _is_code(text: str) -> bool:
    """Whether a comment is a statement put aside; `not found` and `hosts[0] is gone` parse as well and are prose."""
    try:
        statements = ast.parse(f"{text} pass" if text.endswith(":") else text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _HALF.fullmatch(text) is not None
    return any(isinstance(one.value, _CODE) if isinstance(one, ast.Expr) else True for one in statements)


def comments(module: cst.Module, nodes: Iterable[cst.CSTNode]) -> list[str]:
    """The comments in and right above some small nodes, from their code: such nodes hold no strings."""
    lines = [line for node in nodes for line in module.code_for_node(node).splitlines()]
    return [line[line.index("#") :] for line in lines if "#" in line]
