"""Suppressions of other linters: each table was made by running the tool itself over such lines."""

import textwrap

import pytest
from verbs import findings, the_book

from lintfoot.book import Book, Default
from lintfoot.findings import Finding, Severity, Span
from lintfoot.suppress import Told, apply

CODES = frozenset(the_book().by_code)


def finding(code, line, end_line=0, severity=None):
    rule = the_book().by_code[code]
    return Finding(code, rule.name, severity or rule.severity, "a.py", Span(line, 1, end_line or line, 2), "message")


def hear(found, text, book=None, **told):
    return apply(found, text, book or the_book(), Told("a.py", "a.py", CODES, **told))


def silenced(text, code="LF201", severity=None, **more):
    """On which lines of a text, one statement each, a finding of that rule would be silenced."""
    lines = range(1, text.count("\n") + 2)
    return [
        one.span.line for one in hear([finding(code, line, severity=severity) for line in lines], text, **more).silenced
    ]


# one line

BY_CODE = [
    ("# noqa: S113", True),
    ("#noqa:S113", True),
    ("# NOQA : s113", True),
    ("# noqa: E501,S113", True),
    ("# noqa: E501, S113 -- the proxy", True),
    ("# noqa: E501 S113 because", True),
    ("# type: ignore # noqa: S113", True),
    ("# see the docs # noqa: S113", True),
    ("# noqa: S501", False),
    ("# noqa: S11", False),
    ("# noqa: S1130", False),
    ("# noqa:because", False),
    ("# noqa: because S113", False),
    ("# not noqa: S113", False),
    ("# noqas: S113", False),
    ("# noqa", False),  # a blanket does not silence an error of the card
    ("# noqa - because", False),
    ("# nosec B113", True),
    ("#nosec:B113", True),
    ("# nosec B113,B501 -- the proxy does", True),
    ("# nosec B501 B113", True),
    ("# nosec B501, B113 # noqa", True),
    ("# nosec request_without_timeout", True),
    ("# nosec: B501", False),
    ("# nosec the B113 rule", False),
    ("# nosec B1I3", False),
    ("# nosec", False),
    ("# nosecure B113", False),
    ("# pylint: disable=missing-timeout", True),
    ("# pylint:disable=W3101", True),
    ("# pylint: disable=w3101", True),
    ("# pylint: disable=bare-except, missing-timeout", True),
    ("# pylint: disable=bare-except,missing-timeout ; the proxy", True),
    ("# pylint: disable=missing-timeout the proxy", True),
    ("# noqa: E501 # pylint: disable=missing-timeout", True),
    ("# the proxy does that, pylint: disable=missing-timeout", True),
    ("# pylint: disable=bare-except", False),
    ("# pylint: enable=missing-timeout", False),
    ("# pylint: disable=W", False),
    ("# pylint disable=missing-timeout", False),
    ("# ruff: ignore[S113]", True),
    ("# ruff:ignore[S113] the proxy", True),
    ("# ruff: ignore [E501, S113]", True),
    ("# ruff: ignore[request-without-timeout]", True),
    ("# noqa: E501 # ruff: ignore[S113]", True),
    ("# ruff: ignore[S501]", False),
    ("# because ruff: ignore[S113]", False),
    ("# Ruff: Ignore[S113]", False),
    ("# ruff: disable[S113]", False),
    ("# ruff: noqa: S113", False),
    ("# type: ignore", False),
]


@pytest.mark.parametrize(("comment", "expected"), BY_CODE)
def test_behind_a_statement(comment, expected):
    text = f"before()\nx()  {comment}\nafter()\n"
    assert silenced(text) == ([2] if expected else [])
    assert silenced(f"x('{comment}')\n") == [], "a string is no comment"
    assert hear([], text).extra == (), "other linters' comments are never judged"


@pytest.mark.parametrize(("comment", "expected"), [one for one in BY_CODE if one[1]])
def test_switched_off(comment, expected):
    assert expected
    assert silenced(f"x()  {comment}\n", foreign=False) == []


def test_who_silenced_it_is_told():
    comments = {
        "# noqa: E501,S113 -- why": ("noqa: E501, S113", "why"),
        "# nosec B113 - why": ("nosec B113", "why"),
        "# pylint: disable=W3101": ("pylint: disable=W3101", ""),
        "# ruff: ignore[S113] -- why": ("ruff: ignore[S113]", "why"),
    }
    for comment, (by, reason) in comments.items():
        (one,) = hear([finding("LF201", 2)], f"x()\ny()  {comment}\n").silenced
        assert (one.silenced_by.kind, one.silenced_by.by, one.silenced_by.line) == ("inSource", by, 2)
        assert one.silenced_by.reason == reason


