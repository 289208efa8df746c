# ruff: noqa: E501
# Why: the programs and messages are as long as they are.
"""node:fs as programs use it: what Node 20 answers, in a directory of its own."""

from __future__ import annotations

import json

import pytest

from qjs_kernel import Sandbox

from .conftest import Maker
from .support import printed, value

SETUP = r"""
const fs = require('fs');
fs.mkdirSync('d/e/f', { recursive: true });
fs.writeFileSync('d/a.txt', 'hällo\nwörld\n');
fs.writeFileSync('d/e/b.bin', Buffer.from([0, 1, 255]));
fs.symlinkSync('a.txt', 'd/l');
fs.writeFileSync('f.txt', '');
const fd = fs.openSync('g.txt', 'w+');
const show = (v) => (v === undefined ? 'undefined' : JSON.stringify(v, (key, x) =>
  (x?.type === 'Buffer' ? `Buffer ${Buffer.from(x.data).toString('latin1')}` : x)));
const fault = (e) => `${e.name} ${e.code} ${e.message}`;
const events = (stream, names) => {
  const seen = [];
  for (const name of names) stream.on(name, (x) => seen.push(x instanceof Error ? name + x.code : name));
  return seen;
};
"""

# One after the other: (expression, what Node 20 gives, as JSON, or its error)
SYNC: list[tuple[str, str]] = [
    ("fs.readFileSync('d/a.txt', 'utf8')", '"hällo\\nwörld\\n"'),
    ("fs.readFileSync('d/e/b.bin')", '"Buffer \\u0000\\u0001ÿ"'),
    ("fs.readFileSync('d/e/b.bin', 'hex')", '"0001ff"'),
    ("fs.readFileSync('d/e/b.bin', { encoding: 'base64' })", '"AAH/"'),
    ("fs.readFileSync('d/a.txt', 'latin1')", '"hÃ¤llo\\nwÃ¶rld\\n"'),
    ("fs.readFileSync('nope')", "Error ENOENT ENOENT: no such file or directory, open 'nope'"),
    ("fs.readFileSync('d')", "Error EISDIR EISDIR: illegal operation on a directory, read"),
    (
        "fs.readFileSync('d/a.txt', 'zz')",
        "TypeError ERR_INVALID_ARG_VALUE The argument 'encoding' is invalid encoding. Received 'zz'",
    ),
    (
        "fs.readFileSync({})",
        'TypeError ERR_INVALID_ARG_TYPE The "path" argument must be of type string or an instance of Buffer or URL. Received an instance of Object',
    ),
    (
        "fs.readFileSync(null)",
        'TypeError ERR_INVALID_ARG_TYPE The "path" argument must be of type string or an instance of Buffer or URL. Received null',
    ),
    (
        "fs.readFileSync(new URL('http://x/'))",
        "TypeError ERR_INVALID_URL_SCHEME The URL must be of scheme file",
    ),
    ("fs.readFileSync(Buffer.from('d/a.txt'), 'utf8').length", "12"),
    ("fs.readdirSync('d')", '["a.txt","e","l"]'),
    ("fs.readdirSync('d', { recursive: true }).sort()", '["a.txt","e","e/b.bin","e/f","l"]'),
    ("fs.readdirSync('d', 'buffer')", '["Buffer a.txt","Buffer e","Buffer l"]'),
    (
        "fs.readdirSync('d', { withFileTypes: true }).map((x) => [x.name, x.path, x.parentPath, x.isFile(), x.isDirectory(), x.isSymbolicLink()])",
        '[["a.txt","d","d",true,false,false],["e","d","d",false,true,false],["l","d","d",false,false,true]]',
    ),
    (
        "fs.readdirSync('d', { withFileTypes: true, recursive: true }).map((x) => x.parentPath + '|' + x.name).sort()",
        '["d/e|b.bin","d/e|f","d|a.txt","d|e","d|l"]',
    ),
    ("fs.readdirSync('nope')", "Error ENOENT ENOENT: no such file or directory, scandir 'nope'"),
    ("fs.readdirSync('d/a.txt')", "Error ENOTDIR ENOTDIR: not a directory, scandir 'd/a.txt'"),
    (
        "(() => { const s = fs.statSync('d/a.txt'); return [s.size, s.isFile(), s.isDirectory(), s.mode & 0o170000, typeof s.mtimeMs, s.mtime instanceof Date, Object.keys(s).join()]; })()",
        '[14,true,false,32768,"number",true,"dev,mode,nlink,uid,gid,rdev,blksize,ino,size,blocks,atimeMs,mtimeMs,ctimeMs,birthtimeMs,atime,mtime,ctime,birthtime"]',
    ),
    ("fs.lstatSync('d/l').isSymbolicLink()", "true"),
    ("fs.statSync('nope', { throwIfNoEntry: false }) === undefined", "true"),
    ("fs.statSync('nope')", "Error ENOENT ENOENT: no such file or directory, stat 'nope'"),
    ("fs.lstatSync('nope')", "Error ENOENT ENOENT: no such file or directory, lstat 'nope'"),
    ("fs.readlinkSync('d/l')", '"a.txt"'),
    ("fs.readlinkSync('d/l', 'buffer')", '"Buffer a.txt"'),
    ("fs.readlinkSync('d/a.txt')", "Error EINVAL EINVAL: invalid argument, readlink 'd/a.txt'"),
    ("fs.copyFileSync('d/a.txt', 'c.txt')", "undefined"),
    (
        "fs.copyFileSync('d/a.txt', 'c.txt', fs.constants.COPYFILE_EXCL)",
        "Error EEXIST EEXIST: file already exists, copyfile 'd/a.txt' -> 'c.txt'",
    ),
    ("fs.cpSync('d', 'd2', { recursive: true })", "undefined"),
    ("fs.readdirSync('d2', { recursive: true }).sort()", '["a.txt","e","e/b.bin","e/f","l"]'),
    ("fs.cpSync('d', 'd3', { recursive: true, filter: (s) => !s.endsWith('.bin') })", "undefined"),
    ("fs.readdirSync('d3', { recursive: true }).sort()", '["a.txt","e","e/f","l"]'),
    ("fs.renameSync('c.txt', 'c2.txt')", "undefined"),
    (
        "fs.renameSync('c.txt', 'c3.txt')",
        "Error ENOENT ENOENT: no such file or directory, rename 'c.txt' -> 'c3.txt'",
    ),
    ("(fs.appendFileSync('c2.txt', '!'), fs.readFileSync('c2.txt', 'utf8'))", '"hällo\\nwörld\\n!"'),
    ("(fs.truncateSync('c2.txt', 3), fs.readFileSync('c2.txt', 'latin1'))", '"hÃ¤"'),
    ("fs.rmdirSync('d2')", "Error ENOTEMPTY ENOTEMPTY: directory not empty, rmdir 'd2'"),
    ("fs.rmSync('d2', { recursive: true })", "undefined"),
    ("fs.rmSync('d2')", "Error ENOENT ENOENT: no such file or directory, lstat 'd2'"),
    ("fs.rmSync('d2', { force: true })", "undefined"),
    ("fs.unlinkSync('c2.txt')", "undefined"),
    ("fs.unlinkSync('c2.txt')", "Error ENOENT ENOENT: no such file or directory, unlink 'c2.txt'"),
    ("fs.mkdirSync('d')", "Error EEXIST EEXIST: file already exists, mkdir 'd'"),
    ("fs.mkdirSync('x/y')", "Error ENOENT ENOENT: no such file or directory, mkdir 'x/y'"),
    ("[fs.existsSync('d'), fs.existsSync('q'), fs.existsSync(5)]", "[true,false,false]"),
    ("fs.accessSync('d/a.txt', fs.constants.R_OK)", "undefined"),
    ("fs.accessSync('q')", "Error ENOENT ENOENT: no such file or directory, access 'q'"),
    ("(fs.chmodSync('d/a.txt', 0o600), (fs.statSync('d/a.txt').mode & 0o777).toString(8))", '"600"'),
    ("(fs.utimesSync('d/a.txt', 1, 2), fs.statSync('d/a.txt').mtimeMs)", "2000"),
    (
        "(fs.utimesSync('d/a.txt', new Date(5000), new Date(7000)), fs.statSync('d/a.txt').mtime.toISOString())",
        '"1970-01-01T00:00:07.000Z"',
    ),
    ("fs.readSync(99, b)", "ReferenceError undefined b is not defined"),
    (
        "fs.closeSync('x')",
        "TypeError ERR_INVALID_ARG_TYPE The \"fd\" argument must be of type number. Received type string ('x')",
    ),
    ("fs.openSync('f.txt', 'wx')", "Error EEXIST EEXIST: file already exists, open 'f.txt'"),
    (
        "fs.openSync('f.txt', 'q')",
        "TypeError ERR_INVALID_ARG_VALUE The argument 'flags' is invalid. Received 'q'",
    ),
    (
        "(() => { const d = fs.opendirSync('d'); const n = []; let e; while ((e = d.readSync())) n.push(e.name); d.closeSync(); try { d.readSync(); } catch (x) { n.push(x.code); } return [n.sort(), d.path]; })()",
        '[["ERR_DIR_CLOSED","a.txt","e","l"],"d"]',
    ),
    ("fs.writeSync(fd, 'hello')", "5"),
    ("fs.writeSync(fd, Buffer.from('XYZ'), 1, 2)", "2"),
    ("fs.writeSync(fd, 'J', 0)", "1"),
    ("fs.writevSync(fd, [Buffer.from('ab'), Buffer.from('cd')])", "4"),
    (
        "(() => { const b = Buffer.alloc(6); return [fs.readSync(fd, b, 0, 6, 0), b.toString()]; })()",
        '[6,"JelloY"]',
    ),
    (
        "(() => { const x = Buffer.alloc(3), y = Buffer.alloc(20); return [fs.readvSync(fd, [x, y], 0), x.toString()]; })()",
        '[11,"Jel"]',
    ),
    ("fs.fstatSync(fd).size", "11"),
    ("(fs.ftruncateSync(fd, 2), fs.fstatSync(fd).size)", "2"),
    ("fs.closeSync(fd)", "undefined"),
    ("fs.closeSync(fd)", "Error EBADF EBADF: bad file descriptor, close"),
    (
        "fs.readFile('x')",
        'TypeError ERR_INVALID_ARG_TYPE The "cb" argument must be of type function. Received undefined',
    ),
    (
        "fs.readFile('x', 'utf8', 5)",
        'TypeError ERR_INVALID_ARG_TYPE The "cb" argument must be of type function. Received type number (5)',
    ),
    (
        "fs.readFile({}, () => {})",
        'TypeError ERR_INVALID_ARG_TYPE The "path" argument must be of type string or an instance of Buffer or URL. Received an instance of Object',
    ),
    (
        "fs.createReadStream('x', { start: 5, end: 1 })",
        'RangeError ERR_OUT_OF_RANGE The value of "start" is out of range. It must be <= "end" (here: 1). Received 5',
    ),
    (
        "fs.createReadStream(5)",
        'TypeError ERR_INVALID_ARG_TYPE The "path" argument must be of type string or an instance of Buffer or URL. Received type number (5)',
    ),
    (
        "fs.createReadStream('x', { start: 'a' })",
        "TypeError ERR_INVALID_ARG_TYPE The \"start\" argument must be of type number. Received type string ('a')",
    ),
    (
        "fs.createReadStream('x', { encoding: 'zz' })",
        "TypeError ERR_INVALID_ARG_VALUE The argument 'encoding' is invalid encoding. Received 'zz'",
    ),
    ("(fs.chownSync('d/a.txt', 0, 0), fs.statSync('d/a.txt').uid)", "0"),
]

