"""`lintfoot server` in real sessions: a process, its standard input and output, and a client library on the other end."""

import os
import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("pygls", reason="pygls is not installed: pip install -e '.[dev]'")

from editor import Editor, abilities, applied, under
from lsprotocol import types

from lintfoot import api

HANGING = 'import requests\n\nrequests.get("https://example.com/")\n'
USELESS = "import os\n\nprint(os.name)  # lintfoot: ignore[LF101] -- was needed once\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    (folder / ".git").mkdir()
    (folder / "pyproject.toml").write_text(
        textwrap.dedent("""\
            [tool.lintfoot]
            extend-exclude = ["generated/"]
            baseline = "lintfoot-baseline.toml"

            [tool.lintfoot.per-file-ignores]
            "tests/**" = ["LF201"]
            """)
    )
    (folder / "old.py").write_text(HANGING)
    (folder / "clients.py").write_text("import requests\n\nSESSION = requests.Session()\n")
    subprocess.run(
        [sys.executable, "-m", "lintfoot", "baseline", "old.py", "--baseline", ""],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def editor(root):
    with Editor(root) as session:
        yield session


def codes(diagnostics):
    return [one.code for one in diagnostics]


def whole(text):
    return types.Range(types.Position(0, 0), types.Position(text.count("\n") + 1, 0))


# diagnostics


def test_a_finding_is_a_diagnostic(editor):
    uri, (found,) = editor.found("fetch.py", HANGING)
    assert (found.code, found.source) == ("LF201", "lintfoot")
    assert found.severity is types.DiagnosticSeverity.Error
    assert under(HANGING, found.range) == 'requests.get("https://example.com/")'
    assert found.code_description.href.endswith("/rules/LF201/")
    assert "requests.get" in found.message
    assert editor.told[uri][-1].version == 1


def test_diagnostics_follow_the_text_and_never_the_disk(editor):
    uri, found = editor.found("typed.py", HANGING)
    assert codes(found) == ["LF201"]
    editor.change(uri, HANGING.replace("/)", "/, timeout=3)").replace('/")', '/", timeout=3)'))
    assert editor.diagnostics(uri) == []
    assert not (editor.root / "typed.py").exists()


def test_a_file_on_the_disk_is_not_read_while_it_is_open(editor):
    (editor.root / "both.py").write_text(HANGING)
    uri, found = editor.found("both.py", "print()\n")
    assert found == []
    editor.close(uri)


def test_other_open_documents_count_as_they_stand(editor):
    script = "from clients import SESSION\n\nSESSION.get('https://example.com/')\n"
    uri, found = editor.found("uses.py", script)
    assert codes(found) == ["LF201"]
    other = editor.open("clients.py", "SESSION = {}\n")
    many = len(editor.told[uri])
    editor.notify("text_document_did_save", types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(other)))
    assert editor.diagnostics(uri, after=many) == []
    editor.close(other)


def test_related_places_and_faded_ones(editor):
    _, (found,) = editor.found(
        "related.py", "import requests\n\nsession = requests.Session()\nsession.get('https://example.com/')\n"
    )
    (place,) = found.related_information
    assert place.location.range.start.line == 2
    assert place.message
    _, (useless,) = editor.found("useless.py", USELESS)
    assert (useless.code, useless.tags) == ("LF001", (types.DiagnosticTag.Unnecessary,))


def test_ten_quick_changes_give_one_answer_that_fits_the_last(editor):
    uri, _ = editor.found("quick.py", "print()\n")
    before = len(editor.told[uri])
    for number in range(10):
        editor.change(uri, "import requests\n" + "\n" * number + "requests.get('https://example.com/')\n")
    (found,) = editor.diagnostics(uri, after=before)
    assert found.range.start.line == 10
    assert len(editor.told[uri]) == before + 1
    assert [one.version for one in editor.told[uri]] == [1, 11]


def test_closing_takes_the_diagnostics_away(editor):
    uri, found = editor.found("closed.py", HANGING)
    assert found
    editor.versions[uri] = None
    editor.close(uri)
    assert editor.diagnostics(uri, after=1) == []


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_all_kinds(editor, end):
    text = HANGING.replace("\n", end)
    uri, (found,) = editor.found(f"ends{len(end)}.py", text)
    assert under(text, found.range) == 'requests.get("https://example.com/")'
    (repair, silence) = editor.actions(uri, found.range)
    assert applied(text, repair.edit, uri) == text.replace('/")', '/", timeout=30)')
    assert applied(text, silence.edit, uri).count(end) == text.count(end)


