"""Tables of expressions with the answers of Node 20, evaluated by one program in the guest.

An expression, which may go on over several lines, then after `=> ` what `util.inspect` shows of its value (awaited), or
the name, code and message of its error (and errno). The answers were written down from Node 20.20.
"""

from __future__ import annotations

import json

from qjs_kernel import Sandbox

from .support import value

__all__ = ["answers", "table"]

_GUEST = """
import util from "node:util";
import stream from "node:stream";
import buffer from "node:buffer";
import crypto from "node:crypto";
import zlib from "node:zlib";
const names = { util, stream, buffer, crypto, zlib, Buffer: buffer.Buffer, promisify: util.promisify };
names.subtle = crypto.webcrypto.subtle;
const never = () => new Promise((done) => setTimeout(done, 3000, "(never settled)"));
const found = {};
for (const text of TABLE) {
  const run = new Function(...Object.keys(names), `return (${text});`);
  try {
    const value = await Promise.race([run(...Object.values(names)), never()]);
    found[text] = util.inspect(value, { breakLength: Infinity });
  } catch (e) {
    found[text] = `${e?.name} ${e?.code} ${e?.message}` + (e?.errno === undefined ? "" : ` ${e.errno}`);
  }
}
export default found;
"""


def table(text: str) -> dict[str, str]:
    """Expressions and what they give; both may go on over several lines."""
    cases: dict[str, str] = {}
    expression: list[str] = []
    answer: list[str] = []
    for line in [*text.strip().splitlines(), ""]:
        if line.startswith("=> "):
            answer.append(line[3:])
            continue
        if answer:
            cases["\n".join(expression)] = "".join(answer)
            expression, answer = [], []
        expression.append(line)
    return cases


def answers(sandbox: Sandbox, cases: dict[str, str]) -> dict[str, str]:
    """What the guest gives for each expression."""
    found = value(sandbox, _GUEST.replace("TABLE", json.dumps(list(cases)), 1), timeout=20)
    assert isinstance(found, dict)
    return found
