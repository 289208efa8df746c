"""Cells, output, errors, host names and commands in a real kernel."""

from __future__ import annotations

import json
import re

import pytest

from tests.kernel.kernel_wire import Wire

_SGR = re.compile("\x1b\\[[0-9;]*m")


def plain(text: str) -> str:
    return _SGR.sub("", text)


class TestCells:
    def test_values(self, wire: Wire) -> None:
        assert wire.value("6 * 7") == "42"
        assert wire.value("null") == "null"
        assert wire.value("10n ** 20n") == "100000000000000000000n"
        assert wire.value("'text'") == "'text'"
        assert wire.value("undefined") is None
        assert wire.value("const unused = 1") is None
        assert wire.value("() => 1") == "[Function (anonymous)]"
        assert wire.value("Symbol('s')") == "Symbol(s)"

    def test_names_live_on_and_cells_run_again(self, wire: Wire) -> None:
        wire.value("let count: number = 1; const bump = () => ++count;")
        assert wire.value("bump(); count") == "2"
        assert wire.value("let count: number = 10; count") == "10"
        assert wire.value("const count = 'other'; count") == "'other'"

    def test_await_and_dialects(self, wire: Wire) -> None:
        assert wire.value("await new Promise(done => setTimeout(() => done('late'), 1))") == "'late'"
        assert wire.value("%%js\nvar plain = 1; plain") == "1"
        assert wire.value("%%ts\nenum Colour { Red, Green }\nColour.Green") == "1"

    def test_fresh_sandbox_shares_files_only(self, wire: Wire) -> None:
        wire.value("globalThis.here = 1")
        wire.value("%%mount /shared.txt\nsame")
        code = "import { readFileSync } from 'node:fs'\n"
        assert wire.value(f"%%ts --fresh\n{code}[typeof here, readFileSync('/shared.txt', 'utf-8')]") == (
            "[ 'undefined', 'same' ]"
        )
        assert wire.value("here") == "1"

    def test_python_shares_the_results(self, wire: Wire) -> None:
        ran = wire.run("({a: [1, new Date(0)]})")
        number = ran.reply["execution_count"]
        assert wire.value(f"%%python\nOut[{number}]['a'][1].isoformat()") == "'1970-01-01T00:00:00+00:00'"
        assert wire.value(f"%%python\nIn[{number}]") == "'({a: [1, new Date(0)]})'"
        assert wire.value("%%python\nimport asyncio\nawait asyncio.sleep(0, 5)") == "5"

    def test_ipython_magics_around_the_guest(self, wire: Wire) -> None:
        ran = wire.run("%%time\n20 + 1")
        assert ran.text == "21"
        assert "Wall time" in ran.stream()
        assert wire.run("%%capture out\nconsole.log('hidden'); 1").stream() == ""
        assert wire.value("%%python\nout.stdout") == "'hidden\\n'"
        assert "per loop" in wire.run("%timeit -n1 -r1 1 + 1").stream()
        assert wire.value("%limits timeout=20\n1 + 1") == "2"

    def test_user_expressions_and_silence(self, wire: Wire) -> None:
        ran = wire.run("1", user_expressions={"two": "1 + 1"})
        assert ran.reply["user_expressions"]["two"]["data"]["text/plain"] == "2"
        silent = wire.run("console.log('still said'); 1", silent=True)
        assert silent.text is None
        assert silent.stream() == "still said\n"

    def test_autoawait_off(self, wire: Wire) -> None:
        wire.run("%autoawait off")
        assert wire.value("await 7") == "7"
        wire.run("%autoawait on")

    def test_lone_surrogate_in_a_cell(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        # As a browser sends it: escaped in the JSON.
        monkeypatch.setattr(
            wire.client.session, "pack", lambda content: json.dumps(content, default=str).encode()
        )
        for code in ("const a = 1\n'\ud800'", "%%mount /a\n\ud800", "%%python\n'\ud800'"):
            wire.run(code)
        assert wire.run("'\ud800'").reply["ename"] == "SyntaxError"
        assert wire.value("1 + 1") == "2"

    def test_subshell(self, wire: Wire) -> None:
        wire.value("let fromMain = 20")
        control = wire.client.control_channel
        control.send(wire.client.session.msg("create_subshell_request", {}))
        subshell = control.get_msg(timeout=30)["content"]["subshell_id"]
        message = wire.client.session.msg("execute_request", {"code": "fromMain + 1", "silent": False})
        message["header"]["subshell_id"] = subshell
        wire.client.shell_channel.send(message)
        assert wire.finish(message["header"]["msg_id"]).text == "21"
        control.send(wire.client.session.msg("delete_subshell_request", {"subshell_id": subshell}))
        control.get_msg(timeout=30)


class TestOutput:
    def test_both_streams_in_order(self, wire: Wire) -> None:
        ran = wire.run("console.log('one'); console.error('two'); console.log('three')")
        texts = [(content["name"], content["text"]) for content in ran.contents("stream")]
        assert texts == [("stdout", "one\n"), ("stderr", "two\n"), ("stdout", "three\n")]

    def test_many_lines_are_batched_and_complete(self, wire: Wire) -> None:
        ran = wire.run("for (let n = 0; n < 10000; n++) console.log(n)")
        assert ran.stream() == "".join(f"{n}\n" for n in range(10000))
        assert len(ran.contents("stream")) <= 30

    def test_streams_that_take_turns_are_batched_too(self, wire: Wire) -> None:
        ran = wire.run("for (let n = 0; n < 400; n++) { console.log(n); console.error(n) }")
        lines = "".join(f"{n}\n" for n in range(400))
        assert ran.stream("stdout") == ran.stream("stderr") == lines
        assert len(ran.contents("stream")) <= 100

    def test_output_comes_while_the_cell_runs(self, wire: Wire) -> None:
        ident = wire.send("console.log('begun'); await new Promise(done => globalThis.go = done); 'end'")
        wire.stream_of(ident, "begun")
        wire.interrupt_message()
        assert not wire.finish(ident).ok

    def test_late_output_comes_under_its_own_cell(self, wire: Wire) -> None:
        ident = wire.send("setTimeout(() => console.log('from the first'), 150); 1")
        assert wire.finish(ident).ok
        second = wire.run("console.log('second'); await new Promise(done => setTimeout(done, 300))")
        assert second.stream() == "second\n"
        assert "from the first" in wire.stream_of(ident, "from the first")[-1]["content"]["text"]

    def test_late_output_comes_while_nothing_runs(self, wire: Wire) -> None:
        ident = wire.send("setTimeout(() => console.log('idle tick'), 20); 1")
        assert wire.finish(ident).ok
        wire.stream_of(ident, "idle tick")

    def test_late_error_comes_under_its_own_cell(self, wire: Wire) -> None:
        ident = wire.send("setTimeout(() => { throw new RangeError('too late') }, 10); 1")
        assert wire.finish(ident).ok
        shown = plain(wire.stream_of(ident, "too late")[-1]["content"]["text"])
        assert "RangeError: too late" in shown
        assert "Cell In[" in shown

    def test_unhandled_rejection_is_reported(self, wire: Wire) -> None:
        ident = wire.send("Promise.reject(new TypeError('nobody awaits')); 1")
        wire.stream_of(ident, "nobody awaits")
        wire.finish(ident)

    def test_escape_sequences_are_shown(self, wire: Wire) -> None:
        ran = wire.run("console.log('\\x1b]0;title\\x07 \\x1b[31mred\\x1b[0m \\u202e')")
        assert ran.stream() == "\\x1b]0;title\\x07 \x1b[31mred\x1b[0m \\u202e\n"

    def test_clear(self, wire: Wire) -> None:
        assert wire.run("console.log('a'); console.clear()").contents("clear_output")


class TestErrors:
    def test_code_frame(self, wire: Wire) -> None:
        wire.value(
            "%%mount /src/deep.ts\nexport const fail = (): never => {\n  throw new RangeError('deep')\n}"
        )
        ran = wire.run("import { fail } from './deep.js'\n\nconst go = () => fail()\ngo()")
        number = ran.reply["execution_count"]
        text = plain(ran.traceback)
        assert (ran.reply["ename"], ran.reply["evalue"]) == ("RangeError", "deep")
        assert "/src/deep.ts, line 2, column 13, in fail" in text
        assert "> 2 |   throw new RangeError('deep')\n    |             ^" in text
        assert f"Cell In[{number}]:3:18" in text
        assert f"Cell In[{number}]:4:1" in text
        assert "qjs_kernel" not in text

    def test_caret_in_the_cell(self, wire: Wire) -> None:
        ran = wire.run("const ok = 1\n\tnull.x")
        lines = plain(ran.traceback).split("\n")
        at = next(index for index, line in enumerate(lines) if line.startswith("> 2 |"))
        assert lines[at + 1].rstrip().endswith("^")
        assert f"Cell In[{ran.reply['execution_count']}], line 2" in plain(ran.traceback)

    def test_cell_magic_keeps_line_numbers(self, wire: Wire) -> None:
        ran = wire.run("%%ts --timeout 5\n\nthrow new Error('third')")
        assert ", line 3, column" in plain(ran.traceback)

    def test_syntax_error_has_its_place(self, wire: Wire) -> None:
        ran = wire.run("const a = 1\nconst b = ;")
        assert ran.reply["ename"] == "SyntaxError"
        assert ", line 2, column 11" in plain(ran.traceback)

    def test_cause_chain_and_thrown_value(self, wire: Wire) -> None:
        ran = wire.run("throw new Error('outer', { cause: new TypeError('inner') })")
        assert "Caused by TypeError: inner" in plain(ran.traceback)
        assert plain(wire.run("throw {a: 1}").traceback).startswith("Uncaught { a: 1 }")

    def test_missing_import(self, wire: Wire) -> None:
        ran = wire.run("import './nowhere.js'")
        assert "nowhere" in ran.reply["evalue"]
        assert not ran.ok

    def test_stop_on_error(self, wire: Wire) -> None:
        idents = [wire.send(code) for code in ("throw new Error('stop')", "globalThis.after = 1", "2")]
        assert [wire.finish(ident).reply["status"] for ident in idents] == ["error", "aborted", "aborted"]
        assert wire.value("typeof after") == "'undefined'"

    def test_queue_goes_on_where_asked(self, wire: Wire) -> None:
        first = wire.send("throw new Error('go on')", stop_on_error=False)
        second = wire.send("'went on'")
        assert not wire.finish(first).ok
        assert wire.finish(second).text == "'went on'"

    def test_python_error_is_pythons(self, wire: Wire) -> None:
        ran = wire.run("%%python\n\n1 / 0")
        assert ran.reply["ename"] == "ZeroDivisionError"
        assert "----> 3 1 / 0" in plain(ran.traceback)

    def test_misuse_of_a_command(self, wire: Wire) -> None:
        ran = wire.run("%%mount /a --rw\nx")
        assert ran.reply["ename"] == "CommandError"
        assert "the options are --ro" in ran.reply["evalue"]
        assert len(ran.traceback.split("\n")) == 1


class TestLimits:
    def test_endless_loop_keeps_state(self, wire: Wire) -> None:
        wire.value("let kept = 'kept'; let touched = 1")
        ran = wire.run("%%ts --timeout 0.3\ntouched = 2\nwhile (true) {}")
        assert ran.reply["ename"] == "ExecutionTimeout"
        assert "%limits timeout=60" in ran.traceback
        assert wire.value("[kept, touched]") == "[ 'kept', 1 ]"

    def test_native_loop_is_killed_and_state_kept(self, wire: Wire) -> None:
        wire.value("let survivor = {a: 1}")
        ran = wire.run("%%ts --timeout 0.3\nArray.prototype.indexOf.call({length: 2**53 - 1}, 1)")
        assert ran.reply["ename"] == "ExecutionTimeout"
        assert wire.value("survivor") == "{ a: 1 }"

    def test_memory_and_recursion(self, wire: Wire) -> None:
        wire.value("let before = 5")
        bomb = "const all: string[] = []\nwhile (true) all.push('x'.repeat(1e6) + all.length)"
        assert wire.run(bomb).reply["ename"] == "MemoryError"
        assert wire.run("const deep = () => deep(); deep()").reply["status"] == "error"
        assert wire.value("before") == "5"

    def test_memory_for_one_cell(self, wire: Wire) -> None:
        wire.value("let stays = 1")
        code = "new Uint8Array(150 * 2**20).length"
        assert wire.run(code).reply["status"] == "error"
        assert wire.value(f"%%ts --memory 256\nstays + {code}") == str(1 + 150 * 2**20)
        assert wire.value("stays") == "1"

    def test_limits_command(self, wire: Wire) -> None:
        assert wire.run("%limits timeout=0.3").ok
        assert wire.run("while (true);").reply["ename"] == "ExecutionTimeout"
        assert wire.run("%limits timeout=30").ok
        assert "timeout       30 s" in wire.run("%limits").stream()
        assert "did you mean memory" in wire.run("%limits memroy=1").reply["evalue"]

    def test_files_are_rolled_back_too(self, wire: Wire) -> None:
        wire.value("%%mount /rolled.txt\nbefore")
        code = "import { writeFileSync } from 'node:fs'\nwriteFileSync('/rolled.txt', 'after')\nwhile (true);"
        assert not wire.run(f"%%ts --timeout 0.3\n{code}").ok
        assert wire.run("%cat /rolled.txt").stream() == "before\n"


class TestFiles:
    def test_mount_and_reload(self, wire: Wire) -> None:
        wire.value("%%mount /src/rule.ts\nexport const rule = (n: number) => n > 1\n\n")
        cell = "import { rule } from './rule.js'\n[1, 2].map(rule)"
        assert wire.value(cell) == "[ false, true ]"
        wire.value("%%mount /src/rule.ts\nexport const rule = (n: number) => n > 0")
        assert wire.value(cell) == "[ true, true ]"
        assert "rule.ts" in wire.run("%tree /src").stream()
        assert wire.run("%cat /src/rule.ts").stream() == "export const rule = (n: number) => n > 0\n"
        wire.value("%unmount /src/rule.ts")
        assert not wire.run("%cat /src/rule.ts").ok

    def test_read_only(self, wire: Wire) -> None:
        wire.value("%%mount /fixed.txt --ro\nfixed")
        ran = wire.run("import { writeFileSync } from 'node:fs'\nwriteFileSync('/fixed.txt', 'x')")
        assert "EROFS" in ran.reply["evalue"]

    def test_undo(self, wire: Wire) -> None:
        wire.value("let undone = 1")
        wire.value("import { writeFileSync } from 'node:fs'; writeFileSync('/new.txt', 'x'); undone = 2")
        assert wire.run("%undo").stream().startswith("undone: cell")
        assert wire.value("undone") == "1"
        assert not wire.run("%cat /new.txt").ok

    def test_undo_of_a_mount(self, wire: Wire) -> None:
        wire.value("%%mount /u.txt\none")
        wire.value("%%mount /u.txt\ntwo")
        assert wire.run("%undo").stream() == "undone: mount /u.txt\n"
        assert wire.run("%cat /u.txt").stream() == "one\n"


class TestHost:
    def test_dates_go_both_ways_and_the_host_keeps_state(self, wire: Wire) -> None:
        wire.value(
            "%%host\nfrom datetime import datetime, timezone\n_last = datetime.fromtimestamp(0, timezone.utc)\n"
            "def getLastAlert():\n    return _last\n"
            "def setLastAlert(when):\n    global _last\n    _last = when\n"
        )
        assert wire.value("env.getLastAlert()") == "1970-01-01T00:00:00.000Z"
        wire.value("env.setLastAlert(new Date('2025-02-26T07:40:00Z'))")
        assert wire.value("env.getLastAlert().getTime() === Date.UTC(2025, 1, 26, 7, 40)") == "true"
        assert wire.value("%%python\n_last.year") == "2025"
        assert "getLastAlert" in wire.run("%qjs").stream()
        assert wire.value("typeof env.datetime") == "'undefined'"

    def test_rerun_updates(self, wire: Wire) -> None:
        wire.value("%%host\nREGION = 'eu'\ndef where(): return 'first'")
        assert wire.value("[env.REGION, env.where()]") == "[ 'eu', 'first' ]"
        wire.value("%%host\ndef where(): return 'second'")
        assert wire.value("[env.REGION, env.where()]") == "[ 'eu', 'second' ]"

    def test_async_and_errors(self, wire: Wire) -> None:
        wire.value(
            "%%host\nimport asyncio\nasync def later(n):\n    await asyncio.sleep(0)\n    return n * 2"
        )
        assert wire.value("await env.later(4)") == "8"
        wire.value("%%host\ndef fail(): raise TypeError('from the host')")
        assert wire.value(
            "let got; try { env.fail() } catch (e) { got = [e instanceof TypeError, e.message] }\ngot"
        ) == ("[ true, 'from the host' ]")
        ran = wire.run("env.fail()")
        assert "In the host function (Python):" in ran.traceback
        assert "raise TypeError('from the host')" in plain(ran.traceback)

    def test_prints_go_under_the_cell_that_calls(self, wire: Wire) -> None:
        wire.value("%%host\ndef say(text):\n    print('host says', text)")
        assert wire.run("env.say('a')").stream() == "host says a\n"
        assert wire.run("env.say('b')").stream() == "host says b\n"
        assert wire.run("%%time\nenv.say('c')").stream().startswith("host says c\n")

    def test_async_prints_go_under_the_cell_that_calls(self, wire: Wire) -> None:
        wire.value("%%host\nasync def asay(text):\n    print('async', text)")
        assert wire.run("await env.asay('a')").stream() == "async a\n"
        assert wire.run("await env.asay('b')").stream() == "async b\n"

    def test_failed_host_cell_gives_nothing(self, wire: Wire) -> None:
        assert not wire.run("%%host\nhalf = 1\n1 / 0").ok
        assert wire.value("typeof env.half") == "'undefined'"


class TestRequests:
    def test_is_complete(self, wire: Wire) -> None:
        def status(code: str) -> str:
            return str(wire.ask("is_complete", code)["status"])

        assert status("const a = 1") == "complete"
        assert status("function f() {") == "incomplete"
        assert status("const = ;") == "invalid"
        assert status("%tree") == "complete"
        assert status("%%mount /a\nfunction f() {") == "complete"
        assert status("%%ts\nif (x) {") == "incomplete"
        assert status("%%python\nfor x in y:") == "incomplete"
        assert status("%%host\nx = 1") == "complete"
        assert wire.ask("is_complete", "if (x) {")["indent"]

    def test_kernel_info(self, wire: Wire) -> None:
        info = wire.ask("kernel_info")
        assert info["implementation"] == "qjs_kernel"
        assert info["language_info"]["name"] == "typescript"
        assert "debugger" not in info["supported_features"]
        assert "%qjs" in info["banner"]

    def test_completion(self, wire: Wire) -> None:
        def complete(marked: str) -> list[str]:
            code = marked.replace("‸", "")
            reply = wire.ask("complete", code, marked.index("‸"))
            start, end = reply["cursor_start"], reply["cursor_end"]
            assert all(match.startswith(code[start:end]) for match in reply["matches"])
            return list(reply["matches"])

        assert "%%mount" in complete("%%mo‸")
        assert {"%mount", "%matplotlib"} <= set(complete("%m‸"))
        assert complete("%%mount /a --n‸") == ["--newline"]
        wire.value("const completable = 1")
        assert complete("1 + compl‸") == ["completable"]
        assert complete("x.compl‸") == []
        assert "import" in complete("%%python\nimpo‸")
        wire.value("%%python\npython_name = 1")
        assert "python_name" in complete("%%host\nx = 1\npython_na‸")

    def test_inspection(self, wire: Wire) -> None:
        reply = wire.ask("inspect", "%%mount /a", 3)
        assert reply["found"]
        assert "--newline" in reply["data"]["text/plain"]
        assert wire.ask("inspect", "1 + 1", 1)["found"] is False
        assert wire.ask("inspect", "%%python\nlen", 12)["found"] is True

    def test_history(self, wire: Wire) -> None:
        wire.value("'remember me'")
        ident = wire.client.history(hist_access_type="tail", n=1)
        assert wire.reply(ident)["history"][-1][-1] == "'remember me'"
