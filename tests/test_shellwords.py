"""A shell's line cut up as sh does it, and the prefixes in front of a program."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot import prefixes, shellwords


def texts(line):
    return [[word.text for word in simple.words] for simple in shellwords.split(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ls -l", [["ls", "-l"]]),
        ("ls 'a b' \"c d\" e\\ f", [["ls", "a b", "c d", "e f"]]),
        ("a | b && c || d; e & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("a > out 2>&1 < in", [["a"]]),
        ("find . -name '*.py' -exec rm {} \\;", [["find", ".", "-name", "*.py", "-exec", "rm", "{}", ";"]]),
        ("echo it's", [["echo", "it's"]]),
        ("a \\\n  b", [["a", "b"]]),
        ("a # b | c\nd#e", [["a"], ["d#e"]]),
        ("echo $(cat x) `id -u`", [["cat", "x"], ["id", "-u"], ["echo", "\0", "\0"]]),
        ('echo "$(whoami)"', [["whoami"], ["echo", "$(whoami)"]]),
        ("cat <<EOF\ncurl -k\nEOF\nls", [["cat"], ["ls"]]),
        ("", []),
    ],
)
def test_lines_are_cut_as_a_shell_cuts_them(line, expected):
    assert texts(line) == expected


def test_redirections_and_operators_are_kept():
    first, second = shellwords.split("make 2>/dev/null | tee log")
    assert [(sign, target.text) for sign, target in first.redirects] == [("2>", "/dev/null")]
    assert second.operator == "|"


def test_data_is_counted_through_quotes_and_substitutions():
    found = shellwords.split("a \0 '\0' $(b \0) \"c \0\"")
    assert sorted(number for simple in found for word in simple.words for number in word.data) == [0, 1, 2, 3]


@pytest.mark.parametrize("word", ["*.py", "~/x", "$HOME", "${A}b", "a{1,2}", '"$X"', "[ab]c"])
def test_what_a_shell_would_expand_is_marked(word):
    assert shellwords.split("ls " + word)[0].words[1].expands


@pytest.mark.parametrize("word", ["'*.py'", "'$HOME'", "\\*", "a~b", "{}", "plain"])
def test_what_it_would_leave_alone_is_not(word):
    assert not shellwords.split("ls " + word)[0].words[1].expands


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1), min_size=1))
def test_quoted_words_come_back_as_they_were(words):
    (simple,) = shellwords.split(shlex.join(words))
    assert [word.text for word in simple.words] == words


@given(st.text(st.sampled_from("ab \t\n\\'\"`$(){}|&;<>#*?~=\0-"), max_size=60))
def test_no_text_is_too_odd(line):
    found = shellwords.split(line)
    numbers = [number for simple in found for word in simple.words for number in word.data]
    assert all(0 <= number < line.count("\0") for number in numbers)


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("sudo -u root env A=1 bash -lc X", "bash"),
        ("sudo A=1 curl -k", "curl"),
        ("timeout -k 5 10 curl -k", "curl"),
        ("nice -n 10 ionice -c2 -n7 tar", "tar"),
        ("xargs -I{} sh -c X", "sh"),
        ("/usr/bin/nohup /opt/bin/run.exe", "run"),
        ("sshpass -p x ssh host", "ssh"),
        ("systemctl restart sudo", "systemctl"),
        ("env", "env"),
        ("sudo -s", "sudo"),
    ],
)
def test_prefixes_are_looked_through(line, program):
    words = line.split()
    at, _ = prefixes.start(words, by_shell=False)
    assert prefixes.program(words[at]) == program


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("sh -c X", ["X"]),
        ("bash -euo pipefail -c X a", ["X"]),
        ("bash -lc X", ["X"]),
        ("bash -c -l X", ["X"]),
        ("bash --login -c X", ["X"]),
        ("bash -l script.sh -c X", []),
        ("bash -s", []),
        ("sh", []),
        ("python3 -c X", []),
        ("cmd.exe /S /C dir x", ["dir", "x"]),
        ("powershell -ExecutionPolicy Bypass -Command A B", ["A", "B"]),
        ("powershell Get-Service x", ["Get-Service", "x"]),
        ("powershell -File x.ps1 y", []),
        ("pwsh script.ps1", []),
        ("powershell -EncodedCommand X", []),
        ("su - postgres -c X", ["X"]),
        ("fish --version", []),
    ],
)
def test_what_a_shell_reads_as_its_own_language(line, script):
    words = line.split()
    assert [words[at] for at in prefixes.script(words)] == script


@pytest.mark.parametrize(
    ("line", "inner"),
    [
        ("ssh -p 22 host sh -c X", ["sh", "-c", "X"]),
        ("ssh host", []),
        ("kubectl exec -it pod -c c -- sh -c X", ["sh", "-c", "X"]),
        ("docker exec -u root c sh -c X", ["sh", "-c", "X"]),
        ("docker ps -a", []),
    ],
)
def test_what_runs_elsewhere(line, inner):
    words = line.split()
    found, _ = prefixes.elsewhere(words)
    assert [words[at] for at in found] == inner


@given(
    st.lists(
        st.none()
        | st.sampled_from(["sudo", "env", "sh", "-c", "-u", "A=1", "--", "ssh", "x", "", "\0", "cmd", "/c", "-"])
    )
)
def test_no_words_are_too_odd(words):
    at, _ = prefixes.start(words, by_shell=True)
    assert 0 <= at <= len(words)
    rest = words[at:]
    assert all(0 <= place < len(rest) for place in prefixes.script(rest))
    assert all(0 <= place < len(rest) for place in prefixes.elsewhere(rest)[0])