# which documents, and with which settings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tests/test_fetch.py", []),
        ("generated/client.py", []),
        ("deploy/fetch.py", ["LF201"]),
        ("untitled:Untitled-1", ["LF201"]),
        ("old.py", []),
    ],
)
def test_settings_are_those_of_the_command_line(editor, name, expected):
    _, found = editor.found(name, HANGING)
    assert codes(found) == expected


def test_a_new_finding_beside_a_recorded_one_is_told(editor):
    uri = editor.uri("old.py")
    editor.change(uri, HANGING + 'requests.post("https://example.com/")\n')
    (found,) = editor.diagnostics(uri)
    assert found.range.start.line == 3


def test_a_file_outside_the_workspace_has_the_settings_of_its_own_folder(editor, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.lintfoot]\nselect = ["LF301"]\n')
    text = HANGING + 'requests.get("https://b", verify=False)\n'
    _, found = editor.found((tmp_path / "out.py").as_uri(), text)
    assert codes(found) == ["LF301"]


@pytest.mark.parametrize(
    ("name", "language"),
    [("notes.md", "markdown"), ("vscode-notebook-cell:/a.ipynb#1", "python"), ("git:/fetch.py", "python")],
)
def test_what_is_no_script_is_left_alone(editor, name, language):
    uri = editor.open(name, HANGING, language)
    _, after = editor.found("after_it.py", "print()\n")
    assert after == []
    assert not any(one.diagnostics for one in editor.told[uri])
    assert editor.actions(uri, whole(HANGING)) == []


def test_a_script_with_settings_of_its_own(editor):
    block = '# /// script\n# [tool.lintfoot]\n# ignore = ["LF201"]\n# ///\n'
    uri, found = editor.found("own.py", block + HANGING)
    assert found == []
    editor.change(uri, block.replace("ignore", "ignroe") + HANGING)
    (wrong,) = editor.diagnostics(uri)
    assert wrong.range.start.line == 2
    assert "ignroe" in wrong.message


def test_changed_settings_change_what_is_found(editor, tmp_path):
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.lintfoot]\nignore = ["LF201"]\n')
    uri, found = editor.found((tmp_path / "a.py").as_uri(), HANGING)
    assert found == []
    (registration,) = editor.watched
    assert {one["globPattern"] for one in registration.register_options["watchers"]} == {"**/*.toml", "**/*.py"}

    def changed():
        event = types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)
        editor.notify("workspace_did_change_watched_files", types.DidChangeWatchedFilesParams([event]))
        return editor.diagnostics(uri, after=len(editor.told[uri]))

    settings.write_text("[tool.lintfoot]\n")
    assert codes(changed()) == ["LF201"]
    settings.write_text('[tool.lintfoot]\nselect = ["LF999"]\n')
    assert codes(changed()) == ["LF201"], "broken settings leave those that held"
    assert any("LF999" in one for one in editor.shown)
    settings.write_text('[tool.lintfoot.severity]\nLF201 = "note"\n')
    (found,) = changed()
    assert found.severity is types.DiagnosticSeverity.Information


# hostile contents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(:\n", ["LF000"]),
        ("print 'old'\n", ["LF000"]),
        ("x = 1\0\n", ["LF000"]),
        ("x = '\ud800'\n", ["LF000"]),
        ("(" * 5000, ["LF000"]),
        ("x = 1\n" * 500_000, ["LF000"]),
        ("", []),
        ("\ufeff" + HANGING, ["LF201"]),
        ("# coding: latin-1\n# é\n" + HANGING, ["LF201"]),
        ("# coding: no-such-thing\n" + HANGING, ["LF201"]),
        ("x = '\x0c\x0b\x1c\u2028\x85'\n" + HANGING, ["LF201"]),
        ("# lintfoot: ignore[" + "LF201," * 3000 + "]\n", ["LF002"]),
    ],
    ids="broken python2 nul surrogate deep large empty bom cookie no-cookie separators comment".split(),
)
def test_hostile_texts(editor, text, expected):
    uri, found = editor.found("hostile.py", text)
    assert codes(found) == expected
    for one in found:
        if one.code == "LF201":
            assert under(text, one.range) == 'requests.get("https://example.com/")'
    editor.hover(uri, 0, 0)
    editor.actions(uri, whole(""))
    editor.close(uri)


def test_a_broken_file_that_is_mended_is_checked_again(editor):
    uri, found = editor.found("halfway.py", HANGING + "def f(\n")
    assert codes(found) == ["LF000"]
    editor.change(uri, HANGING)
    assert codes(editor.diagnostics(uri)) == ["LF201"]


