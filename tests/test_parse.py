"""Bytes to scripts: decoding, positions of what is wrong, depth, and no exception for anything."""

import codecs
import gc
import json
import os
import subprocess
import sys
import threading
import warnings

import libcst as cst
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from verbs import reports

from lintfoot import api, decoding, depth, parse, portions
from lintfoot.parse import Decoded, Script, Trouble, Unparsable

LIMIT = decoding.LARGEST


def script(data):
    made = parse.parse("a.py", data)
    assert isinstance(made, Script), made
    return made


def fault(data):
    made = parse.parse("a.py", data)
    assert isinstance(made, Unparsable), "this was parsed"
    assert made.path == "a.py"
    assert "\n" not in made.message
    return made


# bytes to text


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"# only a comment", b"   \n\t\n", b"\f\n", b"\\\n\n"]
)
def test_files_without_code_are_fine(data):
    assert not script(data).module.body


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("x = 'ü'\n".encode(), "x = 'ü'\n", "utf-8"),
        ("\ufeffx = 'ü'\n".encode(), "x = 'ü'\n", "utf-8"),
        ("\ufeff# coding: UTF_8\n".encode(), "# coding: UTF_8\n", "utf-8"),
        (
            "# -*- coding: latin-1 -*-\nx = 'ü'\n".encode("latin-1"),
            "# -*- coding: latin-1 -*-\nx = 'ü'\n",
            "iso-8859-1",
        ),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"), None, "cp1252"),
        (b"\n# coding=iso-8859-15-unix\n", None, None),
        ("# coding: utf-8-unix\nx = 'ü'\n".encode(), None, "utf-8"),
        ("# coding: latin-1-dos\nx = 'ü'\n".encode("latin-1"), None, "iso-8859-1"),
        ("# coding: koi8-r\nx = 'привет'\n".encode("koi8-r"), None, "koi8-r"),
        ("# coding: shift_jis\nx = '日本'\n".encode("shift_jis"), None, "shift_jis"),
        (b"# coding: utf-7\nx = '+APw-'\n", "# coding: utf-7\nx = 'ü'\n", "utf-7"),
        ("x = 1\n# coding: latin-1\ny = 'ü'\n".encode(), None, "utf-8"),  # code stands before it
        (b"x = 1\n\n# coding: nonsense\n", None, "utf-8"),  # too far down
        (b"'''\n# coding: nonsense'''\n", None, "utf-8"),
    ],
)
def test_decoding_as_python_does(data, text, encoding):
    made = parse.decode(data)
    if encoding is None:
        assert isinstance(made, Unparsable)
        assert "iso-8859-15-unix" in made.message
        return
    assert isinstance(made, Decoded), made
    assert made.encoding == encoding
    assert made.text == (data.removeprefix(codecs.BOM_UTF8).decode(encoding) if text is None else text)
    assert made.bom == data.startswith(codecs.BOM_UTF8)


@pytest.mark.parametrize(
    ("data", "line", "column", "words", "trouble"),
    [
        (b"x = 1\ny = '\xe9'\n", 2, 6, "as utf-8: 0xe9 at byte offset 11", Trouble.ENCODING),
        ("# ü\ny = '".encode() + b"\xff'\n", 2, 6, "0xff at byte offset 10", Trouble.ENCODING),
        (b"# coding: ascii\n\nx = '\xc3\xa9'\n", 3, 6, "as ascii: 0xc3 at byte offset 22", Trouble.ENCODING),
        (b"x = '\xc3", 1, 6, "0xc3 at byte offset 5", Trouble.ENCODING),
        (b"#!/usr/bin/python\n# coding: klingon\n", 2, 1, "'klingon'", Trouble.ENCODING),
        (b"# coding: rot13\n", 1, 1, "'rot13'", Trouble.ENCODING),
        (b"# coding: hex\n", 1, 1, "'hex'", Trouble.ENCODING),
        (b"# coding: idna\n", 1, 1, "no encoding of text", Trouble.ENCODING),
        (b"# coding: undefined\n", 1, 1, "", Trouble.ENCODING),
        (b"# coding: os.path\n", 1, 1, "no encoding of text", Trouble.ENCODING),
        (b"# coding: utf-16-le\nx=1\n", 1, 1, "not written in that", Trouble.ENCODING),
        (b"# coding: cp037\nx = 1\n", 1, 1, "not written in that", Trouble.ENCODING),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, 1, "begins with a UTF-8 mark", Trouble.ENCODING),
        ("x = 1\n".encode("utf-16"), 1, 1, "UTF-16", Trouble.ENCODING),
        (b"\x7fELF\x02\x01\x01\0\0\0", 1, 8, "NUL byte at offset 7", Trouble.BINARY),
        (b"x = 1\ny = 2\0\n", 2, 6, "NUL byte at offset 11", Trouble.BINARY),
    ],
)
def test_what_cannot_be_decoded_says_where(data, line, column, words, trouble):
    made = fault(data)
    assert (made.line, made.column, made.trouble) == (line, column, trouble)
    assert words in made.message


