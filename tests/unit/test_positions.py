"""Columns in code points, UTF-16 units and UTF-8 bytes; generated text back to the user's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.positions import (
    CodePoints,
    Origin,
    Utf8Bytes,
    Utf16Units,
    codepoint_to_utf8,
    codepoint_to_utf16,
    line_starts,
    offset_to_line_column,
    utf8_to_codepoint,
    utf16_to_codepoint,
)

lines = st.text(st.sampled_from("aé\u20ac\U0001f600"), max_size=12)


@given(lines, st.integers(0, 15))
def test_columns_agree_with_the_encodings(line: str, column: int) -> None:
    head = line[:column]
    utf8 = codepoint_to_utf8(line, CodePoints(column))
    utf16 = codepoint_to_utf16(line, CodePoints(column))
    assert utf8 == len(head.encode())
    assert utf16 == len(head.encode("utf-16-le")) // 2
    assert utf8_to_codepoint(line, utf8) == len(head)
    assert utf16_to_codepoint(line, utf16) == len(head)


@given(lines, st.integers(0, 60))
def test_an_offset_inside_a_character_gives_that_character(line: str, offset: int) -> None:
    found = utf8_to_codepoint(line, Utf8Bytes(offset))
    assert len(line[:found].encode()) <= offset
    assert found == len(line) or offset < len(line[: found + 1].encode())
    wide = utf16_to_codepoint(line, Utf16Units(offset))
    assert len(line[:wide].encode("utf-16-le")) // 2 <= offset
    assert wide == len(line) or offset < len(line[: wide + 1].encode("utf-16-le")) // 2


def test_a_lone_surrogate_counts_like_its_escape() -> None:
    assert codepoint_to_utf8("\ud800x", CodePoints(1)) == 3
    assert codepoint_to_utf16("\ud800x", CodePoints(1)) == 1


@given(st.text(st.sampled_from("ab\r\n"), max_size=20))
def test_lines_end_as_in_the_languages(text: str) -> None:
    parts = re.split(r"\r\n|\r|\n", text)
    starts = line_starts(text)
    assert len(starts) == len(parts)
    assert [text[start : start + len(part)] for start, part in zip(starts, parts, strict=True)] == parts


@pytest.mark.parametrize(
    ("offset", "expected"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (5, (2, 3)), (6, (3, 1)), (7, (3, 2))]
)
def test_offsets_become_lines_and_columns(offset: int, expected: tuple[int, int]) -> None:
    assert offset_to_line_column("ab\ncd\ne", offset) == expected


def test_a_place_without_edits_keeps_its_column() -> None:
    assert Origin().to_user(1, 4) == (1, 4)
    assert Origin().to_user(4, 0) == (4, 0)


def test_edits_move_what_follows_on_their_line_only() -> None:
    # User line 2 "ab + cd" became "XXXab + YY": 3 bytes inserted at 0, then "cd" replaced by 2 other bytes at 8.
    origin = Origin(((2, 0, 3, 0), (2, 8, 2, 2)))
    assert origin.to_user(2, 0) == (2, 0)  # inside the insertion
    assert origin.to_user(2, 2) == (2, 0)
    assert origin.to_user(2, 3) == (2, 0)  # "a"
    assert origin.to_user(2, 6) == (2, 3)
    assert origin.to_user(2, 9) == (2, 5)  # inside the replacement: its start
    assert origin.to_user(2, 10) == (2, 7)
    assert origin.to_user(1, 5) == (1, 5)
    assert origin.to_user(3, 5) == (3, 5)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 4)), max_size=5),
    st.integers(0, 4),
)
def test_untouched_text_maps_back_exactly(pieces: list[tuple[int, int, int]], tail: int) -> None:
    # Each piece: untouched bytes, then `generated` bytes for `original` ones.
    edits, user, generated = [], 0, 0
    expected: list[tuple[int, int]] = []
    for plain, made, original in pieces:
        expected += [(generated + i, user + i) for i in range(plain)]
        user, generated = user + plain, generated + plain
        if made or original:
            edits.append((2, generated, made, original))
            expected += [(generated + i, user) for i in range(made)]
        user, generated = user + original, generated + made
    expected += [(generated + i, user + i) for i in range(tail)]
    origin = Origin(((1, 0, 9, 0), *edits))
    for column, wanted in expected:
        assert origin.to_user(2, column) == (2, wanted)
