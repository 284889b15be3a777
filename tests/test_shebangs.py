"""LF901: first lines, and where the finding stands."""

import pytest
from verbs import FIXTURES, reports, silent, the_book, the_models

from lintfoot.decoding import Decoded
from lintfoot.parse import opened
from lintfoot.shebang import interpreter
from lintfoot.visit import Engine, Place, Plan, visit

BODY = "import sys\n\nprint(sys.version)\n"
GUILTY = {
    "#!/usr/bin/python": "#!/usr/bin/python3",
    "#!/usr/bin/env python": "#!/usr/bin/env python3",
    "#! /usr/bin/env python": "#! /usr/bin/env python3",
    "#!/usr/bin/python -u": "#!/usr/bin/python3 -u",
    "#!/usr/bin/python -tt": "#!/usr/bin/python3 -tt",
    "#!/bin/python": "#!/bin/python3",
    "#!/usr/local/bin/python": "#!/usr/local/bin/python3",
    "#!/bin/env python": "#!/bin/env python3",
    "#!/usr/bin/env -S python -u": "#!/usr/bin/env -S python3 -u",
    '#!/usr/bin/env -S "python -u"': '#!/usr/bin/env -S "python3 -u"',
    "#!/usr/bin/env PYTHONUNBUFFERED=1 python": "#!/usr/bin/env PYTHONUNBUFFERED=1 python3",
    "#!/usr/bin/python2": "#!/usr/bin/python3",
    "#!/usr/bin/python2.7": "#!/usr/bin/python3",
    "#!/usr/bin/env python2": "#!/usr/bin/env python3",
    "#!/usr/bin/env python2.6": "#!/usr/bin/env python3",
    "#!/opt/app/venv/bin/python2.7": "#!/opt/app/venv/bin/python3",
}
INNOCENT = [
    "#!/usr/bin/python3",
    "#!/usr/bin/env python3",
    "#!/usr/bin/env python3.12",
    "#!/usr/bin/python3 -u",
    "#!/usr/bin/env -S python3 -u",
    "#!/usr/bin/env -S uv run --script",
    "#!/usr/bin/env -S uv run python",
    "#!/usr/bin/env -S uv run --with requests python",
    "#!/usr/bin/env -S uvx python",
    "#!/usr/bin/env -S pipx run",
    "#!/usr/bin/env -S poetry run python",
    "#!/opt/app/venv/bin/python",
    "#!/home/ops/.venv/bin/python",
    "#!/usr/libexec/platform-python",
    "#!python",
    "#!/usr/bin/env pypy3",
    "#!/usr/bin/env nix-shell",
    "#!/bin/sh",
    "# /usr/bin/python",
    "#/usr/bin/env python",
    "",
]


@pytest.mark.parametrize("line", GUILTY)
def test_ambiguous_first_lines(line):
    (found,) = reports(f"{line}\n{BODY}", "LF901")
    assert (found.span.line, found.span.column) == (1, 1)
    assert found.help == GUILTY[line]
    silent(f"{found.help}\n{BODY}", "LF901")


@pytest.mark.parametrize("line", INNOCENT)
def test_first_lines_that_name_their_python(line):
    silent(f"{line}\n{BODY}", "LF901")


@pytest.mark.parametrize(
    "body",
    [
        "from ansible.module_utils.basic import AnsibleModule\n",
        "DOCUMENTATION = '''\nmodule: x\n'''\n",
        "import json\n# WANT_JSON\nprint(json.dumps({}))\n",
        "ANSIBLE_METADATA = {'status': ['preview']}\n",
    ],
)
def test_ansible_writes_its_own_first_line(body):
    silent(f"#!/usr/bin/python\n{body}", "LF901")


@pytest.mark.parametrize(
    "path",
    [
        "library/ping",
        "roles/web/library/ping.py",
        "ansible_collections/a/b/plugins/modules/c.py",
        "lib/ansible/modules/x.py",
    ],
)
def test_where_ansible_keeps_its_modules(path):
    silent(f"#!/usr/bin/python\n{BODY}", "LF901", path=path)
    reports(f"#!/usr/bin/python\n{BODY}", "LF901", path="modules/ping.py")


def test_a_file_that_only_defines_things_is_started_by_nobody():
    library = (
        "#!/usr/bin/python\n'''Parse.'''\nimport json\nLIMIT = 5\n\ndef parse(text):\n    return json.loads(text)\n"
    )
    silent(library, "LF901", path="parse.py")
    reports(library, "LF901", path="bin/parse")
    reports(f"{library}\nparse('{{}}')\n", "LF901", path="parse.py")
    reports(f"{library}\nif __name__ == '__main__':\n    parse('1')\n", "LF901", path="parse.py")
    reports("#!/usr/bin/python\nimport json\nLIMIT = 5\n", "LF901", path="parse.py")


def test_only_the_first_line_counts():
    silent(f"\n#!/usr/bin/python\n{BODY}", "LF901")
    silent("print('''\n#!/usr/bin/python\n''')\n", "LF901")
    reports("#!/usr/bin/env python\n", "LF901")
    reports("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n'''Rotate.'''\n", "LF901")
    reports(f"#!/usr/bin/env python\r\n{BODY}", "LF901")


def test_an_inventory_script_is_no_module():
    reports("#!/usr/bin/env python\nimport json\nprint(json.dumps({'all': {'hosts': []}}))\n", "LF901")


def test_the_fixtures_are_there():
    assert len(list((FIXTURES / "LF901").glob("*.py"))) >= len(("guilty", "innocent"))


def test_interpreters():
    assert interpreter("#!/usr/bin/env python") == "python"
    assert interpreter("#!/usr/bin/python2 -u") == "/usr/bin/python2"
    assert interpreter("#!/usr/bin/env -S uv run python") == ""
    assert interpreter("#!/bin/bash") == ""
    assert interpreter("# a comment") == ""
    assert interpreter("#!") == ""


DOES = {
    "main()": True,
    "b'a text'": False,
    "'one ' f'{two}'": False,
    "f'{one}'": True,
    "if 'x' in __name__: main()": True,
    "if main.__name__: main()": True,
    "if main(__name__=1): main()": True,
    "if LIMIT: main()": False,
    "try:\n    main()\nfinally:\n    pass": False,
    "async def more():\n    pass": False,
    "while LIMIT: main()": True,
    "with open(LIMIT): main()": True,
    "for one in LIMIT: main()": True,
    "raise SystemExit(main())": True,
    "LIMIT = main(); DOCUMENTATION = 'x'": False,
    "LIMIT = main(); main()": True,
}


@pytest.mark.parametrize("end", DOES)
@pytest.mark.parametrize("start", ["", "# by hand\n\n# and again\n", "'''Rotate.'''\n"])
def test_what_a_file_does_is_seen_in_its_parts_too(start, end):
    text = f"#!/usr/bin/python\n{start}@cached\ndef main():\n    pass\n\n\n{end}\n"
    rules = {"LF901": the_book().by_code["LF901"]}
    found = [
        visit(opened("a.py", Decoded(text)), Place("a.py", "a.py"), Plan(rules, the_models(), engine=engine))
        for engine in (Engine.WHOLE, Engine.SLICE)
    ]
    assert [one.whole for one in found] == [True, False]
    assert found[0].findings == found[1].findings
    assert bool(found[0].findings) == DOES[end]
