"""The nodes that lintfoot imports are those that libcst makes alone: in all that may be asked of a class, a node and a tree."""

import subprocess
import sys
from pathlib import Path

import pytest

WRONG = [
    'cst.SimpleWhitespace("x")',
    'cst.SimpleWhitespace(value="\\n")',
    'cst.Newline("\\n\\n")',
    'cst.Newline(value=" ")',
    'cst.Comment("x")',
    'cst.Comment(value="#\\n")',
    'cst.Name("")',
    'cst.Name("a", lpar=[cst.LeftParen()])',
    'cst.Attribute(cst.Name("a"), cst.Name("b"), rpar=[cst.RightParen()])',
    'cst.Name("a").with_changes(value="")',
    'cst.parse_module("a.b").body[0].body[0].value.with_changes(lpar=[cst.LeftParen()])',
    'cst.SimpleWhitespace(" ").with_changes(value="x")',
    'cst.Integer("x")',
    'cst.SimpleString("x")',
    'cst.Call(cst.Name("a"), rpar=[cst.RightParen()])',
    'type("Own", (cst.Name,), {"_validate": lambda self: 1 / 0})("a")',
    'type("Own", (cst.Dot,), {"_validate": lambda self: 1 / 0})()',
    "cst.SimpleString(\"z'a'\")",
    'cst.Arg(cst.Name("a"), star="***")',
    'cst.Param(cst.Name("a"), star="***")',
    'cst.Assign([], cst.Name("a"))',
    'cst.Subscript(cst.Name("a"), [])',
    'cst.parse_expression("a b")',
    'cst.parse_statement("x = ")',
]
# What leaves out every blank that may be left out, and what is broken.
TIGHT = [
    *(
        "x=1if 2else 3",
        "[0x1for x in y]",
        "not'a'",
        "a and'b'",
        "assert'x'",
        "lambda*a:1",
        "1or 2",
        "del(a)",
        "raise(a)",
    ),
    *(
        "a if(b)else(c)",
        "'a'in'b'",
        "1not in[1]",
        "1is 2",
        "with(a)as(b):pass",
        "raise'a'from'b'",
        "f(** {})",
        "a.b . c",
    ),
    *(
        "for(a)in(b):pass",
        "from.import x",
        "from a import(b)",
        "x='a''b'",
        "(((a)))",
        "((a).b)",
        "1_0if x else 2",
        "global a;a",
    ),
    *(
        "if x:\n\tpass\nelif(y):\n\tpass",
        "try:\n pass\nexcept(A)as b:\n pass",
        "#",
        "\f#x\r\n",
        "a\\\n.b",
        "\r",
        " \n",
        "",
    ),
    *(
        "f(*a=1)",
        "f(**a=1)",
        "f(=1)",
        "a[]",
        "= 1",
        "a b; c",
        "zz'a'",
        "ur'a'",
        "Rb'a'",
        'bR"""a"""',
        "def f(*a=1): pass",
        "lambda **a=1: a",
    ),
    *("(", "a b", "x =", "'", "\\", "if x:", "\0", "é", "a = é.ü", "# ü", "x = ((a)", "def f(:"),
]
PROGRAM = """\
import copy, dataclasses, hashlib, inspect, pickle, sys
from pathlib import Path
if sys.argv[1] == "ours":
    from lintfoot.libcst_import import bring, parsed
    bring()
import libcst as cst
if sys.argv[1] == "theirs":
    parsed = cst.parse_module
from libcst import metadata

def shown(value):
    return "none" if value is dataclasses.MISSING else "made anew" if callable(value) else repr(value)

kinds = sorted((one for one in vars(cst).values() if inspect.isclass(one)), key=lambda one: one.__name__)
for kind in kinds:
    print(kind.__name__, [base.__name__ for base in kind.__mro__], sorted(kind.__dict__.get("__slots__", ())))
    if dataclasses.is_dataclass(kind):
        for one in dataclasses.fields(kind):
            print("  ", one.name, one.type, shown(one.default), one.default_factory is dataclasses.MISSING)
        print("  ", kind.__match_args__, kind.__eq__ is cst.CSTNode.__eq__, kind.__hash__ is cst.CSTNode.__hash__)

def tried(call, *given, **named):
    try:
        return call(*given, **named)
    except Exception as error:
        return type(error).__name__

for path in sorted(Path(sys.argv[2]).glob("*/*.py"))[::9]:
    module = tried(cst.parse_module, path.read_bytes())
    if isinstance(module, str):
        print(path.name, module, tried(parsed, path.read_bytes().decode("utf-8", "replace")))
        continue
    print(repr(parsed(path.read_bytes().decode(module.encoding))) == repr(module))
    print(path.name, hashlib.sha256(repr(module).encode()).hexdigest(), module.bytes == path.read_bytes())
    again = pickle.loads(pickle.dumps(module))
    print("  ", again.deep_equals(module), module.deep_clone().deep_equals(module), copy.copy(module).code == module.code)
    places = metadata.MetadataWrapper(module).resolve(metadata.PositionProvider)
    print("  ", hashlib.sha256(repr(sorted(map(str, places.values()))).encode()).hexdigest())

for text in TIGHT:
    tree = tried(parsed, text)
    print(text, tree if isinstance(tree, str) else hashlib.sha256(repr(tree).encode()).hexdigest())
for wrong in WRONG:  # after all those trees, and as often as it takes for every class to be at its quickest
    print(wrong, {str(tried(eval, wrong, {"cst": cst})) for _ in range(40)})

name = cst.Name("a")
print(name == cst.Name("a"), name == name, name.with_changes(value="b").value, name.deep_equals(cst.Name("a")), repr(name))
print(tried(setattr, name, "value", "b"), tried(delattr, name, "value"), hasattr(name, "__dict__"))
print(tried(cst.Name, ""), tried(cst.Name), tried(cst.Name, "a", no_such=1), tried(cst.Call), tried(cst.BaseExpression))
print(cst.Call(name), cst.Module([]).code, cst.Arg(name, comma=cst.Comma()).comma.whitespace_after, cst.parse_statement("x = 1"))
print(dataclasses.replace(name, value="c").value, cst.parse_expression("a + b").with_deep_changes(name, value="z") is not None)
"""


