"""What to fix first: the order that an operator would choose, told honestly, and the orders that only look right."""

import re
from dataclasses import replace

import pytest
from audit_samples import BOOK, cron, finding, small
from hypothesis import given
from hypothesis import strategies as st

from lintfoot.audit.ranking import churn, danger, is_aside, ranked, risk
from lintfoot.audit.records import Audit, History, Past, Repository, Script, Starter
from lintfoot.findings import Confidence, Severity


def audit(*scripts, findings, **given):
    return ranked(
        Audit((Repository("r", "r", scripts=scripts, findings=tuple(findings), **given),), "2026-11-21", "0"), BOOK
    )


def script(path, *starters, changes=0, **given):
    history = History(changes, ("Ada",), "2025-01-01", "2026-01-01") if changes else None
    return Script(path, 100, 10, handled=True, started_by=starters, history=history, **given)


def order(*scripts, findings):
    return [place.path for place in audit(*scripts, findings=findings).first]


def many(code, path, count=20, **given):
    return [finding(code, path, line + 2, **given) for line in range(count)]


def beats(first, second, findings):
    """Whichever way round they come."""
    expected = [first.path, second.path]
    return order(first, second, findings=findings) == order(second, first, findings=findings[::-1]) == expected


DEPLOY = script("ops/deploy.py", cron())
SHELL = finding("LF101", "ops/deploy.py", 12)

OFTEN_CHANGED_ELSEWHERE = [
    script("tests/fixtures/bad.py", changes=500),
    script("tests/fixtures/bad.py", Starter("ci", ".github/workflows/test.yml", 3), changes=500),
    script("examples/everything_wrong.py", Starter("make", "Makefile", 9), changes=500),
    script("docs/snippets/run.py", Starter("script", "docs/build.py"), changes=500),
    script("src/pkg/tests/helpers.py", changes=500),
    script("docs/fetch-contributors", Starter("docker", "docs/Dockerfile", 10), changes=500),
    script("tests/nightly.py", Starter("cron", "tests/fixtures/crontab", 10), changes=500),
    script("test_all.py", changes=500),
    script("benchmarks/load.py", changes=500),
]


@pytest.mark.parametrize("noisy", OFTEN_CHANGED_ELSEWHERE, ids=lambda one: one.path)
@pytest.mark.parametrize("code", ["LF101", "LF201", "LF502", "LF503"])
def test_twenty_findings_aside_do_not_beat_one_in_what_cron_runs(noisy, code):
    assert beats(DEPLOY, noisy, [SHELL, *many(code, noisy.path)])


@pytest.mark.parametrize("noisy", OFTEN_CHANGED_ELSEWHERE, ids=lambda one: one.path)
def test_nor_one_in_a_script_that_nobody_is_seen_to_run(noisy):
    assert beats(script("bin/sync"), noisy, [finding("LF101", "bin/sync", 3), *many("LF101", noisy.path)])


def test_any_number_of_warnings_in_the_same_place_do_not_beat_one_error():
    assert beats(DEPLOY, script("ops/noisy.py", cron()), [SHELL, *many("LF503", "ops/noisy.py", 400)])


def test_any_number_of_notes_do_not_beat_one_warning():
    notes = many("LF903", "ops/noisy.py", 400, severity=Severity.NOTE)
    assert beats(DEPLOY, script("ops/noisy.py", cron()), [finding("LF503", "ops/deploy.py", 1), *notes])


def test_two_errors_beat_one():
    assert beats(script("ops/two.py", cron()), DEPLOY, [SHELL, *many("LF101", "ops/two.py", 2)])


def test_what_is_sure_beats_what_is_not():
    unsure = finding("LF101", "ops/unsure.py", 1, confidence=Confidence.MEDIUM)
    assert beats(DEPLOY, script("ops/unsure.py", cron()), [SHELL, unsure])


def test_what_cron_runs_beats_what_make_runs():
    made = script("ops/made.py", Starter("make", "Makefile", 1))
    assert beats(DEPLOY, made, [SHELL, finding("LF101", "ops/made.py", 12)])


def test_what_often_changes_beats_what_never_does():
    still = script("ops/still.py", cron(), changes=1)
    often = script("ops/often.py", cron(), changes=60)
    assert beats(often, still, [finding("LF101", "ops/still.py", 1), finding("LF101", "ops/often.py", 1)])


