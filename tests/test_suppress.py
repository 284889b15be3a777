"""lintfoot's own suppressions: where they may stand, what is malformed, what is useless, and what removing one leaves."""

import textwrap
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verbs import findings, the_book

from lintfoot.findings import Finding, Safety, Severity, Span
from lintfoot.suppress import Told, apply
from lintfoot.tokens import NEWLINE

CODES = frozenset(the_book().by_code)


def hear(found, text, ran=CODES, **told):
    return apply(found, text, the_book(), Told("a.py", "src/a.py", ran, **told))


def heard(code, *codes, ran=CODES, **told):
    """What is left of a piece of code's findings after its comments were heard."""
    text = textwrap.dedent(code)
    return hear(findings(text, *codes), text, ran, **told)


def finding(code, line, column=1, end_line=0, severity=None):
    rule = the_book().by_code[code]
    span = Span(line, column, end_line or line, column + 1)
    return Finding(code, rule.name, severity or rule.severity, "a.py", span, "message")


def silenced(text, *places):
    """The lines of those made-up findings that a text silences, each (code, line) or (code, line, end line)."""
    made = [finding(code, line, end_line=end[0] if end else 0) for code, line, *end in places]
    return [one.span.line for one in hear(made, text).silenced]


def messages(text, code="LF002"):
    return [one.message for one in hear([], text).extra if one.code == code]


# where a suppression may stand

MARK = "# lintfoot: ignore[LF201] -- why"

# A: the comment counts behind this line. B: alone above it. -: neither. S: what is put there stands in a string.
SHAPES = {
    "one line": """
        requests.get(url)  #A #B
        """,
    "a call over lines": """
        requests.get(  #A #B
            url,  #-
            headers={  #-
                "a": 1,  #-
            },  #-
        )  #A
        """,
    "a call inside another": """
        result = handle(  #A #B
            one,  #-
            requests.get(  #A #B
                url  #-
            ),  #A
            two,  #-
        )  #A
        """,
    "a text over lines": '''
        requests.post(url, data="""
        first  #S
        last
        """)  #A
        ''',
    "a text before": '''
        handle("""
        first
        """, requests.get(url))  #A
        ''',
    "an f-string": """
        log(f"{requests.get(url)} and {more}")  #A #B
        """,
    "a continued line": """
        reply = \\
            requests.get(url)  #A
        """,
    "semicolons": """
        before(); requests.get(url); after()  #A #B
        """,
    "a header": """
        if requests.get(url).ok:  #A #B
            pass  #-
        """,
    "a header over lines": """
        while (  #A #B
            one and  #-
            requests.get(url).ok  #A #B
        ):  #A
            pass  #-
        """,
    "on one line with its header": """
        if one: requests.get(url)  #A #B
        """,
    "a body": """
        def fetch(url):  #-
            '''Fetch it.'''  #-
            return requests.get(url)  #A #B
        after()  #-
        """,
    "a decorator": """
        @other  #A #B
        @registered(requests.get(url))  #A #B
        def fetch(  #A
            url,  #-
        ):  #A
            pass  #-
        """,
    "a default": """
        @other  #A #B
        def fetch(  #A #B
            one,  #-
            two=requests.get(url),  #A #B
        ):  #A
            pass  #-
        """,
    "a with item": """
        with open(a) as b, requests.get(url) as c:  #A #B
            pass  #-
        """,
    "a comprehension": """
        found = [  #A #B
            requests.get(url)  #A #B
            for url in urls  #-
        ]  #A
        """,
    "tabs": """
        if one:
        \trequests.get(  #A #B
        \t\turl  #-
        \t)  #A
        """,
}


def placements():
    for name, shape in SHAPES.items():
        text = "import requests\n" + textwrap.dedent(shape).strip("\n") + "\n"
        lines = [line.split("  #")[0] for line in text.split("\n")]
        for number, line in enumerate(text.split("\n")):
            marks = line.partition("  #")[2]
            indent = line[: len(line) - len(line.lstrip())]
            alone = "\n".join([*lines[:number], indent + MARK, *lines[number:]])
            behind = "\n".join([*lines[:number], f"{lines[number]}  {MARK}", *lines[number + 1 :]])
            useless = [] if "S" in marks else ["LF001"]
            if marks:
                yield pytest.param(behind, "A" in marks, useless, id=f"{name}, behind line {number}")
            if set(marks) & set("BS-"):
                yield pytest.param(alone, "B" in marks, useless, id=f"{name}, above line {number}")