@pytest.fixture(scope="module")
def told():
    fixtures = Path(__file__).parent / "fixtures"
    runs = [
        [sys.executable, "-c", f"WRONG, TIGHT = {WRONG!r}, {TIGHT!r}\n{PROGRAM}", how, str(fixtures)]
        for how in ("theirs", "ours")
    ]
    return [subprocess.run(run, capture_output=True, text=True, check=True).stdout for run in runs]


def test_classes_nodes_and_trees_are_the_same(told):
    theirs, ours = told
    assert len(theirs.splitlines()) > 500
    assert ours == theirs


def test_what_is_there_stays_and_the_library_gets_its_decorator_back():
    program = (
        "import dataclasses, sys\nbefore = dataclasses.dataclass\n"
        "from lintfoot.libcst_import import bring\nbring()\n"
        "assert dataclasses.dataclass is before\nkept = sys.modules['libcst']\nbring()\n"
        "import libcst\nassert libcst is kept\nassert '__record__' in vars(libcst.Name)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "asks",
    [
        "from libcst.metadata import PositionProvider",
        "from libcst.metadata import *",
        "import libcst.metadata\nlibcst.metadata.PositionProvider",
        "from libcst.metadata.position_provider import PositionProvider\nlibcst.metadata.ScopeProvider",
    ],
)
def test_what_libcst_does_not_need_comes_when_it_is_asked_for(asks):
    program = (
        "import sys\nfrom lintfoot.libcst_import import bring\nbring()\nimport libcst\n"
        f"assert 'libcst.metadata.scope_provider' not in sys.modules\n{asks}\n"
        "assert 'libcst.metadata.scope_provider' in sys.modules\n"
        "assert libcst.metadata is sys.modules['libcst.metadata'] and not hasattr(libcst.metadata, 'nothing')\n"
        "assert set(libcst.metadata.__all__) <= set(dir(libcst.metadata))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_whoever_imported_libcst_first_keeps_it():
    program = "import libcst\nfrom lintfoot.libcst_import import bring\nbring()\nassert '__record__' not in vars(libcst.Name)\n"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_beside_other_threads_nobody_elses_decorator_is_touched():
    program = (
        "import threading\nfrom lintfoot.libcst_import import bring\nend = threading.Event()\n"
        "other = threading.Thread(target=end.wait)\nother.start()\nbring()\nimport libcst\nend.set()\n"
        "assert '__record__' not in vars(libcst.Name)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_parse_in_one_thread_lets_no_other_make_wrong_nodes():
    program = (
        "import threading\nfrom lintfoot.libcst_import import bring, parsed\nbring()\nimport libcst as cst\n"
        "parsed('a.b  # c\\n' * 50)\nfrom lintfoot import libcst_import\n"
        "libcst_import._parsing.add(threading.get_ident() + 1)\n"  # as if another thread were in the parser
        "for make in (cst.Name, cst.Comment):\n"
        "    try:\n        make('')\n    except cst.CSTValidationError:\n        continue\n"
        "    raise SystemExit(1)\n"
        "libcst_import._parsing.clear()\nparsed('a')\nassert not libcst_import._parsing\n"
        "try:\n    parsed('a b')\nexcept cst.ParserSyntaxError:\n    assert not libcst_import._parsing\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_the_parser_makes_is_not_looked_at_again():
    program = (
        "from lintfoot.libcst_import import bring, parsed\nbring()\nimport libcst as cst\n"
        "parsed('a.b  # c\\n' * 50)\nlooked = []\n"
        "for kind in (cst.Name, cst.SimpleWhitespace, cst.Newline, cst.Comment):\n"
        "    kind._validate = lambda self: looked.append(type(self).__name__)\n"
        "parsed('a.b  # c\\n' * 50)\nassert not looked, looked\ncst.Name('a')\nassert looked == ['Name']\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
