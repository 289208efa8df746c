"""The kernel's shell without sockets and without a guest: routing, results, errors, events, host names."""

from __future__ import annotations

import asyncio
import contextvars
import re
import signal
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.utils.capture import capture_output

from qjs_kernel.errors import GuestError
from qjs_kernel.interrupts import InterruptGate
from qjs_kernel.magics import COMMANDS
from qjs_kernel.outcome import Late, Output
from qjs_kernel.session import Session
from qjs_kernel.shell import GuestShell
from tests.kernel.fake_sandbox import FakeSandbox


@pytest.fixture
def sandboxes() -> list[FakeSandbox]:
    return []


@pytest.fixture
def shell(sandboxes: list[FakeSandbox], tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def make(**options: Any) -> FakeSandbox:
        sandboxes.append(FakeSandbox(**options))
        return sandboxes[-1]

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    session = Session(make_sandbox=make)  # type: ignore[arg-type]
    kernel = SimpleNamespace(guest=session, gate=InterruptGate(session.interrupt), eventloop=None)
    shell = GuestShell.instance(kernel=kernel)
    shell.history_manager.enabled = False
    errors: list[tuple[str, str, list[str]]] = []
    shell.errors = errors
    shell._showtraceback = lambda kind, value, lines: errors.append((kind.__name__, str(value), lines))
    results: list[dict[str, str]] = []
    shell.results = results
    shell.displayhook.msg = None
    shell.displayhook.write_format_data = lambda data, meta=None: results.append(data)
    yield shell
    shell.history_manager.end_session()
    # IPython keeps one table for all shells of a process.
    for kind, name in {(command.kind, command.name) for command in COMMANDS}:
        shell.magics_manager.magics[kind].pop(name, None)
    GuestShell.clear_instance()
    session.close()


def run(shell: Any, code: str, *, history: bool = True) -> Any:
    """Run a cell as ipykernel's do_execute does."""

    async def execute() -> Any:
        failed = None
        try:
            cell = shell.transform_cell(code)
        except Exception:
            cell, failed = code, sys.exc_info()
        options = {"transformed_cell": cell, "preprocessing_exc_tuple": failed}
        if shell.should_run_async(code, **options):
            return await shell.run_cell_async(code, store_history=history, **options)
        return shell.run_cell(code, store_history=history)

    return asyncio.run(execute())


class TestRouting:
    def test_plain_cell_goes_to_the_guest(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        assert run(shell, "set x 1\nget x").success
        assert shell.results == [{"text/plain": "1"}]
        assert sandboxes[0].runs[0]["filename"] == "/src/cell-1.ts"

    def test_explicit_cell_keeps_its_line_numbers(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        run(shell, "%%tsx --timeout 4\nvalue 1")
        made = sandboxes[0].runs[0]
        assert (made["code"], made["filename"], made["timeout"]) == ("\nvalue 1", "/src/cell-1.tsx", 4.0)

    def test_line_magics_before_guest_code(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        run(shell, "%limits timeout=3\n\nvalue 1")
        assert shell.guest.limits.timeout == 3
        assert sandboxes[0].runs[0]["code"] == "\n\nvalue 1"

    def test_python_cell_runs_here(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        run(shell, "%%python\nimport asyncio\nawait asyncio.sleep(0)\nx = 20\nx + 1")
        assert shell.user_ns["x"] == 20
        assert shell.results == [{"text/plain": "21"}]
        assert sandboxes[0].runs == []

    def test_python_traceback_has_the_line_of_the_cell(self, shell: Any) -> None:
        run(shell, "%%python\n\n\nx = 1\n1 / 0")
        name, _, lines = shell.errors[0]
        assert name == "ZeroDivisionError"
        assert "----> 5 1 / 0" in re.sub("\x1b\\[[0-9;]*m", "", "".join(lines))

    def test_mount_needs_no_body(self, shell: Any) -> None:
        assert run(shell, "%%mount /empty").success
        assert shell.guest.sandbox.fs.read_text("/empty") == ""

    def test_mount_keeps_the_body(self, shell: Any) -> None:
        run(shell, "%%mount /a.ts\n\n  {x} $y\n")
        assert shell.guest.sandbox.fs.read_text("/a.ts") == "\n  {x} $y"

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("%%mount", "CommandError"),
            ("%%mount /a --rw\nx", "CommandError"),
            ("%%python now\nx", "CommandError"),
            ("%cat /none", "FsError"),
            ("%undo", "NothingToUndo"),
            ("%undo 0", "CommandError"),
            ("%restore none", "NoSuchCheckpoint"),
            ("%checkpoint --drop", "CommandError"),
            ("%view files --all", "CommandError"),
            ("%allow html now", "CommandError"),
            ("%%ts --memory 1\nvalue 1", "ValueError"),
        ],
    )
    def test_misuse_is_a_short_error(self, shell: Any, code: str, name: str) -> None:
        assert not run(shell, code).success
        assert shell.errors[0][0] == name
        assert "Traceback" not in "".join(shell.errors[0][2])
        assert len(shell.errors[0][2]) == 1

    def test_autoawait_is_about_python(self, shell: Any) -> None:
        run(shell, "%autoawait off")
        assert run(shell, "value 1").success
        assert shell.results == [{"text/plain": "1"}]
        assert shell.autoawait is False

    def test_lone_surrogate(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        shell.history_manager.enabled = True
        assert run(shell, "value 1 \ud800".replace(" \ud800", "")).success
        run(shell, "// \ud800")
        assert sandboxes[0].runs[-1]["code"] == "// \ud800"


class TestResults:
    def test_out_holds_the_python_value(self, shell: Any) -> None:
        run(shell, 'value {"a": [1]}')
        assert shell.user_ns["Out"][1] == {"a": [1]}
        assert shell.user_ns["_"] == {"a": [1]}

    def test_in_holds_the_raw_text(self, shell: Any) -> None:
        run(shell, "value 1 ")
        run(shell, "%%mount /a\ntext")
        assert shell.user_ns["In"][1:] == ["value 1 ", "%%mount /a\ntext"]

    def test_null_is_shown_and_undefined_is_not(self, shell: Any) -> None:
        run(shell, "value null")
        run(shell, "nothing")
        assert shell.results == [{"text/plain": "null"}]

    def test_semicolon_does_not_silence_the_guest(self, shell: Any) -> None:
        run(shell, 'value "it\'s;"\n// (unbalanced [ for Python;')
        run(shell, "value 2\n//;")
        run(shell, "value 3")
        run(shell, "%%python\n4;")
        run(shell, "%%python\n5")
        assert [result["text/plain"] for result in shell.results] == ["3", "5"]

    def test_counter_and_file_agree(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        run(shell, "value 1")
        run(shell, "%%python\n1")
        run(shell, "value 2")
        assert [made["filename"] for made in sandboxes[0].runs] == ["/src/cell-1.ts", "/src/cell-3.ts"]


class TestNested:
    def test_time_runs_the_guest_blocking(self, shell: Any) -> None:
        with capture_output(display=False) as captured:
            run(shell, "%%time\nset x 1\nget x")
        assert "Wall time" in captured.stdout
        assert shell.results == [{"text/plain": "1"}]

    def test_line_time(self, shell: Any) -> None:
        with capture_output(display=False):
            run(shell, "%time value 5")
        assert shell.results == [{"text/plain": "5"}]

    def test_capture(self, shell: Any) -> None:
        run(shell, "%%capture out\nlog hidden\nvalue 1")
        assert shell.user_ns["out"].stdout == "hidden\n"
        assert str(shell.user_ns["out"].outputs[0].data["text/plain"]) == "1"
        assert shell.results == []

    def test_error_inside_time(self, shell: Any) -> None:
        with capture_output(display=False):
            result = run(shell, "%%time\nthrow TypeError no")
        assert not result.success
        assert shell.errors[0][:2] == ("TypeError", "no")

    def test_host_cell_inside_time(self, shell: Any) -> None:
        with capture_output(display=False):
            run(shell, "%%time\n%%host\ndef one(): return 1")
        assert shell.guest.host_names == ["one"]


class TestViews:
    def test_still_first_then_the_widgets(self, shell: Any) -> None:
        run(shell, "%%mount /src/<a>.ts\n1")
        with capture_output() as captured:
            assert run(shell, "%view files").success
        still, live = (output.data for output in captured.outputs)
        assert "<a>.ts" in still["text/plain"]
        assert "&lt;a&gt;.ts" in still["text/html"]
        assert live["application/vnd.jupyter.widget-view+json"]["model_id"]
        assert live["text/plain"] == "[files: run this cell for the live view]"

    def test_follows_the_cells(self, shell: Any) -> None:
        with capture_output() as captured:
            run(shell, "%view cells")
            run(shell, "set x 1")
            run(shell, "%undo")
        texts = [output.data["text/plain"] for output in captured.outputs if "text/html" in output.data]
        assert texts[0] == "no cell has run yet"
        assert "✓ ok" in texts[1]
        assert "↶ undone" in texts[2]
        assert "undone: cell 2" in captured.stdout

    def test_closing_the_front_makes_them_still(self, shell: Any) -> None:
        with capture_output():
            run(shell, "%view cells\n%view files")
        views = list(shell.front.stage.views)
        assert len(views) == 2
        shell.front.close()
        assert shell.front.stage.views == []
        assert all(view.closed for view in views)


class TestErrors:
    def test_guest_error_is_a_code_frame(self, shell: Any) -> None:
        result = run(shell, "nothing\n  throw RangeError too far")
        assert not result.success
        name, value, lines = shell.errors[0]
        text = "\n".join(lines)
        assert (name, value) == ("RangeError", "too far")
        assert "Cell In[1], line 2, column 1" in text
        assert "qjs_kernel" not in text
        assert result.error_in_exec.__context__ is None

    def test_timeout_names_the_limit(self, shell: Any) -> None:
        run(shell, "timeout")
        text = "\n".join(shell.errors[0][2])
        assert "%limits timeout=60" in text
        assert "rolled back" in text

    def test_next_cell_runs(self, shell: Any) -> None:
        run(shell, "throw Error x")
        assert run(shell, "value 1").success


class TestEvents:
    def test_streams(self, shell: Any) -> None:
        with capture_output(display=False) as captured:
            run(shell, "log one\nwarn two\nlog \x1b[2Jthree")
        assert captured.stdout == "one\n\\x1b[2Jthree\n"
        assert captured.stderr == "two\n"

    def test_late_error(self, shell: Any) -> None:
        with capture_output(display=False) as captured:
            run(shell, "late boom")
        assert "Uncaught" in captured.stderr
        assert "boom" in captured.stderr

    def test_event_is_shown_in_the_context_of_its_cell(
        self, shell: Any, sandboxes: list[FakeSandbox], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cell: contextvars.ContextVar[str] = contextvars.ContextVar("cell", default="none")
        seen: list[str] = []
        monkeypatch.setattr(shell.front, "_show_event", lambda event: seen.append(cell.get()))

        async def first() -> None:
            cell.set("first")
            await shell.run_guest_cell_async("", "", "log x")

        asyncio.run(first())
        tag = sandboxes[0].runs[0]["tag"]
        threads = [
            threading.Thread(target=shell.front.show_event, args=(Output("stdout", "late", tag),))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shell.front.show_event(Late(GuestError("exception", "Error", "x"), tag))
        shell.front.show_event(Output("stdout", "nobody's", None))
        assert seen == ["first"] * 5 + ["none"]


class TestHost:
    def test_names_become_env(self, shell: Any) -> None:
        run(
            shell,
            "%%host\nfrom os import system\nmemory = [0]\ndef bump(n):\n    memory[0] += n\n    return memory[0]",
        )
        assert shell.guest.host_names == ["bump", "memory"]
        run(shell, "call bump 2")
        run(shell, "call bump 3")
        assert [result["text/plain"] for result in shell.results] == ["2", "5"]

    def test_rerun_updates(self, shell: Any) -> None:
        run(shell, "%%host\ndef f(): return 1")
        run(shell, "%%host\ndef f(): return 2")
        run(shell, "call f")
        assert shell.results == [{"text/plain": "2"}]

    def test_last_value_is_shown(self, shell: Any) -> None:
        run(shell, "%%host\nx = 1\nx + 1")
        assert shell.results == [{"text/plain": "2"}]

    def test_failed_cell_gives_nothing(self, shell: Any) -> None:
        run(shell, "%%host\nx = 1\n1 / 0")
        assert shell.guest.host_names == []

    def test_value_that_cannot_cross(self, shell: Any) -> None:
        run(shell, "%%host\nx = 1")
        result = run(shell, "%%host\ny = {'a': lambda: 0}\nx = 2\nimport decimal\nz = 1")
        assert result.success
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                FakeSandbox, "set_env", lambda self, env: (_ for _ in ()).throw(TypeError("no (at env.q)"))
            )
            result = run(shell, "%%host\nq = 1")
        assert not result.success
        assert shell.errors[-1][:2] == ("TypeError", "no (at env.q)")


class TestGate:
    def handler(self, gate: InterruptGate) -> None:
        gate.handle(signal.SIGINT, None)

    def test_python_is_interrupted(self) -> None:
        gate = InterruptGate(lambda: None)
        with pytest.raises(KeyboardInterrupt), gate.python():
            self.handler(gate)

    def test_interrupt_before_the_cell_is_kept_for_it(self) -> None:
        gate = InterruptGate(lambda: None)
        self.handler(gate)
        with pytest.raises(KeyboardInterrupt), gate.guest():
            pytest.fail("the cell began")
        with gate.guest():
            pass

    def test_but_not_for_the_next_request(self) -> None:
        gate = InterruptGate(lambda: None)
        self.handler(gate)
        gate.begin()
        with gate.python():
            pass

    def test_nothing_is_raised_while_the_guest_runs(self) -> None:
        gate = InterruptGate(lambda: None)
        with gate.guest():
            self.handler(gate)
            with pytest.raises(KeyboardInterrupt), gate.python():
                self.handler(gate)

    def test_guest_is_stopped_from_another_thread_until_it_stops(self) -> None:
        calls = threading.Semaphore(0)
        gate = InterruptGate(calls.release, again=0.001)

        async def scene() -> None:
            gate.open(asyncio.get_running_loop())
            try:
                with gate.guest():
                    self.handler(gate)
                    # A request that came too early is sent again.
                    assert all(calls.acquire(timeout=10) for _ in range(3))
            finally:
                gate.close()

        asyncio.run(scene())

    def test_request_that_is_served_late_does_not_stop_the_next_cell(self) -> None:
        stopped = threading.Semaphore(0)
        gate = InterruptGate(stopped.release, again=10)

        async def scene() -> None:
            with gate.guest():
                for _ in range(5):
                    self.handler(gate)
            # The watcher begins only now.
            gate.open(asyncio.get_running_loop())
            try:
                with gate.guest():
                    self.handler(gate)
                    assert await asyncio.to_thread(stopped.acquire, timeout=10)
                assert not stopped.acquire(blocking=False)
            finally:
                gate.close()

        asyncio.run(scene())

    def test_awaiting_task_is_cancelled_and_the_loop_wakes(self) -> None:
        gate = InterruptGate(lambda: None)

        async def sleeper() -> None:
            with gate.awaiting():
                await asyncio.Event().wait()

        async def scene() -> None:
            gate.open(asyncio.get_running_loop())
            old = signal.signal(signal.SIGINT, gate.handle)
            try:
                task = asyncio.ensure_future(sleeper())
                threading.Timer(0.01, signal.raise_signal, (signal.SIGINT,)).start()
                with pytest.raises(asyncio.CancelledError):
                    await task
            finally:
                signal.signal(signal.SIGINT, old)
                gate.close()

        asyncio.run(scene())

    def test_sleeping_guest_cell_ends_as_interrupted(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        gate = shell.gate

        async def scene() -> Any:
            gate.open(asyncio.get_running_loop())
            try:
                code = "set x 1\nsleep"
                run = asyncio.ensure_future(
                    shell.run_cell_async(
                        code, store_history=True, transformed_cell=shell.transform_cell(code)
                    )
                )
                await asyncio.to_thread(sandboxes[0].sleeping.wait)
                gate.handle(signal.SIGINT, None)
                return await run
            finally:
                gate.close()

        result = asyncio.run(scene())
        assert not result.success
        assert shell.errors[0][0] == "InterruptedError"
        assert sandboxes[0].state == {}

    def test_cancelled_guest_cell_ends_as_interrupted(self, shell: Any, sandboxes: list[FakeSandbox]) -> None:
        async def scene() -> Any:
            run = asyncio.ensure_future(
                shell.run_cell_async(
                    "sleep", store_history=True, transformed_cell=shell.transform_cell("sleep")
                )
            )
            await asyncio.to_thread(sandboxes[0].sleeping.wait)
            run.cancel()
            return await run

        assert asyncio.run(scene()).success is False
        assert shell.errors[0][0] == "InterruptedError"