ASYNC: dict[str, tuple[str, str]] = {
    "p read": (
        r"""fs.promises.readFile('d/a.txt', 'utf8')""",
        '"hällo\\nwörld\\n"',
    ),
    "p no": (
        r"""fs.promises.readFile('nope')""",
        "Error ENOENT ENOENT: no such file or directory, open 'nope'",
    ),
    "p readdir": (
        r"""fs.promises.readdir('d')""",
        '["a.txt","e","l"]',
    ),
    "p mkdir": (
        r"""fs.promises.mkdir('pm')""",
        "undefined",
    ),
    "p stat": (
        r"""(await fs.promises.stat('pm')).isDirectory()""",
        "true",
    ),
    "p access": (
        r"""fs.promises.access('nope')""",
        "Error ENOENT ENOENT: no such file or directory, access 'nope'",
    ),
    "p rm": (
        r"""fs.promises.rm('pm', { recursive: true })""",
        "undefined",
    ),
    "p mkdtemp": (
        r"""/^tt-.{6}$/.test(await fs.promises.mkdtemp('tt-'))""",
        "true",
    ),
    "p writeFile gen": (
        r"""{ await fs.promises.writeFile('gen', (async function* () { yield 'a'; yield Buffer.from('b'); })()); return fs.promises.readFile('gen', 'utf8'); }""",
        '"ab"',
    ),
    "p writeFile arr": (
        r"""{ await fs.promises.writeFile('gen2', ['x', 'y']); return fs.promises.readFile('gen2', 'utf8'); }""",
        '"xy"',
    ),
    "p signal": (
        r"""{ const ac = new AbortController(); ac.abort(); await fs.promises.readFile('gen', { signal: ac.signal }); }""",
        "AbortError ABORT_ERR The operation was aborted",
    ),
    "p signal later": (
        r"""{ const ac = new AbortController(); const pr = fs.promises.readFile('gen', { signal: ac.signal }); ac.abort(); await pr; }""",
        "AbortError ABORT_ERR The operation was aborted",
    ),
    "p cp": (
        r"""{ await fs.promises.cp('d', 'd5', { recursive: true, filter: async (s) => !s.endsWith('l') }); return (await fs.promises.readdir('d5')).sort(); }""",
        '["a.txt","e"]',
    ),
    "p opendir": (
        r"""{ const n = []; for await (const e of await fs.promises.opendir('d')) n.push(e.name); return n.sort(); }""",
        '["a.txt","e","l"]',
    ),
    "handle": (
        r"""{ const h = await fs.promises.open('h.txt', 'w+'); const r = []; r.push(typeof h.fd, (await h.write('hello world')).bytesWritten, (await h.stat()).size, (await h.read(Buffer.alloc(5), 0, 5, 0)).bytesRead, (await h.read({ position: 6, length: 3 })).bytesRead); await h.truncate(5); r.push(await fs.promises.readFile(h, 'utf8')); r.push((await h.readv([Buffer.alloc(2)], 0)).bytesRead, (await h.writev([Buffer.from('ZZ')], 0)).bytesWritten); await h.appendFile('!'); await h.sync(); await h.close(); r.push(fs.readFileSync('h.txt', 'utf8'), h.fd); try { await h.read(Buffer.alloc(1)); } catch (e) { r.push(e.code, e.message, e.syscall); } return r; }""",
        '["number",11,11,5,3,"",2,2,"ZZllo\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000!",-1,"EBADF","file closed","read"]',
    ),
    "lines": (
        r"""{ fs.writeFileSync('lines', 'a\nb\r\nc'); const h = await fs.promises.open('lines'); const out = []; for await (const l of h.readLines()) out.push(l); return out; }""",
        '["a","b","c"]',
    ),
    "rs": (
        r"""{ const s = fs.createReadStream('d/a.txt', { encoding: 'utf8', start: 1, end: 8 }); const ev = events(s, ['open', 'ready', 'end', 'close', 'error']); let t = ''; for await (const c of s) t += c; await new Promise((r) => setTimeout(r, 5)); return [t, ev, s.bytesRead, s.path, s.flags, s.fd, s.destroyed]; }""",
        '["ällo\\nw�",["open","ready","end","close"],8,"d/a.txt","r",null,true]',
    ),
    "rs hwm": (
        r"""{ const s = fs.createReadStream('d/a.txt', { highWaterMark: 5 }); const n = []; s.on('data', (c) => n.push(c.length)); await new Promise((r) => s.on('close', r)); return n; }""",
        "[5,5,4]",
    ),
    "rs no": (
        r"""{ const s = fs.createReadStream('nope'); const ev = events(s, ['open', 'ready', 'end', 'close', 'error']); await new Promise((r) => s.on('close', r)); return ev; }""",
        '["errorENOENT","close"]',
    ),
    "ws": (
        r"""{ const s = fs.createWriteStream('ws.txt'); const ev = events(s, ['open', 'ready', 'finish', 'close', 'error', 'drain']); s.write('one'); s.write(Buffer.from('two')); s.end('three'); await new Promise((r) => s.on('close', r)); return [ev, s.bytesWritten, s.path, fs.readFileSync('ws.txt', 'utf8')]; }""",
        '[["open","ready","finish","close"],11,"ws.txt","onetwothree"]',
    ),
    "ws app": (
        r"""{ const s = fs.createWriteStream('ws.txt', { flags: 'a', encoding: 'hex' }); s.end('4142'); await new Promise((r) => s.on('close', r)); return fs.readFileSync('ws.txt', 'utf8'); }""",
        '"onetwothreeAB"',
    ),
    "ws start": (
        r"""{ const s = fs.createWriteStream('ws.txt', { flags: 'r+', start: 1 }); s.end('__'); await new Promise((r) => s.on('finish', r)); return fs.readFileSync('ws.txt', 'utf8'); }""",
        '"o__twothreeAB"',
    ),
    "ws no": (
        r"""{ const s = fs.createWriteStream('no/such'); const ev = events(s, ['open', 'finish', 'close', 'error']); s.write('a', (e) => ev.push('cb ' + e?.code)); await new Promise((r) => s.on('close', r)); return ev; }""",
        '["cb ENOENT","errorENOENT","close"]',
    ),
    "pipe": (
        r"""{ const { pipeline } = require('stream/promises'); await pipeline(fs.createReadStream('d/a.txt'), fs.createWriteStream('piped')); return fs.readFileSync('piped', 'utf8'); }""",
        '"hällo\\nwörld\\n"',
    ),
    "hstream": (
        r"""{ const h = await fs.promises.open('d/a.txt'); let t = ''; for await (const c of h.createReadStream({ encoding: 'utf8' })) t += c; await new Promise((r) => setTimeout(r, 5)); return [t, h.fd]; }""",
        '["hällo\\nwörld\\n",-1]',
    ),
    "inst": (
        r"""{ const s = fs.createReadStream('d/a.txt'); s.resume(); const r = [s instanceof fs.ReadStream, s instanceof require('stream').Readable, fs.createWriteStream('zz') instanceof fs.WriteStream, Object.prototype.toString.call(fs.Stats), typeof fs.Dirent, fs.statSync('d') instanceof fs.Stats]; return r; }""",
        '[true,true,true,"[object Function]","function",true]',
    ),
}