@pytest.mark.parametrize(("text", "expected", "useless"), list(placements()))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_matrix_of_shapes_and_places(text, expected, useless, end):
    text = text.replace("\n", end)
    result = hear(findings(text, "LF201"), text)
    assert len(result.kept) + len(result.silenced) == 1
    assert bool(result.silenced) is expected
    assert [one.code for one in result.extra] == ([] if expected else useless)


def test_comments_above_may_be_several_and_other_comments_stand_between():
    text = f"{MARK}\n# lintfoot: ignore[LF301]\n# prose\nrequests.get(url, verify=False)\n"
    assert silenced(text, ("LF201", 4), ("LF301", 4)) == [4, 4]


def test_a_blank_line_parts_a_comment_from_its_statement():
    assert silenced(f"{MARK}\n\nx()\n", ("LF201", 3)) == []


@pytest.mark.parametrize("place", ["first", "last", "behind"])
def test_a_whole_file(place):
    comment = "# lintfoot: ignore-file[LF201] -- generated"
    text = {
        "first": f"{comment}\nx()\n",
        "last": f"x()\nx()\n{comment}",
        "behind": f"x()\nx()\ny()  {comment}\n",
    }[place]
    result = hear([finding("LF201", 1), finding("LF201", 2), finding("LF301", 2)], text)
    assert [one.code for one in result.kept] == ["LF301"]
    assert {one.silenced_by.by for one in result.silenced} == {"lintfoot: ignore-file[LF201]"}


def test_handlers_and_the_lines_round_them():
    code = """
        try:  # lintfoot: ignore[LF503] -- not the place
            work()
        # lintfoot: ignore[LF503] -- shutting down anyway
        except Exception:
            pass
        """
    result = heard(code, "LF503")
    assert [one.silenced_by.line for one in result.silenced] == [4]
    assert [one.span.line for one in result.extra] == [2]


def test_who_silenced_it_is_told():
    result = heard(
        "import requests\nrequests.get(u)  # lintfoot: ignore[LF301, Request-Without-Timeout] -- the proxy does\n",
        "LF201",
    )
    silence = result.silenced[0].silenced_by
    assert (silence.kind, silence.by) == ("inSource", "lintfoot: ignore[Request-Without-Timeout]")
    assert (silence.line, silence.reason) == (2, "the proxy does")


def test_findings_about_files_are_silenced_by_no_comment():
    found = [finding("LF000", 1)]
    assert hear(found, "x(  # noqa: E999\n").kept == tuple(found)


def test_switched_off():
    text = "x()  # lintfoot: ignore[LF201]\ny()  # lintfoot: ignore\n"
    found = [finding("LF201", 1)]
    result = hear(found, text, own=False)
    assert (result.kept, result.silenced, result.extra) == (tuple(found), (), ())


# what is a suppression


