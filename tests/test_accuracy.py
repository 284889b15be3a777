"""The arithmetic of the accuracy bench: what counts as found, what as a false alarm, what as a regression."""

import importlib.util
import sys
from pathlib import Path

import pytest

SHEETS = Path(__file__).parent.parent / "bench" / "sheets.py"


@pytest.fixture(scope="module")
def sheets():
    spec = importlib.util.spec_from_file_location("bench_sheets", SHEETS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def row(sheets, line, code, verdict, file="a.py"):
    return sheets.Row("pack-1", file, line, code, verdict, "words")


def said(sheets, folder, *places, file="a.py"):
    return {sheets.Finding(str(folder / "pack-1" / file), line, code) for line, code in places}


def test_recall_and_precision_over_files_read_in_full(sheets, tmp_path):
    rows = [row(sheets, 1, "LF503", "right"), row(sheets, 5, "LF503", "right"), row(sheets, 9, "LF503", "wrong")]
    rows.append(row(sheets, 0, "-", "read", "empty.py"))
    found = said(sheets, tmp_path, (1, "LF503"), (9, "LF503"), (3, "LF502"), (7, "LF999"))
    found |= said(sheets, tmp_path, (4, "LF503"), file="empty.py") | said(
        sheets, tmp_path, (2, "LF503"), file="other.py"
    )
    told = sheets.of_full(tmp_path, rows, found, {})
    assert told["LF503"] == ((1, 2), (1, 3))  # one of two; line 9, and line 4 of the empty file, are false alarms
    assert told["LF502"] == ((0, 0), (0, 1))
    assert told["LF101"] == ((0, 0), (0, 0))
    assert told["LF101"].recall.value == 1
    assert sheets.over_all(told.values()) == ((1, 2), (1, 4))


def test_a_finding_on_another_line_of_the_same_header_counts_once(sheets, tmp_path):
    path = tmp_path / "pack-1" / "a.py"
    path.parent.mkdir()
    path.write_text(
        "def f(\n    a=[],\n    b={},\n):\n    call(\n        1,\n    )\n    try:\n        g()\n    except Exception:\n        pass\n"
    )
    spans = sheets.headers([path])
    wanted = said(sheets, tmp_path, (2, "LF501"), (3, "LF501"), (5, "LF201"), (10, "LF503"))
    assert sheets.matches(wanted, said(sheets, tmp_path, (1, "LF501")), spans) == said(sheets, tmp_path, (2, "LF501"))
    assert sheets.matches(wanted, said(sheets, tmp_path, (1, "LF501"), (4, "LF501")), spans) == said(
        sheets, tmp_path, (2, "LF501"), (3, "LF501")
    )
    assert sheets.matches(wanted, said(sheets, tmp_path, (6, "LF201"), (11, "LF503")), spans) == said(
        sheets, tmp_path, (5, "LF201")
    )
    assert sheets.matches(wanted, said(sheets, tmp_path, (6, "LF101")), spans) == set()


def test_decorators_belong_to_the_header(sheets, tmp_path):
    path = tmp_path / "a.py"
    path.write_text("@one\n@two(\n    3,\n)\ndef f(): pass\nclass C:\n    @three\n    def g(self): pass\n")
    spans = sheets.headers([path])
    assert spans[str(path), 3] == range(1, 6)
    assert spans[str(path), 6] == range(6, 7)
    assert spans[str(path), 7] == range(7, 9)


def test_a_file_that_does_not_parse_has_lines_of_its_own(sheets, tmp_path):
    path = tmp_path / "old.py"
    path.write_text("print 'python 2'\n")
    assert sheets.headers([path]) == {}


def test_what_was_judged_right_and_is_gone_and_the_other_way_round(sheets, tmp_path):
    rows = [
        row(sheets, line, "LF503", verdict)
        for line, verdict in ((1, "right"), (2, "right"), (3, "wrong"), (4, "wrong"))
    ]
    found = said(sheets, tmp_path, (1, "LF503"), (3, "LF503"))
    assert sheets.changed(tmp_path, rows, found) == ([rows[1]], [rows[2]])
    assert sheets.of_drawn(tmp_path, rows, found, {}) == {"LF503": {"right": 1, "wrong": 1}}


def test_sheets_are_read_by_kind_and_a_broken_row_is_named(sheets, tmp_path):
    (tmp_path / "LF503.tsv").write_text('# a sheet\np-1\ta.py\t3\tLF503\tright\tsays "no"\n')
    (tmp_path / "recall-x.tsv").write_text("p-1\tb.py\t0\t-\tread\n")
    rows = sheets.read(tmp_path)
    assert rows == {
        "drawn": [("p-1", "a.py", 3, "LF503", "right", 'says "no"')],
        "recall": [("p-1", "b.py", 0, "-", "read", "")],
    }
    (tmp_path / "LF503.tsv").write_text("p-1\ta.py\t3\tLF503\tmaybe\n")
    with pytest.raises(ValueError, match=r"LF503\.tsv:1"):
        sheets.read(tmp_path)


def test_the_sheets_of_the_repository_name_pinned_packages(sheets):
    pins = (SHEETS.parent / "packages.txt").read_text(encoding="utf-8").splitlines()
    known = {pin.replace("==", "-").replace("_", "-").lower() for pin in pins if pin and not pin.startswith("#")}
    rows = [one for many in sheets.read(SHEETS.parent / "judged").values() for one in many]
    assert rows
    assert {one.package for one in rows if one.package.replace("_", "-").lower() not in known} == set()
