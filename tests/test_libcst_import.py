"""The nodes that lintfoot imports are those that libcst makes alone: in all that may be asked of a class, a node and a tree."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """\
import copy, dataclasses, hashlib, inspect, pickle, sys
from pathlib import Path
if sys.argv[1] == "ours":
    from lintfoot.libcst_import import bring
    bring()
import libcst as cst
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
        print(path.name, module)
        continue
    print(path.name, hashlib.sha256(repr(module).encode()).hexdigest(), module.bytes == path.read_bytes())
    again = pickle.loads(pickle.dumps(module))
    print("  ", again.deep_equals(module), module.deep_clone().deep_equals(module), copy.copy(module).code == module.code)
    places = metadata.MetadataWrapper(module).resolve(metadata.PositionProvider)
    print("  ", hashlib.sha256(repr(sorted(map(str, places.values()))).encode()).hexdigest())

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
    runs = [[sys.executable, "-c", PROGRAM, how, str(fixtures)] for how in ("theirs", "ours")]
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