@pytest.mark.parametrize(
    ("data", "newline"), [(b"", "\n"), (b"a\r\nb\r\nc\n", "\r\n"), (b"a\rb\rc\n", "\r"), (b"a\nb", "\n")]
)
def test_the_line_end_is_the_most_frequent_one(data, newline):
    assert parse.decode(data).newline == newline


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "latin-1", "cp1252", "utf-16", "unicode_escape", "raw_unicode_escape", "x"]),
)
def test_any_bytes_decode_or_say_why(data, encoding):
    made = parse.decode((f"# coding: {encoding}\n".encode() if encoding else b"") + data)
    assert isinstance(made, Decoded | Unparsable)


# reading


def test_reading(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    assert parse.read(path) == b"x = 1\n"
    gone = parse.read(tmp_path / "gone.py", "gone.py")
    assert (gone.path, gone.message, gone.trouble) == (
        "gone.py",
        "cannot be read: no such file or directory",
        Trouble.UNREADABLE,
    )
    assert parse.read(tmp_path, "folder").trouble is Trouble.UNREADABLE
    assert parse.read("a\0b").trouble is Trouble.UNREADABLE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in parse.read(tmp_path / "pipe").message


def test_huge_files_are_not_read_and_not_parsed(tmp_path):
    path = tmp_path / "huge.py"
    with path.open("wb") as file:
        file.truncate(LIMIT + 1)
    assert parse.read(path).trouble is Trouble.SIZE
    made = fault(b"#" * 10_500_000)
    assert (made.trouble, made.line) == (Trouble.SIZE, 1)
    assert "10.5 MB" in made.message
    assert "`exclude`" in made.message


# text to a tree


def test_a_script_keeps_its_text():
    text = "import os\r\n\f\r\nif_ = '\x0b\u2028'\r\ny = 2\rz = 3"
    made = script(text.encode())
    assert made.module.code == made.text == text
    assert made.lines == ("import os", "\f", "if_ = '\x0b\u2028'", "y = 2", "z = 3")
    assert (made.path, made.encoding, made.bom, made.newline) == ("a.py", "utf-8", False, "\r\n")


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("x = 1\n\f\ny = 2\n", {}),
        ("\fx = 1\ny = '\f'\n", {1: 1}),
        ("\ufeff\ufeffx = 1\n", {1: 1}),
        ("if a:\n    \f    b\n    c\n", {3: -5}),
        ("if a:\r\n\f    b\r\n    c\r\nd\r\n", {3: -1}),
    ],
)
def test_form_feeds_that_the_tree_loses_are_counted(text, shifts):
    assert script(text.encode()).shifts == shifts


def test_a_mark_at_the_start_is_no_part_of_the_text():
    made = script("\ufeffx = 1\n".encode())
    assert (made.text, made.module.code, made.bom) == ("x = 1\n", "x = 1\n", True)


def test_text_that_was_decoded_before_is_taken_as_it_is():
    made = parse.parse("a.py", Decoded("x = 1\n", "latin-1", newline="\r\n"))
    assert (made.encoding, made.newline) == ("latin-1", "\r\n")


@pytest.mark.parametrize(
    "code",
    [
        "type X = int\n",
        "def f[T: int = str](a: T) -> T: ...\n",
        'x = f"{d["key"]}"\n',
        'x = f"{f"{1}"}"\n',
        "x = f'{\n    a  # why\n}'\n",
        'x = rf"\\\\"\n',
        "match x:\n    case [1, {'a': b}]: pass\n",
        "try: pass\nexcept* ValueError: pass\n",
        "try: pass\nexcept ValueError, TypeError: pass\n",
        "with (open(a) as b, open(c)): pass\n",
        "async def f(): return [x async for x in y if await z]\n",
        "x = (yield)\nreturn\nawait x\n",
        "lambda *, a, **k: (a := 1)\n",
        "x = 1_000 + 0x_f + 1e1_0 + 1j\n",
        "print >>f, x\n",
    ],
)
def test_syntax_of_any_python_3(code):
    script(code.encode())


