"""Where an import goes: once, before what needs it, never before a docstring, never where it can be missing."""

import ast
import itertools
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintfoot import fix, imports, syntax
from lintfoot.findings import Fix, Safety
from tests.test_fix import mended

SECRET = 'DB_PASSWORD = "kestrel-77"\n'
READ = 'DB_PASSWORD = os.environ["DB_PASSWORD"]\n'


def written(code):
    return textwrap.dedent(code).lstrip("\n")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # comments about the script stay at the top, a comment about a statement stays with it
        (
            "#!/usr/bin/env python3\n\n# the first database\n",
            "#!/usr/bin/env python3\nimport os\n\n# the first database\n",
        ),
        ("# the first database\n", "import os\n# the first database\n"),
        ("# Copyright\n# is held by\n# nobody\n", "# Copyright\n# is held by\n# nobody\nimport os\n"),
        ("# What it does.\n\n", "# What it does.\nimport os\n\n"),
        ("#!/bin/x\n# vim: set fileencoding=utf-8\n", "#!/bin/x\n# vim: set fileencoding=utf-8\nimport os\n"),
        # docstrings and futures
        ('"""Doc."""\n', '"""Doc."""\n\nimport os\n'),
        (
            '"""Doc."""\nfrom __future__ import annotations\n',
            '"""Doc."""\nfrom __future__ import annotations\nimport os\n',
        ),
        ('"""Doc."""; import sys\n', '"""Doc."""; import sys\n\nimport os\n'),
        # not where it is only for type checkers, or may fail
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os\n",
            "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os\n",
        ),
        (
            "import abc\ntry:\n    import os\nexcept ImportError:\n    raise\n",
            "import abc\nimport os\ntry:\n    import os\nexcept ImportError:\n    raise\n",
        ),
        ("def f():\n    import os\n    return os\n", "import os\n\ndef f():\n    import os\n    return os\n"),
        # between parts of a list that goes over lines
        ("from abc import (\n    ABC,\n)\nimport sys\n", "import os\nfrom abc import (\n    ABC,\n)\nimport sys\n"),
    ],
)
def test_an_import_goes_to_its_place(before, expected):
    assert mended(before + SECRET, "LF401").text == expected + READ


def test_an_import_that_comes_too_late_does_not_count():
    assert mended(SECRET + "import os\n", "LF401").text == "import os\n" + READ + "import os\n"


@pytest.mark.parametrize(
    "code",
    [
        "match x:\n    case [*os]:\n        pass\n" + SECRET,
        "match x:\n    case {**os}:\n        pass\n" + SECRET,
        "match x:\n    case str() as os:\n        pass\n" + SECRET,
        "try:\n    f()\nexcept OSError as os:\n    raise\n" + SECRET,
        "def os():\n    pass\n" + SECRET,
    ],
)
def test_no_import_is_better_than_a_wrong_one(code):
    assert mended(code, "LF401").text == code


@pytest.mark.parametrize("end", ["\n", ""])
def test_statements_on_one_line(end):
    code = f'import abc; DB_PASSWORD = "kestrel-77"{end}'
    assert mended(code, "LF401").text == f'import os\nimport abc; DB_PASSWORD = os.environ["DB_PASSWORD"]{end}'
    code = f'import os; DB_PASSWORD = "kestrel-77"{end}'
    assert mended(code, "LF401").text == f'import os; DB_PASSWORD = os.environ["DB_PASSWORD"]{end}'


def test_a_package_that_may_be_missing_is_not_demanded():
    code = written(
        """
        try:
            from paramiko import AutoAddPolicy, SSHClient
        except ImportError:
            SSHClient = None

        client = SSHClient()
        client.set_missing_host_key_policy(AutoAddPolicy())
        """
    )
    assert mended(code, "LF303").text == code


def test_a_module_goes_by_the_name_that_the_script_has_for_it():
    code = "import paramiko as ssh\nclient = ssh.SSHClient()\nclient.set_missing_host_key_policy(ssh.AutoAddPolicy())\n"
    done = mended(code, "LF303").text
    assert done.endswith("client.load_system_host_keys()\nclient.set_missing_host_key_policy(ssh.RejectPolicy())\n")
    assert "import paramiko\n" not in done
    code = "import jinja2 as j\nj.Environment()\n"
    assert mended(code, "LF803").text == "import jinja2 as j\nj.Environment(undefined=j.StrictUndefined)\n"


PARTS = st.lists(
    st.sampled_from(
        [
            "",
            "# a comment\n",
            "import abc\n",
            "import sys  # why\n",
            "from pathlib import Path\n",
            "from abc import (\n    ABC,  # one\n)\n",
            "if True:\n    import json\n",
            "try:\n    import tomllib\nexcept ImportError:\n    tomllib = None\n",
            "x = '''\nimport os\n'''\n",
            "import re; y = 1\n",
            "\\\n\n",
        ]
    ),
    max_size=6,
)
TOPS = st.sampled_from(
    [
        "",
        "#!/usr/bin/env python3\n",
        "# coding: utf-8\n",
        "#!/x\n# -*- coding: latin-1 -*-\n",
        "\n\n",
        "# Copyright\n#\n",
    ]
)
DOCS = st.sampled_from(["", '"""Doc."""\n', "'''Long\n\ndoc.\n'''\n", "r'''raw'''\n"])
FUTURES = st.sampled_from(["", "from __future__ import annotations\n"])


@settings(max_examples=150, deadline=None)
@given(TOPS, DOCS, FUTURES, PARTS, st.sampled_from(["\n", "\r\n"]))
def test_an_import_is_added_once_and_before_its_use(top, doc, future, parts, newline):
    text = top + doc + future + "".join(parts) + "print(os.sep)\n"
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    written = text.replace("\n", newline)
    edits = imports.additions(written, syntax.tree(written), ("os",), before=text.count("\n"))
    assert edits is not None
    after = fix.applied(text.replace("\n", newline), [Fix("", Safety.SAFE, edits)], newline)
    new = ast.parse(after)
    assert ast.get_docstring(new) == ast.get_docstring(tree)
    names = [one.name for node in new.body if isinstance(node, ast.Import) for one in node.names]
    assert names.count("os") == 1
    exec(compile(after, "x.py", "exec"), {"__name__": "x"})
    assert after.count("\n") - after.count("\r\n") == (0 if newline == "\r\n" else after.count("\n"))
    kept = iter(after.splitlines())
    assert all(any(line == one for one in kept) for line in text.splitlines())
    assert imports.additions(after, syntax.tree(after), ("os",), before=after.count("\n")) == ()


def test_two_repairs_that_need_the_same_import_add_it_once():
    for first, second in itertools.product(("A_PASSWORD", "B_TOKEN"), repeat=2):
        text = f'import sys\n{first} = "kestrel-77-x"\n{second} = "9f2c77d1e0b34a58"\n'
        assert mended(text, "LF401").text.count("import os\n") == 1


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("# Copyright\n# SPDX\nimport sys\n", "# Copyright\n# SPDX\nimport os\nimport sys\n"),
        ("import abc\n\nimport house\n", "import abc\nimport os\n\nimport house\n"),
        ("import house\n", "import os\nimport house\n"),
        ("from abc import ABC\n\nimport house\n", "import os\nfrom abc import ABC\n\nimport house\n"),
    ],
)
def test_imports_keep_their_groups(before, expected):
    assert mended(before + SECRET, "LF401").text == expected + READ
