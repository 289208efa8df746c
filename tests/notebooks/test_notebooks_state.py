"""`03-state-and-env.ipynb` and `04-limits.ipynb`: their cells show what their text promises."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from tests.kernel.kernel_wire import Wire

from .executed import FOLDER, Run


@pytest.fixture(scope="module")
def state(kernelspec: Path) -> Run:
    return Run("03-state-and-env.ipynb")


@pytest.fixture(scope="module")
def limits(kernelspec: Path) -> Run:
    return Run("04-limits.ipynb")


class TestStateAndEnv:
    def test_exactly_the_cells_that_say_so_fail(self, state: Run) -> None:
        assert state.failing() == state.expected_to_fail() == {"loss", "uncaught"}
        assert state.problems() == {}

    def test_public_names_and_no_others(self, state: Run) -> None:
        assert state.result("call") == "'shop: 2'"
        assert state.result("only") == "[ [ 'service', 'severity' ], false ]"

    def test_what_python_gets(self, state: Run) -> None:
        lines = [line.split(maxsplit=1) for line in state.stdout("out").splitlines()]
        assert [line[0] for line in lines] == [
            *(
                "int",
                "float",
                "BigInt",
                "str",
                "NoneType",
                "list",
                "dict",
                "JSMap",
                "JSSet",
                "bytes",
                "datetime",
            )
        ]
        assert lines[-1][1] == "datetime.datetime(2025, 2, 26, 7, 40, tzinfo=datetime.timezone.utc)"

    def test_what_the_guest_gets(self, state: Run) -> None:
        assert state.stdout("in-look") == "7 bigint 4\n"
        table = state.data("in-look")["text/html"]
        assert "<table" in table
        assert "3 rows × 2 columns" in table

    def test_what_has_no_twin_is_refused_with_its_place(self, state: Run) -> None:
        assert "[0].rows[0].id" in state.error("loss")[1]

    def test_the_guest_has_a_copy(self, state: Run) -> None:
        assert state.result("copy") == "[]"
        assert state.stdout("copy-host") == "3 rows here\n"

    def test_nested_and_async(self, state: Run) -> None:
        assert state.result("nested-call") == "'119 EUR'"
        assert state.stdout("async-call") == "together\n"
        assert "name: 'mail', up: false" in (state.result("async-call") or "")

    def test_errors_of_the_host(self, state: Run) -> None:
        assert state.stdout("caught") == "ValueError: cents must be above 0\n"
        name, message, text = state.error("uncaught")
        assert (name, message) == ("ValueError", "cents must be above 0")
        assert re.search(r"line 2, column \d+", text)
        assert 'raise ValueError("cents must be above 0")' in text

    def test_a_function_of_the_guest_is_called_by_python(self, state: Run) -> None:
        assert state.stdout("tell") == "1 heard\n"
        assert state.result("heard") == "[ 'DISK IS FULL' ]"

    def test_debouncing(self, state: Run) -> None:
        said = ["alert!", "quiet", "quiet", "alert!", "quiet", "alert!"]
        assert [line.split()[1] for line in state.stdout("simulate").splitlines()] == said

    def test_the_view_of_env_has_followed(self, state: Run) -> None:
        rows = state.view("view-env")["text/plain"].splitlines()
        assert rows[0].split()[:3] == ["name", "kind", "calls"]
        (reads,) = [row for row in rows if row.startswith("env.getLastAlert")]
        (writes,) = [row for row in rows if row.startswith("env.setLastAlert")]
        # Six rows and three alerts, in the simulation and again below the parameters; `restored` and its like ask too.
        assert int(re.split(r"function +", reads)[1].split()[0]) >= 12
        assert int(re.split(r"function +", writes)[1].split()[0]) == 3 + 3 + 1

    def test_parameters_are_variables_with_a_picture(self, state: Run) -> None:
        still = state.view("params")
        assert [line.split()[:3] for line in still["text/plain"].splitlines()[1:]] == [
            ["threshold", "number", "1"],
            ["quiet", "number", "15"],
        ]
        assert state.result("alerts") == "[ '07:40', '07:56', '08:12' ]"

    def test_going_back(self, state: Run) -> None:
        assert "'disk is full' => 2" in state.view("view-value")["text/plain"]
        assert state.result("oops") == "0"
        assert state.result("undone") == "4"
        assert state.result("experiment") == "[ 5, 2030 ]"
        assert "notes.txt" in state.stdout("tree-experiment")
        assert "notes.txt" not in state.stdout("tree-restored")
        assert state.result("restored") == "[ 4, 2030 ]"
        history = state.view("view-cells")["text/plain"]
        assert "restore before the experiment" in history
        assert re.search(r"undone .*counts\.clear", history)

    def test_moving_a_slider_runs_the_cell_below_again(self, kernelspec: Path) -> None:
        notebook = nbformat.read(FOLDER / "03-state-and-env.ipynb", as_version=4)
        cells = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}
        wire = Wire()
        try:
            for name in ("first", "in", "types", "memory", "custom", "log"):
                assert wire.run(cells[name]).ok, name
            opened = [
                each["data"]["state"] | each for each in wire.run(cells["params"]).contents("comm_open")
            ]
            assert wire.run(cells["forget"]).ok
            ran = wire.run(cells["alerts"])
            assert ran.text == "[ '07:40', '07:56', '08:12' ]"

            (slider,) = [each["comm_id"] for each in opened if each.get("description") == "quiet"]
            moved = {"method": "update", "state": {"value": 30}, "buffer_paths": []}
            content = {"comm_id": slider, "data": moved}
            wire.client.shell_channel.send(wire.client.session.msg("comm_msg", content))
            shown = "[ '07:40', '08:12' ]"
            wire.until(ran.ident, lambda each: each["content"].get("data", {}).get("text/plain") == shown)
        finally:
            wire.close()


class TestLimits:
    def test_exactly_the_cells_that_say_so_fail(self, limits: Run) -> None:
        assert limits.failing() == limits.expected_to_fail()
        assert len(limits.failing()) == 15
        assert limits.problems() == {}

    @pytest.mark.parametrize(
        ("cell", "says"),
        [
            ("loop", r"^ExecutionTimeout: .*0\.5 s"),
            ("catch", r"^ExecutionTimeout: .*0\.5 s"),
            ("promise", r"^ExecutionTimeout: .*0\.5 s"),
            ("regex", r"^ExecutionTimeout: .*0\.5 s"),
            ("native", r"^ExecutionTimeout: .*0\.5 s"),
            ("deadlock", r"^DeadlockError: "),
            ("memory", r"^MemoryError: .*32 MiB"),
            ("stack", r"^StackError: "),
            ("flood", r"^OutputError: .*1,024 bytes"),
            ("calls", r"^RangeError: .*at most 64"),
            ("half", r"^ExecutionTimeout: "),
            ("thrown", r"^RangeError: that is enough$"),
            ("passwd", r"^Error: ENOENT: .*'/etc/passwd'"),
            ("spawn", r"^Error: node:child_process is not available"),
            ("fetch", r"^TypeError: fetch is off"),
        ],
    )
    def test_errors_say_what_happened(self, limits: Run, cell: str, says: str) -> None:
        name, message, text = limits.error(cell)
        assert re.search(says, f"{name}: {message}")
        assert message in text
        assert "Traceback (most recent call last)" not in text

    @pytest.mark.parametrize(
        "cell",
        ["loop", "catch", "promise", "regex", "native", "deadlock", "memory", "stack", "flood", "half"],
    )
    def test_a_limit_undoes_the_cell_and_says_so(self, limits: Run, cell: str) -> None:
        assert "Guest and files are as they were before." in limits.error(cell)[1]

    def test_nothing_is_lost(self, limits: Run) -> None:
        assert limits.result("loop-after") == "1"
        assert limits.result("half-after") == "[ 1, false ]"
        assert limits.result("thrown-after") == "2"
        assert limits.stdout("after") == "written before the trouble · 2\n"

    def test_finally_is_not_run(self, limits: Run) -> None:
        assert limits.stdout("catch") == ""

    def test_output_is_cut_and_the_cell_goes_on(self, limits: Run) -> None:
        text = limits.stdout("output")
        assert text.startswith("line 1 of a hundred\n")
        assert "output truncated" in text.splitlines()[-1]
        assert "line 99 " not in text
        assert limits.result("output") == "'and the value is shown'"

    def test_small_things_are_counted(self, limits: Run) -> None:
        assert "1000" in limits.stdout("timers")
        assert limits.result("timers") == "1000"
        assert limits.result("calls-again") == "198"

    def test_what_went_through_the_wall_has_happened(self, limits: Run) -> None:
        assert limits.stdout("notes") == "['cell of the half file has begun']\n"

    def test_the_limits_are_listed_and_shown(self, limits: Run) -> None:
        listed = dict(line.split(maxsplit=1) for line in limits.stdout("limits").splitlines())
        assert (listed["timeout"], listed["memory"]) == ("30 s", "128 MB")
        still = limits.view("view")["text/plain"]
        assert re.search(r"^host_calls +200$", still, re.MULTILINE)

    def test_nothing_of_this_machine_is_there(self, limits: Run) -> None:
        assert limits.result("files") == "[ 'kept.txt', 'tmp' ]"
        assert limits.stdout("process").splitlines() == [
            "{} [ '/usr/bin/qjs', '/src/index.ts' ] /",
            "sandbox guest",
        ]
        assert limits.result("escape") == "[ true, undefined, undefined ]"
