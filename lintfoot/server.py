"""A language server: documents come in, diagnostics, repairs and pages go out, over standard input and output alone.

Whatever is asked of a document waits for the check of its latest text. Checks are made in a thread of their own, one after
another; one whose text is no longer the latest is not begun, and its answer not used.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path, uri_scheme

from lintfoot import __version__, assists, wire
from lintfoot.documents import Checked, Checker, Document
from lintfoot.errands import Errands
from lintfoot.findings import Finding, Safety, Span, printable
from lintfoot.records import dataclass, field
from lintfoot.wire import FIX_ALL, Paper, Reader

_PAUSE = 0.15  # seconds without a key until a text is checked
_WATCHED = ("**/*.toml", "**/*.py")  # settings, pages and baselines; facts that scripts take from other files
_SCHEMES = ("file", "untitled", "")  # others are views of something else: a diff, a cell of a notebook, an archive


def serve(file: str = "", *, isolated: bool = False) -> int:
    """Serve one client over standard input and output; 0 if it said goodbye, 1 if it hung up."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what anybody prints by accident must not get between two messages
    session = Session(_Server("lintfoot", __version__, types.TextDocumentSyncKind.Full), Checker(file, isolated))
    session.listen()
    session.server.start_io(incoming, outgoing)
    return 0 if session.said_goodbye else 1


class _Server(LanguageServer):
    """What fails inside is a line in the client's log, not a window in somebody's way."""

    def report_server_error(self, error: Exception, source: object) -> None:
        del source
        text = f"lintfoot failed inside ({type(error).__name__}); please report this"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, text))


@dataclass(eq=False)
class Open:
    """A document that the client has open. `key` is the state that `answer` is for: the text's number and the world's."""

    uri: str
    document: Document
    version: int | None
    number: int = 0
    key: tuple[int, int] = (-1, -1)
    answer: asyncio.Future[Checked | None] | None = None
    timer: asyncio.TimerHandle | None = None


