"""`%load_ext qjs_kernel` in a Python notebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.kernel_wire import Wire


@pytest.fixture(scope="module")
def python(jupyter_path: Path) -> Iterator[Wire]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        wire = Wire("python3")
    assert wire.run("%load_ext qjs_kernel").ok
    yield wire
    wire.close()


def test_cells_run_in_the_sandbox(python: Wire) -> None:
    assert python.value("%%ts\nlet x: number = 1; ({ x })") == "{ x: 1 }"
    assert python.value("%%js\nx + 1") == "2"
    assert python.value("_.data") == "2"
    assert python.run("%%ts\nconsole.log('said')").stream() == "said\n"


def test_files_and_host_names(python: Wire) -> None:
    assert python.run("%%mount /src/{a}.ts\nexport const a = '$HOME'\n").ok
    assert python.value("%%ts\nimport { a } from './{a}.js'; a") == "'$HOME'"
    assert python.run("%cat /src/{a}.ts").stream() == "export const a = '$HOME'\n"
    assert python.run("%%host\nfactor = 3\ndef times(n): return n * factor").ok
    assert python.value("%%ts\nenv.times(7)") == "21"
    assert python.value("times(2)") == "6"


def test_errors(python: Wire) -> None:
    ran = python.run("%%ts\nthrow new RangeError('far')")
    assert ran.reply["ename"] == "RangeError"
    assert "qjs_kernel" not in ran.traceback
    assert not python.run("%%host\n1 / 0").ok
    assert python.run("%limits memroy=1").reply["ename"] == "CommandError"


def test_interrupt(python: Wire) -> None:
    python.value("%%ts\nlet kept = 1")
    ident = python.send("%%ts\nconsole.log('begun'); kept = 2; while (true) {}")
    python.stream_of(ident, "begun")
    python.sigint()
    assert not python.finish(ident).ok
    assert python.value("%%ts\nkept") == "1"


def test_unload_gives_back_what_was_hidden(python: Wire) -> None:
    python.value("hidden = get_ipython().find_line_magic('cat')")
    assert python.run("%unload_ext qjs_kernel").ok
    assert not python.run("%%ts\n1").ok
    assert python.value("get_ipython().find_line_magic('cat') is not hidden") == "True"
    assert python.run("%load_ext qjs_kernel").ok
    assert python.value("%%ts\ntypeof kept") == "'undefined'"