@pytest.mark.parametrize("uri", ["file:///%00/a.py", "file://", "untitled:", "file:///" + "a" * 5000 + ".py", "a.py"])
def test_hostile_addresses(editor, uri):
    if ":" not in uri:
        uri = "no-scheme.py:"
    found = editor.open(uri, HANGING)
    editor.actions(found, whole(HANGING))
    editor.close(found)
    assert codes(editor.found("still_there.py", HANGING)[1]) == ["LF201"]


def test_nothing_of_a_script_becomes_markup(editor):
    name = "![x](https://evil.example/x.png)<img src=x>"
    text = f"import subprocess\n\nsubprocess.run('{name} *', shell=True)\n"
    uri, found = editor.found("markup.py", text)
    assert "LF101" in codes(found)
    shown = editor.hover(uri, 2, 3).contents.value
    prose = [part for number, part in enumerate(shown.split("```")) if number % 2 == 0]
    assert "<img" not in "".join(prose)
    assert "![x](" not in "".join(prose)


# repairs and suppressions


def test_a_repair_and_a_suppression_are_offered(editor):
    uri, (found,) = editor.found("repair.py", HANGING)
    repair, silence = editor.actions(uri, found.range)
    assert repair.kind == silence.kind == types.CodeActionKind.QuickFix
    assert "unsafe" in repair.title
    assert repair.is_preferred is False
    assert codes(repair.diagnostics) == ["LF201"]
    mended = applied(HANGING, repair.edit, uri)
    assert mended == HANGING.replace('/")', '/", timeout=30)')
    silenced = applied(HANGING, silence.edit, uri)
    assert silenced.endswith('requests.get("https://example.com/")  # lintfoot: ignore[LF201]\n')
    for text in (mended, silenced):
        editor.change(uri, text)
        assert editor.diagnostics(uri) == []


def test_a_safe_repair_is_preferred_and_nothing_is_offered_elsewhere(editor):
    uri, (found,) = editor.found("safe.py", USELESS)
    (repair,) = [one for one in editor.actions(uri, found.range) if one.kind == types.CodeActionKind.QuickFix]
    assert repair.is_preferred is True
    assert "unsafe" not in repair.title
    assert applied(USELESS, repair.edit, uri) == "import os\n\nprint(os.name)\n"
    first = types.Range(types.Position(0, 0), types.Position(0, 0))
    assert [one for one in editor.actions(uri, first) if one.kind == types.CodeActionKind.QuickFix] == []


def test_a_suppression_of_a_long_statement_stands_where_it_counts(editor):
    text = 'import requests\n\nif True:\n\treply = requests.get(\n\t\t"https://example.com/",\n\t\theaders={},\n\t)\n'
    uri, (found,) = editor.found("long.py", text)
    *_, silence = editor.actions(uri, found.range)
    after = applied(text, silence.edit, uri)
    assert after.splitlines()[3] == "\t# lintfoot: ignore[LF201]"
    editor.change(uri, after)
    assert editor.diagnostics(uri) == []


def test_all_safe_repairs_at_once(editor):
    text = USELESS + "print(os.sep)  # lintfoot: ignore[LF301]\n"
    uri, found = editor.found("all.py", text)
    assert codes(found) == ["LF001", "LF001"]
    for only in (["source.fixAll.lintfoot"], ["source.fixAll"], ["source"]):
        (action,) = editor.actions(uri, whole(text), only)
        assert action.kind == "source.fixAll.lintfoot"
        assert applied(text, action.edit, uri) == "import os\n\nprint(os.name)\nprint(os.sep)\n"
    (lazy,) = [one for one in editor.actions(uri, whole(text)) if one.kind == "source.fixAll.lintfoot"]
    assert lazy.edit is None
    resolved = editor.ask("code_action_resolve", lazy)
    assert applied(text, resolved.edit, uri) == "import os\n\nprint(os.name)\nprint(os.sep)\n"
    assert editor.actions(uri, whole(text), ["refactor"]) == []