@dataclass(eq=False)
class Session:
    """One client's documents, and what is said to it. `world` counts what changed outside of them."""

    server: _Server
    checker: Checker
    errands: Errands = field(default_factory=Errands)
    documents: dict[str, Open] = field(default_factory=dict)
    can: Reader = field(default_factory=Reader)
    world: int = 0
    pulls: bool = False
    said_goodbye: bool = False
    logged: set[str] = field(default_factory=set)
    shown: tuple[str, ...] = ()
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def listen(self) -> None:
        """Say what this server answers."""
        kinds: list[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, FIX_ALL]
        for name, handler, options in (
            (types.INITIALIZE, self.initialize, None),
            (types.INITIALIZED, self.initialized, None),
            (types.SHUTDOWN, self.shutdown, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self.did_open, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, self.did_change, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self.changed_outside, types.SaveOptions(include_text=False)),
            (types.TEXT_DOCUMENT_DID_CLOSE, self.did_close, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.changed_outside, None),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self.changed_outside, None),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.changed_outside, None),
            (types.TEXT_DOCUMENT_HOVER, self.hover, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self.code_actions, types.CodeActionOptions(kinds, resolve_provider=True)),
            (types.CODE_ACTION_RESOLVE, self.resolve, None),
        ):
            self._answer(name, handler, options)

    def _answer(self, name: str, handler: Callable[..., Any], options: Any = None) -> None:
        self.server.feature(name, options)(partial(handler))  # pygls writes on what it is given: on no method

    # the session

    def initialize(self, params: types.InitializeParams) -> None:
        """Hear what the client can do; who asks for diagnostics is not sent them as well."""
        self.can = wire.reader(params.capabilities, str(self.server.workspace.position_encoding or "utf-16"))
        self.pulls = getattr(params.capabilities.text_document, "diagnostic", None) is not None
        if self.pulls:
            options = types.DiagnosticOptions(
                inter_file_dependencies=True, workspace_diagnostics=False, identifier="lintfoot"
            )
            self._answer(types.TEXT_DOCUMENT_DIAGNOSTIC, self.diagnostic, options)

    def initialized(self, params: types.InitializedParams) -> None:
        """Ask to be told when files of the workspace change."""
        del params
        able = getattr(self.server.client_capabilities.workspace, "did_change_watched_files", None)
        if not getattr(able, "dynamic_registration", False):
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        name = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        self.server.client_register_capability(
            types.RegistrationParams([types.Registration("lintfoot-files", name, options)])
        )

    def shutdown(self, params: None) -> None:
        """The client is about to leave."""
        del params
        self.said_goodbye = True
        for one in self.documents.values():
            _stop(one)
        self.documents.clear()

    # documents

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take a document in, and check it at once."""
        about = params.text_document
        if uri_scheme(about.uri) not in _SCHEMES:
            return
        path = to_fs_path(about.uri) or ""
        path = "" if "\0" in path or path in ("", "/") else path
        name = about.uri.rpartition(":")[2].rpartition("/")[2].replace("\0", "") or "untitled"
        document = Document(about.text, path, name, about.language_id)
        self.documents[about.uri] = Open(about.uri, document, about.version)
        self._publish_soon(self.documents[about.uri], 0)

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Take the new text; it is checked once the keys rest."""
        one = self.documents.get(params.text_document.uri)
        if one is None or not params.content_changes:
            return
        old = one.document
        one.document = Document(params.content_changes[-1].text, old.path, old.name, old.language)
        one.version, one.number = params.text_document.version, one.number + 1
        self._publish_soon(one, _PAUSE)

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a document, and what was said of it."""
        one = self.documents.pop(params.text_document.uri, None)
        if one is None:
            return
        _stop(one)
        if not self.pulls:
            self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(one.uri, []))

    def changed_outside(self, params: object) -> None:
        """Check all again: settings, pages, a baseline or other scripts may say something else now."""
        del params
        self.world += 1
        if self.pulls:
            if getattr(
                getattr(self.server.client_capabilities.workspace, "diagnostics", None), "refresh_support", None
            ):
                self.server.workspace_diagnostic_refresh(None)
            return
        for one in self.documents.values():
            self._publish_soon(one, _PAUSE)

    # checks

    async def latest(self, uri: str) -> tuple[Open, Checked, Paper] | None:
        """The check of a document's latest text; None once it is closed."""
        while (one := self.documents.get(uri)) is not None:
            key = (one.number, self.world)
            if one.key != key or one.answer is None:
                one.key, one.answer = key, self.errands.send(partial(self._check, one, key))
            checked = await asyncio.shield(one.answer)
            if checked is not None and self.documents.get(uri) is one and (one.number, self.world) == key:
                self._tell(checked)
                return one, checked, wire.paper(uri, one.document.text, self.can.encoding)
        return None

    def _check(self, one: Open, key: tuple[int, int]) -> Checked | None:
        """In the thread of errands: nothing is done for a text that is no longer the latest."""
        document = one.document
        if (one.number, self.world) != key or one.uri not in self.documents:
            return None
        around = list(self.server.workspace.folders.values())
        folders = [Path(path) for folder in around if (path := to_fs_path(folder.uri))]
        if not folders and self.server.workspace.root_path:
            folders = [Path(self.server.workspace.root_path)]
        opened = {
            other.document.path: other.document.text.encode("utf-8", "surrogatepass")
            for other in list(self.documents.values())
            if other.document.path and other is not one
        }
        return self.checker.check(document, folders, opened)

    def _tell(self, checked: Checked) -> None:
        """Bugs go to the log, once each; broken settings are shown until they are mended."""
        for bug in checked.bugs:
            if bug not in self.logged:
                self.logged.add(bug)
                text = f"lintfoot failed inside, the rest was checked; please report: {printable(bug)}"
                self.server.window_log_message(types.LogMessageParams(types.MessageType.Error, text))
        wrong = tuple(printable(str(problem)) for problem in checked.wrong)
        if wrong and wrong != self.shown:
            text = f"lintfoot: {'; '.join(wrong)}"
            self.server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))
        self.shown = wrong

    # diagnostics

    def _publish_soon(self, one: Open, pause: float) -> None:
        if self.pulls:
            return
        _stop(one)
        one.timer = asyncio.get_running_loop().call_later(pause, self._publish, one.uri)

    def _publish(self, uri: str) -> None:
        task = asyncio.get_running_loop().create_task(self._published(uri))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _published(self, uri: str) -> None:
        try:
            found = await self.latest(uri)
        except Exception as error:  # noqa: BLE001 - nobody waits for this: the log is where it is told
            self.server.report_server_error(error, type(error))
            return
        if found is not None:
            one, checked, at = found
            told = types.PublishDiagnosticsParams(uri, self._diagnostics(checked, at), one.version)
            self.server.text_document_publish_diagnostics(told)

    async def diagnostic(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """Answer a client that asks for diagnostics."""
        found = await self.latest(params.text_document.uri)
        if found is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        one, checked, at = found
        state = f"{one.number}.{self.world}"
        if params.previous_result_id == state:
            return types.RelatedUnchangedDocumentDiagnosticReport(state)
        return types.RelatedFullDocumentDiagnosticReport(self._diagnostics(checked, at), result_id=state)

    def _diagnostics(self, checked: Checked, at: Paper) -> list[types.Diagnostic]:
        told = [wire.misset(problem, at) for problem in checked.own]
        if checked.scene is not None:
            rules = checked.scene.here.book.by_code
            told += [wire.diagnostic(one, rules[one.code], at, self.can) for one in checked.findings]
        return told

    # repairs and suppressions

    async def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done about the findings at a place, and about all of the document."""
        found = await self.latest(params.text_document.uri)
        if found is None or (scene := found[1].scene) is None:
            return []
        one, checked, at = found
        only = params.context.only
        made: list[types.CodeAction] = []
        if _wanted(types.CodeActionKind.QuickFix, only):
            for finding in checked.findings:
                if at.covers(finding.span, params.range):
                    made += await self._quick_fixes(one, scene, finding, at)
        if _wanted(FIX_ALL, only) and any(_is_safe(finding) for finding in checked.findings):
            action = types.CodeAction("Repair all that is safe", FIX_ALL, data={"uri": one.uri})
            if only:
                made.append(await self.resolve(action))
            elif self.can.lazy:
                made.append(action)
        return [action for action in made if action.edit is not None or action.data is not None]

    async def _quick_fixes(
        self, one: Open, scene: assists.Scene, finding: Finding, at: Paper
    ) -> list[types.CodeAction]:
        version, rule = one.version, scene.here.book.by_code[finding.code]
        repair = await self.errands.send(partial(assists.repair, scene, finding))
        silence = await self.errands.send(partial(assists.suppression, scene, finding))
        told, made = [wire.diagnostic(finding, rule, at, self.can)], []
        if repair is not None:
            action = types.CodeAction(wire.repaired(repair.title, repair.safety), types.CodeActionKind.QuickFix, told)
            action.is_preferred = repair.safety is Safety.SAFE
            action.edit = wire.edit(repair.edits, at, version, self.can)
            made.append(action)
        if silence is not None:
            title = f"Suppress {finding.code} ({finding.name}) here with a comment"
            action = types.CodeAction(title, types.CodeActionKind.QuickFix, told, is_preferred=False)
            action.edit = wire.edit(silence.edits, at, version, self.can)
            made.append(action)
        return made

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Work out the edit of an action that was offered without one."""
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        found = await self.latest(uri) if isinstance(uri, str) and action.edit is None else None
        if found is not None and (scene := found[1].scene) is not None:
            one, _, at = found
            version = one.version
            edits = await self.errands.send(partial(assists.all_safe, scene))
            if edits:
                action.edit = wire.edit(edits, at, version, self.can)
            action.data = None
        return action

    # pages

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """The pages of the rules that were broken at a place, or that a suppression there names."""
        found = await self.latest(params.text_document.uri)
        if found is None or (scene := found[1].scene) is None:
            return None
        _, checked, at = found
        place = at.place(params.position)
        here = [one for one in checked.findings if _holds(one.span, place)]
        spoken = assists.spoken_of(scene.text, scene.here.book, *place)
        if not here and spoken is None:
            return None
        codes, span = spoken or ((), here[0].span)
        return types.Hover(wire.hover(here, codes, scene.here.book, self.can), at.range(span))


def _stop(one: Open) -> None:
    if one.timer is not None:
        one.timer.cancel()
        one.timer = None


def _wanted(kind: str, only: Any) -> bool:
    """Whether a client that asks for some kinds wants this one: `source` asks for `source.fixAll.lintfoot` too."""
    return not only or any(kind == one or kind.startswith(f"{one}.") or one == "" for one in only)


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safety is Safety.SAFE


def _holds(span: Span, place: tuple[int, int]) -> bool:
    return (span.line, span.column) <= place <= (span.end_line, span.end_column)
