"""The guest's globals and modules as the real language server shows them: nothing too much, nothing too little."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qjs_kernel.language import declarations
from qjs_kernel.language.hosttypes import env_declarations
from qjs_kernel.language.server import find_command
from qjs_kernel.modules.tables import ABSENT, PREFIX_ONLY, REFUSED

try:
    COMMAND: tuple[str, ...] = find_command()
except FileNotFoundError:
    COMMAND = ()
pytestmark = pytest.mark.skipif(not COMMAND, reason="no language server here: pip install deno")

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
CELL = "src/cell-9.ts"
# Where the mirror may say what else is global.
MODE = ".kernel/mode.d.ts"
PACKAGE = """/// <reference types="node" />
import { Readable } from "stream";
import { EventEmitter } from "node:events";
import { Socket } from "net";
export declare function lines(socket?: Socket): Readable;
export declare class Source extends EventEmitter { bytes: Buffer; }
"""
# Words of the language that completion offers besides names.
WORDS = frozenset(
    re.findall(
        r"\w+",
        """abstract accessor any as asserts async await bigint boolean break case catch class const continue debugger
        declare default delete do else enum export extends false finally for from function get global globalThis if
        implements import in infer instanceof interface is keyof let module namespace never new null number object of
        out override package private protected public readonly require return satisfies set static string super switch
        symbol this throw true try type typeof undefined unique unknown using var void while with yield""",
    )
)
# `Atomics` stands in one library with SharedArrayBuffer, which the guest has.
UNAVOIDABLE = {"Atomics"}


class Client:
    """A server over a directory with the declarations, as plain as can be: one question after the other."""

    def __init__(self, assets: Mapping[str, str | None], env: str = "declare var env: {};") -> None:
        self.root = Path(tempfile.mkdtemp(prefix="declarations-")).resolve()
        files = {f".kernel/{name}": text for name, text in declarations.guest_files(assets).items()}
        files[".kernel/env.d.ts"] = env
        files[MODE] = "export {};\n"
        files["package.json"] = '{"dependencies": {"lines": "1"}}'
        files["node_modules/lines/package.json"] = (
            '{"name": "lines", "version": "1.0.0", "types": "index.d.ts"}'
        )
        files["node_modules/lines/index.d.ts"] = PACKAGE
        files["deno.json"] = json.dumps({
            "compilerOptions": {
                "lib": list(declarations.LIBS), "strict": True,
                "types": [*declarations.ENTRIES, "./.kernel/env.d.ts", f"./{MODE}"],
                "jsx": "react", "jsxFactory": "h", "jsxFragmentFactory": "Fragment",
            },
            "exclude": list(declarations.EXCLUDED), "lock": False, "nodeModulesDir": "manual",
            **declarations.import_map(),
        })  # fmt: skip
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            "DENO_DIR": str(self.root / "deno"),
            "HOME": str(self.root),
        }
        environment |= {"DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
        self._process = subprocess.Popen(
            COMMAND, cwd=self.root, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._count = 0
        self._versions: dict[str, int] = {}
        deno = {"enable": True, "lint": False, "config": "deno.json", "cacheOnSave": False}
        hidden = {
            "preferences": {
                "autoImportFileExcludePatterns": list(declarations.HIDDEN),
                "quoteStyle": "single",
            }
        }
        self._settings = {"deno": deno, "typescript": hidden, "javascript": hidden}
        self.ask("initialize", {
            "processId": os.getpid(), "rootUri": self.root.as_uri(), "initializationOptions": deno,
            "workspaceFolders": [{"uri": self.root.as_uri(), "name": "guest"}],
            "capabilities": {
                "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}},
                "workspace": {"configuration": True, "workspaceFolders": True},
            },
        })  # fmt: skip
        self._send({"method": "initialized", "params": {}})

    def close(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._process.wait()
        shutil.rmtree(self.root, ignore_errors=True)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        self._count += 1
        self._send({"id": self._count, "method": method, "params": params})
        stream = self._process.stdout
        assert stream is not None
        while True:
            size = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    size = int(line.partition(b":")[2])
            assert size, "the server has ended"
            message = json.loads(stream.read(size))
            if "method" in message:
                if "id" in message:
                    items = (
                        message.get("params", {}).get("items", [])
                        if message["method"] == "workspace/configuration"
                        else []
                    )
                    self._send(
                        {
                            "id": message["id"],
                            "result": [self._settings.get(each["section"]) for each in items] or None,
                        }
                    )
            elif message["id"] == self._count:
                return message.get("result")

    def _show(self, text: str, path: str) -> dict[str, str]:
        uri = (self.root / path).as_uri()
        version = self._versions[path] = self._versions.get(path, 0) + 1
        if version == 1:
            language = "typescriptreact" if path.endswith("x") else "typescript"
            document = {"uri": uri, "languageId": language, "version": 1, "text": text}
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        else:
            change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
            self._send({"method": "textDocument/didChange", "params": change})
        return {"uri": uri}

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_text(text, "utf-8")
        change = {"uri": (self.root / path).as_uri(), "type": 2}
        self._send({"method": "workspace/didChangeWatchedFiles", "params": {"changes": [change]}})

    def _at(self, method: str, text: str, path: str) -> Any:
        """The caret is "‸"; what stands before it is ASCII, so that columns are the same in every encoding."""
        before, _, after = text.partition("‸")
        document = self._show(before + after, path)
        line = before.count("\n")
        place = {"line": line, "character": len(before) - (before.rfind("\n") + 1)}
        return self.ask(method, {"textDocument": document, "position": place})

    def problems(self, text: str, path: str = CELL) -> list[str]:
        found = self.ask("textDocument/diagnostic", {"textDocument": self._show(text, path)})
        return [f"{each['code']}: {each['message']}" for each in found["items"] if each["severity"] <= 2]

    def offered(self, text: str, path: str = CELL) -> list[str]:
        found = self._at("textDocument/completion", text, path) or []
        items = found["items"] if isinstance(found, dict) else found
        return [each["label"].removesuffix("?") for each in items]

    def type_of(self, setup: str, expression: str, path: str = CELL) -> str:
        found = self._at("textDocument/hover", f"{setup}\nconst result‸ = {expression};\nexport {{}};", path)
        text = re.sub(r"\s+", " ", found["contents"]["value"])
        return text.removeprefix("```tsx const result: ").removesuffix(" ``` ").removesuffix(" ```").strip()

    def fixes(self, text: str) -> list[str]:
        document = self._show(text, CELL)
        found = self.ask("textDocument/diagnostic", {"textDocument": document})
        problem = next(each for each in found["items"] if each["severity"] == 1)
        context = {"diagnostics": [problem], "only": ["quickfix"]}
        answer = self.ask(
            "textDocument/codeAction",
            {"textDocument": document, "range": problem["range"], "context": context},
        )
        return [each["title"] for each in answer or []]


@pytest.fixture(scope="module")
def assets() -> Iterator[dict[str, str | None]]:
    client = Client({})
    have: dict[str, str | None] = {}
    try:
        while missing := declarations.wanted(have):
            for address in missing:
                have[address] = client.ask("deno/virtualTextDocument", {"textDocument": {"uri": address}})
        yield have
    finally:
        client.close()


@pytest.fixture(scope="module")
def server(assets: Mapping[str, str | None]) -> Iterator[Client]:
    client = Client(assets)
    yield client
    client.close()


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_names_are_those_of_a_real_guest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    try:
        asked = _script("declarations").document()
    finally:
        sys.modules.pop("compatibility", None)
    assert json.loads(asked) == declarations.guest_names(), "python scripts/declarations.py"


def test_the_server_tells_what_it_knows(assets: Mapping[str, str | None]) -> None:
    assert [address for address, text in assets.items() if not text] == []
    assert declarations.wanted(assets) == []


def test_globals_are_exactly_the_guests(server: Client) -> None:
    offered = set(server.offered("zz‸"))
    names = set(declarations.guest_names()["globals"])
    assert offered - WORDS - names == UNAVOIDABLE
    assert names - offered == set()


@pytest.mark.parametrize("name", sorted(declarations.guest_names()["modules"]))
def test_modules_have_exactly_the_guests_values(server: Client, name: str) -> None:
    names = {each for each in declarations.guest_names()["modules"][name] if each != "default"}
    found = set(server.offered(f"import * as it from 'node:{name}';\nit.‸"))
    assert found - {"default"} == names
    if name not in PREFIX_ONLY:
        assert set(server.offered(f"import * as it from '{name}';\nit.‸")) == found


@pytest.mark.parametrize("name", ["fs", "path", "util", "process", "console", "crypto", "os", "url"])
def test_the_whole_module_has_the_same_names(server: Client, name: str) -> None:
    names = {each for each in declarations.guest_names()["modules"][name] if each != "default"}
    assert set(server.offered(f"import it from '{name}';\nit.‸")) == names


def test_process_and_console_are_the_guests(server: Client) -> None:
    modules = declarations.guest_names()["modules"]
    assert set(server.offered("process.‸")) == set(modules["process"]) - {"default"}
    assert set(server.offered("console.‸")) == set(modules["console"]) - {"default"}


@pytest.mark.parametrize(
    ("setup", "expression", "expected"),
    [
        ("", "fetch('/')", "Promise<Response>"),
        ("", "new URL('x').searchParams", "URLSearchParams"),
        ("", "new Request('x').headers", "Headers"),
        ("", "structuredClone({ a: 1 })", "{ a: number; }"),
        ("", "new AbortController().signal", "AbortSignal"),
        ("", "crypto.subtle", "SubtleCrypto"),
        ("", "Buffer.from('x')", "Buffer<ArrayBuffer>"),
        ("", "Buffer.from('x').toString('base64')", "string"),
        ("", "process.argv", "string[]"),
        ("", "process.env.HOME", "string | undefined"),
        ("", "process.hrtime.bigint()", "bigint"),
        ("", "setTimeout(() => {}, 1)", "NodeJS.Timeout"),
        ("", "setImmediate(() => {})", "NodeJS.Immediate"),
        ("", "performance.now()", "number"),
        ("", "new TextEncoder().encode('')", "Uint8Array<ArrayBuffer>"),
        ("", "queueMicrotask", "(callback: () => void) => void"),
        ("", "navigator.userAgent", "string"),
        ("", "new Blob([]).text()", "Promise<string>"),
        ("", "new FormData().getAll('x')", "FormDataEntryValue[]"),
        ("", "new ReadableStream<number>()", "ReadableStream<number>"),
        ("", "new CustomEvent('x', { detail: 1 }).detail", "number"),
        ("", "new MessageChannel().port1", "MessagePort"),
        ("", "new DOMException('x').name", "string"),
        ("", "new CompressionStream('gzip')", "CompressionStream"),
        ("", "prompt('x')", "string | null"),
        ("", "confirm('x')", "boolean"),
        ("", "h('div', null)", "JSX.Element"),
        ("", "html`<b>${1}</b>`", "GuestMarkup"),
        ("", "md('x').text", "string"),
        ("", "display([1], { raw: true })", "Promise<void>"),
        ("", "display.progress(3).of(['a'])", "Iterable<string>"),
        ("", "Deno.jupyter.format(1)", "Promise<MimeBundle>"),
        ("", "require('x')", "any"),
        ("", "global.parseInt('1')", "number"),
        ("", "import.meta.dirname", "string | undefined"),
        ("", "[3, 1].toSorted()", "number[]"),
        ("", "Array.fromAsync([1])", "Promise<number[]>"),
        ("import { join } from 'path';", "join('a')", "string"),
        ("import fs from 'fs';", "fs.statSync('x').mtime", "Date"),
        ("import * as fs from 'node:fs';", "fs.readFileSync('x', 'utf8')", "string"),
        ("import { readFile } from 'fs/promises';", "readFile('x', 'utf8')", "Promise<string>"),
        ("import EE from 'events';", "new EE().listenerCount('x')", "number"),
        ("import { EventEmitter } from 'node:events';", "new EventEmitter()", "EventEmitter<DefaultEventMap>"),
        ("import util from 'util';", "util.inspect({})", "string"),
        ("import { Readable } from 'stream';", "Readable.from([1])", "Readable"),
        ("import { createHash } from 'crypto';", "createHash('sha256').digest('hex')", "string"),
        ("import { AsyncLocalStorage as S } from 'async_hooks';", "new S<number>().getStore()", "number | undefined"),
        ("import { setTimeout as wait } from 'timers/promises';", "wait(1, 'x')", "Promise<string>"),
        ("import qs from 'querystring';", "qs.stringify({})", "string"),
        ("import { mock } from 'node:test';", "mock.fn().mock.callCount()", "number"),
    ],
)  # fmt: skip
def test_types(server: Client, setup: str, expression: str, expected: str) -> None:
    assert server.type_of(setup, expression) == expected


GOOD = """
import * as fs from 'node:fs';
import assert from 'node:assert';
import type { Dirent } from 'fs';
import { EventEmitter, once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test, { describe, it } from 'node:test';
import { createInterface } from 'node:readline';
import { gzipSync } from 'zlib';
import { promisify, inspect, types } from 'util';
const state: fs.Stats = fs.statSync('x');
const entries: Dirent[] = fs.readdirSync('x', { withFileTypes: true });
const unknown: unknown = 1;
assert(typeof unknown === 'number');
unknown.toFixed();
class Source extends EventEmitter { [inspect.custom]() { return ''; } }
await once(new Source(), 'x');
const stream: ReadableStream<Uint8Array> = new Blob(['x']).stream();
for await (const part of stream) part.length;
await pipeline(Readable.from(['a']), new Transform(), process.stdout);
const { signal } = new AbortController();
const response = await fetch('/', { signal, method: 'POST', body: new FormData() });
setTimeout(() => {}, 1).unref();
clearTimeout(setTimeout(() => {}, 1));
new Request('x', { headers: new Headers({ a: 'b' }) });
for (const [key] of new URLSearchParams('')) key.length;
test('x', async (t) => { t.diagnostic('x'); });
describe('x', () => { it('y', () => {}); });
createInterface({ input: process.stdin }).on('line', (line) => line);
const packed: Buffer = gzipSync(Buffer.concat([Buffer.from('x'), new Uint8Array(2)]));
await promisify(setTimeout)(1);
new EventTarget().addEventListener('x', (event) => event.preventDefault());
process.on('exit', () => {});
class Shown { [Deno.jupyter.$display]() { return { 'text/html': '<b>' }; } }
display(new Shown(), { display_id: 'a', update: true });
await display.table([{ a: 1 }], { columns: ['a'], limit: 3, title: 't' });
display.table(new Map([['a', 1]]));
display.chart([{ a: 1 }], { x: 'a', y: { field: 'a', aggregate: 'sum' }, mark: 'line', size: 3, tooltip: ['a'] });
const bar = display.progress(10, { label: 'x' });
for (const each of bar.of([1, 2])) bar.value += each;
for await (const each of bar.of((async function* () { yield 1; })())) bar.step(each);
display.image(new Uint8Array(3));
html.escape(`${html`<b>${[1, svg('<svg/>')]}</b>`}`);
clear({ wait: true });
const name: string = env.name ?? process.env.NAME ?? '';
export { state, entries, response, packed, name, types };
"""


def test_programs_without_faults(server: Client) -> None:
    assert server.problems(GOOD.replace("env.name ?? ", "")) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("const n: number = fetch('/');", "2322"),
        ("import { renameSink } from 'node:fs';", "2"),
        ("import fs from 'fs'; fs.nothing;", "2339"),
        ("process.send('x');", "2339"),
        ("Deno.cwd();", "2339"),
        ("display.chart([1], { mark: 'bars' });", "2"),
        ("display(1, { display_id: 1 });", "2322"),
        ("__dirname;", "2304"),
        ("window;", "2304"),
        ("document;", "2584"),
        ("WebAssembly;", "2304"),
        ("gc;", "2304"),
        ("localStorage;", "2304"),
        ("__qjs__;", "2304"),
        ("describe('x', () => {});", "2"),
        ("exports.a = 1;", "2304"),
        ("module.exports = 1;", "2"),
        ("new Worker('x');", "2693"),
        ("new WebSocket('x');", "2693"),
        ("setTimeout('x');", "2769"),
    ],
)
def test_faults_are_seen(server: Client, text: str, code: str) -> None:
    found = server.problems(f"{text}\nexport {{}};")
    assert len(found) == 1
    assert found[0].startswith(code)


@pytest.mark.parametrize("name", sorted(REFUSED.keys() | ABSENT))
def test_what_the_guest_refuses_is_a_fault(server: Client, name: str) -> None:
    for specifier in [f"node:{name}"] if name in PREFIX_ONLY else [f"node:{name}", name]:
        assert server.problems(f"import * as it from '{specifier}';\nit;") != []
        # Nor does it bring Node's own globals with it.
        assert "__dirname" not in server.offered(f"import * as it from '{specifier}';\n__dir‸")


def test_documentation_comes_along(server: Client) -> None:
    found = server._at(
        "textDocument/hover", "import { readFileSync } from 'fs';\nreadFile‸Sync('x', 'utf8');", CELL
    )
    assert "encoding: BufferEncoding" in found["contents"]["value"]
    assert "entire contents" in found["contents"]["value"]


def test_imports_are_proposed_by_their_public_names(server: Client) -> None:
    found = server.fixes("readFileSync('x', 'utf8');")
    assert found[0] == 'Add import from "node:fs"'
    assert "~" not in "".join(found)
    assert ".kernel" not in "".join(found)


def test_jsx(server: Client) -> None:
    good = """
    function Item(props: { n: number; children?: JSX.Node }) { return <li value={props.n}>{props.children}</li>; }
    const items = [1, 2].map((n) => <Item key={n} n={n}>a</Item>);
    export const list = <ul class="x" data-x={1} style={{ color: 'red' }}>{items}<><b/></></ul>;
    export const own = <my-element anything={{}}/>;
    export const text: string = String(list);
    """
    assert server.problems(good, "src/a.tsx") == []
    bad = "function Item(props: { n: number }) { return <b>{props.n}</b>; }\nexport const a = <Item n='x'/>;"
    assert [each[:5] for each in server.problems(bad, "src/a.tsx")] == ["2322:"]
    assert {"class", "style", "href"} <= set(server.offered("export const a = <a ‸ />;", "src/a.tsx"))
    runtime = (
        "import { jsx, Fragment } from 'react/jsx-runtime';\nexport const e: JSX.Element = jsx(Fragment, {});"
    )
    assert server.problems(runtime) == []


TESTS = """
describe('a', () => {
  it('b', async () => {
    expect('x').to.be.a('string').and.to.have.length(1);
    await expect(Promise.resolve(1)).resolves.toBe(1);
    expect([1]).to.deep.equal([1]).that.includes(1);
    const twice = vi.fn((n: number) => 2 * n);
    expect(twice).toHaveBeenCalledWith(expect.any(Number));
    twice.mock.calls[0]?.[0].toFixed();
    expect(() => {}).not.toThrow(/x/);
  });
  it.each([[1, 'a'], [2, 'b']] as const)('%d', (n, s) => { n.toFixed(); s.length; });
  test.each([{ a: 1 }])('$a', ({ a }) => { a.toFixed(); });
  test('c', (context, done) => done());
  test.skip('d', () => {}, 100);
  beforeEach(async () => { jest.useFakeTimers(); });
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
"""


def test_globals_of_test_cells(server: Client) -> None:
    with_globals = f"{TESTS}\nimport 'test';"
    assert server.problems(with_globals) == []
    assert [each[:5] for each in server.problems(with_globals.replace("toBe(1)", "toBee(1)"))] == ["2551:"]
    # And no other cell has them.
    assert "expect" not in server.offered("exp‸")


def test_globals_of_unfinished_test_cells(server: Client) -> None:
    server.write(MODE, 'import "./test.d.ts";\nexport {};\n')
    assert {"toBe", "resolves", "to", "deep"} <= set(
        server.offered("describe('x', () => { it('y', () => { expect(1).‸")
    )
    server.write(MODE, "export {};\n")
    assert "expect" not in server.offered("exp‸")


def test_a_cell_may_have_a_name_of_the_guests(assets: Mapping[str, str | None]) -> None:
    client = Client(assets)
    try:
        own = "export const h = 5; export function fetch() { return 1n; } export class URL { mine = 1 }"
        client.write("src/cell-1.ts", own)
        names = ["h", "fetch", "URL"]
        aliases = " ".join(f"export import {name} = cell.{name};" for name in names)
        made = declarations.guest_files(assets)
        changed = declarations.shadowed(made, names)
        assert 1 < len(changed) < 5
        for name, text in changed.items():
            client.write(f".kernel/{name}", text)
        client.write(MODE, f"import * as cell from '../src/cell-1.ts';\ndeclare global {{ {aliases} }}\n")
        assert client.type_of("", "h") == "5"
        assert client.type_of("", "fetch()") == "bigint"
        # A known limit: a class of the guest's stays what it is.
        assert client.type_of("", "new URL('x').href") == "string"
        assert (
            client.problems("process.exit(setTimeout(() => {}).hasRef() ? 1 : 0); new Request('x').clone();")
            == []
        )
    finally:
        client.close()


def test_packages_keep_their_own_types(server: Client) -> None:
    good = "import { lines, Source } from 'lines';\nimport { Readable } from 'node:stream';\n"
    good += (
        "export const a: Readable = lines();\nexport const b: Buffer = new Source().on('x', () => {}).bytes;"
    )
    assert server.problems(good) == []
    assert [each[:5] for each in server.problems(good.replace("a: Readable", "a: number"))] == ["2322:"]
    assert "__dirname" not in server.offered("import { lines } from 'lines';\n__dir‸")


def test_env_by_its_python_functions(assets: Mapping[str, str | None]) -> None:
    def rows(since: int, level: str | None = None) -> list[dict[str, float]]:
        """The rows of the log.

        Args:
            since: from which one on
        """
        raise NotImplementedError

    async def save(data: bytes, done: bool = True) -> None: ...

    env = env_declarations({"rows": rows, "save": save, "REGION": "eu", "tools": {"n": 1}})
    client = Client(assets, env)
    try:
        assert client.type_of("", "env.rows(1)[0]") == "{ [key: string]: number; }"
        assert client.type_of("", "env.save(new Uint8Array())") == "Promise<void>"
        assert client.type_of("", "process.env.REGION") == "string"
        assert client.offered("env.‸") == ["REGION", "rows", "save", "tools"]
        assert [each[:4] for each in client.problems("env.rows('x'); env.rows(1, null); env.rows();")] == [
            "2345",
            "2554",
        ]
        hover = client._at("textDocument/hover", "env.ro‸ws(1);", CELL)["contents"]["value"]
        assert "The rows of the log." in hover
        assert "from which one on" in hover
    finally:
        client.close()


def test_without_the_servers_declarations_every_name_is_there() -> None:
    client = Client({})
    try:
        assert set(declarations.guest_names()["globals"]) - set(client.offered("zz‸")) == set()
        plain = "import { readFileSync } from 'fs';\nimport path from 'node:path';\n"
        plain += "new URL(path.join(readFileSync('x')));\n"
        assert (
            client.problems(
                f"{plain}process.exit(fetch(Buffer.from('x')));\nconst e: Event = new Event('x'); e;"
            )
            == []
        )
    finally:
        client.close()
