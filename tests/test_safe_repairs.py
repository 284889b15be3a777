"""Safe means: the script does what it did. Each case is run before and after its repair, and leaves the same behind."""

import os
import subprocess
import sys
import textwrap

import pytest

from lintfoot.findings import Safety
from lintfoot.offers import OFFERS
from tests.test_fix import mended

# Each script runs in a folder with a file `hosts` (three lines), `data.json`, and an empty folder `out`.
SAME = {
    "reads a whole file": "print(open('hosts').read().split())",
    "reads lines": "print([line.strip() for line in open('hosts').readlines()])",
    "in a function": """
        def hosts(path):
            '''All of them.'''
            return open(path).read().splitlines()
        print(hosts('hosts'))
        """,
    "two in one function": """
        def both(one, other):
            first = open(one).read()
            second = open(other).read()
            return first + second
        print(both('hosts', 'data.json'))
        """,
    "a missing file": """
        def hosts(path):
            return open(path).read()
        print('before')
        hosts('nowhere')
        """,
    "a missing file that is expected": """
        def hosts(path):
            try:
                return open(path).read()
            except FileNotFoundError as error:
                return error.filename
        print(hosts('nowhere'))
        """,
    "json": "import json\nprint(json.load(open('data.json'))['a'])",
    "json that is broken": "import json\nprint(json.load(open('hosts')))",
    "written at once": "import json\njson.dump({'b': 2}, open('out/x.json', 'w'))\nprint(open('out/x.json').read())",
    "a chain behind it": "print(open('hosts').read().strip().upper().split()[0])",
    "a list of lines": "names = [line.strip() for line in open('hosts')]\nprint(names)",
    "a set and a dict": """
        print(sorted({line.strip() for line in open('hosts')}))
        table = {line[0]: line.strip() for line in open('hosts')}
        print(table)
        """,
    "counted": "print(sum(1 for _ in open('hosts')))",
    "joined": "text = ','.join(line.strip() for line in open('hosts'))\nprint(text)",
    "a loop": """
        for line in open('hosts'):
            if line.startswith('b'):
                continue
            print(line.strip())
        else:
            print('all')
        """,
    "a loop that is left": """
        def first(path):
            for number, line in enumerate(open(path), 1):
                if line.startswith('b'):
                    return number
            return 0
        print(first('hosts'))
        """,
    "a loop that raises": """
        for line in open('hosts'):
            print(int(line))
        """,
    "a loop in a loop": """
        for line in open('hosts'):
            for other in open('hosts'):
                print(line.strip(), other.strip())
        """,
    "a handle": """
        def version(path):
            stream = open(path)
            for line in stream:
                # the first one with a b
                if 'b' in line:
                    return line
            stream.close()
            return ''
        print(version('hosts'))
        print(version('data.json'))
        """,
    "a handle and what follows": """
        import os
        def size(path):
            handle = open(path)
            head = handle.read(2)
            handle.seek(0)

            text = handle.read()
            done = os.path.getsize(path)
            return head, len(text), done
        print(size('hosts'))
        """,
    "a handle at the top": """
        import sys
        stream = open(sys.argv[0])
        lines = stream.readlines()
        print(len(lines) > 2)
        """,
    "a handle in a branch": """
        def load(path, really):
            if really:
                handle = open(path)
                text = handle.read()
            else:
                text = 'no'
            return text
        print(load('hosts', True), load('hosts', False))
        """,
    "a handle that cannot be opened": """
        def load(path):
            handle = open(path)
            try:
                return handle.read()
            except OSError:
                return 'unread'
        load('nowhere')
        """,
    "compressed": """
        import gzip
        gzip.open('out/x.gz', 'wt').write('packed')
        print(gzip.open('out/x.gz', 'rt').read())
        """,
    "a path": """
        from pathlib import Path
        first = Path('hosts').open().readline()
        print(first)
        """,
    "made empty": "open('out/flag', 'a')\nimport os\nprint(os.listdir('out'))",
    "emptied": "open('out/flag', 'w').write('x')\nopen('out/flag', 'w')\nprint(open('out/flag').read() == '')",
    "a config": """
        import configparser
        open('out/x.ini', 'w').write('[a]\\nb = c\\n')
        parser = configparser.ConfigParser()
        parser.read_file(open('out/x.ini'))
        print(parser['a']['b'])
        """,
    "a suppression of no use": """
        import json
        x = 1  # lintfoot: ignore[LF201] -- the proxy cuts it
        print(json.dumps(x))
        """,
}
# What looks the same and is not: never offered as safe.
OTHERWISE = {
    "LF506": [
        # read later than the statement ends
        "def f(p):\n    return (line for line in open(p))\n",
        "import csv\n\ndef f(p):\n    return csv.reader(open(p))\n",
        "def f(p):\n    return map(str.strip, open(p))\n",
        "def f(p):\n    h = open(p)\n    return lambda: h.read()\n",
        "def f(p):\n    h = open(p)\n    return (line for line in h)\n",
        "def f(p):\n    h = open(p)\n    for line in h:\n        yield line\n",
        "import csv\n\ndef f(p):\n    h = open(p)\n    return csv.reader(h)\n",
        # another order
        "def f(p):\n    return use(write(p), open(p).read())\n",
        # written: seen earlier by whoever reads it next
        "def f(p):\n    h = open(p, 'w')\n    h.write('x')\n    return size(p)\n",
        # bound twice, or known to others
        "def f(p, q):\n    h = open(p)\n    a = h.read()\n    h = open(q)\n    return a + h.read()\n",
        "def f(p):\n    global h\n    h = open(p)\n    return h.read()\n",
        "h = open('x')\n\ndef f():\n    return h.read()\n",
        # a text that would get longer
        "def f(p):\n    h = open(p)\n    text = '''a\n    b''' + h.read()\n    return text\n",
        # a member more
        "import enum\n\nclass Texts(enum.Enum):\n    ONE = open('x').read()\n",
        "class Texts:\n    for line in open('x'):\n        print(line)\n",
        # only sometimes
        "def f(p, really):\n    return open(p).read() if really else ''\n",
        "def f(p, really):\n    return really and open(p).read()\n",
    ],
    "LF101": ["import subprocess\nsubprocess.run('systemctl restart nginx', shell=True, check=True)\n"],
    "LF201": ["import requests\nrequests.get(URL)\n"],
    "LF501": [
        "def f(hosts=[]):\n    hosts.append(1)\n    return hosts\n",
        "def f(hosts=[]):\n    return list(hosts)\n",
    ],
    "LF502": ["try:\n    f()\nexcept:\n    pass\n"],
    "LF504": ["try:\n    f()\n    g()\nexcept OSError:\n    pass\n"],
    "LF702": ["import tempfile\n\ndef f():\n    path = tempfile.mktemp()\n    return path\n"],
    "LF901": ["#!/usr/bin/env python\nprint(1)\n"],
}


