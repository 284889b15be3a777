"""An audit as one HTML file that needs nothing else: no network, no server, no JavaScript to be read.

Everything that comes from a repository goes through Jinja's escaping and through `printable`, so that it can be neither markup nor
control the text around it. A strict policy in the page's head allows its one style and its one script, by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from lintfoot.audit.views.page import FOLDED, SHOWN, page
from lintfoot.audit.views.pieces import prose
from lintfoot.audit.views.scene import level
from lintfoot.findings import printable
from lintfoot.reports.counts import number
from lintfoot.tables import Problem, Problems

if TYPE_CHECKING:
    from jinja2 import Environment

    from lintfoot.audit.records import Audit
    from lintfoot.book import Book
    from lintfoot.reports import Options

MISSING = "the HTML report needs Jinja: `pip install 'lintfoot[html]'`"


def ready() -> None:
    """Raise Problems where Jinja is not installed: to be asked before hours of work, not after."""
    _environment()


def render(audit: Audit, book: Book, options: Options) -> str:
    """The whole page."""
    del options
    style, script = _text("audit.css"), _text("audit.js")
    template = _environment().get_template("audit.html")
    shown = page(audit, book)
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    return template.render(page=shown, style=style, script=script, policy=policy, version=audit.version)


@cache
def _text(name: str) -> str:
    return (resources.files("lintfoot.audit.views") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


@cache
def _environment() -> Environment:
    try:
        import jinja2
    except ImportError:
        raise Problems([Problem("--format html", 0, 0, MISSING)]) from None
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
        auto_reload=False,
    )
    filters: dict[str, Any] = {
        "prose": prose,
        "number": number,
        "level": level,
        "units": _units,
        "short": _short,
        "n": _n,
    }
    made.filters |= filters
    made.globals |= {"SHOWN": SHOWN, "FOLDED": FOLDED}
    return made


def _final(value: Any) -> Any:
    """The last gate of every expression: no control character and no direction mark gets into the page."""
    return printable(value) if type(value) is str else value


def _units(value: float) -> str:
    """A length in the picture, short."""
    return f"{value:.1f}".removesuffix(".0")


def _n(value: int) -> str:
    """A count, as people read large ones."""
    return f"{value:,}"


def _short(text: str) -> str:
    """The end of a long path: its name is there."""
    return text if len(text) <= _SHORT else f"…{text[1 - _SHORT :]}"


_SHORT = 60