@pytest.mark.parametrize(
    ("code", "line", "column", "words"),
    [
        ("x = 1\nf(1,\n", 2, 2, "was never closed"),
        ("x = 1\n\ny = 'abc\n", 3, 5, "unterminated string"),
        ("x = 1\n  y = 2\n", 2, None, "unexpected indent"),
        ("if a:\n    b\n  c\n", 3, None, "unindent does not match"),
        ("if x:\n\ta\n        b\n", 3, None, "inconsistent use of tabs"),
        ("f() = 1\n", 1, 1, "cannot assign to function call"),
        ("x = “a”\n", 1, 5, "invalid character"),
        ("é = '''\n", 1, 5, "unterminated triple-quoted"),
        ("\n\nif x:", 3, None, "expected an indented block"),
        ("#!/bin/sh\nset -e\necho hi\n", 3, 6, "invalid syntax"),
        ("{% if a %}\nx\n", 1, None, "invalid syntax"),
        ("x = 1\r\ny = (\r\n", 2, 5, "never closed"),
        ("x = 1\ry = (\r", 2, 5, "never closed"),
        ("<<<<<<< HEAD\n", 1, None, "invalid syntax"),
    ],
)
def test_syntax_errors_say_where(code, line, column, words):
    made = fault(code.encode())
    assert made.line == line
    assert column is None or made.column == column
    assert words in made.message
    assert made.message.startswith("not valid Python 3: ")


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ('import os\nprint "rolling back", release\n', 2, "print is a statement"),
        ("print x\n", 1, "print is a statement"),
        ("exec code in space\n", 1, "exec is a statement"),
        ("try:\n    pass\nexcept IOError, e:\n    print(e)\n", 3, "except Error as name"),
        ('try:\n    pass\nexcept socket.error , e :\n    s = """\nexcept A, b:"""\n', 3, "except Error as name"),
        ('raise ValueError, "no"\n', 1, "raise Error(value)"),
        ("os.chmod(path, 0755)\n", 1, "0o755"),
        ("x = 10L\n", 1, "no L"),
        ("x = 0xFFL\n", 1, "no L"),
        ("x = `a`\n", 1, "repr()"),
        ("if a <> b: pass\n", 1, "`!=`"),
        ('x = ur"a"\n', 1, "prefix"),
        ("def f(a, (b, c)): pass\n", 1, "signature"),
    ],
)
def test_python_2_is_called_so(code, line, words):
    made = fault(code.encode())
    assert (made.line, made.trouble) == (line, Trouble.PYTHON2)
    assert made.message.startswith("Python 2, not Python 3: ")
    assert words in made.message


@pytest.mark.parametrize(
    "code",
    [
        '"""\nexcept IOError, e:\n"""\n',
        "# except IOError, e:\n",
        "try: pass\nexcept (IOError, e): pass\n",
        "x = 'print \"a\"'\n",
    ],
)
def test_what_only_looks_like_python_2(code):
    script(code.encode())


def test_what_python_takes_and_libcst_does_not_is_said_so():
    made = fault(b"x = 1\n(y): int = 2\n")
    assert (made.line, made.trouble) == (2, Trouble.PARSER)
    assert "libcst" in made.message
    assert "not valid" not in made.message


def test_no_warning_of_the_compiler_reaches_the_user(capfd):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fault(b"x = '\\d'\nx is 1\nassert (1, 2)\n(\n")
        script(b"x = '\\d'\nx is 1\nassert (1, 2)\n")
        parse.decode(b"# coding: unicode_escape\nx = '\\d'\n")
    assert caught == []
    assert capfd.readouterr() == ("", "")


def test_nothing_is_executed(tmp_path):
    mark = tmp_path / "ran"
    script(f"open({str(mark)!r}, 'w')\n@__import__('os').system\ndef f(a=open({str(mark)!r}, 'w')): pass\n".encode())
    fault(f"open({str(mark)!r}, 'w')\n(\n".encode())
    assert not mark.exists()


def test_the_quick_look_agrees():
    assert parse.syntax_fault("a.py", "x = 1\n") is None
    made = parse.syntax_fault("a.py", "x = 1\nprint 'a'\n")
    assert (made.line, made.trouble) == (2, Trouble.PYTHON2)


