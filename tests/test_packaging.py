"""The same book from a wheel, an sdist, an editable install, a clone and a zip: built and installed for real."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from checkout import committed, copied, files

import lintfoot
from lintfoot import book, explain

# Nothing of this process may leak into the processes that are tested: they run outside of the tree.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LINTFOOT_", "GIT_DIR"))
}
HANGING = "import requests\n\nsession = requests.Session()\nprint(session.get('https://example.com').text)\n"


def run(*command, cwd, codes=(0,)):
    done = subprocess.run([*map(str, command)], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode in codes, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A clone: what stands in the working tree, committed."""
    return committed(copied(tmp_path_factory.mktemp("clone")))


@pytest.fixture(scope="module")
def built(tree, tmp_path_factory):
    """The folder with the sdist, and the wheel that was built from that sdist."""
    assert int(version("setuptools").partition(".")[0]) >= 77, "pip install -U setuptools: this build needs 77"
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, tree, cwd=folder)
    return folder


def packaged():
    """What a wheel has to hold: every module, the marker for type checkers, what the page of an audit is made of, every page below rules/."""
    own = {name for name in files() if name.startswith("lintfoot/") and name.endswith((".py", "/py.typed"))}
    own |= {name for name in files() if name.startswith("lintfoot/audit/views/templates/")}
    pages = {name for name in files() if name.startswith("rules/")}
    assert all(name.endswith(".toml") or name == "rules/__init__.py" for name in pages), "rules/ holds data alone"
    return own, pages


def test_the_wheel_holds_the_tree_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    about = f"lintfoot-{lintfoot.__version__}.dist-info/"
    own, pages = packaged()
    assert {name for name in names if not name.startswith(about)} == own | {f"lintfoot/{name}" for name in pages}
    expected = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt"}
    assert {name.removeprefix(about) for name in names if name.startswith(about)} == expected


def test_the_sdist_holds_what_a_build_needs_and_no_tests(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    own, pages = packaged()
    beside = {"CHANGELOG.md", "LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg"}
    assert {name for name in names if not name.startswith("lintfoot.egg-info/")} == own | pages | beside


def test_the_version_is_written_twice_and_the_same():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    assert project["version"] == lintfoot.__version__


@pytest.fixture
def fresh(tmp_path):
    """A virtual environment without lintfoot, in which the libraries of this one can be imported."""
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    paths = json.loads(
        run(scripts / "python", "-c", "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))", cwd=tmp_path)
    )
    (Path(paths["purelib"]) / "libraries.pth").write_text(
        "".join(f"{sysconfig.get_path(key)}\n" for key in ("purelib", "platlib")), encoding="utf-8"
    )
    return scripts


def install(python, *what, cwd):
    options = ("--quiet", "--no-input", "--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, *what, cwd=cwd)


def proven(scripts, folder):
    """What is installed has the whole book and does the main job, from a folder that is none of its business."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "fetch.py").write_text(HANGING)
    listed = run(scripts / "lintfoot", "rules", "--format", "json", cwd=elsewhere)
    assert listed == explain.catalogue(book.load([book.own_folder()]), "json")
    found = json.loads(run(scripts / "lintfoot", "check", "--format", "json", "fetch.py", cwd=elsewhere, codes=(1,)))
    assert "LF201" in [finding["code"] for finding in found["findings"]]
    return run(scripts / "python", "-c", "import lintfoot; print(lintfoot.__file__)", cwd=elsewhere).strip()


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_installed_from_what_was_built(pattern, built, fresh, tmp_path):
    (archive,) = built.glob(pattern)
    install(fresh / "python", archive, cwd=tmp_path)
    assert Path(proven(fresh, tmp_path)).is_relative_to(tmp_path / "venv")


def test_installed_from_a_clone(tree, fresh, tmp_path):
    install(fresh / "python", f"git+{tree.as_uri()}", cwd=tmp_path)
    assert Path(proven(fresh, tmp_path)).is_relative_to(tmp_path / "venv")


def test_installed_editable(tree, fresh, tmp_path):
    install(fresh / "python", "--editable", tree, cwd=tmp_path)
    assert Path(proven(fresh, tmp_path)).is_relative_to(tree)


def test_the_book_loads_from_a_zip(built, tmp_path):
    (wheel,) = built.glob("*.whl")
    text = f"import sys; sys.path.insert(0, {str(wheel)!r}); from lintfoot import cli; print(cli.__file__); "
    text += "cli.main(['rules'])"
    out = run(sys.executable, "-c", text, cwd=tmp_path)
    assert out.startswith(str(wheel))
    assert re.search(r"(?m)^LF201 ", out)


def test_a_checkout_that_is_not_installed_says_so(tmp_path):
    root = copied(tmp_path / "tree")
    paths = [str(root), *(sysconfig.get_path(key) for key in ("purelib", "platlib"))]
    text = f"import sys; sys.path[:0] = {paths!r}; from lintfoot.cli import main; sys.exit(main(['rules']))"
    done = subprocess.run([sys.executable, "-S", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install -e ." in done.stderr
