"""A text that is parsed in portions has the tree that libcst makes of the whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot import portions
from lintfoot.libcst_import import bring

bring()
import libcst as cst  # noqa: E402 - as lintfoot brings it

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*/*.py"))


@pytest.fixture
def short(monkeypatch):
    """Every text is a long one."""
    monkeypatch.setattr(portions, "LONG", 0)


def made(parse, text):
    try:
        return parse(text)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the same
        return f"{type(error).__name__} {error}"


def same(text):
    """Whether portions make the tree that libcst makes of the whole, or say the same against the text."""
    ours, theirs = made(portions.tree, text), made(cst.parse_module, text)
    return ours.deep_equals(theirs) if isinstance(ours, cst.Module) else ours == theirs


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("part", range(8))
def test_fixtures_have_the_same_trees(part):
    cuts = 0
    for path in FIXTURES[part::8]:
        text = path.read_bytes().decode("utf-8", "replace")
        cuts += len(portions.cut(text)) - 1
        assert same(text), path
    assert cuts > 20


PIECES = st.sampled_from(
    [
        "import os\n",
        "x = 1  # one\n",
        "x = 1 \\\n",
        "x = (\n",
        ")\n",
        'x = """\n',
        '"""\n',
        "'''\n",
        "# a comment\n",
        "    # one further in\n",
        "\t# and one after a tab\n",
        "\n",
        "   \n",
        "\f\n",
        "\n\n",
        "@wraps\n",
        "@wraps(1)  # why\n",
        "def f():\n    return 1\n",
        "def g(): pass\n",
        "def h():\n\tif x:\n\t\tpass\n",
        "def i():\n  pass\n",
        "async def j():\n    await k\n\n    # the end\n",
        "class A:\n    def m(self):\n        pass\n\n    n = 1\n",
        "class B: pass;\n",
        "if x:\n    pass\n",
        "else:\n    pass\n",
        "match x:\n    case 1:\n        pass\n",
        "x = 'é'\r\n",
        "class C:",
        "def f(:\n",
    ]
)


@given(st.lists(PIECES, max_size=14))
def test_whatever_stands_beside_each_other_has_the_same_tree(pieces):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "LONG", 0)
        assert same("".join(pieces))


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("import os\n\ndef f():\n    pass\n\n\nclass A:\n    pass\n\n@a\nasync def g(): pass\n", 4),
        ("x = 1\n# about f\n\ndef f(): pass\n", 1),  # a comment above may belong to what is before it
        ("def e():\n    pass\n    # the end\n\ndef f(): pass\n", 1),
        ("x = 1 \\\n\ndef f(): pass\n", 1),
        ("x = 1\ndef f(): pass\n", 1),
        ("x = 1\r\n\ndef f(): pass\n", 1),
        ("\ufeffx = 1\n\ndef f(): pass\n", 1),
        ('x = """\na\n\ndef f(): pass\n"""\n', 2),  # told by the parser, not by the text
        ("@a\n\ndef f(): pass\n", 2),
    ],
)
def test_where_a_text_is_cut(text, count):
    assert len(portions.cut(text)) == count
    assert "".join(portions.cut(text)) == text
    assert same(text)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "text", ["import os\n\ndef f():\n    pass\n\ndef g():\n\tpass\n", "x = 1\n\ndef f():\n  pass\n"]
)
def test_the_first_indent_is_that_of_all_portions(text):
    assert portions.tree(text).default_indent == cst.parse_module(text).default_indent
    assert repr(portions.tree(text)) == repr(cst.parse_module(text))


def test_a_short_text_is_not_cut():
    text = "def f():\n    pass\n\n\n" * 100
    assert portions.cut(text) == [text]
    assert len(portions.cut(text * 10)) == 4
