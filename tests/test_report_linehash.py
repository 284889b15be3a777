"""The published vectors are those of github/codeql-action, src/fingerprints.test.ts (commit 06fb4821)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot.linehash import line_hashes

LINE_ENDS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
PUBLISHED = [
    ("", ["c129715d7a2bc9a3:1"]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", LINE_ENDS),
    (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", LINE_ENDS),
    (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", LINE_ENDS),
    (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", LINE_ENDS),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{nth}" for nth in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), PUBLISHED)
def test_published_vectors(text, expected):
    lines = range(1, len(expected) + 1)
    assert line_hashes(text.encode(), lines) == dict(zip(lines, expected, strict=True))


def rolling(data: bytes) -> list[str]:
    """Walk the file unit by unit, as GitHub's own code does: the oracle for everything that was not published."""
    window, starts, at, h, seen, out = [0] * 100, [False] * 100, 0, 0, {}, []

    def push(unit: int, *, first: bool) -> None:
        nonlocal at, h
        if starts[at]:
            value = f"{h:x}"
            seen[value] = seen.get(value, 0) + 1
            out.append(f"{value}:{seen[value]}")
        starts[at] = first
        h = (37 * h + unit - pow(37, 100, 2**64) * window[at]) % 2**64
        window[at] = unit
        at = (at + 1) % 100

    wide = data.decode("utf-8", "replace").encode("utf-16-le")
    units = [int.from_bytes(wide[i : i + 2], "little") for i in range(0, len(wide), 2)]
    first, after_cr = True, False
    for unit in [*units, 65535]:
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        kept = 10 if unit == 13 else unit
        push(kept, first=first)
        first = kept == 10
    for _ in range(100):
        push(0, first=False)
    return out


PARTS = [b"\r", b"\n", b"\t", b" ", b"a", b"\xff", b"\xed\xa0\x80", "ï".encode(), "🚀".encode(), b"x" * 60]


@given(st.lists(st.sampled_from(PARTS)))
def test_agrees_with_a_rolling_walk(parts):
    data = b"".join(parts)
    expected = rolling(data)
    assert list(line_hashes(data, range(1, len(expected) + 1)).values()) == expected


def test_byte_order_mark_counts():
    assert line_hashes(b"\xef\xbb\xbfa", [1])[1] == rolling(b"\xef\xbb\xbfa")[0] != rolling(b"a")[0]


def test_lines_that_are_not_there_are_left_out():
    assert list(line_hashes(b"a\nb", {2, 3, 9})) == [2]
    assert line_hashes(b"a\nb", ()) == {}


def test_a_large_file():
    data = b"    value = 'some text that is not short'\n" * 100_000
    assert line_hashes(data, {100_000})[100_000].endswith(":1")