def test_how_often_it_changes_does_not_make_a_warning_an_error():
    often = script("ops/often.py", cron(), changes=100_000)
    assert beats(DEPLOY, often, [SHELL, finding("LF503", "ops/often.py", 1)])


def test_a_script_is_run_wherever_the_one_that_runs_it_is():
    inner = script("lib/inner.py", Starter("script", "ops/middle.py", 4))
    middle = script("ops/middle.py", Starter("script", "ops/outer.py", 4), Starter("script", "lib/inner.py"))
    outer = script("ops/outer.py", cron())
    found = audit(inner, middle, outer, findings=[finding("LF101", "lib/inner.py", 1)])
    assert found.first[0].risk == audit(DEPLOY, findings=[SHELL]).first[0].risk
    words = "is run by ops/middle.py, which is run by ops/outer.py, which is run by cron (etc/cron.d/nightly, line 3)"
    assert words in found.first[0].why


def test_scripts_that_run_each_other_come_to_an_end():
    one, two = script("a.py", Starter("script", "b.py")), script("b.py", Starter("script", "a.py"))
    assert order(one, two, findings=[finding("LF101", "a.py", 1)]) == ["a.py"]


def test_what_a_script_imports_is_run_nearly_as_much():
    job = script("ops/job.py", cron())
    near = script("lib/near.py", imported_by=("ops/job.py", "lib/far.py", "tests/test_near.py"))
    far = script("lib/far.py", imported_by=("lib/near.py",))
    lone = script("lib/lone.py", imported_by=("lib/alone.py",))
    alone = script("lib/alone.py")
    files = ("ops/job.py", "lib/near.py", "lib/far.py", "lib/lone.py", "lib/alone.py")
    found = audit(job, near, far, lone, alone, findings=[finding("LF101", path, 3) for path in files])
    places = {place.path: place for place in found.first}
    assert found.first[0].path == "ops/job.py"
    assert places["ops/job.py"].risk > places["lib/near.py"].risk == places["lib/far.py"].risk
    assert places["lib/far.py"].risk > places["lib/lone.py"].risk == places["lib/alone.py"].risk
    words = "by ops/job.py, which is run by cron (etc/cron.d/nightly, line 3)"
    assert f"is imported {words}" in places["lib/near.py"].why
    assert f"is imported, through other files, {words}" in places["lib/far.py"].why
    assert "nothing in the tree was seen to start it" in places["lib/lone.py"].why


def test_a_test_that_runs_a_script_makes_it_no_weightier():
    tested = script("bin/tool", Starter("script", "tests/test_tool.py", 3))
    alone = script("bin/alone")
    found = audit(tested, alone, findings=[finding("LF101", "bin/tool", 1), finding("LF101", "bin/alone", 1)])
    assert len({place.risk for place in found.first}) == 1


def test_an_example_that_cron_runs_is_no_example():
    assert order(script("examples/job.py", cron()), script("bin/x"), findings=[finding("LF101", "bin/x", 1), finding("LF101", "examples/job.py", 1)])[0] == "examples/job.py"  # fmt: skip


@pytest.mark.parametrize(
    ("path", "aside"),
    [
        ("tests/a.py", True),
        ("a/Test/b.py", True),
        ("test_a.py", True),
        ("pkg/conftest.py", True),
        ("doc/conf.py", True),
        ("ops/latest.py", False),
        ("ops/testing_grounds.py", False),
        ("ops/contest.py", False),
        ("protest/run", False),
        ("examples.py", False),
    ],
)
def test_what_stands_aside(path, aside):
    assert is_aside(path) is aside


FINDINGS = st.builds(
    lambda severity, confidence, line: finding("LF101", "a.py", line + 2, severity=severity, confidence=confidence),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    st.integers(0, 40),
)


@given(st.lists(FINDINGS, max_size=12), FINDINGS)
def test_one_more_finding_never_lowers_the_risk(findings, more):
    assert danger([*findings, more]) >= danger(findings) - 1e-9


