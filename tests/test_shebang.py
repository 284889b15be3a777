"""Shebangs: which scripts without a suffix are Python."""

import pytest
from identify import identify

from lintfoot.shebang import READ, is_python

TABLE = [
    ("#!/usr/bin/python", True),
    ("#!/usr/bin/python3", True),
    ("#!/usr/bin/env python", True),
    ("#!/usr/bin/env python3.12", True),
    ("#! /usr/bin/env python3 -u", True),
    ("#!/usr/bin/env -S python3 -u", True),
    ("#!/usr/bin/env -S PYTHONUNBUFFERED=1 python3", True),
    ("#!/usr/bin/env -iS python3 -I", True),
    ("#!/usr/bin/env --split-string=python3 -u", True),
    ("#!/usr/bin/env -Spython3 -u", True),
    ("#!/opt/tools/venv/bin/python3.13t", True),
    ("#!/usr/libexec/platform-python", True),
    ("#!/usr/bin/pypy3", True),
    ("#!/usr/bin/env pypy3.10", True),
    ("#!/usr/bin/env python2.7", True),
    ("#!/usr/bin/env -S uv run --script", True),
    ("#!/usr/bin/env -S uv run -qs", True),
    ("#!/usr/bin/env -S uv run", True),
    ("#!/usr/bin/env -S uv run --with requests --python 3.12", True),
    ("#!/usr/bin/env -S uv --quiet run --script --", True),
    ("#!/usr/local/bin/uv run python -u", True),
    ("#!/usr/bin/env -S pipx run", True),
    ("#!/usr/bin/env -S poetry run python", True),
    ("#!/usr/bin/env -S conda run -n ops python3", True),
    ('#!/usr/bin/env -S "/opt/my tools/python3" -u', True),
    (r"#!C:\Python312\python.exe", True),
    ("#!python", True),
    ("#!/usr/bin/env nix-shell\n#! nix-shell -i python3 -p python3Packages.requests", True),
    ("#!/usr/bin/env -S uv run bash", False),
    ("#!/usr/bin/env -S uv run --with httpie http", False),
    ("#!/usr/bin/env -S uv pip install", False),
    ("#!/usr/bin/env -S pipx run cowsay", False),
    ("#!/usr/bin/env nix-shell\n#! nix-shell -i bash -p python3", False),
    ("#!/bin/sh", False),
    ("#!/bin/bash -c python3", False),
    ("#!/usr/bin/env bash", False),
    ("#!/usr/bin/perl -w", False),
    ("#!/usr/bin/python3-config", False),
    ("#!/usr/bin/ansible-playbook", False),
    ("#!/usr/bin/env", False),
    ("#!", False),
    ("# !/usr/bin/python3", False),
    ("import os", False),
    ("", False),
]


@pytest.mark.parametrize(("line", "python"), TABLE)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_table(line, python, end):
    assert is_python(f"{line}{end}import os\n".encode() if end else line.encode()) is python


def test_where_identify_knows_a_shebang_it_agrees(tmp_path):
    """The judge of the pre-commit framework, as far as it goes: it looks at the first line of executable files."""
    for line, python in TABLE:
        script = tmp_path / "script"
        script.write_text(f"{line}\nprint()\n")
        script.chmod(0o755)
        if "python" in identify.tags_from_path(str(script)):
            assert python, line


@pytest.mark.parametrize("head", [b"\xff\xfe#!/usr/bin/python", b"#!\xff\xfe\n", b"#!\x00python", b"#!" + b"/" * 5000])
def test_odd_bytes_are_no_shebang(head):
    assert is_python(head) is False


def test_a_name_cut_off_by_the_limit_is_not_guessed():
    line = b"#!/" + b"x" * (READ - 3) + b"/bin/python3\n"
    assert not is_python(line)