@pytest.fixture(scope="module")
def answers(shared: Sandbox) -> list[str]:
    """What all of SYNC and then all of ASYNC gave, in one run."""
    lines = [SETUP, "const out = [];"]
    lines += [f"try {{ out.push(show({code})); }} catch (e) {{ out.push(fault(e)); }}" for code, _ in SYNC]
    for code, _ in ASYNC.values():
        lines.append(
            f"try {{ out.push(show(await (async () => {code})())); }} catch (e) {{ out.push(fault(e)); }}"
        )
    lines.append("export default JSON.stringify(out)")
    found: list[str] = json.loads(value(shared, "\n".join(lines), timeout=20))
    return found


@pytest.mark.parametrize("index", range(len(SYNC)), ids=[code[:40] for code, _ in SYNC])
def test_synchronous_functions(answers: list[str], index: int) -> None:
    assert answers[index] == SYNC[index][1]


@pytest.mark.parametrize("name", ASYNC)
def test_promises_handles_and_streams(answers: list[str], name: str) -> None:
    assert answers[len(SYNC) + list(ASYNC).index(name)] == ASYNC[name][1]


def test_text_needs_no_buffer_and_bytes_are_one(sandbox: Sandbox) -> None:
    code = """
    import { readFileSync, writeFileSync } from 'node:fs';
    writeFileSync('/b', new Uint8Array([104, 105]));
    const bytes = readFileSync('/b');
    export default [readFileSync('/b', 'utf8'), Buffer.isBuffer(bytes), bytes.toString('hex'), bytes.length];
    """
    assert value(sandbox, code) == ["hi", True, "6869", 2]


