"""What a run comes to in numbers, and the order in which people read it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lintfoot.findings import Finding, Result, Safety, Severity, Span
from lintfoot.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lintfoot.reports import Options


@dataclass(frozen=True, slots=True)
class Counts:
    """Files and findings of a run; `suppressed` are those silenced by anything but a baseline."""

    scanned: int
    skipped: int
    failed: int
    findings: int
    suppressed: int
    baselined: int


def counted(result: Result) -> Counts:
    """Count a run: every file and every finding is in exactly one of these numbers."""
    baselined = sum(map(is_baselined, result.silenced))
    return Counts(
        scanned=result.scanned,
        skipped=result.skipped,
        failed=result.failed,
        findings=len(result.findings),
        suppressed=len(result.silenced) - baselined,
        baselined=baselined,
    )


def is_baselined(finding: Finding) -> bool:
    """Whether a baseline silenced the finding; comments and per-file ignores are another matter."""
    silence = finding.silenced_by
    return silence is not None and silence.kind == "external" and silence.by.startswith("baseline")


def summary(result: Result) -> str:
    """One sentence with all the counts, zeros included: what is not said could have been forgotten."""
    counts = counted(result)
    return (
        f"{number(counts.findings, 'finding')}, {counts.suppressed} suppressed, {counts.baselined} baselined; "
        f"{number(counts.scanned, 'file')} scanned, {counts.skipped} skipped, {counts.failed} failed"
    )


def number(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def repairs(result: Result) -> str:
    """What repairs did, and how many are on offer; proposals that need a person's eye are not counted."""
    kinds = Counter(finding.fix.safety for finding in result.findings if finding.fix)
    safe, unsafe = kinds[Safety.SAFE], kinds[Safety.UNSAFE]
    ways = [f"{safe} by --fix"] if safe else []
    ways += [f"{unsafe} by --fix --unsafe-fixes (--diff shows what changes)"] if unsafe else []
    offers = [f"can be repaired: {', '.join(ways)}"] if ways else []
    done = sum(len(one.repaired) for one in result.mended)
    refused = sum(len(one.refused) for one in result.mended)
    told = [f"repaired {number(done, 'finding')}"] if done else []
    told += (
        [f"{number(refused, 'repair')} did not hold and {'was' if refused == 1 else 'were'} left out"]
        if refused
        else []
    )
    return "; ".join([*told, *offers])


def reading_order(result: Result, options: Options) -> list[Finding]:
    """The findings to show, file by file, the worst of a file first; silenced ones only on request."""
    wanted = (*result.findings, *result.silenced) if options.include_suppressed else result.findings
    return sorted(wanted, key=_by_file)


def _by_file(finding: Finding) -> tuple[str, bool, int, Span, str]:
    return (finding.path, finding.silenced_by is not None, finding.severity.rank, finding.span, finding.code)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in the order in which a reader with little room wants them."""
    return sorted(findings, key=lambda finding: (finding.severity.rank, finding.place))


def statistics(findings: Iterable[Finding]) -> Iterator[tuple[int, Severity, str]]:
    """How often each rule spoke, the most frequent first: (count, worst severity, code and name)."""
    counts: Counter[str] = Counter()
    worst: dict[str, Severity] = {}
    for finding in findings:
        rule = f"{finding.code} {finding.name}"
        counts[rule] += 1
        worst[rule] = min(worst.get(rule, finding.severity), finding.severity, key=lambda severity: severity.rank)
    for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield count, worst[rule], rule
