"""The options that a script's command line offers, by the names under which they arrive."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.runner_words import words as words_of
from lintfoot.scopes import last_word

_SWITCHES = frozenset("check colour color debug dry force quiet verbose yes".split())
_SWITCH_ACTIONS = frozenset({"store_true", "store_false", "count", "store_const"})
_OPTION = regex(r"--?[A-Za-z][\w-]*")
_DECLARES = frozenset({"add_argument", "add_option", "option", "argument", "add"})


class Options:
    """What the calls of argparse, optparse, click and their kin in one file declare."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[str, bool] | None = None

    def has(self, name: str) -> bool:
        """Whether there is such an option that takes a value; switches that are on or off have no order."""
        return name in self._declared() and not self._declared()[name]

    def is_switch(self, name: str) -> bool:
        """Whether a name is that of something that is on or off, by its declaration or by its words."""
        return bool(name) and (self._declared().get(name, False) or not _SWITCHES.isdisjoint(words_of(name)))

    def _declared(self) -> dict[str, bool]:
        if self._known is None:
            self._known = {
                name: self._switches(call)
                for call in self.names.index.calls
                if last_word(call.func) in _DECLARES
                for name in self._dests(call)
            }
        return self._known

    def _switches(self, call: cst.Call) -> bool:
        given = {arg.keyword.value: self.names.constant(arg.value) for arg in call.args if arg.keyword is not None}
        return given.get("action") in _SWITCH_ACTIONS or given.get("is_flag") is True

    def _dests(self, call: cst.Call) -> Iterator[str]:
        for arg in call.args:
            text = self.names.constant(arg.value)
            if not isinstance(text, str) or (arg.keyword is not None and arg.keyword.value != "dest"):
                continue
            if arg.keyword is not None or _OPTION.fullmatch(text) or text.isidentifier():
                yield text.partition("/")[0].lstrip("-").replace("-", "_")
