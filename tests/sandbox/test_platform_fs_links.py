"""Hard links as programs make them: what Node 20 on Linux answers."""

from __future__ import annotations

import pytest

from qjs_kernel import Sandbox

from .support import value

SETUP = """
import fs from 'node:fs';
import { promisify } from 'node:util';
const { linkSync, statSync, readFileSync, writeFileSync } = fs;
const text = (path) => readFileSync(path, 'utf8');
fs.mkdirSync('/d');
writeFileSync('/a', 'one');
writeFileSync('/c', 'other');
linkSync('/a', '/d/b');
const fault = (action) => { try { return action() ?? 'done'; } catch (e) { return `${e.errno} ${e.message}`; } };
"""

# (program, what it exports as default)
PROGRAMS: list[tuple[str, object]] = [
    (
        (
            "export default [statSync('/a').ino === statSync('/d/b').ino, statSync('/a').nlink, statSync('/c').nlink, "
            "statSync('/a', { bigint: true }).nlink === 2n, statSync('/d').nlink];"
        ),
        [True, 2, 1, True, 1],
    ),
    (
        (
            "fs.appendFileSync('/d/b', '!'); fs.chmodSync('/a', 0o600); fs.utimesSync('/d/b', 1, 2);"
            "const s = statSync('/a'); export default [text('/a'), statSync('/d/b').mode & 0o777, s.mtimeMs];"
        ),
        ["one!", 0o600, 2000],
    ),
    (
        "fs.unlinkSync('/a'); export default [text('/d/b'), statSync('/d/b').nlink, fs.existsSync('/a')];",
        ["one", 1, False],
    ),
    (
        "fs.renameSync('/a', '/d/b'); fs.renameSync('/c', '/a'); export default [text('/a'), text('/d/b')];",
        ["other", "one"],
    ),
    ("fs.rmSync('/d', { recursive: true }); export default [text('/a'), statSync('/a').nlink];", ["one", 1]),
    (
        (
            "const fd = fs.openSync('/a', 'r+'); fs.unlinkSync('/a'); fs.writeSync(fd, 'ON');"
            "export default [text('/d/b'), fs.fstatSync(fd).nlink, fs.fstatSync(fd).ino === statSync('/d/b').ino];"
        ),
        ["ONe", 1, True],
    ),
    (
        (
            "fs.symlinkSync('a', '/s'); linkSync('/s', '/t');"
            "export default [fs.readlinkSync('/t'), fs.lstatSync('/t').nlink, text('/t'), statSync('/t').nlink];"
        ),
        ["a", 2, "one", 2],
    ),
    (
        "linkSync(Buffer.from('/a'), new URL('file:///e')); export default [text('/e'), statSync('/a').nlink];",
        ["one", 3],
    ),
    (
        (
            "await promisify(fs.link)('/a', '/e'); await fs.promises.link('/e', '/f');"
            "export default [statSync('/f').nlink, text('/f'), await fs.promises.link('/a', '/c').catch((e) => e.code),"
            "await new Promise((go) => fs.link('/nope', '/x', (e) => go(`${e.code} ${e.syscall} ${e.dest}`)))];"
        ),
        [4, "one", "EEXIST", "ENOENT link /x"],
    ),
    (
        (
            "export default [['/nope', '/x'], ['/a', '/c'], ['/a', '/a'], ['/d', '/x'], ['/a', '/no/x'],"
            " ['/a', '/c/x']]"
            ".map(([from, to]) => fault(() => linkSync(from, to)));"
        ),
        [
            "-2 ENOENT: no such file or directory, link '/nope' -> '/x'",
            "-17 EEXIST: file already exists, link '/a' -> '/c'",
            "-17 EEXIST: file already exists, link '/a' -> '/a'",
            "-1 EPERM: operation not permitted, link '/d' -> '/x'",
            "-2 ENOENT: no such file or directory, link '/a' -> '/no/x'",
            "-20 ENOTDIR: not a directory, link '/a' -> '/c/x'",
        ],
    ),
    (
        "export default [fault(() => linkSync(5, '/x')), fault(() => linkSync('/a'))];",
        [
            (
                'undefined The "existingPath" argument must be of type string or an instance of Buffer or URL. '
                "Received type number (5)"
            ),
            (
                'undefined The "newPath" argument must be of type string or an instance of Buffer or URL. '
                "Received undefined"
            ),
        ],
    ),
]


@pytest.mark.parametrize(("program", "expected"), PROGRAMS)
def test_links_are_as_in_node(sandbox: Sandbox, program: str, expected: object) -> None:
    assert value(sandbox, SETUP + program) == expected


def test_read_only_mounts_give_and_take_no_names(sandbox: Sandbox) -> None:
    sandbox.fs.mount("/ro", {"f": "kept"}, read_only=True)
    program = (
        "export default [['/ro/f', '/x'], ['/a', '/ro/x']].map(([a, b]) => fault(() => linkSync(a, b)));"
    )
    assert value(sandbox, SETUP + program) == [
        "-30 EROFS: read-only file system, link '/ro/f' -> '/x'",
        "-30 EROFS: read-only file system, link '/a' -> '/ro/x'",
    ]


def test_the_owner_sees_the_same_names(sandbox: Sandbox) -> None:
    value(sandbox, SETUP + "export default 0;")
    assert sandbox.fs.stat("/a").nlink == 2
    sandbox.fs.write_text("/a", "from outside")
    assert (
        value(sandbox, "import fs from 'fs'; export default fs.readFileSync('/d/b', 'utf8')")
        == "from outside"
    )