@pytest.mark.parametrize(
    "comment", ["# noqa: S113", "# nosec B113", "# pylint: disable=missing-timeout", "# ruff: ignore[S113]"]
)
@pytest.mark.parametrize("line", [1, 2, 3, 4, 5])
def test_on_the_statement(comment, line):
    lines = ["x = handle(", "    requests.get(", "        url,", "    ),", ")"]
    lines[line - 1] += f"  {comment}"
    text = "import requests\n" + "\n".join(lines)
    assert bool(hear(findings(text, "LF201"), text).silenced) is (line != 3)


@pytest.mark.parametrize("comment", ["# noqa: S113", "# nosec B113", "# flake8: noqa", "# ruff: noqa: S501"])
def test_alone_on_a_line_means_nothing_for_the_next(comment):
    assert silenced(f"{comment}\nx()\n") == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("LF101", "S602 S604 S605 B602 B604 B605"),
        ("LF201", "S113 B113 W3101 missing-timeout"),
        ("LF301", "S501 B501 S323"),
        ("LF401", "S105 S106 S107 B105 B106 B107"),
        ("LF501", "B006 W0102 dangerous-default-value"),
        ("LF502", "E722 W0702 bare-except"),
        ("LF503", "BLE001 W0718 broad-exception-caught broad-except"),
    ],
)
def test_every_twin_of_the_card_is_heard(code, words):
    if code not in CODES:
        pytest.fail(f"there is no page for {code}")
    for word in words.split():
        comment = f"pylint: disable={word}" if "-" in word or word.startswith("W") else f"noqa: {word}"
        comment = f"nosec {word}" if word.startswith("B") and word not in {"B006", "BLE001"} else comment
        assert silenced(f"x()  # {comment}\n", code) == [1], comment


# blankets


def test_blankets_silence_what_their_tool_knows_and_no_error_of_the_card():
    for comment in ("# noqa", "#NOQA", "# noqa - why", "# noqa because"):
        assert silenced(f"x()  {comment}\n", "LF503") == [1], "a warning of the card"
        assert silenced(f"x()  {comment}\n", "LF503", Severity.ERROR) == []
        assert silenced(f"x()  {comment}\n", "LF201", Severity.WARNING) == [1]
    for comment in ("# nosec", "# nosec: ", "# nosec - why", "# nosec because it is internal"):
        assert silenced(f"x()  {comment}\n", "LF201", Severity.WARNING) == [1]
        assert silenced(f"x()  {comment}\n", "LF503") == [], "bandit has no such test"
        assert silenced(f"x()  {comment}\n", "LF201") == []
    assert silenced("x()  # noqa\n", "LF601", Severity.WARNING) == [], "nobody else has this rule"
    (one,) = hear([finding("LF503", 1)], "x()  # noqa\n").silenced
    assert one.silenced_by.by == "noqa"


# files


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# ruff: noqa: S113", True),
        ("# ruff:noqa:E501,S113", True),
        ("# flake8: noqa: S113", True),
        ("# ruff: file-ignore[S113]", True),
        ("# ruff: file-ignore[request-without-timeout]", True),
        ("# ruff: noqa", False),
        ("# flake8: noqa", False),
        ("# pylint: skip-file", False),
        ("# ruff: noqa: S501", False),
        ("# noqa: S113", False),
    ],
)
def test_for_the_whole_file(comment, expected):
    text = f"x()\ny()\n{comment}\nz()\n"
    assert silenced(text) == ([1, 2, 3, 4, 5] if expected else [])


@pytest.mark.parametrize(
    "comment", ["# ruff: noqa", "# flake8: noqa", "# FLAKE8=NOQA", "# pylint: skip-file", "# pylint: disable=all"]
)
def test_blankets_for_the_whole_file(comment):
    assert silenced(f"x()\n{comment}\ny()\n", "LF503") == [1, 2, 3, 4]
    assert silenced(f"x()\n{comment}\ny()\n", "LF201") == []
    assert silenced(f'x()\ns = """\n{comment}\n"""\n', "LF503") == []


# ranges: each marked line is silent for the tool, each other line is not

