"""The budget for rendering what programs display."""

from __future__ import annotations

from collections.abc import Callable

from qjs_kernel.display.pace import Renderer

BUNDLE = {"text/html": "<b>x</b>", "text/plain": "x\x1b[2J"}


def clock(*times: float) -> Callable[[], float]:
    """The answers to come: when it is made, and before and after each rendering."""
    pending = list(times)
    return lambda: pending.pop(0)


def test_costly_displays_become_text() -> None:
    # 6 s, then 16 s; half of the time that passes is regained.
    render = Renderer(clock(0, 0, 6, 7, 23, 23, 24, 60, 61))
    assert "text/html" in render(BUNDLE)[0]
    assert "text/html" in render(BUNDLE)[0]
    for _ in range(2):
        data, metadata = render(BUNDLE)
        assert set(data) == {"text/plain"}
        assert data["text/plain"].startswith("x\\x1b[2J\n[shown as text")
        assert metadata == {}
    assert "text/html" in render(BUNDLE)[0]


def test_what_has_no_text_is_told_of() -> None:
    render = Renderer(clock(0, 0, 30, 30, 30))
    render(BUNDLE)
    for bundle in ({"text/html": "<b>x</b>"}, {"text/plain": b"no text"}):
        assert render(bundle)[0]["text/plain"].startswith("[shown as text")
