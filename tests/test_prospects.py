"""Functions of other files that libcst need not read: what is told of them is the same if it reads them all."""

import textwrap

from verbs import the_models

from lintfoot.looking import tells_of_exceptions
from lintfoot.project import Project
from lintfoot.prospects import Prospect

HEAD = """
    import contextlib
    import functools
    import importlib
    import logging
    import subprocess
    import traceback
    from functools import partial
    from typing import Optional

    import httpx  # which stands in this project
    import requests
    import neighbour
    from neighbour import Kept, load as pull, run_it

    log = logging.getLogger(__name__)
    complain = log.exception
    fetch = requests.get
    HANDLERS = {"get": requests.get, "run": subprocess.run}
    DEFAULTS = {"timeout": None}
"""
NEIGHBOUR = """
    import subprocess
    import requests


    class Kept(requests.Session):
        def pull(self, url, wait=None):
            return self.get(url, timeout=wait)


    def load(url, wait=None):
        return requests.get(url, timeout=wait)


    def run_it(line):
        subprocess.run(line, shell=True)


    def make():
        return Kept()


    class Apart(requests.Session):
        pass
"""
BRIGHT = """
    def by_alias(url, wait): get = requests.get; return get(url, timeout=wait)
    def by_name(url): return fetch(url)
    def by_table(url, how): return HANDLERS[how](url)
    def by_tuple(line):
        for run in (subprocess.run, subprocess.call): run(line, shell=True)
    def by_unpacking(line): run, _ = subprocess.run, None; run(line, shell=True)
    def by_getattr(url, wait): return getattr(requests, "get")(url, timeout=wait)
    def by_import(url, wait): return importlib.import_module("requests").get(url, timeout=wait)
    def by_default(url, get=requests.get): return get(url)
    def by_splat(*args, **options): return requests.get(*args, **options)
    def by_merged(url, **options): return requests.get(url, **{**DEFAULTS, **options})
    def by_walrus(url, wait): return (get := requests.get)(url, timeout=wait)
    def by_partial(url, wait): get = partial(requests.get, url); return get(timeout=wait)
    def by_with(url, wait):
        with requests.Session() as session: return session.get(url, timeout=wait)
    def by_closing(url, wait):
        with contextlib.closing(requests.Session()) as session: return session.get(url, timeout=wait)
    def by_type(url, session: "requests.Session", wait): return session.get(url, timeout=wait)
    def by_helper(url, wait): return _helper(url, wait)
    def _helper(url, wait): return requests.get(url, timeout=wait)
    def by_method(url, wait): return Own().fetch(url, wait)
    def by_neighbour(url, wait): return pull(url, wait)
    def by_module(url, wait): return neighbour.load(url, wait)
    def by_object(url, wait): return Kept().pull(url, wait)
    def by_made(url, wait): return neighbour.make().pull(url, wait)
    def by_runner(line): run_it(line)
    def by_local(line): command = line or "ls"; subprocess.run(command, shell=True)
    def by_list(*args): subprocess.run(list(args))
    def by_options(line): options = {"args": line}; subprocess.run(**options)
    def by_its_name(command): elsewhere.run_command(command)
    def by_words(name, path): elsewhere.execute("rm", "-rf", path)
    def by_back(line): subprocess.run(_same(line), shell=True)
    def _same(line): return line
    def gives(): made = requests.Session(); return made
    def gives_or_none(on): return requests.Session() if on else None
    def gives_and_yields(): made = requests.Session(); yield 1; return made
    def gives_listed(): kept = [requests.Session()]; return kept[0]
    def gives_popped(): kept = {"a": requests.Session()}; return kept.pop("a")
    def gives_looped():
        for made in [requests.Session()]: return made
    def gives_other(): return gives()
    def gives_kept(): return Kept()
    def gives_by_module(): made = neighbour.Apart(); return made
    def gives_typed() -> requests.Session: return elsewhere()
    @contextlib.contextmanager
    def gives_for_a_while():
        with requests.Session() as session: yield session
    def tells(): log.exception("gone")
    def by_library_of_its_own(url, wait=None): return httpx.get(url, timeout=wait)
    def tells_by_alias(): complain("gone")
    def tells_by_switch(): log.error("gone", exc_info=True)
    def tells_by_another(): tells()
    def tells_by_name(): elsewhere.dump_exception()
    def tells_by_print(): traceback.print_exc()
    class Own:
        session = requests.Session()
        def __init__(self, line="ls"): self.line = line; self.get = requests.get; self.kept = Kept()
        def fetch(self, url, wait): return self.session.get(url, timeout=wait)
        def by_attribute(self, url, wait): return self.get(url, timeout=wait)
        def by_kept(self, url, wait): return self.kept.pull(url, wait)
        def by_put(self, command): self.line = command; subprocess.run(self.line, shell=True)
        @property
        def made(self): return requests.Session()
        def by_property(self, url, wait): return self.made.get(url, timeout=wait)
        def itself(self): return self
"""
DARK = """
    def says(url): str(url); return len(requests.get("https://a", timeout=5).text)
    def runs(name): subprocess.run(["ls", "-l", name], check=True)
    def runs_text(name): subprocess.run(f"ls -l {name}", shell=True)
    def counts(names): made = requests.Session(); return [made.get("https://a") for _ in names]
    def joins(names): requests.get("https://a", timeout=5); return ", ".join(names)
    def swallows(url):
        try: requests.get("https://a", json={"url": url})
        except Exception: log.exception('gone')
    def hands_other(url): return by_helper("https://a", _five(url))
    def _five(url): return len(url)
"""


def project_of(folder):
    texts = {"neighbour.py": NEIGHBOUR, "lines.py": f"{HEAD}{BRIGHT}{DARK}"}
    (folder / "httpx").mkdir(exist_ok=True)
    (folder / "httpx" / "__init__.py").write_text("def get(url, timeout): ...\n", encoding="utf-8")
    for name, text in texts.items():
        (folder / name).write_text("".join(map(textwrap.dedent, text.split("\n\n\n\n"))), encoding="utf-8")
    return Project(folder, the_models(), tells_of_exceptions)


def told(folder, spots):
    project = project_of(folder)
    return {spot: project.told((str(folder / "lines.py"), spot)) for spot in spots}


def spots_in(text):
    found, owner = [], ""
    for line in textwrap.dedent(text).splitlines():
        head, _, rest = line.strip().partition(" ")
        if head == "class":
            owner = rest.rstrip(":")
        elif head == "def":
            name = rest.partition("(")[0]
            found.append((owner, name) if owner else (name,))
    return found


def test_nothing_is_lost_by_what_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(Project, "worth", lambda *_: True)  # also what hardly anybody would read
    spots = spots_in(BRIGHT) + spots_in(DARK)
    seldom = told(tmp_path, spots)
    monkeypatch.setattr(Prospect, "is_bright", lambda _: True)
    always = told(tmp_path, spots)
    assert seldom == always
    telling = [one for one in always.values() if one.what.tells or one.what.returns]
    assert len(telling) > len(spots) - len(spots_in(DARK)) - 5, "most of these were meant to tell something"


def test_what_can_tell_nothing_is_not_read(tmp_path, monkeypatch):
    bright = []
    whether = Prospect.is_bright
    monkeypatch.setattr(Prospect, "is_bright", lambda self: whether(self) and not bright.append(self.spot[1]))
    told(tmp_path, spots_in(DARK))
    assert not bright