def test_where_reasons_are_asked_for_their_place_is_left(editor, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.lintfoot]\nrequire-reason = true\nunsuppressable = ["LF301"]\n', encoding="utf-8"
    )
    text = HANGING + 'requests.get("https://b", verify=False, timeout=3)\n'
    uri, found = editor.found((tmp_path / "reasons.py").as_uri(), text)
    assert codes(found) == ["LF201", "LF301"]
    titles = [one.title for one in editor.actions(uri, whole(text))]
    assert [one for one in titles if "Suppress" in one] == [
        "Suppress LF201 (request-without-timeout) here with a comment"
    ]
    (silence,) = [one for one in editor.actions(uri, found[0].range) if "Suppress" in one.title]
    after = applied(text, silence.edit, uri)
    assert "# lintfoot: ignore[LF201] -- \n" in after
    editor.change(uri, after.replace("-- \n", "-- a mirror of our own\n"))
    assert codes(editor.diagnostics(uri)) == ["LF301"]


# pages


def test_hovering_over_a_finding_shows_its_page(editor):
    uri, (found,) = editor.found("hover.py", HANGING)
    shown = editor.hover(uri, 2, 4)
    assert shown.contents.kind is types.MarkupKind.Markdown
    assert "**LF201**" in shown.contents.value
    assert "## Why it hurts" in shown.contents.value
    assert shown.range == found.range
    assert editor.hover(uri, 0, 0) is None


def test_hovering_over_a_suppression_shows_the_pages_of_its_rules(editor):
    text = HANGING.replace('/")', '/")  # lintfoot: ignore[LF201, LF301] -- why')
    uri, _ = editor.found("comment.py", text)
    line = text.splitlines()[2]
    assert "# LF201 " in editor.hover(uri, 2, line.index("LF201") + 2).contents.value
    both = editor.hover(uri, 2, line.index("ignore")).contents.value
    assert "# LF201 " in both
    assert "# LF301 " in both


# other clients


@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8"), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le")])
def test_columns_are_counted_as_agreed_and_diagnostics_are_pulled(root, encoding, codec):
    with Editor(root, can=abilities(pulls=True, encodings=[encoding], lazy=False)) as session:
        assert session.server.capabilities.position_encoding == encoding
        assert session.server.capabilities.diagnostic_provider.identifier == "lintfoot"
        call = "requests.get('https://example.com/\N{PILE OF POO}é')"
        wide = "'\N{GRINNING FACE}ä\u0301'"
        text = f"import requests\nx = {wide}; {call}; y = {wide}\n"
        uri = session.open("wide.py", text)
        about = types.TextDocumentIdentifier(uri)
        report = session.ask("text_document_diagnostic", types.DocumentDiagnosticParams(about))
        (found,) = report.items
        assert under(text, found.range, codec) == call
        again = types.DocumentDiagnosticParams(about, previous_result_id=report.result_id)
        assert session.ask("text_document_diagnostic", again).kind == "unchanged"
        repair, silence = session.actions(uri, found.range)
        assert applied(text, repair.edit, uri, codec) == text.replace("é')", "é', timeout=30)")
        session.change(uri, applied(text, silence.edit, uri, codec))
        assert list(session.ask("text_document_diagnostic", again).items) == []
        assert session.told == {}, "who asks is not told as well"
        assert session.leave() == 0


def test_a_client_that_hangs_up_ends_the_server(root):
    done = subprocess.run(
        [sys.executable, "-m", "lintfoot", "server"], cwd=root, input=b"", capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_what_fails_inside_is_logged_and_the_rest_is_checked(root):
    program = textwrap.dedent("""\
        import sys
        from lintfoot.cli import main
        def broken(self, node):
            raise LookupError("a line of the script")
        from lintfoot.visitors.handlers import Handlers
        Handlers.visit_Try = broken
        sys.exit(main(["server"]))
        """)
    with Editor(root, command=(sys.executable, "-c", program)) as session:
        text = HANGING + "import subprocess\nsubprocess.run('rm *', shell=True)\ntry:\n    f()\nexcept:\n    pass\n"
        _, found = session.found("fails.py", text)
        assert "LF201" in codes(found)
        assert any("LookupError" in one for one in session.logs)
        assert not any("a line of the script" in one for one in session.logs)
        assert session.leave() == 0


def test_without_the_extra_there_is_one_line(tmp_path):
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError('none', name='pygls')\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "lintfoot", "server"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "lintfoot server: pygls is not installed, which it needs: pip install 'pygls>=2.1,<3'\n"


def test_diagnostics_are_those_of_the_api(editor):
    text = HANGING + "import subprocess\nsubprocess.run('rm *', shell=True)\ntry:\n    f()\nexcept:\n    pass\n"
    _, found = editor.found("same.py", text)
    assert codes(found) == [one.code for one in api.check_source(text, filename="same.py")]


def test_the_session_ends_well(editor):
    assert editor.logs == []
    assert editor.leave() == 0
