"""Which findings a baseline knows under the old name of their file: told when all shards are there to be seen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lintfoot import baseline

if TYPE_CHECKING:
    from lintfoot.findings import Share


def inherited(share: Share) -> tuple[Counter[str], int]:
    """Fingerprints of findings in files that were renamed, as often as they are known; and how many entries have no heir."""
    gone = {path: Counter(counts) for path, counts in share.gone.items()}
    strangers: baseline.Entries = {}
    for claim in share.claims:
        strangers.setdefault(claim.path, Counter())[claim.entry] += 1
    heirs = baseline.heirs(gone, strangers)
    left = {heir: Counter(gone[path]) for path, heir in heirs.items()}
    known: Counter[str] = Counter()
    for claim in share.claims:
        if left.get(claim.path, Counter())[claim.entry] > 0:
            left[claim.path][claim.entry] -= 1
            known[claim.fingerprint] += 1
    return known, baseline.total({path: counts for path, counts in gone.items() if path not in heirs})
