"""Gates of the visitors on retries, polls and pauses."""

from __future__ import annotations

from lintfoot.gates.gate import Gate, Later

RETRIES = Gate(
    "retries:Retries",
    codes=("LF601",),
    words=("while", "retry", "backoff", "itertools"),
    places=Later("loop_lines:endless"),
    slices=True,
)
RECURSION = Gate(
    "recursion:Recursion",
    codes=("LF601",),
    words=("except", "status", "returncode", ".ok"),
    places=Later("loop_lines:recursions"),
    slices=True,
)
BACKOFFS = Gate(
    "backoffs:Backoffs",
    codes=("LF602",),
    words=("while", "range(", "itertools", "retr", "backoff"),
    places=Later("loop_lines:steady"),
    slices=True,
    spares_tests=True,
)
REPEATS = Gate(
    "repeats:Repeats",
    codes=("LF603",),
    words=(
        *("retry", "retri", "backoff", "stamina", "while", "range(", "itertools"),
        *("allowed_methods", "method_whitelist"),
    ),
    places=Later("loop_lines:repeating"),
    slices=True,
)
RETRY_AFTER = Gate(
    "retry_after:RetryAfter",
    codes=("LF604",),
    words=("429", "503", "retry-after", "too_many", "service_unavailable"),
    places=Later("busy_lines:told"),
    slices=True,
)
POLLS = Gate(
    "polls:Polls",
    codes=("LF605",),
    words=("sleep",),
    places=Later("loop_lines:sleeping"),
    slices=True,
)