def run(folder, text):
    folder.mkdir()
    (folder / "hosts").write_text("alpha\nbravo\ncharlie\n")
    (folder / "data.json").write_text('{"a": [1, 2]}\n')
    (folder / "out").mkdir()
    (folder / "script.py").write_text(text)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "script.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    raised = [line for line in done.stderr.splitlines() if line and not line.startswith((" ", "Traceback"))]
    left = {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one.name not in ("script.py", "x.gz")
    }
    return done.returncode, done.stdout, raised, left


@pytest.mark.parametrize("name", SAME)
def test_a_safe_repair_leaves_everything_as_it_was(name, tmp_path):
    before = textwrap.dedent(SAME[name]).strip() + "\n"
    if "no use" in name:
        after = by_command(tmp_path, before)
    else:
        done = mended(before, "LF506", levels=(Safety.SAFE,))
        assert done.applied
        assert not done.refused
        after = done.text
    assert after != before
    assert run(tmp_path / "after", after) == run(tmp_path / "before", before)


def by_command(folder, text):
    file = folder / "one.py"
    file.write_text(text)
    command = [sys.executable, "-m", "lintfoot", "check", str(file), "--isolated", "--fix"]
    subprocess.run(command, capture_output=True, check=False, timeout=60)
    return file.read_text()


@pytest.mark.parametrize(("code", "text"), [(code, text) for code in OTHERWISE for text in OTHERWISE[code]])
def test_what_only_looks_the_same_is_not_called_safe(code, text):
    assert mended(text, code, levels=(Safety.SAFE,)).text == text


def test_every_rule_with_a_safe_repair_is_run():
    assert {code for code, offers in OFFERS.items() if any(one.safety is Safety.SAFE for one in offers)} == {
        "LF001",
        "LF506",
    }
