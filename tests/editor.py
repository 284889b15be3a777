"""An editor for tests: a client library on the other end of a real `lintfoot server`, over its standard input and output."""

import asyncio
import re
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 20  # seconds: a busy machine is no failure


def abilities(*, pulls=False, encodings=None, lazy=True):
    """What the usual editors say they can."""
    published = types.PublishDiagnosticsClientCapabilities(
        related_information=True,
        code_description_support=True,
        tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
    )
    text = types.TextDocumentClientCapabilities(
        publish_diagnostics=published,
        diagnostic=types.DiagnosticClientCapabilities() if pulls else None,
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        code_action=types.CodeActionClientCapabilities(
            data_support=True,
            resolve_support=types.ClientCodeActionResolveOptions(["edit"]) if lazy else None,
        ),
    )
    return types.ClientCapabilities(
        text_document=text,
        general=types.GeneralClientCapabilities(position_encodings=encodings) if encodings else None,
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
    )


@dataclass
class Editor:
    """A session. Its loop runs in a thread of its own, so that tests are plain functions."""

    root: Path
    command: tuple = (sys.executable, "-m", "lintfoot", "server")
    can: types.ClientCapabilities = field(default_factory=abilities)
    told: dict = field(default_factory=lambda: defaultdict(list))
    logs: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    watched: list = field(default_factory=list)
    versions: dict = field(default_factory=dict)

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.arrived = self.run(self._condition())
        self.client = LanguageClient("editor", "1")
        self._listen()
        self.run(self.client.start_io(*self.command, cwd=str(self.root)))
        folder = types.WorkspaceFolder(self.root.as_uri(), self.root.name)
        params = types.InitializeParams(self.can, workspace_folders=[folder], root_uri=self.root.as_uri())
        self.server = self.run(self.client.initialize_async(params))
        self.run(self._call(self.client.initialized, types.InitializedParams()))
        return self

    def __exit__(self, *_):
        if self.client._server.returncode is None:
            self.client._server.kill()
        self.run(self.client._server.wait())
        self.run(asyncio.wait_for(asyncio.gather(*self.client._async_tasks), PATIENCE))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def _listen(self):
        async def published(params):
            async with self.arrived:
                self.told[params.uri].append(params)
                self.arrived.notify_all()

        def registered(params):
            self.watched.extend(params.registrations)

        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(registered)
        self.client.feature(types.WINDOW_LOG_MESSAGE)(lambda params: self.logs.append(params.message))
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.shown.append(params.message))

    async def _condition(self):
        return asyncio.Condition()

    async def _call(self, method, *arguments):
        return method(*arguments)

    def notify(self, name, params):
        self.run(self._call(getattr(self.client, name), params))

    def ask(self, name, params):
        return self.run(getattr(self.client, f"{name}_async")(params))

    def uri(self, name):
        return name if ":" in name else (self.root / name).as_uri()

    def open(self, name, text, language="python"):
        uri = self.uri(name)
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.notify("text_document_did_open", types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri, text):
        self.versions[uri] += 1
        about = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.notify("text_document_did_change", types.DidChangeTextDocumentParams(about, [change]))

    def close(self, uri):
        about = types.TextDocumentIdentifier(uri)
        self.notify("text_document_did_close", types.DidCloseTextDocumentParams(about))

    def diagnostics(self, uri, *, after=0):
        """What was last published for the document's last version, once there is more than `after`."""

        async def wait():
            def ready():
                said = self.told[uri]
                return len(said) > after and said[-1].version == self.versions[uri]

            async with self.arrived:
                await self.arrived.wait_for(ready)
            return list(self.told[uri][-1].diagnostics)

        return self.run(wait())

    def found(self, name, text):
        """Open a document and wait for what is found in it."""
        before = len(self.told[self.uri(name)])
        uri = self.open(name, text)
        return uri, self.diagnostics(uri, after=before)

    def actions(self, uri, where, only=None):
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, types.CodeActionContext([], only))
        return list(self.ask("text_document_code_action", params) or [])

    def hover(self, uri, line, character):
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        return self.ask("text_document_hover", params)

    def leave(self):
        """Say goodbye; the exit code."""
        self.run(self.client.shutdown_async(None))
        self.notify("exit", None)
        return self.run(asyncio.wait_for(self.client._server.wait(), PATIENCE))


def applied(text, edit, uri, codec="utf-16-le"):
    """The text after a workspace edit, by an editor's own counting."""
    if edit.document_changes:
        (document,) = edit.document_changes
        assert document.text_document.uri == uri
        edits = document.edits
    else:
        edits = edit.changes[uri]
    placed = sorted(((offset(text, one.range.start, codec), offset(text, one.range.end, codec)), one) for one in edits)
    for (start, end), one in reversed(placed):
        text = text[:start] + one.new_text + text[end:]
    return text


def offset(text, position, codec="utf-16-le"):
    size = {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[codec]
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    if position.line >= len(starts):
        return len(text)
    line = re.split(r"\r\n|\r|\n", text[starts[position.line] :])[0]
    return starts[position.line] + len(line.encode(codec)[: position.character * size].decode(codec))


def under(text, where, codec="utf-16-le"):
    """What a range shows."""
    return text[offset(text, where.start, codec) : offset(text, where.end, codec)]
