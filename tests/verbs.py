"""The two verbs that tests of rules speak: `reports` and `silent`, and what they stand on."""

from __future__ import annotations

import sys
import textwrap
from functools import cache
from pathlib import Path

from lintfoot import book, libraries, library_pages
from lintfoot.findings import Finding
from lintfoot.parse import Script, opened
from lintfoot.visit import Place, Plan, visit

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"


@cache
def the_book() -> book.Book:
    return book.load([book.own_folder()])


@cache
def the_models() -> libraries.Models:
    return library_pages.load([book.own_folder()])


def findings(code: str, *codes: str, path: str = "script.py", options: dict | None = None) -> list[Finding]:
    """What the given rules (all of them where none is named) say about a piece of code."""
    script = opened(path, textwrap.dedent(code).encode())
    assert isinstance(script, Script), script
    assert script.fault is None, script.fault
    chosen = {one: the_book().by_code[one] for one in codes or the_book().by_code}
    visited = visit(script, Place(path, path, is_test="test" in path), Plan(chosen, the_models(), options or {}))
    assert not visited.bugs, visited.bugs
    return list(visited.findings)


def reports(code: str, *codes: str, **more) -> list[Finding]:
    """The rules find something here."""
    found = findings(code, *codes, **more)
    assert found, "nothing was reported for:\n" + code
    return found


def silent(code: str, *codes: str, **more) -> None:
    """The rules find nothing here."""
    found = findings(code, *codes, **more)
    assert not found, "\n".join(f"{one.span.line}: {one.code} {one.message}" for one in found)


def steps(work) -> int:
    """How many calls some work makes: it grows with the work as time does, and is the same on every machine."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