def test_paths_of_every_kind(sandbox: Sandbox) -> None:
    code = """
    import { readFileSync, writeFileSync } from 'node:fs';
    writeFileSync(Buffer.from('/ä.txt'), 'x');
    export default [readFileSync(new URL('file:///%C3%A4.txt'), 'utf8'), readFileSync('ä.txt', 'utf8')];
    """
    assert value(sandbox, code) == ["x", "x"]


def test_owners_show_and_mean_nothing(sandbox: Sandbox) -> None:
    code = """
    import { chownSync, statSync, writeFileSync, promises } from 'node:fs';
    writeFileSync('/f', 'x');
    chownSync('/f', 1000, 1001);
    const before = statSync('/f');
    await promises.lchown('/f', 7, 8);
    export default [before.uid, before.gid, statSync('/f', { bigint: true }).uid === 7n];
    """
    assert value(sandbox, code) == [1000, 1001, True]


def test_watching_sees_what_changes(sandbox: Sandbox) -> None:
    code = """
    import fs from 'node:fs';
    fs.mkdirSync('/w');
    const seen = [];
    const watcher = fs.watch('/w', (type, name) => seen.push(`${type} ${name}`));
    fs.writeFileSync('/w/new', '1');
    await new Promise((go) => watcher.once('change', go));
    watcher.close();
    const stat = new Promise((go) => fs.watchFile('/w/new', { interval: 1 }, (now, old) => go([now.size, old.size])));
    fs.writeFileSync('/w/new', '123');
    const sizes = await stat;
    fs.unwatchFile('/w/new');
    fs.writeFileSync('/w/other', '');
    for await (const event of fs.promises.watch('/w')) { seen.push(event); break; }
    export default [seen[0], sizes];
    """
    # The last loop looks again after something has changed.
    code = code.replace(
        "fs.writeFileSync('/w/other', '');", "setTimeout(() => fs.writeFileSync('/w/other', ''), 1);"
    )
    assert value(sandbox, code) == ["rename new", [3, 1]]