PYLINT = """
    import requests
    get("m1")
    def f1(a):  # pylint: disable=missing-timeout  #!
        get("f1")
    def f2(a=get("f2")):  #!
        # pylint: disable=missing-timeout
        get("f2")  #!
        if a:
            get("f2")  #!
        get("f2")  #!
    get("m2")
    @get("f3")  #!
    def f3(a=get("f3")):  #!
        '''Doc.'''  #!
        # pylint: disable=missing-timeout
        get("f3")  #!
    def f4(a=get("f4")):
        a = get("f4")
        # pylint: disable=missing-timeout
        get("f4")  #!
    if f1:  # pylint: disable=missing-timeout  #!
        get("i1")
    if f1:
        # pylint: disable=missing-timeout
        get("i2")  #!
    else:
        get("i3")
    try:
        # pylint: disable=missing-timeout
        get("t1")  #!
    except ValueError:
        get("t2")
    # pylint: disable-next=missing-timeout
    get("n1")  #!
    get("n2")
    # pylint: disable-next=missing-timeout

    get("n3")
    # pylint: disable-next=missing-timeout
    # another
    get("n4")
    # pylint: disable-next=missing-timeout
    if get("n5"):  #!
        get("n6")
    def g():
        get("g1")
        if f1:
            # pylint: disable=missing-timeout
            get("g2")  #!
            # pylint: enable=missing-timeout
            get("g3")
        get("g4")
    # pylint: disable=missing-timeout
        get("g5")  #!
        get("g6")  #!
    get("m3")
    class C:
        # pylint: disable=missing-timeout
        def m(self):  #!
            get("c1")  #!

        def n(self):
            # pylint: enable=missing-timeout
            get("c2")

        def o(self):  #!
            get("c3")  #!
    # pylint: disable=missing-timeout
    get("y1")  #!
    # pylint: enable=missing-timeout
    get("y2")
    # pylint: disable=bare-except,W3101
    get("y3")  #!
    # pylint: enable=bare-except
    get("y4")  #!
"""
RUFF = """
    get("a1")  # ruff: ignore[S113]  #!
    # ruff: ignore[S113]
    get("a2")  #!
    get("a3")
    # ruff: ignore[S113]

    get("a4")  #!
    # ruff: ignore[S113]
    # another
    get("a5")  #!
    # ruff: disable[S113]
    get("b1")  #!
    # ruff: enable[S113]
    get("b2")
    def f():
        # ruff: disable[S113]
        get("b3")  #!
        if x:
            get("b4")  #!
        get("b5")  #!
    get("b6")
    # ruff: ignore[S113]
    def g():  #!
        get("c1")
    get("c2")  # ruff: disable[S113]
    get("c3")
    x = [
        # ruff: ignore[S113]
        get("c4"),  #!
        get("c5"),
    ]
    # ruff: disable[E501, S113]
    get("d1")  #!
    # ruff: enable[E501, S113]
    get("d2")
"""
SEMGREP = """
    get("a1")  # nosemgrep: python.requests.best-practice.use-timeout.use-timeout  #!
    get("a2")  # nosemgrep: use-timeout  #!
    get("a3")  # nosemgrep: other.rule, use-timeout.use-timeout  #!
    get("a4")  # nosem: use-timeout  #!
    get("a5")  # nosemgrep: timeout
    get("a6")  # nosemgrep
    # nosemgrep: use-timeout
    get("a7")  #!
    get("a8")
"""


def with_semgrep():
    """The book, with a dotted twin for LF201."""
    from dataclasses import replace

    twin = "python.requests.best-practice.use-timeout.use-timeout"
    return Book(replace(one, twins=(*one.twins, twin)) if one.code == "LF201" else one for one in the_book().rules)


@pytest.mark.parametrize("sample", [PYLINT, RUFF, SEMGREP], ids=["pylint", "ruff", "semgrep"])
def test_ranges(sample):
    lines = textwrap.dedent(sample).strip("\n").split("\n")
    text = "\n".join(line.removesuffix("  #!") for line in lines)
    asked = [number for number, line in enumerate(lines, 1) if "get(" in line or line.endswith("#!")]
    heard = hear([finding("LF201", number) for number in asked], text, with_semgrep())
    wanted = [number for number, line in enumerate(lines, 1) if line.endswith("#!")]
    assert [one.span.line for one in heard.silenced] == wanted


def test_a_blanket_of_semgrep_is_one():
    assert the_book().by_code["LF201"].default is Default.CARD
    assert silenced("x()  # nosemgrep\n", "LF201", Severity.WARNING) == [1]
    assert silenced("x()  # nosemgrep\n", "LF201") == []
