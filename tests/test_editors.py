"""What docs/editors.md tells to write into the settings of editors: it is read as they read it, and run where they are installed."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "editors.md").read_text(encoding="utf-8")
NVIM = shutil.which("nvim")


def snippet(language):
    (text,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)
    return text


def test_vs_code_starts_the_server():
    settings = json.loads(snippet("json"))
    command = [settings["glspc.server.command"], *settings["glspc.server.commandArguments"]]
    assert command == ["lintfoot", "server"]
    assert settings["glspc.server.languageId"] == ["python"]
    assert list(settings["editor.codeActionsOnSave"]) == ["source.fixAll.lintfoot"]


def test_helix_starts_the_server():
    settings = tomllib.loads(snippet("toml"))
    server = settings["language-server"]["lintfoot"]
    assert [server["command"], *server["args"]] == ["lintfoot", "server"]
    (python,) = settings["language"]
    assert python["name"] == "python"
    assert "lintfoot" in python["language-servers"]


# Neovim before 0.11 has no vim.lsp.config and no vim.lsp.enable: what they do with the keys that the page uses.
OLDER = """
if not vim.lsp.enable then
  local known = {}
  vim.lsp.config = function(name, config) known[name] = config end
  vim.lsp.enable = function(name)
    local config = vim.tbl_extend("force", { name = name, root_dir = vim.fn.getcwd() }, known[name])
    vim.api.nvim_create_autocmd("FileType", {
      pattern = config.filetypes,
      callback = function(event)
        vim.lsp.buf_attach_client(event.buf, vim.lsp.start_client(config))
      end,
    })
  end
end
"""
SESSION = """
local function found()
  return vim.tbl_map(function(one) return { one.code, one.lnum, one.col } end, vim.diagnostic.get(0))
end
local told = {}
vim.cmd("edit fetch.py")
vim.wait(15000, function() return #vim.diagnostic.get(0) > 0 end, 20)
table.insert(told, found())
local where = vim.lsp.util.make_given_range_params({ 3, 1 }, { 3, 1 })
where.context = { diagnostics = {} }
local replies = vim.lsp.buf_request_sync(0, "textDocument/codeAction", where, 15000) or {}
for _, reply in pairs(replies) do
  vim.lsp.util.apply_workspace_edit(reply.result[1].edit, "utf-16")
end
vim.wait(15000, function() return #vim.diagnostic.get(0) == 0 end, 20)
table.insert(told, found())
table.insert(told, vim.api.nvim_buf_get_lines(0, 0, -1, false))
vim.fn.writefile({ vim.fn.json_encode(told) }, "told.json")
vim.cmd("qa!")
"""


@pytest.mark.skipif(NVIM is None, reason="nvim is not installed: apt-get install neovim")
def test_neovim_runs_a_session(tmp_path):
    pytest.importorskip("pygls", reason="pygls is not installed: pip install -e '.[dev]'")
    script = "import requests\n\nrequests.get('https://example.com/')\n"
    (tmp_path / "fetch.py").write_text(script)
    (tmp_path / "init.lua").write_text(OLDER + snippet("lua"))
    (tmp_path / "session.lua").write_text(textwrap.dedent(SESSION))
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
        "NVIM_LOG_FILE": str(tmp_path / "log"),
    }
    command = [
        NVIM,
        "--headless",
        "-n",
        "-i",
        "NONE",
        "-u",
        "init.lua",
        "-c",
        "filetype on",
        "-c",
        "luafile session.lua",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    before, after, lines = json.loads((tmp_path / "told.json").read_text())
    assert before == [["LF201", 2, 0]]
    assert after == []
    assert lines == [*script.splitlines()[:2], "requests.get('https://example.com/', timeout=30)"]
