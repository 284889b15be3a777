"""Hand-made audits for the tests of what shows them: a small fleet with one of everything, a hostile one, a large one."""

from dataclasses import replace

from lintfoot.audit.ranking import ranked
from lintfoot.audit.records import (
    Audit,
    Change,
    Comparison,
    History,
    Kind,
    Moved,
    Past,
    Repository,
    Script,
    Starter,
)
from lintfoot.book import load, own_folder
from lintfoot.findings import (
    Bug,
    Confidence,
    Finding,
    FrameLine,
    Mark,
    Note,
    Related,
    Severity,
    Silence,
    Source,
    Span,
    fingerprint,
)

BOOK = load([own_folder()])

HOSTILE = "</script><script>document.title='owned'</script>"
MARKS = "\u202egnp.exe\u202c \x1b[31mred\x07 \"quotes\" 'single' {{ 7*7 }} ${7} &amp; <img src=x onerror=alert(1)>"


def finding(code, path, line, message="", **given):
    rule = BOOK.by_code[code]
    made = {
        "severity": rule.severity,
        "span": Span(line, 5, line, 29),
        "message": message or f"{rule.summary.rstrip('.')}",
        "fingerprint": fingerprint(code, path, "", str(line), 1),
        "frame": (
            FrameLine(line - 1, "def main(host):"),
            FrameLine(
                line, "    subprocess.run(f'ping {host}', shell=True)", (Mark(5, 47, "a shell reads this", True),)
            ),
        ),
    }
    return Finding(code, rule.name, path=path, **(made | given))


def silenced(one, by="comment", reason="", kind="inSource"):
    return replace(one, silenced_by=Silence(kind, by, one.span.line if kind == "inSource" else 0, reason))


def cron(path="etc/cron.d/nightly", line=3):
    return Starter("cron", path, line)


def deploy():
    """A checkout with history: the script that cron runs, a noisy test fixture, an example, a library."""
    request = finding(
        "LF201",
        "ops/rollout.py",
        41,
        "`session.get` waits for ever: requests has no default timeout",
        label="add `timeout=(connect, read)`",
        help="session.get(url, timeout=(3.05, 30))",
        related=(Related(Span(38, 11, 38, 29), "this Session has no timeout of its own"),),
        frame=(
            FrameLine(
                38, "session = requests.Session()", (Mark(11, 29, "this Session has no timeout of its own", False),)
            ),
            FrameLine(40, "def fetch(url):"),
            FrameLine(41, "    reply = session.get(url)", (Mark(13, 29, "add `timeout=(connect, read)`", True),)),
        ),
    )
    shell = finding("LF101", "ops/rollout.py", 88, "`subprocess.run` hands a command string with data in it to a shell")
    findings = (
        request,
        shell,
        finding("LF101", "ops/backup.py", 12, "`os.system` hands a command string with data in it to a shell"),
        finding("LF503", "ops/backup.py", 30, confidence=Confidence.MEDIUM),
        finding("LF604", "lib/wait.py", 7),
        finding(
            "LF905",
            "ops/rollout.py",
            1,
            "420 lines, changed 41 times, run by cron, and no test names it",
            severity=Severity.NOTE,
        )
        if "LF905" in BOOK.by_code
        else finding("LF903", "ops/rollout.py", 1, severity=Severity.NOTE),
        *(finding("LF101", "tests/fixtures/bad.py", line) for line in range(10, 30)),
        *(finding("LF502", "examples/all_wrong.py", line) for line in range(10, 30)),
        finding("LF000", "lib/old.py", 1, "this is no Python 3: invalid syntax", frame=()),
    )
    scripts = (
        Script("ops/rollout.py", 420, 61, handled=True, started_by=(cron(),), history=History(41, ("Ada", "Grace"), "2024-02-01", "2026-11-01")),
        Script("ops/backup.py", 130, 12, handled=False, started_by=(Starter("script", "ops/rollout.py"),), history=History(9, ("Ada",), "2025-01-07", "2026-03-02")),
        Script("lib/wait.py", 60, 9, handled=True, tests=("tests/test_wait.py",), history=History(2, ("Grace",), "2025-01-07", "2025-01-09")),
        Script("lib/clean.py", 200, 20, handled=True, tests=("tests/test_clean.py",), history=History(3, ("Grace",), "2025-01-07", "2025-01-09")),
        Script("tests/fixtures/bad.py", 80, 0, handled=False, started_by=(Starter("ci", ".github/workflows/test.yml", 20),), history=History(120, ("Ada",), "2024-02-01", "2026-11-01")),
        Script("examples/all_wrong.py", 90, 4, handled=False, history=History(1, ("Ada",), "2024-02-01", "2024-02-01")),
    )  # fmt: skip
    return Repository(
        "deploy",
        "/srv/git/deploy",
        Kind.CHECKOUT,
        revision="5f3c2a9d1e0b",
        past=Past.WHOLE,
        findings=tuple(sorted(findings, key=lambda one: one.place)),
        silenced=(
            silenced(shell, "comment", "the command is a constant"),
            silenced(findings[3], "# noqa: BLE001"),
            silenced(finding("LF401", "ops/keys.py", 4), "per-file-ignores", kind="external"),
        ),
        scripts=scripts,
        unread=(Note("lib/old.py", Severity.ERROR, "this is no Python 3: invalid syntax"),),
        notes=(Note("data/huge.py", Severity.WARNING, "larger than 10 MB: not checked"),),
        bugs=(Bug("ops/odd.py", "Traceback …\nKeyError"),),
        scanned=8,
        skipped=1,
        seconds=1.2,
        sources={path: Source(path, path) for path in {one.path for one in findings}},
    )


