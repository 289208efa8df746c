"""Questions to the person in front of the notebook: prompt, confirm, alert and readline over Jupyter's stdin."""

from __future__ import annotations

import pytest

from tests.kernel.kernel_wire import PATIENCE, Wire


def asked(wire: Wire, code: str, *answers: str) -> tuple[list[str], str | None]:
    """Run `code`, answer what it asks, and give the prompts and the text of the result."""
    ident = wire.send(code, allow_stdin=True)
    prompts: list[str] = []
    for answer in answers:
        request = wire.client.get_stdin_msg(timeout=PATIENCE)
        prompts.append(request["content"]["prompt"])
        wire.client.input(answer)
    ran = wire.finish(ident)
    assert ran.ok, ran.traceback
    return prompts, ran.text


def test_prompt(wire: Wire) -> None:
    assert asked(wire, "prompt('Your name?')", "Ada") == (["Your name?"], "'Ada'")


def test_the_default_of_a_prompt_is_what_an_empty_line_means(wire: Wire) -> None:
    prompts, text = asked(wire, "prompt('Your name?', 'Bob')", "")
    assert text == "'Bob'"
    assert "Your name?" in prompts[0]


@pytest.mark.parametrize(("answer", "value"), [("y", "true"), ("Yes", "true"), ("n", "false"), ("", "false")])
def test_confirm(wire: Wire, answer: str, value: str) -> None:
    assert asked(wire, "confirm('Go on?')", answer)[1] == value


def test_alert_waits(wire: Wire) -> None:
    prompts, text = asked(wire, "alert('Look!'); 'seen'", "")
    assert "Look!" in prompts[0]
    assert text == "'seen'"


def test_readline(wire: Wire) -> None:
    code = (
        "import { createInterface } from 'node:readline/promises';\n"
        "const rl = createInterface({ input: process.stdin, output: process.stdout });\n"
        "const answers = [await rl.question('one? '), await rl.question('two? ')]; rl.close();\n"
        "answers.join('+')"
    )
    assert asked(wire, code, "1", "2")[1] == "'1+2'"


def test_the_time_of_the_person_does_not_count(wire: Wire) -> None:
    wire.run("%limits timeout=0.4")
    ident = wire.send("prompt('Take your time')", allow_stdin=True)
    wire.client.get_stdin_msg(timeout=PATIENCE)
    # Longer than the limit and the grace after it: what the kernel would do by then it has done.
    assert not wire.client.control_channel.socket.poll(1200)
    wire.client.input("here")
    ran = wire.finish(ident)
    wire.run("%limits timeout=30")
    assert ran.ok, ran.traceback
    assert ran.text == "'here'"


def test_without_stdin_there_is_a_note_and_no_answer(wire: Wire) -> None:
    ran = wire.run("[prompt('Name?'), confirm('Sure?')]", allow_stdin=False)
    assert ran.text == "[ null, false ]"
    assert ran.stream("stderr") == "this front end cannot ask (it does not allow stdin)\n"


def test_an_interrupt_while_somebody_is_asked(wire: Wire) -> None:
    wire.value("let kept = 1")
    ident = wire.send("kept = 2; prompt('Name?')", allow_stdin=True)
    wire.client.get_stdin_msg(timeout=PATIENCE)
    wire.sigint()
    ran = wire.finish(ident)
    assert "Interrupt" in ran.reply["ename"]
    assert wire.value("kept") == "1"


def test_control_characters_of_a_prompt_are_not_sent(wire: Wire) -> None:
    prompts, _ = asked(wire, r"prompt('a\u001b[2Jb\u202e')", "")
    assert "\x1b[2J" not in prompts[0]
    assert "\u202e" not in prompts[0]


def test_a_timer_between_cells_asks_nobody(wire: Wire) -> None:
    wire.value("globalThis.late = 'nothing'; 0")
    # Late enough that no cell runs any more, and nothing else is sent before it has run.
    ident = wire.send("setTimeout(() => { late = prompt('Anybody?'); console.log('told') }, 500); 0")
    wire.finish(ident)
    wire.stream_of(ident, "told")
    assert wire.value("late") == "null"