@pytest.mark.parametrize(
    "comment",
    [
        "# lintfoot: ignore[LF201]",
        "#lintfoot:ignore[LF201]",
        "# lintfoot : ignore [ LF201 ]",
        "## lintfoot: ignore[lf201]",
        "# lintfoot: ignore[request-without-timeout]",
        "# lintfoot: ignore[REQUEST-WITHOUT-TIMEOUT]",
        "# lintfoot: ignore[LF201] -- see issue #12, [x] and -- dashes",
        "# lintfoot: ignore[LF201]--why",
        "# lintfoot: IGNORE[LF201]",
        "# Lintfoot: ignore[LF201]",
        "# noqa: E501  # lintfoot: ignore[LF201]",
        "# lintfoot: ignore[LF201]  # noqa: E501",
        "# lintfoot: ignore[LF201] -- why  # type: ignore",
        "# because of the proxy  # lintfoot: ignore[LF201]",
        "#\tlintfoot:\tignore[LF201]\t",
        "# lintfoot: ignore[LF201]  # lintfoot: ignore[LF301]",
    ],
)
def test_well_formed(comment):
    result = hear([finding("LF201", 1), finding("LF301", 1)], f"x()  {comment}\n")
    assert "LF201" in {one.code for one in result.silenced}
    assert result.extra == ()


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# lintfoot: ignore", "names no rule in brackets: `ignore[LF201]`"),
        ("# lintfoot: ignore LF201", "names no rule in brackets"),
        ("# lintfoot: ignore(LF201)", "names no rule in brackets"),
        ("# lintfoot: ignore=LF201", "names no rule in brackets"),
        ("# lintfoot: ignore-file", "`ignore-file[LF201]`"),
        ("# lintfoot: ignore[LF201", "bracket is not closed"),
        ("# lintfoot: ignore[LF201[LF301]", "bracket is not closed"),
        ("# lintfoot: ignore[]", "no rule stands between the brackets"),
        ("# lintfoot: ignore[ ]", "no rule stands between the brackets"),
        ("# lintfoot: ignore[LF201,]", "between the commas is empty"),
        ("# lintfoot: ignore[LF201,,LF301]", "between the commas is empty"),
        ("# lintfoot: ignore[LF2O1]", 'unknown rule "LF2O1" (did you mean "LF201"?)'),
        ("# lintfoot: ignore[request-without-timout]", '(did you mean "request-without-timeout"?)'),
        ("# lintfoot: ignore[LF201, LF999]", 'unknown rule "LF999"'),
        ("# lintfoot: ignore[LF201 LF301]", "unknown rule"),
        ("# lintfoot: ignore[LF2]", "means several rules"),
        ("# lintfoot: ignore[ALL]", "means several rules"),
        ("# lintfoot: ignore[card]", "means several rules"),
        ("# lintfoot: ignore[S113]", "another linter's word; the rule here is LF201 (request-without-timeout)"),
        ("# lintfoot: ignore[LF001]", "no comment silences LF001"),
        ("# lintfoot: ignore[LF000]", "no comment silences LF000"),
        ("# lintfoot: ignore[LF201] because", "only a reason may stand, behind ` -- `"),
        ("# lintfoot: ignore[LF201] - because", "only a reason may stand"),
        ("# lintfoot: ignore[LF201]: because", "only a reason may stand"),
        ("# lintfoot: ignore[LF201], LF301", "only a reason may stand"),
        ("# lintfoot: ignore[LF201] --", "the reason after ` -- ` is missing"),
        ("# lintfoot: ignroe[LF201]", 'unknown word "ignroe" (did you mean "ignore"?)'),
        ("# lintfoot: disable[LF201]", 'unknown word "disable"'),
        ("# lintfoot: noqa", 'unknown word "noqa"'),
        ("# lintfoot:", "nothing stands after the colon"),
        ("# lintfoot: [LF201]", "nothing stands after the colon"),
        ("# lintfoot ignore[LF201]", "a colon is missing after `lintfoot`"),
        ("# lintfoot-ignore[LF201]", "a colon is missing after `lintfoot`"),
    ],
)
def test_malformed_ones_silence_nothing_and_say_why(comment, words):
    result = hear([finding("LF201", 1)], f"x()  {comment}\n")
    assert result.silenced == ()
    (fault,) = result.extra
    assert (fault.code, fault.severity, fault.path, fault.span.line, fault.span.column) == (
        "LF002",
        "error",
        "a.py",
        1,
        6,
    )
    assert fault.message.startswith("this suppression silences nothing: ")
    assert words in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "# lintfoot finds this\n",
        "# lintfoot ignores files in build\n",
        "# Lintfoot: the linter\n",
        "# run lintfoot: it is fast\n",
        '# write "# lintfoot: ignore[LF999]" there\n',
        "# write `# lintfoot: ignore` there\n",
        "# lintfootprints: none\n",
        "x = '# lintfoot: ignore[LF999]'\n",
        'def f():\n    """Use\n\n    # lintfoot: ignore\n    """\n',
        "x = f'{a}# lintfoot: ignore[LF999]'\n",
        "x = '''\n# lintfoot: ignore-file[LF999]\n'''\n",
        "x = '\\\n# lintfoot: ignore'\n",
    ],
)
def test_prose_and_strings_are_no_suppressions(text):
    assert hear([], text).extra == ()
    assert silenced(text, ("LF201", 1)) == []


def test_a_string_does_not_silence_what_a_comment_would():
    text = "x('# lintfoot: ignore[LF201]')\n'''\n# lintfoot: ignore-file[LF201]'''\n"
    assert silenced(text, ("LF201", 1), ("LF201", 3)) == []


def test_several_in_one_comment_are_read_apart():
    text = "x()  # lintfoot: ignore[LF2]  # lintfoot: ignore[LF201] -- a  # lintfoot: ignore[LF301] -- b\n"
    result = hear([finding("LF201", 1), finding("LF301", 1)], text)
    assert [one.silenced_by.reason for one in result.silenced] == ["a", "b"]
    assert [(one.code, one.span.column, one.span.end_column) for one in result.extra] == [("LF002", 6, 29)]


# useless ones