def tools():
    """A bare folder without history."""
    findings = (
        finding("LF301", "bin/sync", 20, "`requests.get` is told not to check the certificate"),
        *(finding("LF503", "bin/sync", line) for line in (30, 44, 61)),
        finding("LF702", "bin/report", 9),
    )
    scripts = (Script("bin/sync", 210, 30, handled=True), Script("bin/report", 45, 3, handled=False))
    return Repository(
        "tools",
        "/home/ops/tools",
        findings=findings,
        scripts=scripts,
        scanned=2,
        seconds=0.2,
        sources={path: Source(path, path) for path in ("bin/sync", "bin/report")},
    )


def broken():
    return Repository("mirror", "/srv/git/mirror.git", Kind.BARE, failed="git cannot read it: not a git repository")


def small():
    """A fleet of three repositories, one of which could not be read."""
    return ranked(Audit((deploy(), tools(), broken()), "2026-11-21", "0.1.0", seconds=2.5), BOOK)


def single():
    return ranked(Audit((tools(),), "2026-11-21", "0.1.0", seconds=0.3), BOOK)


def empty():
    return ranked(Audit((Repository("clean", "clean", scanned=3),), "2026-11-21", "0.1.0"), BOOK)


def compared():
    audit = small()
    ops = audit.repositories[0]
    new = tuple(one for one in ops.findings if one.path == "ops/backup.py")
    change = Change(
        "deploy",
        new=new,
        gone=(finding("LF401", "ops/gone.py", 3, "a password is written into the source"),),
        moved=(Moved(next(one for one in ops.findings if one.code == "LF604"), "lib/waiting.py:19"),),
    )
    return replace(
        audit, compared=Comparison("audit-2026-08.json", "2026-08-01", (change,), added=("tools",), removed=("attic",))
    )


def hostile():
    """Everything that comes from a repository tries to be something else."""
    path = f"ops/{HOSTILE}/{MARKS}.py"
    one = finding(
        "LF101",
        path,
        7,
        f"{HOSTILE} {MARKS}",
        label=HOSTILE + MARKS,
        help=f"{HOSTILE}\n{MARKS}",
        related=(Related(Span(6, 1, 6, 2), HOSTILE + MARKS),),
        frame=(
            FrameLine(6, f"x = '{HOSTILE}'  # {MARKS}", (Mark(1, 2, HOSTILE + MARKS, False),)),
            FrameLine(7, f"run('{MARKS}', '{HOSTILE}')\t\U0001f680\u200f\ud800", (Mark(5, 30, HOSTILE + MARKS, True),)),
        ),
    )
    script = Script(
        path,
        70,
        7,
        handled=False,
        tests=(f"tests/{HOSTILE}.py",),
        started_by=(cron(f"etc/{HOSTILE}{MARKS}"),),
        history=History(7, (HOSTILE, MARKS, "Ada"), "2026-01-01", "2026-02-02"),
    )
    repository = Repository(
        f"{HOSTILE}{MARKS}",
        f"/srv/{HOSTILE}{MARKS}",
        Kind.CHECKOUT,
        revision=HOSTILE,
        findings=(one,),
        silenced=(silenced(one, MARKS, HOSTILE + MARKS),),
        scripts=(script,),
        unread=(Note(path, Severity.ERROR, HOSTILE + MARKS),),
        notes=(Note(path, Severity.NOTE, HOSTILE + MARKS),),
        bugs=(Bug(path, HOSTILE),),
        scanned=1,
        sources={path: Source(path, path)},
    )
    other = Repository(f"b {HOSTILE}", HOSTILE, failed=HOSTILE + MARKS)
    audit = ranked(Audit((repository, other), "2026-11-21", "0.1.0"), BOOK)
    change = Change(repository.name, (one,), (one,), (Moved(one, path + ":3"),))
    return replace(audit, compared=Comparison(HOSTILE + MARKS, "2026-08-01", (change,), (repository.name,), (HOSTILE,)))


