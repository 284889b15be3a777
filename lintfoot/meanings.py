"""What a constant means by a model's table of values."""

from __future__ import annotations

from collections.abc import Iterator


def constant_meaning(value: object, means: dict[str, str]) -> str:
    """Look a constant up in a model's table of values; the most exact entry wins."""
    for word in _value_words(value):
        if word in means:
            return means[word]
    return ""


def _value_words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield f"'{value.lower()}'"
        yield value
        yield from ("empty",) if not value else ("text",)
    elif value is None:
        yield "none"
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int | float):
        yield str(value)
        yield "zero" if value == 0 else "negative" if value < 0 else "number"
        if value != 0:
            yield "number"
    yield "truthy" if value else "falsy"
    yield "given"
