"""Limits refuse what makes no sense, at once and by name."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from qjs_kernel.limits import MIB, Limits, Usage


def test_defaults_are_those_of_the_contract() -> None:
    limits = Limits()
    assert limits.timeout == 5.0
    assert limits.memory == 128 * MIB
    assert (limits.output, limits.messages) == (MIB, 1_000)
    assert (limits.timers, limits.host_calls, limits.files) == (1_000, 64, 10_000)
    assert (limits.file_bytes, limits.module_bytes) == (64 * MIB, 16 * MIB)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Limits)])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0, ValueError),
        (-1, ValueError),
        (float("nan"), (ValueError, TypeError)),
        (float("inf"), (ValueError, TypeError)),
        ("1", TypeError),
        (None, TypeError),
        (True, TypeError),
    ],
)
def test_senseless_values_are_refused_by_name(field: str, value: Any, error: Any) -> None:
    with pytest.raises(error, match=rf"Limits\.{field}"):
        Limits(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timeout", 86_401),
        ("memory", 4 * MIB - 1),
        ("memory", 2_048 * MIB + 1),
        ("stack", 64 * 1024 - 1),
        ("stack", 2 * MIB + 1),
        ("module_bytes", 16 * MIB + 1),
        ("result_depth", 201),
    ],
)
def test_bounds(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"Limits\.{field}.*{value}"):
        Limits(**{field: value})


def test_only_the_timeout_may_be_fractional() -> None:
    assert Limits(timeout=0.25).timeout == 0.25
    with pytest.raises(TypeError, match=r"Limits\.timers must be a whole number"):
        Limits(timers=1.5)  # type: ignore[arg-type]


def test_with_changes_a_copy() -> None:
    limits = Limits()
    changed = limits.with_(timeout=1, files=5)
    assert (changed.timeout, changed.files) == (1, 5)
    assert limits == Limits()
    with pytest.raises(TypeError, match=r"unknown limit 'memmory'; the limits are timeout, memory"):
        limits.with_(memmory=1)
    with pytest.raises(ValueError, match=r"Limits\.timeout"):
        limits.with_(timeout=0)


def test_limits_and_usage_are_frozen() -> None:
    for value in (Limits(), Usage()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.memory = 1  # type: ignore[misc]
