"""Canonical JSON is RFC 8785, whichever way it is written: a second library has the last word."""

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.review.canonical import dump

texts = st.text(st.characters(codec="utf-8"), max_size=8)
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=6,
)


@given(st.dictionaries(texts, values, max_size=4))
@example({"a": 1.0, "b": 1e21, "c": 1e-7, "d": -0.5, "e": 0.0001})
@example({"\ufb01": 1, "\U0001f600": 2})  # by UTF-16 code units the second comes first
@example({"a": {"b": [True, None, {"\u20ac": 1}]}})
def test_whatever_json_holds_is_written_as_the_standard_says(value: dict[str, object]) -> None:
    assert dump(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", [{"a": float("nan")}]])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own kind of it
        dump({"a": value})
