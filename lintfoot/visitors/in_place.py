"""Config and state that is written over the old version, so that a crash in between leaves half a file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot.gates.files import IN_PLACE
from lintfoot.gates.gate import Gate
from lintfoot.runner_words import words as words_of
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Instance
from lintfoot.visitors.base import Visitor
from lintfoot.visitors.below import below, in_test
from lintfoot.visitors.creations import created
from lintfoot.visitors.file_paths import DATA, GUESSED, spellings

(CODE,) = IN_PLACE.codes
_STATE = frozenset(
    "authorized baseline bookmark "
    "compose cfg checkpoint conf config configs configuration credentials crontab cursor fstab history hosts index "
    "inventory lastrun manifest offset offsets prefs preferences progress registry sequence serial session settings state "
    "states status watermark zone".split()
)
_SUFFIXES = frozenset(".cfg .cnf .conf .env .ini .rules .service .state .timer .zone".split())
_FOLDERS = ("/etc/", "/var/lib/", "/usr/local/etc/", "/opt/etc/")
_PASSING = frozenset(  # words of files that nobody reads back as config, that are new each time, or that lie aside
    "backup bak csv debug diff doc docs download dump dumps example examples export html lock log logs markdown md new out output "
    "part partial pid png preview report reports results sample scratch summary svg swap temp template templates tmp txt".split()
)
_NOT_DISKS = ("/proc/", "/sys/", "/dev/", "/tmp/", "/var/tmp/", "/run/", "/var/run/")  # noqa: S108 - told apart, not used
_OPENERS = frozenset({"open", "write_text", "write_bytes"})
_SWAPS = frozenset({"replace", "rename", "renames", "move", "atomic_move", "atomic_write", "link"})
_ASKS = frozenset({"exists", "is_file", "isfile", "lexists"})


class InPlace(Visitor):
    """LF701 at the call that opens or writes."""

    gate: ClassVar[Gate] = IN_PLACE

    def visit_Call(self, node: cst.Call) -> None:
        """Each call that empties a file to write it anew."""
        if last_word(node.func) not in _OPENERS or (self.context.is_test and in_test(self.names, node)):
            return
        parent = self.names.index.parent.get(id(node))
        if isinstance(parent, cst.Attribute) and parent.attr.value == "close":
            return  # a flag that is there or not, or a log that starts anew
        for creation in created(self.names, node):
            if creation.appends or "w" not in creation.mode:
                continue
            what = self._what(node, creation.path)
            if what and not self._is_swapped(node) and not self._is_new(node, creation.path):
                self._say(node, creation.path, what)

    def _what(self, node: cst.Call, path: cst.BaseExpression) -> str:
        """Why the file is config or state: what tells so, or nothing."""
        texts = [text for text in spellings(self.names, path) if text.strip(DATA + GUESSED)]
        names = set(self._names_of(path))
        if any(text.startswith(_NOT_DISKS) for text in texts):
            return ""
        if any(_is_passing(text) for text in texts) or self._is_temporary(path):
            return ""
        if any(not _PASSING.isdisjoint(words_of(name)) for name in names) and not any(
            one.startswith(_FOLDERS) for one in texts
        ):
            return ""
        for text in texts:
            last = posixpath.basename(text)
            if text.startswith(_FOLDERS) or posixpath.splitext(f"x{last}")[1].lower() in _SUFFIXES:
                return _shown(last) or self.written(path, 40)
            if not _STATE.isdisjoint(words_of(last)):
                return _shown(last)
        found = next((name for name in sorted(names) if not _STATE.isdisjoint(words_of(name))), "")
        return found or self._written_data(node)

    def _names_of(self, path: cst.BaseExpression) -> Iterator[str]:
        """The names in a path expression; of `config.target` the last word alone says what the file is."""
        for one in below(path):
            inner = isinstance(self.names.index.parent.get(id(one)), cst.Attribute)
            if isinstance(one, cst.Name | cst.Attribute) and not inner and (written := dotted(one)):
                yield written.rpartition(".")[2]

    def _is_temporary(self, path: cst.BaseExpression) -> bool:
        return any(
            isinstance(value, Instance) and value.name.startswith("tempfile.")
            for one in below(path)
            if isinstance(one, cst.Name | cst.Attribute | cst.Call)
            for value in self.names.values(one)
        )

    def _written_data(self, node: cst.Call) -> str:
        """`json.dump(state, stream)`, `config.write(stream)`: the name of what goes into the file."""
        item = self.names.index.parent.get(id(node))
        block = self.names.index.parent.get(id(item)) if isinstance(item, cst.WithItem) else None
        if not isinstance(block, cst.With) or item.asname is None or not isinstance(item.asname.name, cst.Name):  # type: ignore[union-attr]
            return ""
        handle = item.asname.name.value  # type: ignore[union-attr]
        for one in below(block.body):
            match one:
                case cst.Call(args=[cst.Arg(value=data), cst.Arg(value=cst.Name(value=name)), *_]) if name == handle:
                    written = data
                case cst.Call(func=cst.Attribute(value=data), args=[cst.Arg(value=cst.Name(value=name))]) if (
                    name == handle
                ):
                    written = data
                case _:
                    continue
            if last_word(one.func) in ("dump", "safe_dump", "write") and isinstance(written, cst.Name | cst.Attribute):
                said = dotted(written).rpartition(".")[2]
                if not _STATE.isdisjoint(words_of(said)) and _PASSING.isdisjoint(words_of(said)):
                    return said
        return ""

    def _is_swapped(self, node: cst.Call) -> bool:
        """Whether the function puts the new file in the place of the old one afterwards."""
        function = self.names.index.function_of(node)
        for one in below(function if function is not None else self.context.module):
            if isinstance(one, cst.Call) and last_word(one.func) in _SWAPS:
                known = self.names.names_of(one.func)
                on_text = (
                    last_word(one.func) == "replace" and len(one.args) > 1 and not any("os." in name for name in known)
                )
                if not on_text:
                    return True
        return False

    def _is_new(self, node: cst.Call, path: cst.BaseExpression) -> bool:
        """`if not os.path.exists(path): …`: there is no old version."""
        written = self.written(path, 200)
        child: cst.CSTNode = node
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.If) and above.body is child and isinstance(above.test, cst.UnaryOperation):
                asked = above.test.expression
                if (
                    isinstance(asked, cst.Call)
                    and last_word(asked.func) in _ASKS
                    and written in self.written(asked, 400)
                ):
                    return True
            child = above
        return False

    def _say(self, node: cst.Call, path: cst.BaseExpression, what: str) -> None:
        shown = self.written(path, 40)
        self.report(
            CODE,
            node,
            f"`{what}` is emptied first and written then: a crash or a full disk in between leaves half a file",
            label="written in place",
            help=f"write to a temporary file in the same folder, then os.replace(temporary, {shown})",
        )


def _is_passing(text: str) -> bool:
    """Whether a path is that of a report, a log, a copy: in /etc only its suffix can say so."""
    name, suffix = posixpath.splitext(text)
    said = suffix if text.startswith("/etc/") else posixpath.basename(name) + suffix
    return not _PASSING.isdisjoint(words_of(said))


def _shown(text: str) -> str:
    """A file's name for people; nothing where no part of it is known."""
    known = text.replace(DATA, "…").replace(GUESSED, "…")
    return known if known.strip("….") else ""