def test_the_standard_streams(make: Maker) -> None:
    sandbox = make(stdin=lambda prompt, default: f"<{prompt}>")
    code = """
    const fs = require('fs');
    fs.writeSync(1, 'one '); fs.writeFileSync(1, Buffer.from('two ')); fs.writeFileSync('/dev/stdout', 'three ');
    fs.writeFileSync('/dev/null', 'nothing'); fs.writeSync(2, 'bad'); process.stdout.write('four ');
    process.stdout.write(Buffer.from('ü').subarray(0, 1)); process.stdout.write(Buffer.from('ü').subarray(1));
    process.stdout.end('!'); process.stdout.write('?');
    export default [fs.readFileSync(0, 'utf8'), fs.readFileSync('/dev/stdin').length, process.stdout.columns,
      process.stdout.isTTY, process.stdout === process.stdout, process.stderr.fd];
    """
    outcome = sandbox.eval(code)
    assert outcome.data == ["<>\n", 3, 80, False, True, 2], outcome.error
    assert printed(outcome, "stdout") == "one two three four ü!?"
    assert printed(outcome, "stderr") == "bad"


def test_readline_over_files_and_streams(shared: Sandbox) -> None:
    code = r"""
    const fs = require('fs'), rl = require('readline'), { Readable, PassThrough } = require('stream');
    fs.writeFileSync('/lines', 'a\nb\r\nc');
    const seen = [];
    for await (const line of rl.createInterface({ input: fs.createReadStream('/lines') })) seen.push(line);
    const events = rl.createInterface({ input: Readable.from(['a\r', '\nb', 'c\nd', '\n\ne']) });
    events.on('line', (line) => seen.push(`line ${line}`)).on('close', () => seen.push('close'));
    await new Promise((go) => events.on('close', go));
    try { events.question('x', () => {}); } catch (error) { seen.push(error.code); }
    const input = new PassThrough(), output = new PassThrough();
    const old = rl.createInterface(input, output);
    const name = new Promise((go) => old.question('name? ', go));
    input.write('Bob\n');
    seen.push(await name, String(output.read()));
    old.close();
    const asks = require('readline/promises').createInterface({ input, output });
    const age = asks.question('age? ');
    input.write('5\n');
    seen.push(await age, String(output.read()));
    asks.setPrompt('>> ');
    asks.prompt();
    seen.push(String(output.read()), asks.terminal);
    asks.close();
    await asks.question('z').catch((error) => seen.push(error.message));
    rl.cursorTo(output, 3); rl.cursorTo(output, 1, 2); rl.moveCursor(output, -1, 2); rl.clearLine(output, 0);
    rl.clearScreenDown(output);
    seen.push(String(output.read()));
    export default seen;
    """
    assert value(shared, code) == [
        "a", "b", "c", "line a", "line bc", "line d", "line ", "line e", "close", "ERR_USE_AFTER_CLOSE",
        "Bob", "name? ", "5", "age? ", ">> ", False, "readline was closed",
        "\x1b[4G\x1b[3;2H\x1b[1D\x1b[2B\x1b[2K\x1b[0J",
    ]  # fmt: skip