def test_the_collector_and_the_stack_are_as_before():
    assert gc.isenabled()
    size = threading.stack_size()
    script(("x = " + "(" * 150 + "1" + ")" * 150 + "\n").encode())
    fault(b"x = (")
    assert gc.isenabled()
    assert threading.stack_size() == size


# depth

DEEP = {
    "brackets": "x = " + "(" * 5000 + "1" + ")" * 5000,
    "lists": "x = " + "[" * 5000 + "]" * 5000,
    "never closed": "f(" * 5000,
    "mixed": "x = " + "({[" * 3000,
    "over lines": "x = " + "(\n" * 5000 + "1" + ")\n" * 5000,
    "in an f-string": "x = f'{" + "(" * 5000 + "1" + ")" * 5000 + "}'",
    "plus": "x = " + "+".join("a" * 20_000),
    "plus over lines": "x = (a" + "\n    + b" * 20_000 + ")",
    "plus at the ends": "x = (" + "a +\n    " * 20_000 + "b)",
    "backslashes": "x = a" + " + \\\n b" * 20_000,
    "and": "x = " + " and ".join("a" * 20_000),
    "and over lines": "x = (a" + "\n and b" * 20_000 + ")",
    "not": "x = " + "not " * 20_000 + "a",
    "minus": "x = " + "-" * 20_000 + "a",
    "lambda": "x = " + "lambda: " * 20_000 + "a",
    "calls": "a" + "()" * 20_000,
    "a chain of methods": "(a" + "\n    .b(1)" * 20_000 + ")",
    "subscripts": "a" + "[0]" * 20_000,
    "attributes": "a" + ".b" * 20_000,
    "power": "x = " + "**".join("a" * 20_000),
    "conditions": "x = " + "1 if a else " * 20_000 + "1",
    "conditions over lines": "x = (" + "1 if a else\n" * 20_000 + "1)",
    "adjacent strings": "x = (" + "'a'\n" * 20_000 + ")",
    "elif": "if a: pass\n" + "elif b: pass\n" * 20_000,
    "formats in formats": "x = f'" + "{a:" * 20_000 + "}" * 20_000 + "'",
    "pattern of lists": "match a:\n case " + "[" * 40 + "]" * 40 + ": pass",
    "pattern of dictionaries": "match a:\n case " + "{1:" * 12 + "1" + "}" * 12 + ": pass",
    "pattern over lines": "match a:\n case (" + "A(b=\n" * 30 + "1" + ")" * 31 + ": pass",
    "indents": "".join(" " * n + "if a:\n" for n in range(5000)),
    "old Mac lines": "x = (a" + "\r + b" * 20_000 + ")",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_nests_too_deeply_is_one_sentence(name):
    made = fault(DEEP[name].encode())
    assert made.line >= 1
    if name != "indents":
        assert made.trouble is Trouble.DEPTH, made
        assert made.message.startswith("nested too deeply to check: ")


LEGAL = {
    "brackets": "x = " + "(" * 190 + "1" + ")" * 190,
    "subscripts": "x = a" + "[0]" * 400,
    "plus": "x = " + "+".join("a" * 900),
    "and": "x = " + " and ".join("a" * 900),
    "adjacent strings": "x = (" + "'a'\n" * 2900 + ")",
    "elif": "if a: pass\n" + "elif b: pass\n" * 900,
    "many ifs": "if a: pass\nelif b: pass\n" * 600,
    "a table": "x = [\n" + "    (-1, a.b, 'c' 'd', f(1)[2]),\n" * 600 + "]",
    "long line": "x = [" + "a.b(1) + 2, " * 600 + "]",
    "comparison": "x = " + "<".join("a" * 900),
    "a pattern": "match a:\n case {1: [A(b=[1, (2, 3)])]}: pass",
    "calls in case": "case = f(g(h(i(j(k(l(m(n(1)))))))))",
    "brackets in strings": "x = '" + "(" * 5000 + "'\n# " + "[" * 5000,
}


@pytest.mark.parametrize("name", LEGAL)
def test_what_is_deep_but_legal_is_parsed(name):
    script(LEGAL[name].encode())


def test_deep_trees_parse_on_a_small_stack():
    """A thread's stack on some systems is half a megabyte; the parser gets one of its own."""
    code = (
        "import json, sys; from lintfoot.parse import Script, parse\n"
        "for text in json.load(sys.stdin): assert isinstance(parse('a', text.encode()), Script)"
    )
    command = ["sh", "-c", 'ulimit -s 1024 && exec "$0" "$@"', sys.executable, "-c", code]
    texts = json.dumps([LEGAL[name] for name in ("brackets", "subscripts", "plus", "and", "adjacent strings", "elif")])
    done = subprocess.run(command, input=texts.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@given(
    st.lists(
        st.sampled_from(["(", "[", "{", ")", "]", "}", "a", ",", "\n", "'", "f'", "{{", "#", "+", "case ", "\\\n"]),
        max_size=60,
    )
)
def test_the_cheap_bound_is_never_too_low(pieces):
    text = "".join(pieces)
    meter = depth._Meter(text)
    meter.run()
    assert meter.most_brackets <= depth._bound(text.encode())


# nothing raises

PIECES = [
    *(
        "'",
        '"',
        "'''",
        '"""',
        "f'",
        'f"',
        'rf"',
        "b'",
        "t'",
        "\\",
        "{",
        "}",
        "{{",
        "(",
        ")",
        "[",
        "]",
        ":",
        ":=",
        "=",
        "!r",
        ";",
    ),
    *(
        "\n",
        "\r",
        "\r\n",
        "\f",
        "\t",
        " ",
        "    ",
        "\x1a",
        "\x0b",
        "\u2028",
        "\ufeff",
        "é",
        "\U0001d4b3",
        "\ud800",
        "#",
        "@",
        "`",
        "$",
        "?",
    ),
    *(
        "if ",
        "elif ",
        "else:",
        "def f(",
        "class A:",
        "lambda ",
        "match a:\n case ",
        "except A, e:",
        "print x",
        "async ",
        "await ",
    ),
    *(
        "0777",
        "1_",
        "10L",
        "0x",
        "1e",
        "...",
        "->",
        "<>",
        "**",
        "*",
        "a",
        "b",
        "1",
        "type X = ",
        "import ",
        "from . import *",
    ),
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example('b"f"""')
@example('t"rb"t")ur"')
@example("\\")
def test_any_text_is_parsed_or_explained(text):
    made = parse.parse("a.py", text.encode("utf-8", "surrogatepass"))
    if isinstance(made, Script):
        assert "\f" in text or "\ufeff" in text or made.module.code.rstrip("\r") == made.text.rstrip("\r")
    else:
        all_lines = parse.lines(text)
        assert 1 <= made.line <= len(all_lines)
        assert 1 <= made.column <= len(all_lines[made.line - 1]) + 1


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_explained(data):
    made = parse.parse("a.py", data)
    assert isinstance(made, Script | Unparsable)
    if isinstance(made, Script):
        assert isinstance(made.module, cst.Module)


def test_findings_after_form_feeds_stand_where_the_file_says():
    code = (
        "import requests\n\f\n\frequests.get('a')\nif a:\n    \f    x = requests.get('b')\n    y = requests.get('c')\n"
    )
    places = [(one.span.line, one.span.column, one.span.end_column) for one in reports(code, "LF201")]
    assert places == [(3, 2, 19), (5, 14, 31), (6, 9, 26)]


@pytest.mark.parametrize(
    "line",
    [
        "mode = 0755",
        "print 'done'",
        "print x if y else z",
        "exec code",
        "f(lambda (a, b): a)",
        "def f(x, (a, b)): pass",
    ],
)
def test_what_no_python_3_ever_took_is_told_without_libcst(line, monkeypatch):
    text = f"import os\n\n{line}\n"
    told = parse.parse("a.py", text.encode())
    assert isinstance(told, Unparsable)
    monkeypatch.setattr(portions, "tree", None)
    script = parse.opened("a.py", Decoded(text))
    assert script.syntax is None
    with pytest.raises(parse.Refused) as refused:
        script.module  # noqa: B018 - it is asked for
    assert refused.value.fault == parse.opened("a.py", Decoded(text)).fault == told


def test_a_file_of_python_2_is_refused_without_libcst(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("import requests\n\nrequests.get(URL)\nmode = 0755\n")
    monkeypatch.setattr(portions, "tree", None)
    (finding,) = api.check([tmp_path], folder=tmp_path, isolated=True, cache=False).findings
    assert (finding.code, finding.span.line) == ("LF000", 4)