@given(st.lists(FINDINGS, min_size=1, max_size=6), st.integers(0, 5))
def test_a_worse_or_surer_finding_never_lowers_the_risk(findings, place):
    at = place % len(findings)
    for worse in ({"severity": Severity.ERROR}, {"confidence": Confidence.HIGH}):
        changed = [*findings[:at], replace(findings[at], **worse), *findings[at + 1 :]]
        assert danger(changed) >= danger(findings) - 1e-9


@given(st.integers(1, 500), st.integers(1, 500))
def test_more_changes_never_lower_it(few, more):
    low, high = sorted((few, more))
    assert 1 <= churn(script("a.py", changes=low)) <= churn(script("a.py", changes=high)) <= 1.5


@given(st.lists(st.sampled_from(["ci", "cron", "systemd", "make", "docker", "package", "script", "odd"]), max_size=4), st.sampled_from(["ci", "cron", "make"]))  # fmt: skip
def test_one_more_place_that_runs_it_never_lowers_it(kinds, more):
    def value(*names):
        starters = [Starter(kind, f"{kind}.x") for kind in names]
        return audit(script("a.py", *starters), findings=[finding("LF101", "a.py", 3)]).first[0].risk

    assert value(*kinds, more) >= value(*kinds)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_scale_keeps_the_order(one, other):
    low, high = sorted((one, other))
    assert 0 <= risk(low) <= risk(high) <= 100


@given(st.permutations(small().repositories[0].findings), st.permutations(small().repositories[0].scripts))
def test_the_order_of_the_records_does_not_matter(findings, scripts):
    ops = small().repositories[0]
    shuffled = replace(ops, findings=tuple(findings), scripts=tuple(scripts))
    assert (
        ranked(Audit((shuffled,), "2026-11-21", "0"), BOOK).first
        == ranked(Audit((ops,), "2026-11-21", "0"), BOOK).first
    )


def test_the_risks_of_an_audit():
    found = small()
    assert [(place.repository, place.path, place.risk) for place in found.first] == [
        ("deploy", "ops/rollout.py", 84),
        ("deploy", "ops/backup.py", 68),
        ("tools", "bin/sync", 34),
        ("deploy", "tests/fixtures/bad.py", 22),
        ("deploy", "examples/all_wrong.py", 15),
        ("deploy", "lib/wait.py", 10),
        ("deploy", "lib/old.py", 10),
        ("tools", "bin/report", 10),
    ]
    risks = {one.path: one.risk for one in found.repositories[0].scripts}
    assert risks["lib/clean.py"] == 0
    assert risks["lib/old.py"] == 10, "a file that nothing else is known of"


def test_each_place_says_why_and_what_to_do():
    first, second, *_ = small().first
    assert first.why == (
        "It has 2 errors (LF201 request-without-timeout, LF101 shell-true) and 1 note, 1 of them silenced there; "
        "is run by cron (etc/cron.d/nightly, line 3); was changed 41 times by 2 people."
    )
    assert first.first.startswith("Line 41, LF201 request-without-timeout: Give every call a timeout,")
    assert "is run by ops/rollout.py, which is run by cron" in second.why
    assert second.findings[0] == finding("LF101", "ops/backup.py", 12).fingerprint


def test_every_reason_is_one_sentence():
    for place in small().first:
        for text in (place.why, place.first):
            assert "\n" not in text
            assert text.endswith((".", "!", "?"))
            assert not re.search(r"[.!?] [A-Z]", re.sub("`[^`]*`", "", text)), text


def test_a_shallow_history_is_told_as_one():
    found = audit(script("a.py", changes=3), findings=[finding("LF101", "a.py", 3)], past=Past.SHALLOW)
    assert "was changed at least 3 times by one person" in found.first[0].why


def test_an_unsure_finding_is_told_as_one():
    found = audit(script("a.py"), findings=[finding("LF101", "a.py", 3, confidence=Confidence.LOW)])
    assert "(LF101 shell-true, low confidence)" in found.first[0].why


def test_nothing_found_is_nothing_to_do():
    found = audit(script("a.py", cron(), changes=90), findings=[])
    assert found.first == ()
    assert found.repositories[0].scripts[0].risk == 0


def test_a_workflow_called_test_starts_scripts_all_the_same():
    found = audit(
        script("ops/x.py", Starter("ci", ".github/workflows/test.yml")), findings=[finding("LF101", "ops/x.py", 1)]
    )
    assert "is run in CI (.github/workflows/test.yml)" in found.first[0].why