def fixed(text, found=()):
    """The text after every repair that is offered."""
    lines = NEWLINE.split(text)
    ends = [*NEWLINE.findall(text), ""]
    starts = [
        sum(len(line) + len(end) for line, end in zip(lines[:number], ends[:number], strict=True))
        for number in range(len(lines))
    ]
    for one in sorted(hear(list(found), text).extra, key=lambda one: one.span, reverse=True):
        if one.fix:
            (edit,) = one.fix.edits
            assert one.fix.safety is Safety.SAFE
            start = starts[edit.span.line - 1] + edit.span.column - 1
            end = starts[edit.span.end_line - 1] + edit.span.end_column - 1
            text = text[:start] + edit.text + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x()  # lintfoot: ignore[LF201] -- why\ny()\n", "x()\ny()\n"),
        ("x()\t\t# lintfoot: ignore[LF201]", "x()"),
        ("x()#lintfoot:ignore[LF201]   \n", "x()   \n"),
        ("# lintfoot: ignore[LF201]\nx()\n", "x()\n"),
        ("if a:\n    # lintfoot: ignore[LF201] -- why\n    x()\n", "if a:\n    x()\n"),
        ("x()\n# lintfoot: ignore-file[LF201]", "x()\n"),
        ("x()\r\n    # lintfoot: ignore[LF201]  \r\ny()\r\n", "x()\r\ny()\r\n"),
        ("x()\r# lintfoot: ignore[LF201]\ry()", "x()\ry()"),
        ("x()  # noqa: E501  # lintfoot: ignore[LF201] -- why\n", "x()  # noqa: E501\n"),
        ("x()  # lintfoot: ignore[LF201] -- why  # noqa: E501\n", "x()  # noqa: E501\n"),
        ("# lintfoot: ignore[LF201]  # noqa\nx()\n", "# noqa\nx()\n"),
        ("x()  # a  # lintfoot: ignore[LF201]  # noqa\n", "x()  # a  # noqa\n"),
        ("x()  # lintfoot: ignore[LF201, LF501] -- why\n", "x()\n"),
        ("x()  # lintfoot: ignore[LF201, LF301] -- why\n", "x()  # lintfoot: ignore[LF301] -- why\n"),
        ("x()  # lintfoot: ignore[ LF301,LF201 , LF501]\n", "x()  # lintfoot: ignore[LF301]\n"),
        ("x()  # lintfoot: ignore[LF301, tls-verify-disabled]\n", "x()  # lintfoot: ignore[LF301]\n"),
        ("x()  # lintfoot: ignore[LF301]  # lintfoot: ignore[LF201]\n", "x()  # lintfoot: ignore[LF301]\n"),
        ("é('🚀')  # lintfoot: ignore[LF201]\n", "é('🚀')\n"),
        ("x()  # lintfoot: ignore[LF201] because\n", "x()  # lintfoot: ignore[LF201] because\n"),
    ],
)
def test_useless_ones_are_removed_and_nothing_else(text, expected):
    line = next(number for number, line in enumerate(NEWLINE.split(text), 1) if "(" in line)
    found = [finding("LF301", line)] if "LF301" in text else []
    after = fixed(text, found)
    assert after == expected
    assert [one for one in hear(found, after).extra if one.code == "LF001"] == []


def test_a_useless_one_is_a_finding():
    (one,) = hear([], "x()\ny()  # lintfoot: ignore[LF201] -- why\n").extra
    assert (one.code, one.name, one.severity) == ("LF001", "unused-suppression", Severity.WARNING)
    assert one.message == "this suppression is of no use: no LF201 (request-without-timeout) is found here"
    assert one.span == Span(2, 6, 2, 38)
    assert one.frame[0].text == "y()  # lintfoot: ignore[LF201]"
    assert [one.frame[0].text[mark.start - 1 : mark.end - 1] for mark in one.frame[0].marks] == [
        "# lintfoot: ignore[LF201]"
    ]


def test_only_rules_that_ran_are_judged():
    text = "x()  # lintfoot: ignore[LF201, LF301]\n# lintfoot: ignore-file[LF601]\n"
    assert messages(text, "LF001") != []
    assert hear([], text, ran={"LF001", "LF501"}).extra == ()
    assert hear([], text, ran={"LF201", "LF301", "LF601"}).extra == ()
    (one,) = hear([], text, ran={"LF001", "LF301"}).extra
    assert one.fix.edits[0].text == "LF201"


