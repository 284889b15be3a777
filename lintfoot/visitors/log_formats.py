"""Log lines without the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, displays
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import LOG_FORMATS
from lintfoot.libraries import Argument
from lintfoot.regexes import regex
from lintfoot.values import Constant, Display, Instance
from lintfoot.visitors.additions import with_argument
from lintfoot.visitors.base import Context, Visitor

(TIMELESS,) = LOG_FORMATS.codes
_CLOCK = regex(r"%\((?:asctime|created)\)|\{(?:asctime|created)[^}]*\}|\$\{?(?:asctime|created)\b")
_WITH_TIME = "%(asctime)s %(levelname)s %(name)s %(message)s"
# Handlers that write a line as the formatter made it; syslog, the journal and services put a time of their own in front.
_PLAIN = frozenset(
    "logging.StreamHandler logging.FileHandler logging.handlers.RotatingFileHandler "
    "logging.handlers.TimedRotatingFileHandler logging.handlers.WatchedFileHandler".split()
)
_FILES = _PLAIN - {"logging.StreamHandler"}
# Libraries that write the record themselves, or into a place that has a clock.
_KEEPERS = frozenset(
    "structlog coloredlogs systemd cysystemd pythonjsonlogger json_log_formatter ecs_logging aws_lambda_powertools "
    "watchtower loguru google_cloud_logging logstash logging_loki absl daiquiri".split()
)
_FORMAT = Argument(("format",))
_HANDLERS = Argument(("handlers",))
_FORMATTER = Argument(("fmt",), 0)


class LogFormats(Visitor):
    """LF903."""

    gate: ClassVar[Gate] = LOG_FORMATS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._formatters: list[tuple[cst.CSTNode, str, str]] = []
        self._timed = False  # some format of this file has the time

    def visit_Call(self, node: cst.Call) -> None:
        """The places where formats are given."""
        names = self.names.names_of(node.func)
        if "logging.basicConfig" in names:
            self._basic(node)
        elif "logging.Formatter" in names:
            self._formatter(node)
        elif "logging.config.dictConfig" in names and node.args:
            self._by_dict(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """Formatters tell only where none of the file has the time: a screen next to a log file needs none."""
        del original_node
        if not self._formatters or self.context.is_test or self._timed or self._kept_elsewhere():
            return
        for node, message, advice in self._formatters:
            self.report(TIMELESS, node, message, label="when was that?", help=advice)

    # basicConfig

    def _basic(self, node: cst.Call) -> None:
        given = calls.given(self.names, node, _FORMAT)
        handlers = calls.given(self.names, node, _HANDLERS)
        if "unknown" in (given.state, handlers.state) or (handlers.state == "given" and not self._plain(handlers.node)):
            return
        if given.state == "absent":
            if self._formatted(handlers.node):
                return
            message = f"`{self.written(node.func)}` without a format writes no time: the default has none"
        elif self._has_no_time(given.node):
            message = f"`{self.written(node.func)}` gets a format that has no time"
        else:
            return
        advice = with_argument(self, node, f'format="{_WITH_TIME}"', ("format", "style"))
        self._formatters.append((node, message, advice))

    def _has_no_time(self, node: cst.BaseExpression | None) -> bool:
        """Whether every text that it may be is a format without the time; the first that has it settles the file."""
        values = self.names.values(node)
        texts = [value.value for value in values if isinstance(value, Constant) and isinstance(value.value, str)]
        if any(_CLOCK.search(text) for text in texts):
            self._timed = True
        return len(texts) == len(values) and not any(_CLOCK.search(text) for text in texts)

    def _plain(self, node: cst.BaseExpression | None) -> bool:
        """Whether all handlers of a list only write what the formatter made."""
        values = self.names.values(node)
        items = [
            item
            for value in values
            for item in (displays.elements(self.names, value, node) if isinstance(value, Display) else (None,))
        ]
        return bool(items) and all(item is not None and self._is_plain(item) for item in items)

    def _is_plain(self, node: cst.BaseExpression) -> bool:
        values = self.names.values(node)
        return all(isinstance(value, Instance) and value.name.removesuffix("()") in _PLAIN for value in values)

    def _formatted(self, handlers: cst.BaseExpression | None) -> bool:
        """Whether one of the handlers has a formatter of its own, which is looked at where it stands."""
        made = {
            id(value.call)
            for display in self.names.values(handlers)
            if isinstance(display, Display)
            for item in displays.elements(self.names, display, handlers)
            for value in self.names.values(item)
            if isinstance(value, Instance)
        }
        owners = [one.func.value for one in self.names.calls_of("setFormatter") if isinstance(one.func, cst.Attribute)]
        if any("handlers" in self.written(one) for one in owners):  # `logging.root.handlers[0].setFormatter(…)`
            return True
        return any(
            isinstance(one, Instance) and id(one.call) in made for node in owners for one in self.names.values(node)
        )

    # formatters

    def _formatter(self, node: cst.Call) -> None:
        given = calls.given(self.names, node, _FORMATTER)
        timeless = given.state == "absent" or (given.state == "given" and self._has_no_time(given.node))
        if timeless and self._goes_to_plain(node):
            advice = with_argument(self, _emptied(node), f'"{_WITH_TIME}"')
            message = f"`{self.written(node.func)}` gets a format that has no time"
            self._formatters.append((node, message, advice))

    def _goes_to_plain(self, node: cst.Call) -> bool:
        """Whether it is given to a handler that is known to write nothing else."""
        found = [
            call.func.value
            for call in self.names.calls_of("setFormatter")
            if isinstance(call.func, cst.Attribute)
            and call.args
            and any(isinstance(one, Instance) and one.call is node for one in self.names.values(call.args[0].value))
        ]
        return bool(found) and all(self._is_file(one) for one in found)

    def _is_file(self, node: cst.BaseExpression) -> bool:
        """A log file: what goes to the screen is read while it happens."""
        values = self.names.values(node)
        return all(isinstance(value, Instance) and value.name.removesuffix("()") in _FILES for value in values)

    def _by_dict(self, node: cst.Call) -> None:
        """`dictConfig({"formatters": {"plain": {"format": "…"}}})`."""
        formats = list(self._dict_formats(node.args[0].value))
        judged = [(one, self._has_no_time(one)) for one in formats]
        if judged and all(timeless for _, timeless in judged):
            place = judged[0][0]
            self._formatters.append((place, "the format of this logging configuration has no time", f'"{_WITH_TIME}"'))

    def _dict_formats(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        for formatters in self._entries(node, "formatters"):
            for value in self.names.values(formatters):
                given = displays.mapping(self.names, value, formatters)[0] if isinstance(value, Display) else {}
                for many in given.values():
                    for one in many:
                        if not any(self._entries(one, "()")) and not any(self._entries(one, "class")):
                            yield from self._entries(one, "format")

    def _entries(self, node: cst.BaseExpression, key: str) -> Iterator[cst.BaseExpression]:
        for value in self.names.values(node):
            if isinstance(value, Display) and value.kind == "dict":
                yield from displays.mapping(self.names, value, node)[0].get(key, ())

    # clocks elsewhere

    def _kept_elsewhere(self) -> bool:
        """Whether the lines go where a clock is: a library's, the journal's, a cloud function's."""
        index = self.names.index
        names = {name.partition(".")[0] for name in index.imported()}
        module = index.scopes[id(self.context.module)].bindings
        return (
            not names.isdisjoint(_KEEPERS)
            or "lambda_handler" in module
            or "JOURNAL_STREAM" in self.context.text
            or "INVOCATION_ID" in self.context.text
            or "google.cloud" in self.context.text
        )


def _emptied(node: cst.Call) -> cst.Call:
    return node.with_changes(args=[arg for number, arg in enumerate(node.args) if arg.keyword is not None or number])
