"""Every format's whole output, letter by letter."""

import subprocess
import sys

import pytest
import report_samples

TEXTS = report_samples.pinned()


@pytest.mark.parametrize("name", TEXTS)
def test_output_is_pinned(name):
    path = report_samples.PINNED / name
    expected = path.read_bytes().decode("utf-8")
    assert TEXTS[name] == expected, "read the difference; if it is meant: python tests/report_samples.py --write"


def test_nothing_is_pinned_that_nobody_makes():
    assert {path.name for path in report_samples.PINNED.iterdir()} == set(TEXTS)


def test_two_runs_give_the_same_bytes():
    script = "import report_samples, hashlib; print(hashlib.sha256(repr(report_samples.pinned()).encode()).hexdigest())"
    hashes = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=report_samples.PINNED.parent,
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1