def test_the_nearest_one_is_used_and_the_other_is_useless():
    text = "# lintfoot: ignore-file[LF201]\nx()  # lintfoot: ignore[LF201]\n"
    result = hear([finding("LF201", 2)], text)
    assert result.silenced[0].silenced_by.line == 2
    assert [one.span.line for one in result.extra] == [1]
    assert "in this file" in result.extra[0].message


def test_severities_of_the_configuration_count():
    (one,) = hear([], "x()  # lintfoot: ignore[LF201]\n", severities={"LF001": Severity.NOTE}).extra
    assert one.severity is Severity.NOTE


def test_one_that_is_needed_stays_whatever_other_linters_say():
    text = "x()  # noqa: S113  # lintfoot: ignore[LF201]\n"
    result = hear([finding("LF201", 1)], text)
    assert result.silenced[0].silenced_by.by == "lintfoot: ignore[LF201]"
    assert result.extra == ()


def test_fingerprints_know_neither_lines_nor_reasons_nor_blanks():
    def prints(text):
        return [one.fingerprint for one in hear([], text).extra]

    once = prints("x()  # lintfoot: ignore[LF201]\n")
    assert prints("\n\ny()  #lintfoot:ignore[ LF201 ] -- why\n") == once
    twice = prints("x()  # lintfoot: ignore[LF201]\nx()  # lintfoot: ignore[LF201]\n")
    assert twice[0] == once[0]
    assert len(set(twice)) == 2
    assert prints("x()  # lintfoot: ignore[LF999]\n") != prints("x()  # lintfoot: ignore[LF998]\n")


def test_no_secret_of_the_line_is_shown():
    token = "ghp_" + "a1B2" * 9
    for text in (
        f"password = 'hunter2'  # lintfoot: ignore[LF999] -- {token}\n",
        f"x()  # lintfoot: ignore[{token}]\n",
        f"x()  # {token}  # lintfoot: ignore[LF999]\n",
        f"x()  # lintfoot: {token}\n",
        '"""\nhunter2 ghp"""; x = 1  # lintfoot: ignore[LF999]\n',
    ):
        (one,) = hear([], text).extra
        shown = repr(replace(one, fingerprint=""))
        assert "hunter2" not in shown
        assert token not in shown


# whatever is written

WORD = st.sampled_from(["LF201", "lf301", "LF999", "S113", "request-without-timeout", "", " ", "LF2", "é", "LF001"])
PIECE = st.sampled_from(
    [
        "#",
        "# ",
        "lintfoot",
        "lintfoot:",
        " lintfoot: ",
        "ignore",
        "ignore-file",
        "[",
        "]",
        ",",
        " -- ",
        "--",
        "why",
        "noqa",
        " # noqa",
    ]
)


@settings(max_examples=300)
@given(st.lists(st.one_of(WORD, PIECE), max_size=14).map("".join))
def test_any_comment_is_obeyed_or_told_or_prose(comment):
    text = f"x()  #{comment}\n"
    result = hear([finding("LF201", 1)], text)
    assert len(result.kept) + len(result.silenced) == 1
    for one in result.extra:
        line = text[:-1]
        assert 1 <= one.span.column < one.span.end_column <= len(line) + 1
        assert line[one.span.column - 1] == "#"
    fixed(text, [finding("LF201", 1)])


@given(st.lists(WORD, min_size=1, max_size=4), st.text(max_size=10))
def test_reasons_change_nothing(words, reason):
    if any(end in reason for end in "\r\n") or not reason.strip():
        reason = "why"
    bare = hear([finding("LF201", 1)], f"x()  # lintfoot: ignore[{','.join(words)}]\n")
    explained = hear([finding("LF201", 1)], f"x()  # lintfoot: ignore[{','.join(words)}] -- {reason}\n")
    assert [one.code for one in bare.silenced] == [one.code for one in explained.silenced]
    assert [one.message for one in bare.extra] == [one.message for one in explained.extra]


@settings(max_examples=200)
@given(st.text(max_size=80), st.integers(1, 5), st.integers(1, 5))
def test_any_text_is_heard(text, line, end):
    result = hear([finding("LF201", line, end_line=max(line, end))], text)
    assert len(result.kept) + len(result.silenced) == 1


EXAMPLES = [(code, one) for code in ("LF001", "LF002") for one in the_book().by_code[code].examples]


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=lambda value: getattr(value, "title", value))
def test_the_examples_of_the_pages(code, example):
    bad = findings(example.bad)
    assert {one.code for one in hear(bad, example.bad).extra} == {code}
    assert hear(findings(example.good), example.good).extra == ()
    if example.fixed:
        assert fixed(example.bad, bad) == example.fixed
