"""Comments and logical lines: equal to Python's own tokenizer, and something sensible where that gives up."""

import io
import re
import sys
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot.comments import layout
from lintfoot.findings import Span
from lintfoot.tokens import tokens


def comments(text):
    return [(one.line, one.column, one.text) for one in layout(text).comments]


def statements(text):
    return [(one.line, one.end_line, one.head) for one in layout(text).statements]


def by_tokenize(text):
    """What Python's tokenizer says: comments, and first and last lines of logical lines."""
    found, logical, first, last = [], [], 0, 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type == tokenize.COMMENT:
            found.append((token.start[0], token.start[1] + 1, token.string.rstrip()))
        elif token.type == tokenize.NEWLINE:
            logical += [(first, last)] if first else []
            first = 0
        elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            first, last = first or token.start[0], token.end[0]
    return found, logical


SAMPLE = sorted(Path(tokenize.__file__).parent.glob("[a-f]*.py"))[:60]


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_the_standard_library_reads_as_python_reads_it(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    found, logical = by_tokenize(text)
    assert comments(text) == found
    assert [line[:2] for line in statements(text)] == logical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1  # a\n", [(1, 8, "# a")]),
        ("x = '# no'  # a", [(1, 13, "# a")]),
        ('x = """\n# no\n"""  # a\n', [(3, 6, "# a")]),
        ("x = '''it's # no''' # a\n", [(1, 21, "# a")]),
        ("x = 'a\\'# no' # a\n", [(1, 15, "# a")]),
        ("x = r'\\' # a\n", []),
        ("x = '\\\n# no' # a\n", [(2, 7, "# a")]),
        ("x = b'#' + B'#' + rb'#' # a\n", [(1, 25, "# a")]),
        ("x = (  # a\n  1,  # b\n)\n", [(1, 8, "# a"), (2, 7, "# b")]),
        ("x = 1 + \\\n    2  # a\n", [(2, 8, "# a")]),
        ("x = 1 # a\r\ny = 2 # b\rz = 3 # c\n", [(1, 7, "# a"), (2, 7, "# b"), (3, 7, "# c")]),
        ("\f# a\n\tx # b\f\u2028c\n", [(1, 2, "# a"), (2, 4, "# b\f\u2028c")]),
        ("# a\\\nx = 1 # b", [(1, 1, "# a\\"), (2, 7, "# b")]),
        ("é = '🚀'  # a\n", [(1, 10, "# a")]),
        ("buf'#'\n", []),
        ("", []),
    ],
)
def test_comments_and_strings(text, expected):
    assert comments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f'{a}#' # a", ["# a"]),
        ("f'{{#}}' # a", ["# a"]),
        ("f'{d[\"#\"]}' # a", ["# a"]),
        ("f'{d['#']}' # a", ["# a"]),
        ("f'{f'{f'#'}#'}#' # a", ["# a"]),
        ("f'{a:#x}' # a", ["# a"]),
        ("f'{a:{w}#{p}}' # a", ["# a"]),
        ("f'{a!r:>{b:#}}#' # a", ["# a"]),
        ("f'{a:%H:%M#}' # a", ["# a"]),
        ("f'{a:=5}' # a", ["# a"]),
        ("f'{(a:=5)}' # a", ["# a"]),
        ("f'{a != b}' # a", ["# a"]),
        ("f'{ {1: 2}[1] }' # a", ["# a"]),
        ("f'{(lambda x: \"#\")(1)}' # a", ["# a"]),
        ("f'{a['x']:{w['#']}}' # a", ["# a"]),
        ("f'\\N{NUMBER SIGN}#' # a", ["# a"]),
        ("rf'\\{a}#' # a", ["# a"]),
        ("Rf'\\'#' # a", ["# a"]),
        ("f'''{\na  # in\n}''' # a", ["# in", "# a"]),
        ("f'''{a:\n#}''' # a", ["# a"]),
        ("f'{\n  a  # in\n}' # a", ["# in", "# a"]),
        ("t'{a}#' # a", ["# a"]),
        ("f'{a}' f'#' # a", ["# a"]),
        ('f"""{d["#"]}"#" """ # a', ["# a"]),
    ],
)
def test_f_strings_are_followed_into_their_fields(text, expected):
    assert [one.text for one in layout(text + "\n").comments] == expected
    assert len(layout(text + "\n").statements) == 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python's tokenizer does not follow f-strings before 3.12")
@pytest.mark.parametrize("text", ["f'{d['#']}' # a\n", "f'''{\na # in\n}''' # a\n"])
def test_python_agrees_about_f_strings(text):
    assert comments(text) == by_tokenize(text)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\n", [(1, 1, "a"), (2, 2, "b")]),
        ("a; b\n", [(1, 1, "a")]),
        ("f(\n  1\n)\nb", [(1, 3, "f"), (4, 4, "b")]),
        ("if a:  # c\n    b\nelse:\n    c\n", [(1, 1, "if"), (2, 2, "b"), (3, 3, "else"), (4, 4, "c")]),
        ("# c\n\n@d\ndef f(\n    a,\n):  # e\n    '''x\n    '''\n", [(3, 3, "@"), (4, 6, "def"), (7, 8, "")]),
        ("x = '''\n\n'''\ny", [(1, 3, "x"), (4, 4, "y")]),
        ("x = \\\n  1\n", [(1, 2, "x")]),
        (")\nx\n", [(1, 1, ""), (2, 2, "x")]),
    ],
)
def test_logical_lines(text, expected):
    assert statements(text) == expected


@pytest.mark.parametrize(
    "text", ["'", '"""', "f'", "f'{", "f'{a:", "f'''{", "f'{a:'\n# c", "f'}}}'\n", "(((", "\\", "f'{a\n", "t\"{'"]
)
def test_what_is_no_python_gives_some_answer(text):
    layout(text)


@given(
    st.lists(
        st.sampled_from(
            "'|\"|'''|\"\"\"|f'|rf\"|f'''|{|}|{{|}}|:|!r|#|\\|\n|\r\n|\r|(|)|a| |\f|é|\u2028|N{".split("|")
        ),
        max_size=40,
    )
)
def test_tokens_never_overlap_and_never_stop(pieces):
    text = "".join(pieces)
    last = 0
    for _, start, end in tokens(text):
        assert last <= start < end <= len(text)
        last = end
    lines = re.split(r"\r\n|\r|\n", text)
    for one in layout(text).comments:
        assert lines[one.line - 1][one.column - 1 :].startswith(one.text.split("\n")[0][:1])
        assert lines[one.line - 1][one.column - 1 :].rstrip() == one.text


def test_where_comments_speak_of_a_place():
    text = "x = f(\n    a,\n    b,\n)\n@d\n@e(\n    1,\n)\nasync def g(\n    c,\n):\n    pass\n"
    found = layout(text)
    near = lambda line, end=None: dict.fromkeys(found.places(Span(line, 1, end or line, 2)))  # noqa: E731
    assert set(near(2)) == {(2, False), (1, False), (4, False), (2, True), (1, True)}
    assert set(near(10)) == {(10, False), (9, False), (11, False), (5, False), (10, True), (9, True), (5, True)}
    assert (8, False) in near(6)
    assert (5, True) in near(6)
    assert (11, False) in near(6), "the header belongs to its decorators"
    assert set(near(12)) == {(12, False), (12, True)}
    assert set(near(99)) == {(99, False), (99, True)}