def test_questions_reach_the_person(make: Maker) -> None:
    asked: list[str] = []

    def answer(prompt: str, default: str) -> str:
        asked.append(prompt)
        return ["Ann", "7"][len(asked) - 1]

    code = """
    import { createInterface } from 'node:readline/promises';
    import { stdin, stdout } from 'node:process';
    const rl = createInterface({ input: stdin, output: stdout });
    const name = await rl.question('name? ');
    const age = await rl.question('age? ');
    rl.close();
    export default [name, age];
    """
    assert value(make(stdin=answer), code) == ["Ann", "7"]
    assert asked == ["name? ", "age? "]  # nobody is asked for a line that no one waits for


def test_nobody_is_asked_for_ever(make: Maker) -> None:
    asked: list[str] = []

    def answer(prompt: str, default: str) -> str:
        asked.append(prompt)
        return "x"

    sandbox = make(stdin=answer)
    assert value(sandbox, "let n = 0; while (prompt('again?') !== null) n++; n") == 100
    assert len(asked) == 100
    assert value(sandbox, "prompt('next run?')") == "x"


def test_a_dialogue_line_by_line(make: Maker) -> None:
    asked: list[str] = []

    def answer(prompt: str, default: str) -> str:
        asked.append(prompt)
        if len(asked) == 4:
            raise ValueError("gone")
        return ["one", "two", "quit"][len(asked) - 1]

    sandbox = make(stdin=answer)
    code = """
    const readline = require('readline');
    const rl = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: 'cmd> ' });
    const seen = [];
    rl.prompt();
    rl.on('line', (line) => { seen.push(line); if (line === 'quit') rl.close(); else rl.prompt(); });
    await new Promise((go) => rl.on('close', go));
    seen
    """
    assert value(sandbox, code) == ["one", "two", "quit"]
    assert asked == ["cmd> "] * 3
    code = """
    const again = require('readline/promises').createInterface({ input: process.stdin, output: process.stdout });
    const answer = await again.question('more? ').catch((error) => error.message);
    again.close();
    answer
    """
    assert value(sandbox, code) == "gone"


def test_without_a_person_the_input_ends(sandbox: Sandbox) -> None:
    code = """
    const lines = [];
    for await (const line of require('readline').createInterface({ input: process.stdin })) lines.push(line);
    export default lines;
    """
    outcome = sandbox.eval(code)
    assert outcome.data == []
    assert "nobody can be asked" in printed(outcome, "stderr")


def test_the_machine_that_os_describes(sandbox: Sandbox) -> None:
    code = """
    import os from 'node:os';
    import { mkdtempSync, existsSync } from 'node:fs';
    import path from 'node:path';
    const made = mkdtempSync(path.join(os.tmpdir(), 'x-'));
    export default [os.EOL, os.platform() === process.platform, os.arch() === process.arch, os.cpus().length,
      os.hostname(), `${os.homedir}`, os.userInfo().username, os.constants.signals.SIGKILL, os.constants.errno.ENOENT,
      os.totalmem() > 0, os.endianness(), os.devNull, made.startsWith('/tmp/x-') && existsSync(made)];
    """
    assert value(sandbox, code) == [
        "\n", True, True, 1, "sandbox", "/home/guest", "guest", 9, 2, True, "LE", "/dev/null", True,
    ]  # fmt: skip
