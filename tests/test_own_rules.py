"""Rules and models of one's own: exactly the TOML that the documentation shows."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from lintfoot import book, library_pages
from lintfoot.cli import main

GUIDE = (Path(__file__).parent.parent / "docs" / "writing-rules.md").read_text(encoding="utf-8")
BLOCKS = [(language, text) for language, text in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", GUIDE)]
FILES = {match[1]: text for _, text in BLOCKS if (match := re.match(r"# (\S+\.toml)\n", text))}
MODEL, PAGE = "lint/libraries/housenet.toml", "lint/OPS101-reboot-undrained.toml"
FORMAT = "lint/formats/house.toml"


def shown(language, start):
    """The one block of the guide that begins so."""
    (text,) = (text for one, text in BLOCKS if one == language and text.startswith(start))
    return text


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A project with the files that the guide shows."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capsys, code, *arguments):
    """Line and code of every finding in a script, from the command line."""
    Path("script.py").write_text(code, encoding="utf-8")
    main(["check", "script.py", "--format", "json", *arguments])
    out, err = capsys.readouterr()
    assert err == ""
    return [(one["line"], one["code"]) for one in json.loads(out)["findings"]]


def test_the_guide_shows_a_setting_a_model_a_format_and_a_page():
    assert FILES.keys() == {"pyproject.toml", MODEL, FORMAT, PAGE}


def test_a_house_format_is_found_wherever_it_stands(house, capsys):
    code = 'notify("hdk_" "7f3k9q2m4x8z1b5c6d0e2g3h4j5l6n7p")\n'
    assert found(capsys, code) == [(1, "LF401")]
    (house / FORMAT).unlink()
    assert found(capsys, code) == []


def test_six_lines_give_a_house_client_two_rules(house, capsys):
    lines = [line for line in FILES[MODEL].splitlines() if line and not line.startswith("#")]
    assert len(lines) == 6
    code = shown("python", "import housenet as net")
    assert found(capsys, code) == [(3, "LF201"), (4, "LF301")]
    (house / MODEL).unlink()
    assert found(capsys, code) == []


@pytest.mark.usefixtures("house")
def test_what_is_right_stays_quiet(capsys):
    code = """
import housenet
import othernet

housenet.get("https://api", timeout=5)
housenet.post("https://api", timeout=limit(), strict=True)
housenet.get("https://api", **options)
othernet.get("https://api", strict=False)
"""
    assert found(capsys, code) == []


CLIENTS = """
import housenet


def client():
    return housenet.Client()


class Fleet:
    def __init__(self):
        self.http = housenet.Client()

    def hosts(self):
        return self.http.get("https://api")


def purge(api: housenet.Client):
    api.post("https://api")


with housenet.Client() as one:
    one.get("https://api", timeout=None)

client().get("https://api")
"""


def test_three_lines_more_follow_its_objects(house, capsys):
    more = shown("toml", '[[functions]]\nnames = ["housenet.Client"]')
    assert len(more.splitlines()) == 3
    with (house / MODEL).open("a") as file:
        file.write(more)
    assert found(capsys, CLIENTS) == [(14, "LF201"), (18, "LF201"), (22, "LF201"), (24, "LF201")]


def test_an_attribute_can_switch_checking_off(house, capsys):
    with (house / MODEL).open("a") as file:
        file.write(shown("toml", '[[functions]]\nnames = ["housenet.Client"]') + shown("toml", "[[attributes]]"))
    code = "import housenet\n\nclient = housenet.Client()\nclient.strict = False\nclient.strict = True\n"
    assert found(capsys, code) == [(4, "LF301")]


@pytest.mark.usefixtures("house")
def test_the_examples_of_the_page_are_found_and_silent(capsys):
    (example,) = tomllib.loads(FILES[PAGE])["examples"]
    assert found(capsys, example["bad"], "--select", "OPS") == [(3, "OPS101")]
    assert found(capsys, example["good"], "--select", "OPS") == []
    commands = (
        'import subprocess\n\nsubprocess.run(["shutdown", "-r", "now"], check=True)\nsubprocess.run(["uptime"])\n'
    )
    assert found(capsys, commands, "--select", "OPS") == [(3, "OPS101")]


@pytest.mark.usefixtures("house")
def test_a_rule_of_ones_own_is_a_rule_like_any_other(capsys):
    bad = tomllib.loads(FILES[PAGE])["examples"][0]["bad"]
    assert found(capsys, bad, "--ignore", "reboot-undrained") == []
    assert found(capsys, bad.replace('3")', '3")  # lintfoot: ignore[OPS101] -- the last host')) == []
    for command in (["explain", "OPS101"], ["rules", "--select", "OPS"], ["rules", "--pages", "docs"]):
        assert main(command) == 0
        assert "OPS101" in capsys.readouterr().out or Path("docs/OPS101.md").is_file()


def test_what_is_wrong_is_told_as_the_guide_shows(house, capsys):
    (house / MODEL).write_text(FILES[MODEL].removeprefix(f"# {MODEL}\n").replace("role =", "rol ="))
    assert main(["check", "."]) == 2
    assert capsys.readouterr().err == shown("text", "lint/libraries/housenet.toml:")


def test_the_models_of_the_house_name_their_source():
    """A user's model may leave these out; lintfoot's own may not."""
    for library in library_pages.load([book.own_folder()]).libraries:
        assert library.source, library.name


def test_the_guide_names_every_role_and_value_word_that_it_lists():
    told = set(re.findall(r"`([a-z-]+)`", GUIDE))
    assert set(library_pages.VALUE_WORDS) - {"call", "given"} <= told
    listed = re.search(r"\| `role` \| what the call does: (.*?) … \|", GUIDE)
    assert listed
    assert set(re.findall(r"`([a-z-]+)`", listed[1])) <= set(library_pages.ROLES)