def large(count=20_000, repositories=12):
    """As many findings as asked for, in scripts of 20 findings each, spread over repositories."""
    codes = [code for code in BOOK.by_code if code not in ("LF000", "LF001", "LF002")]
    levels = (Severity.ERROR, Severity.WARNING, Severity.WARNING, Severity.NOTE)
    kinds = ("cron", "ci", "make", "docker", "")
    made: list[list[Finding]] = [[] for _ in range(repositories)]
    scripts: list[list[Script]] = [[] for _ in range(repositories)]
    for number in range(count // 20):
        path = f"{('ops', 'lib', 'bin', 'tests')[number % 4]}/team{number % 17}/job_{number:04}.py"
        kind = kinds[number % 5]
        starters = (Starter(kind, "etc/run", number),) if kind else ()
        history = History(number % 90 + 1, ("Ada", "Grace")[: number % 2 + 1], "2024-01-01", "2026-11-01")
        scripts[number % repositories].append(
            Script(
                path,
                40 + number * 7919 % 900,
                number % 60,
                handled=bool(number % 3),
                started_by=starters,
                history=history,
            )
        )
        for nth in range(20):
            code = codes[(number * 7 + nth * 13) % len(codes)]
            line = nth * 11 + 9
            frame = (
                FrameLine(line - 2, "def fetch(host, *, retries=3):", (Mark(5, 10, "made here, without a timeout of its own", False),)),
                FrameLine(line, "    reply = self.session.get(f'https://{host}/healthz', verify=False)", (Mark(13, 60, "waits for ever", True),)),
            )  # fmt: skip
            made[number % repositories].append(
                finding(
                    code,
                    path,
                    line,
                    severity=levels[(number + nth) % 4],
                    confidence=tuple(Confidence)[nth % 2],
                    frame=frame,
                    help="self.session.get(f'https://{host}/healthz', timeout=30)",
                )
            )
    repos = tuple(
        Repository(
            f"team-{place:02}",
            f"/srv/git/team-{place:02}",
            Kind.CHECKOUT,
            revision=f"{place:012x}",
            past=Past.WHOLE,
            findings=tuple(sorted(findings, key=lambda one: one.place)),
            silenced=tuple(silenced(one, "comment", "known since 2024") for one in findings[::40]),
            scripts=tuple(own),
            scanned=len(own),
            seconds=3.1,
        )
        for place, (findings, own) in enumerate(zip(made, scripts, strict=True))
    )
    return ranked(Audit(repos, "2026-11-21", "0.1.0", seconds=40.0), BOOK)


_FLEET = {
    "deploy": "ops/rollout ops/rollback ops/drain_node ops/promote_image ops/canary ops/freeze ci/build_matrix ci/publish ci/tag_release lib/inventory lib/kube lib/slack lib/vault lib/waiting bin/restart_workers bin/scale tests/test_rollout tests/test_kube",
    "backup": "jobs/nightly_dump jobs/prune_snapshots jobs/verify_restore jobs/offsite lib/s3 lib/pg lib/report bin/restore_one bin/list_backups tests/test_prune",
    "network": "switches/push_config switches/collect switches/diff firewall/apply_rules firewall/expire dns/sync_zones dns/check_delegation lib/netconf lib/ssh lib/ipam tools/find_mac tools/port_report examples/demo_push tests/test_diff",
    "monitoring": "checks/check_certs checks/check_queue checks/check_disks checks/check_ldap exporters/billing exporters/tickets alerts/page_oncall alerts/silence lib/prom tests/test_alerts",
    "images": "bake bake_base scan_layers mirror_registry clean_registry lib/docker lib/packer tests/test_bake",
}
_KINDS = [("cron", "etc/cron.d/nightly"), ("systemd", "units/worker.service"), ("ci", ".github/workflows/deploy.yml"), ("make", "Makefile"), ("", ""), ("", "")]  # fmt: skip


_LINES = {
    "LF101": ("subprocess.run(f'rsync {source} {target}', shell=True)", "a shell reads this"),
    "LF201": ("reply = session.get(f'https://{host}/healthz')", "waits for ever"),
    "LF301": ("reply = requests.post(url, json=body, verify=False)", "no certificate is checked"),
    "LF401": ("connect(host, user='deploy', password=\"…\")", "a password in the source"),
    "LF503": ("except Exception:", "what went wrong is forgotten here"),
    "LF504": ("except OSError:", "dropped without a word"),
    "LF506": ("names = open(path).read().splitlines()", "never closed"),
    "LF602": ("while not push(host):", "no pause between attempts"),
    "LF605": ("while state(node) != 'drained':", "no deadline"),
    "LF701": ("json.dump(state, open(STATE, 'w'))", "written over the old version"),
    "LF703": ("target = folder + '/' + name", "a path glued together"),
    "LF903": ("logging.basicConfig(format='%(levelname)s %(message)s')", "no time"),
}


def _shown(code, path, line):
    text, label = _LINES[code]
    frame = (FrameLine(line, f"    {text}", (Mark(5, 5 + len(text), label, primary=True),)),)
    return finding(code, path, line, frame=frame)


def showcase():
    """What the docs show: five repositories of a platform team, compared with three months before."""
    chosen = (
        "LF201",
        "LF101",
        "LF503",
        "LF301",
        "LF602",
        "LF504",
        "LF703",
        "LF401",
        "LF605",
        "LF506",
        "LF903",
        "LF701",
    )
    repositories = []
    for place, (name, names) in enumerate(_FLEET.items()):
        findings, scripts = [], []
        for nth, stem in enumerate(names.split()):
            path, seed = f"{stem}.py", (nth * 7 + place * 5) % 11
            kind, where = _KINDS[(nth + place) % len(_KINDS)]
            starters = (
                (Starter(kind, where, 3 + nth),) if kind and not stem.startswith(("lib", "tests", "examples")) else ()
            )
            people = ("First Author", "Second Author", "Third Author")[: 1 + seed % 3]
            history = History(1 + seed * seed % 80, people, "2023-05-02", f"2026-{1 + seed % 10:02}-14")
            scripts.append(
                Script(
                    path, 60 + seed * 83 % 700, 4 + seed * 5, handled=seed % 3 > 0, started_by=starters, history=history
                )
            )
            count = 0 if seed % 3 == 1 else 9 if stem.startswith(("tests", "examples")) else 1 + seed % 4
            findings += [_shown(chosen[(seed + turn * 5) % 12], path, 20 + turn * 23) for turn in range(count)]
        kept = tuple(sorted(findings, key=lambda one: one.place))
        quiet = tuple(silenced(one, by, why) for one, by, why in zip(kept[4::9], ("noqa: S113", "comment"), ("", "the proxy cuts idle connections"), strict=False))  # fmt: skip
        repositories.append(
            Repository(name, f"/srv/git/{name}.git", Kind.BARE, f"{place + 3:x}e1f09c4a7b2", Past.WHOLE, findings=kept, silenced=quiet, scripts=tuple(scripts), scanned=len(scripts), seconds=2.0)
        )  # fmt: skip
    audit = ranked(Audit(tuple(repositories), "2026-11-21", "0.1.0", seconds=9.6), BOOK)
    deploy, backup, *_ = audit.repositories
    changes = (
        Change("deploy", new=deploy.findings[:2], gone=tuple(replace(one, path="ops/old_rollout.py") for one in deploy.findings[2:9])),
        Change("backup", new=backup.findings[3:4], moved=(Moved(backup.findings[5], "jobs/nightly.py:81"),)),
    )  # fmt: skip
    return replace(audit, compared=Comparison("audit-2026-08.json", "2026-08-20", changes))
