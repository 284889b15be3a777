"""Exceptions that are answers and no errors, and handlers that say why they drop one."""

from __future__ import annotations

import libcst as cst

from lintfoot.descent import members
from lintfoot.names import Names
from lintfoot.paths import is_endless
from lintfoot.regexes import regex
from lintfoot.scopes import comments_above, dotted, last_word
from lintfoot.visitors.below import LATER, Handler, below
from lintfoot.visitors.exceptions import classes
from lintfoot.visitors.prose import comments, explains

# Looking something up and taking "it is not there" for an answer, or being told to stop, is no error to report.
_LOOKUPS = frozenset(
    "AttributeError BlockingIOError ChildProcessError FileExistsError FileNotFoundError ImportError IndexError "
    "InterruptedError KeyError LookupError ModuleNotFoundError NameError ProcessLookupError".split()
)
_LOOKUP_NAMES = regex(
    r"^Again$|AlreadyExists|DoesNotExist|^Empty$|Exists(Error|Exception)?$|^Full$|Missing|NoSuch|NotExist|NotFound|NotInstalled"
    r"|^No(Answer|Data|Entry|Item|Key|Match|Node|Object|Option|Record|Result|Section)|Queue(Empty|Full)$"
)
_OF_FAILURE = regex(
    r"(?i)\b(already|best[ -]effort|can|could|errors?|exceptions?|fails?|failed|failures?|fine|gone|harmless|ignor\w+|may|maybe"
    r"|might|missing|ok|okay|optional|race|raises?|throws?)\b"
)
_SIGNALS = frozenset({"CancelledError", "GeneratorExit", "KeyboardInterrupt", "StopAsyncIteration", "StopIteration"})
_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})


def only_passes(body: cst.BaseSuite) -> bool:
    """Whether a block does nothing but pass or continue; `...` is `pass`."""
    return all(
        isinstance(one, cst.Pass | cst.Continue) or (isinstance(one, cst.Expr) and isinstance(one.value, cst.Ellipsis))
        for one in _small(body)
    )


def is_answer(names: Names, handler: Handler, body: cst.BaseSuite | None) -> bool:
    """Whether what is caught is no error but an answer to the guarded block: not there, nothing yet, stop."""
    named = classes(names, handler.type) or _written_classes(handler.type)
    plain = {name.rpartition(".")[2] for name in named}
    if plain & _SIGNALS and plain <= _SIGNALS | {"SystemExit"}:
        return True
    if not plain or body is None:
        return False
    if plain <= _IMPORTS and _imports(body):
        return True
    asked = {name for name in plain if name in _LOOKUPS | _SIGNALS or _LOOKUP_NAMES.search(name)}
    return _is_one_statement(body) and (plain == asked or (plain - asked == {"ValueError"} and _looks_up_a_value(body)))


def is_explained(module: cst.Module, handler: Handler, parent: cst.CSTNode | None) -> bool:
    """Whether a comment in a handler, or one that closes the block above it, says why.

    Above the `try` of one statement stands what that statement does; a comment there counts if it speaks of failing.
    """
    nodes: list[cst.CSTNode] = [handler]
    if isinstance(parent, cst.Try | cst.TryStar):
        position = next(number for number, one in enumerate(parent.handlers) if one is handler)
        above = parent.handlers[position - 1].body if position else parent.body
        nodes += above.footer if isinstance(above, cst.IndentedBlock) else ()
        if _is_one_statement(parent.body):
            before = comments(module, comments_above(parent))
            if any(_OF_FAILURE.search(comment) and explains(comment) for comment in before):
                return True
    return any(map(explains, comments(module, nodes)))


def _small(body: cst.BaseSuite, most: int = 0) -> list[cst.CSTNode]:
    """The statements of a suite, several on one line counted one by one; with `most`, no more than show that there are more."""
    found: list[cst.CSTNode] = []
    for statement in members(body):
        found += statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
        if len(found) > most > 0:
            break
    return found


def _is_one_statement(body: cst.BaseSuite) -> bool:
    """Whether a block is one statement, or one header over one statement."""
    match _small(body, most=1):
        case [cst.While(test=test)] if is_endless(test):
            return True  # the exception is how the loop ends: a queue is drained
        case [cst.With(body=inner) | cst.If(body=inner, orelse=None) | cst.For(body=inner) | cst.While(body=inner)]:
            return _is_one_statement(inner)
        case [cst.BaseSmallStatement()]:
            return True
        case _:
            return False


def _looks_up_a_value(body: cst.BaseSuite) -> bool:
    """Whether a block is `items.remove(item)` or the like, whose way to say "not there" is ValueError."""
    methods = ("index", "remove", "rindex")
    return any(isinstance(one, cst.Call) and last_word(one.func) in methods for one in below(body))


def _imports(body: cst.BaseSuite) -> bool:
    return any(isinstance(one, cst.Import | cst.ImportFrom) for one in below(body, LATER))


def _written_classes(node: cst.BaseExpression | None) -> list[str]:
    """A clause's classes as they are written, where nobody can tell what they are: `client.exceptions.NotFound`."""
    if isinstance(node, cst.Tuple):
        return [dotted(element.value) or "?" for element in node.elements]
    return [dotted(node) or "?"] if node is not None else []
