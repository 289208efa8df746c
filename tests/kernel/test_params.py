"""`%%params` through the real kernel: controls that are moved, and the cell below that runs again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kernel.kernel_wire import Ran, Wire

LIVE = "application/vnd.jupyter.widget-view+json"
CELL = "%%params\nthreshold: number = 3 /* 0..10 */\nlet name = 'eu' // region"


def start(wire: Wire, code: str, cell: str = "") -> str:
    """Send a cell as notebooks do, with its id; "" as consoles do."""
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    message = wire.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
    wire.client.shell_channel.send(message)
    return str(message["header"]["msg_id"])


def run(wire: Wire, code: str, cell: str = "") -> Ran:
    ran = wire.finish(start(wire, code, cell))
    assert ran.ok, ran.traceback
    return ran


def controls(ran: Ran) -> dict[str, str]:
    """Description → comm id of the widgets that a cell has made."""
    return {
        content["data"]["state"]["description"]: content["comm_id"]
        for content in ran.contents("comm_open")
        if content["data"]["state"].get("description")
    }


def send(wire: Wire, comm: str, data: dict[str, Any]) -> None:
    content = {"comm_id": comm, "data": data}
    wire.client.shell_channel.send(wire.client.session.msg("comm_msg", content))


def move(wire: Wire, comm: str, value: Any, key: str = "value") -> None:
    send(wire, comm, {"method": "update", "state": {key: value}, "buffer_paths": []})


def press(wire: Wire, comm: str) -> None:
    send(wire, comm, {"method": "custom", "content": {"event": "click"}})


def shows(text: str) -> Any:
    """Whether a message shows `text`: as a result, a display, a stream or an error."""

    def look(message: dict[str, Any]) -> bool:
        content = message["content"]
        if message["msg_type"] in ("display_data", "execute_result"):
            return str(content["data"].get("text/plain")) == text
        if message["msg_type"] == "error":
            return text in str(content["evalue"])
        return message["msg_type"] == "stream" and text in str(content["text"])

    return look


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    """What the messages are, stills and states aside."""
    aside = ("update_display_data", "status", "comm_msg")
    return [each["msg_type"] for each in messages if each["msg_type"] not in aside]


class TestShown:
    def test_still_and_controls(self, wire: Wire) -> None:
        ran = run(wire, CELL, "shown")
        still, live = ran.contents("display_data")
        assert still["data"]["text/plain"].splitlines()[1].split() == [
            "threshold",
            "number",
            "3",
            "0",
            "…",
            "10",
        ]
        assert "<table" in still["data"]["text/html"]
        assert LIVE in live["data"]
        assert {"threshold", "name", "Reset"} <= set(controls(ran))
        assert wire.value("[threshold, name]") == "[ 3, 'eu' ]"


class TestMoved:
    def test_without_a_cell_below_only_the_guest_has_the_value(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "alone"))
        move(wire, made["threshold"], 6)
        assert wire.value("threshold") == "6"

    def test_the_cell_below_runs_again_and_its_output_is_replaced(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-1"))
        below = run(wire, "console.log('at', threshold); threshold * 10", "below-1")
        assert below.text == "30"
        move(wire, made["threshold"], 7)
        messages = wire.until(below.ident, shows("70"))
        assert kinds(messages) == ["clear_output", "stream", "display_data"]
        assert messages[0]["content"] == {"wait": True}
        assert [m["content"]["text"] for m in messages if m["msg_type"] == "stream"] == ["at 7\n"]
        assert wire.value("threshold") == "7"

    def test_the_newest_value_is_the_one_that_stays(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-2"))
        below = run(wire, "`now ${threshold}`", "below-2")
        for value in range(11):
            move(wire, made["threshold"], value)
        messages = wire.until(below.ident, shows("'now 10'"))
        shown = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "display_data"]
        assert shown == sorted(shown, key=lambda text: int(text.strip("'").split()[1]))
        assert wire.value("threshold") == "10"

    def test_displays_and_host_functions_speak_under_the_cell_below(self, wire: Wire) -> None:
        assert wire.run("%%host\ndef tell(n):\n    print('told', n)").ok
        made = controls(run(wire, CELL, "params-3"))
        below = run(wire, "env.tell(threshold); display(threshold + 100); undefined", "below-3")
        move(wire, made["threshold"], 8)
        messages = wire.until(below.ident, shows("108"))
        assert "told 8" in "".join(m["content"].get("text", "") for m in messages)

    def test_nothing_to_show_leaves_nothing(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-4"))
        below = run(wire, "if (threshold < 5) console.log('low')", "below-4")
        assert below.stream() == "low\n"
        move(wire, made["threshold"], 9)
        messages = wire.until(below.ident, lambda m: m["content"].get("wait") is False)
        assert kinds(messages) == ["clear_output", "clear_output"]

    def test_an_error_is_shown_there_too_and_passes(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-5"))
        below = run(wire, "if (threshold > 5) throw new RangeError('too high');\nthreshold", "below-5")
        move(wire, made["threshold"], 6)
        error = wire.until(below.ident, shows("too high"))[-1]["content"]
        assert error["ename"] == "RangeError"
        assert "line 1" in "\n".join(error["traceback"])
        assert "qjs_kernel" not in "\n".join(error["traceback"])
        move(wire, made["threshold"], 4)
        wire.until(below.ident, shows("4"))

    def test_tests_run_again(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-6"))
        below = run(wire, "%%test\nit('is low', () => expect(threshold).toBeLessThan(5))", "below-6")
        move(wire, made["threshold"], 9)
        messages = wire.until(below.ident, lambda m: m["msg_type"] == "error")
        assert kinds(messages) == ["clear_output", "display_data", "error"]
        assert "<table" in messages[-2]["content"]["data"]["text/html"]

    def test_a_cell_that_runs_is_waited_for(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-7"))
        below = run(wire, "`below ${threshold}`", "below-7")
        ident = start(
            wire, "console.log('begun'); await new Promise(r => setTimeout(r, 300)); threshold", "mine"
        )
        wire.stream_of(ident, "begun")
        move(wire, made["threshold"], 9)
        assert wire.finish(ident).text == "3"
        wire.until(below.ident, shows("'below 9'"))

    def test_interrupt_ends_it(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "params-8"))
        below = run(wire, "console.log('begun', threshold); while (threshold > 5) {}", "below-8")
        move(wire, made["threshold"], 6)
        wire.stream_of(below.ident, "begun 6")
        wire.interrupt_message()
        error = wire.until(below.ident, lambda m: m["msg_type"] == "error")[-1]["content"]
        assert error["ename"] == "InterruptError"
        assert wire.value("threshold") == "6"

    def test_one_drag_is_one_step_of_undo_and_earlier_ones_stay(self, fresh_wire: Wire) -> None:
        wire = fresh_wire
        for index in range(4):
            run(wire, f"let mine = {index}", f"own-{index}")
        made = controls(run(wire, CELL, "params"))
        below = run(wire, "mine += threshold; `at ${threshold}`", "below")
        for value in (1, 2, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2):
            move(wire, made["threshold"], value)
            wire.until(below.ident, shows(f"'at {value}'"))
        assert "undone: parameters of cell 5" in wire.run("%undo").stream()
        assert wire.value("[mine, threshold]") == "[ 6, 3 ]"
        assert wire.run("%undo 4").stream().startswith("undone: cell ")
        assert wire.value("mine") == "2"


class TestWhichCell:
    def test_the_first_one_after_it_and_what_runs_under_its_id(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "which"))
        wire.run("%limits")
        wire.run("%%mount /a.txt\ntext")
        wire.run("%%python\n1 + 1")
        first = run(wire, "`first ${threshold}`", "first")
        run(wire, "`second ${threshold}`", "second")
        move(wire, made["threshold"], 4)
        wire.until(first.ident, shows("'first 4'"))
        edited = run(wire, "`edited ${threshold}`", "first")
        move(wire, made["threshold"], 5)
        wire.until(edited.ident, shows("'edited 5'"))

    def test_the_same_cell_of_parameters_again_keeps_it(self, wire: Wire) -> None:
        run(wire, CELL, "kept")
        below = run(wire, "`below ${threshold}`", "kept-below")
        made = controls(run(wire, CELL.replace("= 3", "= 2"), "kept"))
        run(wire, "'another'", "kept-another")
        move(wire, made["threshold"], 9)
        wire.until(below.ident, shows("'below 9'"))

    def test_unlinked_the_next_one_is_taken(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "unlinked"))
        run(wire, "'old'", "unlinked-old")
        press(wire, made["Unlink"])
        below = run(wire, "`new ${threshold}`", "unlinked-new")
        move(wire, made["threshold"], 9)
        wire.until(below.ident, shows("'new 9'"))

    def test_without_ids_a_cell_that_failed_is_replaced(self, wire: Wire) -> None:
        made = controls(run(wire, CELL))
        assert not wire.run("thresold").ok
        below = run(wire, "`right ${threshold}`")
        run(wire, "'another'")
        move(wire, made["threshold"], 9)
        wire.until(below.ident, shows("'right 9'"))

    def test_a_measured_cell(self, wire: Wire) -> None:
        made = controls(run(wire, CELL, "measured"))
        below = run(wire, "%%time\n`timed ${threshold}`", "measured-below")
        move(wire, made["threshold"], 9)
        wire.until(below.ident, shows("'timed 9'"))


def test_a_mistake_names_its_line_of_the_cell(wire: Wire) -> None:
    ran = wire.run("\n%%params\na = 1\nb: strin = 'x'")
    assert ran.reply["ename"] == "CommandError"
    assert "line 4, column 4" in ran.reply["evalue"]
    assert not wire.run("a").ok


def test_in_a_python_notebook(jupyter_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        wire = Wire("python3")
    try:
        run(wire, "%load_ext qjs_kernel")
        assert "line 2, column 4" in wire.run("%%params\na: strin = 'x'").reply["evalue"]
        made = controls(run(wire, CELL, "params"))
        below = run(wire, "%%ts\nconsole.log('at', threshold); threshold * 10", "below")
        assert below.text == "30"
        move(wire, made["threshold"], 7)
        messages = wire.until(below.ident, shows("70"))
        assert kinds(messages) == ["clear_output", "stream", "display_data"]
        run(wire, "1 + 1", "python")
        press(wire, made["Reset"])
        wire.until(below.ident, shows("30"))
    finally:
        wire.close()
