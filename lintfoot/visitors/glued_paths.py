"""Paths that are glued together from strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, strings
from lintfoot.gates.files import GLUED_PATHS
from lintfoot.gates.gate import Gate
from lintfoot.regexes import regex
from lintfoot.runner_words import words as words_of
from lintfoot.scopes import How, last_word
from lintfoot.values import Text
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.below import below, in_test
from lintfoot.visitors.file_paths import DATA, bindings, opened

(CODE,) = GLUED_PATHS.codes
_TAKES_PATHS = regex(
    r"os\.(?:access|chdir|chmod|chown|lchown|link|listdir|lstat|makedirs|mkdir|mkfifo|open|readlink|remove|removedirs|rename|renames|replace|"
    r"rmdir|scandir|stat|statvfs|symlink|truncate|unlink|utime|walk)|"
    r"os\.path\.(?:abspath|basename|commonpath|dirname|exists|expanduser|getatime|getctime|getmtime|getsize|isabs|isdir|isfile|islink|ismount|"
    r"join|lexists|normpath|realpath|relpath|samefile|split|splitext)|"
    r"shutil\.(?:chown|copy|copy2|copyfile|copymode|copystat|copytree|disk_usage|make_archive|move|rmtree|unpack_archive)|"
    r"pathlib\.\w+|glob\.i?glob|logging\.FileHandler|logging\.handlers\.\w+FileHandler|sqlite3\.connect|urllib\.request\.urlretrieve"
)
_LAST = frozenset("dir directory dirname file filename filepath folder".split())
_FILE_WORDS = frozenset(
    "archive backup base cert conf config csv data dump export home inventory json key local lock log output pid report".split()
) | frozenset("root script settings socket state target temp template tmp work yaml yml".split())
_NO_FILE = frozenset(
    "api blob bucket "
    "ecr endpoint gcs git hdfs http https image key prefix registry remote repo request route s3 uri url urls vault web".split()
)
_KERNEL = ("/proc/", "/sys/", "/dev/")
_NO_PATH = regex(r"://|[\s?&=<>|;,]|\$\(")
_GLUED = (cst.BinaryOperation, cst.FormattedString, cst.ConcatenatedString)
_TESTS_AFTER = 2


class GluedPaths(Visitor):
    """LF703 at the expression that glues, where it is used as a path or named as one."""

    gate: ClassVar[Gate] = GLUED_PATHS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._said: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """What is handed to something that takes paths."""
        if self.context.is_test and in_test(self.names, node):
            return
        path = opened(self.names, node)
        if path is not None:
            self._followed(path)
        if any(_TAKES_PATHS.fullmatch(name) for name in self.names.names_of(node.func)) or self._is_opener(node):
            for arg in node.args:
                if arg.keyword is None or arg.keyword.value in ("path", "src", "dst", "name", "filename", "file"):
                    self._followed(arg.value)

    def _is_opener(self, node: cst.Call) -> bool:
        return any(
            "open" in target.function.role and "path" in target.function.arguments
            for target in calls.targets(self.names, node)
        )

    def visit_Assign(self, node: cst.Assign) -> None:
        """`log_file = folder + "/" + name`."""
        for target in node.targets:
            if isinstance(target.target, cst.Name | cst.Attribute) and _says_file(last_word(target.target)):
                self._judge(node.value)

    def _followed(self, node: cst.BaseExpression, depth: int = 0) -> None:
        """The glue itself, or what a name was bound to."""
        if isinstance(node, _GLUED):
            self._judge(node)
        elif isinstance(node, cst.Name | cst.Attribute) and depth < _TESTS_AFTER:
            for binding in bindings(self.names, node):
                if binding.how is How.ASSIGNED and not binding.path and binding.value is not None:
                    self._followed(binding.value, depth + 1)

    def _judge(self, node: cst.BaseExpression) -> None:
        if id(node) in self._said or not isinstance(node, _GLUED) or not self._is_glue(node):
            return
        self._said |= {id(one) for one in below(node)}
        self.report(
            CODE,
            node,
            f"{self._shown(node)} glues a path: a slash too many, one too few, or an absolute part goes unnoticed",
            label="a path as text",
            help=self._advice(node),
        )

    def _shown(self, node: cst.BaseExpression) -> str:
        text = self.written(node, 50)
        return f"`{text}`" if "…" not in text or isinstance(node, cst.BinaryOperation) else "this text"

    def _is_glue(self, node: cst.BaseExpression) -> bool:
        """Whether data and slashes are put together to a text that can be a path."""
        if isinstance(node, cst.BinaryOperation) and not isinstance(node.operator, cst.Add | cst.Modulo):
            return False
        pieces = list(self._pieces(node))
        known = [piece for piece in pieces if isinstance(piece, str)]
        if len(known) == len(pieces) and not self._has_names(node):
            return False
        text = "".join(piece if isinstance(piece, str) else DATA for piece in pieces)
        if "/" not in text.rstrip("/") or _NO_PATH.search(text.replace(DATA, "")):
            return False  # a slash at the end alone joins nothing
        whole = [value.known for value in self.names.values(node) if isinstance(value, Text)]
        return not any(_NO_PATH.search(one) or one.startswith(_KERNEL) for one in whole) and not self._is_address(node)

    def _pieces(self, node: cst.BaseExpression) -> Iterator[str | cst.BaseExpression]:
        """What is written out here, piece by piece; of a constant that is named only a slash at its end counts."""
        match node:
            case (
                cst.BinaryOperation(left=left, operator=cst.Add(), right=right)
                | cst.ConcatenatedString(left=left, right=right)
            ):
                yield from self._pieces(left)
                yield from self._pieces(right)
            case cst.BinaryOperation(left=left, operator=cst.Modulo()):
                template = self.names.constant(left)
                yield template if isinstance(template, str) else left
                yield left
            case cst.SimpleString() | cst.FormattedString():
                yield from strings.parts_of(self.names, node)
            case _:
                constant = self.names.constant(node)
                if not {"os.sep", "os.path.sep"}.isdisjoint(self.names.names_of(node)):
                    constant = "/"
                yield "/" if isinstance(constant, str) and constant.endswith("/") else node

    def _has_names(self, node: cst.BaseExpression) -> bool:
        return any(isinstance(one, cst.Name | cst.Attribute) for one in below(node))

    def _is_address(self, node: cst.BaseExpression) -> bool:
        """Whether a piece of it is the address of something that is no file, by its name."""
        return any(
            not _NO_FILE.isdisjoint(_words(last_word(one)))
            for one in below(node)
            if isinstance(one, cst.Name | cst.Attribute)
        )

    def _advice(self, node: cst.BaseExpression) -> str:
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            parts = [one for one in self._summed(node) if self.names.constant(one) != "/"]
            shown = [self.written(one, 30) for one in parts]
            if len(shown) > 1 and all("…" not in one for one in shown):
                shown = [re.sub(r"""^(['"])/(?!\1)|(?<!['"])/(['"])$""", r"\1\2", one) for one in shown]
                return f"Path({shown[0]}) / {' / '.join(shown[1:])}"
        return "Path(folder) / name, or os.path.join(folder, name)"

    def _summed(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            return [*self._summed(node.left), *self._summed(node.right)]
        return [node]


def _says_file(name: str) -> bool:
    """Whether a name says that it holds the path of a file or folder, and not that of a resource."""
    words = _words(name)
    if not words or not _NO_FILE.isdisjoint(words):
        return False
    return words[-1] in _LAST or (words[-1] == "path" and not _FILE_WORDS.isdisjoint(words[:-1]))


def _words(name: str) -> list[str]:
    """The words of a name; `s3` is one, though digits part all others."""
    found = words_of(name)
    return ["s3", *found] if "s3" in name.lower() else found
