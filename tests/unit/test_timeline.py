"""The way back of a notebook: steps, checkpoints, and what is in effect, over a sandbox without a guest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qjs_kernel.errors import MountError
from qjs_kernel.limits import Limits
from qjs_kernel.session import NoSuchCheckpoint, NothingToUndo, Session
from qjs_kernel.timeline import UNDO_STEPS
from tests.kernel.fake_sandbox import FakeSandbox


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(make_sandbox=FakeSandbox) as session:  # type: ignore[arg-type]
        yield session


def fake(session: Session) -> FakeSandbox:
    return session.sandbox  # type: ignore[return-value]


class TestUndo:
    def test_many_steps_at_once_are_one_return_of_the_guest(self, session: Session) -> None:
        for value in range(4):
            session.run(f"set x {value}")
        session.mount_texts({"/a": "1"})
        before = fake(session).restored
        assert session.undo(4) == "mount /a, cell 4, cell 3, cell 2"
        assert fake(session).restored - before == 1
        assert fake(session).state == {"x": 0}
        assert not session.sandbox.fs.exists("/a")
        assert session.steps == ["cell 1"]

    def test_down_to_a_mount_below_a_cell(self, session: Session) -> None:
        session.run("set x 1")
        session.mount_texts({"/a": "1"})
        session.run("set x 2")
        session.mount_texts({"/a": "2"})
        session.undo(3)
        assert fake(session).state == {"x": 1}
        assert not session.sandbox.fs.exists("/a")

    @pytest.mark.parametrize("steps", [0, -1, 3])
    def test_more_than_there_is(self, session: Session, steps: int) -> None:
        session.run("set x 1")
        session.run("set x 2")
        with pytest.raises(NothingToUndo, match=f"cannot undo {steps} steps: 2 are kept"):
            session.undo(steps)
        assert session.steps == ["cell 2", "cell 1"]

    def test_a_state_that_is_gone_takes_only_older_steps_along(self, session: Session) -> None:
        for value in range(3):
            session.run(f"set x {value}")
        del fake(session)._before[:2]
        with pytest.raises(NothingToUndo, match="the state before cell 2 is not kept any more"):
            session.undo(2)
        assert fake(session).state == {"x": 2}
        assert session.steps == ["cell 3"]
        session.undo()
        assert fake(session).state == {"x": 1}

    def test_names_of_cells_go_back_too(self, session: Session) -> None:
        session.run("set x 1")
        session.run("set y 1")
        session.undo()
        assert session.cells() == [("/src/cell-1.ts", "set x 1")]

    def test_reruns_are_one_step(self, session: Session) -> None:
        session.run("set x 0")
        for value in range(30):
            session.run(f"set x {value}", cell=1, series="parameters of cell 1")
        assert session.steps == ["parameters of cell 1", "cell 1"]
        session.undo()
        assert fake(session).state == {"x": 0}


class TestFileSteps:
    def test_all_or_nothing(self, session: Session) -> None:
        def change(fs: Any) -> None:
            fs.write_text("/a", "1")
            fs.write_text("/none/b", "2")

        with pytest.raises(Exception, match="ENOENT"):
            session.change_files("two files", change)
        assert not session.sandbox.fs.exists("/a")
        assert session.steps == []

    def test_failed_mount_of_many(self, session: Session) -> None:
        session.mount_texts({"/a": "0"})
        with pytest.raises(MountError):
            session.mount_texts({"/a": "1", "/bad\0": "2"})
        assert session.sandbox.fs.read_text("/a") == "0"
        assert session.steps == ["mount /a"]

    def test_labels_are_harmless_and_short(self, session: Session) -> None:
        session.mount_texts({f"/\x1b[2J\u202e\n{number:03}": "" for number in range(100)})
        assert session.steps[0].startswith("mount /\\x1b[2J\\u202e\\n000, /")
        assert len(session.steps[0]) < 350
        assert session.undo().isprintable()

    def test_change_is_a_step(self, session: Session) -> None:
        session.change_files(
            "delete", lambda fs: fs.remove("/none") if fs.exists("/none") else fs.mkdir("/new")
        )
        assert session.undo() == "delete"
        assert not session.sandbox.fs.exists("/new")


class TestCheckpoints:
    def test_restore_and_undo_of_it(self, session: Session) -> None:
        session.run("set x 1")
        session.mount_texts({"/a": "1"})
        session.checkpoint("here")
        session.run("set x 2")
        session.mount_texts({"/a": "2"})
        session.restore("here")
        assert fake(session).state == {"x": 1}
        assert session.sandbox.fs.read_text("/a") == "1"
        assert session.steps[0] == "restore here"
        session.undo()
        assert fake(session).state == {"x": 2}
        assert session.sandbox.fs.read_text("/a") == "2"
        session.restore("here")
        assert fake(session).state == {"x": 1}

    def test_names_of_cells_are_part_of_it(self, session: Session) -> None:
        session.run("set x 1")
        session.checkpoint("one")
        session.run("set y 1")
        session.restore("one")
        assert [path for path, _ in session.cells()] == ["/src/cell-1.ts"]
        session.undo()
        assert [path for path, _ in session.cells()] == ["/src/cell-1.ts", "/src/cell-2.ts"]

    def test_sizes_and_order(self, session: Session) -> None:
        session.checkpoint("empty")
        session.run("set x 1")
        session.checkpoint("full")
        assert session.checkpoints == {"empty": 2, "full": len('{"x": 1}')}

    def test_unknown_names_those_there_are(self, session: Session) -> None:
        with pytest.raises(NoSuchCheckpoint, match="make one with %checkpoint NAME"):
            session.restore("a")
        session.checkpoint("b")
        with pytest.raises(NoSuchCheckpoint, match="there is no checkpoint 'a'; there are: b"):
            session.drop_checkpoint("a")

    @pytest.mark.parametrize("name", ["", "x" * 101, "a\nb", "\x1b[2J", "a\u202eb", "\ud800"])
    def test_names_that_cannot_be(self, session: Session, name: str) -> None:
        with pytest.raises(NoSuchCheckpoint, match="1 to 100 printable characters"):
            session.checkpoint(name)
        assert session.checkpoints == {}

    def test_replaced_and_dropped_ones_are_closed(self, session: Session) -> None:
        session.checkpoint("a")
        first = session._timeline._named["a"].state
        session.checkpoint("a")
        second = session._timeline._named["a"].state
        assert (first.closed, second.closed) == (True, False)
        session.drop_checkpoint("a")
        assert second.closed

    def test_bounded(self, session: Session) -> None:
        for number in range(20):
            session.checkpoint(str(number))
        with pytest.raises(NoSuchCheckpoint, match="drop one: %checkpoint NAME --drop"):
            session.checkpoint("one more")
        session.checkpoint("3")
        assert list(session.checkpoints)[-1] == "3"
        assert len(session.checkpoints) == 20

    def test_close_closes_them(self) -> None:
        session = Session(make_sandbox=FakeSandbox)  # type: ignore[arg-type]
        session.checkpoint("a")
        kept = session._timeline._named["a"].state
        session.close()
        assert kept.closed


class TestPast:
    def states(self, session: Session) -> list[tuple[str, int, bool]]:
        return [(step.label, step.back, step.undone) for step in session.past]

    def test_undone_steps_stay_in_it(self, session: Session) -> None:
        session.run("set x 1")
        session.mount_texts({"/a": "1"})
        session.undo()
        session.run("set x 2")
        assert self.states(session) == [("cell 2", 1, False), ("mount /a", 0, True), ("cell 1", 2, False)]

    def test_a_restored_checkpoint_brings_its_steps_back(self, session: Session) -> None:
        session.run("set x 1")
        session.checkpoint("one")
        session.undo()
        session.run("set y 1")
        session.restore("one")
        assert self.states(session) == [("restore one", 1, False), ("cell 2", 2, True), ("cell 1", 0, False)]
        session.undo()
        assert self.states(session) == [("restore one", 0, True), ("cell 2", 1, False), ("cell 1", 0, True)]

    def test_too_long_ago_is_neither(self, session: Session) -> None:
        for value in range(UNDO_STEPS + 1):
            session.run(f"set x {value}")
        assert self.states(session)[-1] == ("cell 1", 0, False)

    def test_bounded(self, session: Session) -> None:
        for _ in range(250):
            session.run("value 1")
        assert len(session.past) == 200
        assert not any(step.undone for step in session.past)


class Model(RuleBasedStateMachine):
    """Whatever is done, going back leads to the state there was, and `past` says what is in effect."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(make_sandbox=FakeSandbox, limits=Limits())  # type: ignore[arg-type]
        self.count = 0
        self.before: list[tuple[Any, ...]] = []
        self.effects: list[int] = []
        self.numbers = 0
        self.kept: dict[str, tuple[Any, ...]] = {}

    def now(self) -> tuple[Any, ...]:
        files = {
            path: self.session.sandbox.fs.read_text(path)
            for path in ("/a",)
            if self.session.sandbox.fs.exists(path)
        }
        return dict(self.session.sandbox.state), files, list(self.effects)  # type: ignore[attr-defined]

    def step(self) -> None:
        self.before = [*self.before, self.now()][-UNDO_STEPS:]

    def made(self) -> None:
        self.numbers += 1
        self.effects = [*self.effects, self.numbers]

    @rule()
    def cell(self) -> None:
        self.step()
        self.count += 1
        self.session.run(f"set x {self.count}")
        self.made()

    @rule()
    def failed_cell(self) -> None:
        self.session.run("set x -1\ntimeout")

    @rule()
    def mount(self) -> None:
        self.step()
        self.count += 1
        self.session.mount_texts({"/a": str(self.count)})
        self.made()

    @rule(name=st.sampled_from("pq"))
    def checkpoint(self, name: str) -> None:
        self.session.checkpoint(name)
        self.kept[name] = self.now()

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def restore(self, data: Any) -> None:
        name = data.draw(st.sampled_from(sorted(self.kept)))
        self.step()
        self.session.restore(name)
        self.effects = list(self.kept[name][2])
        self.made()
        assert self.now()[:2] == self.kept[name][:2]

    @precondition(lambda self: self.before)
    @rule(data=st.data())
    def undo(self, data: Any) -> None:
        steps = data.draw(st.integers(1, len(self.before)))
        try:
            self.session.undo(steps)
        except NothingToUndo:
            # Its place on disk was used again: older steps are gone with it.
            self.before = self.before[len(self.before) - len(self.session.steps) :]
            return
        wanted = self.before[-steps]
        self.before = self.before[:-steps]
        self.effects = list(wanted[2])
        assert self.now()[:2] == wanted[:2]

    @invariant()
    def past_tells_what_is_in_effect(self) -> None:
        assert len(self.session.steps) == len(self.before)
        assert sorted(step.number for step in self.session.past if not step.undone) == self.effects
        backs = sorted(step.back for step in self.session.past if step.back)
        assert backs == list(range(1, len(self.before) + 1))

    def teardown(self) -> None:
        self.session.close()


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
