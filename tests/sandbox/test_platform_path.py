# ruff: noqa: E501
# Why: the programs and messages are as long as they are.
"""node:path: what Node 20 answers, for both flavours."""

from __future__ import annotations

import json

from qjs_kernel import Sandbox

from .support import value

# (flavour, expression, what Node 20 gives with / as the current directory)
CASES: list[tuple[str, str, object]] = [
    ("posix", "normalize('/foo/bar//baz/asdf/quux/..')", "/foo/bar/baz/asdf"),
    ("posix", "normalize('')", "."),
    ("posix", "normalize('./../a/.')", "../a"),
    ("posix", "normalize('a/../..//b/')", "../b/"),
    ("posix", "join('/foo','bar','baz/asdf','quux','..')", "/foo/bar/baz/asdf"),
    ("posix", "join('a','','b')", "a/b"),
    ("posix", "join()", "."),
    ("posix", "join('','')", "."),
    ("posix", "join('..','..','x')", "../../x"),
    ("posix", "resolve('/foo/bar','./baz')", "/foo/bar/baz"),
    ("posix", "resolve('/foo/bar','/tmp/file/')", "/tmp/file"),
    ("posix", "resolve('a','..','b')", "/b"),
    ("posix", "resolve('')", "/"),
    ("posix", "relative('/data/orandea/test/aaa','/data/orandea/impl/bbb')", "../../impl/bbb"),
    ("posix", "relative('/a/b','/a/b/c/d')", "c/d"),
    ("posix", "relative('/a/b/c','/')", "../../.."),
    ("posix", "relative('/','/x')", "x"),
    ("posix", "relative('/a','/a')", ""),
    ("posix", "relative('','x')", "x"),
    ("posix", "isAbsolute('/a')", True),
    ("posix", "isAbsolute('a')", False),
    ("posix", "isAbsolute('')", False),
    ("posix", "dirname('/a/b/c')", "/a/b"),
    ("posix", "dirname('/a')", "/"),
    ("posix", "dirname('a')", "."),
    ("posix", "dirname('')", "."),
    ("posix", "dirname('/')", "/"),
    ("posix", "dirname('//a')", "//"),
    ("posix", "dirname('a/b/')", "a"),
    ("posix", "basename('/a/b.html')", "b.html"),
    ("posix", "basename('/a/b.html','.html')", "b"),
    ("posix", "basename('a/b/')", "b"),
    ("posix", "basename('b.html','b.html')", ""),
    ("posix", "basename('/')", ""),
    ("posix", "basename('aaa','a')", "aa"),
    ("posix", "extname('index.html')", ".html"),
    ("posix", "extname('index.coffee.md')", ".md"),
    ("posix", "extname('index.')", "."),
    ("posix", "extname('index')", ""),
    ("posix", "extname('.index')", ""),
    ("posix", "extname('.index.md')", ".md"),
    ("posix", "extname('..')", ""),
    ("posix", "extname('a/.b/c')", ""),
    (
        "posix",
        "parse('/home/user/dir/file.txt')",
        {"root": "/", "dir": "/home/user/dir", "base": "file.txt", "ext": ".txt", "name": "file"},
    ),
    ("posix", "parse('./a/b')", {"root": "", "dir": "./a", "base": "b", "ext": "", "name": "b"}),
    ("posix", "parse('/')", {"root": "/", "dir": "/", "base": "", "ext": "", "name": ""}),
    ("posix", "parse('')", {"root": "", "dir": "", "base": "", "ext": "", "name": ""}),
    ("posix", "parse('.x')", {"root": "", "dir": "", "base": ".x", "ext": "", "name": ".x"}),
    ("posix", "format({root:'/ignored',dir:'/home/u',base:'f.txt'})", "/home/u/f.txt"),
    ("posix", "format({root:'/',name:'file',ext:'txt'})", "/file.txt"),
    ("posix", "format({name:'a',ext:'.b'})", "a.b"),
    ("posix", "format({})", ""),
    ("posix", "toNamespacedPath('/a')", "/a"),
    ("posix", "sep+delimiter", "/:"),
    (
        "posix",
        "join(5)",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "path" argument must be of type string. Received type number (5)',
    ),
    (
        "posix",
        "resolve('a', null)",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "paths[1]" argument must be of type string. Received null',
    ),
    (
        "posix",
        "basename('a', 5)",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "suffix" argument must be of type string. Received type number (5)',
    ),
    (
        "posix",
        "format(null)",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "pathObject" argument must be of type object. Received null',
    ),
    (
        "posix",
        "format('x')",
        "throws TypeError ERR_INVALID_ARG_TYPE: The \"pathObject\" argument must be of type object. Received type string ('x')",
    ),
    (
        "posix",
        "dirname()",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "path" argument must be of type string. Received undefined',
    ),
    (
        "posix",
        "extname({})",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "path" argument must be of type string. Received an instance of Object',
    ),
    (
        "posix",
        "relative('a')",
        'throws TypeError ERR_INVALID_ARG_TYPE: The "to" argument must be of type string. Received undefined',
    ),
    ("win32", "normalize('C:\\\\temp\\\\\\\\foo\\\\bar\\\\..\\\\')", "C:\\temp\\foo\\"),
    ("win32", "normalize('C:////temp/foo')", "C:\\temp\\foo"),
    ("win32", "normalize('//server/share/dir/../x')", "\\\\server\\share\\x"),
    ("win32", "normalize('//server/share')", "\\\\server\\share\\"),
    ("win32", "normalize('C:')", "C:."),
    ("win32", "normalize('C:a/../..')", "C:.."),
    ("win32", "normalize('./C:/x')", ".\\C:\\x"),
    ("win32", "normalize('a:b')", "a:b"),
    ("win32", "normalize('CON:../x')", ".\\CON:..\\x"),
    ("win32", "normalize('\\\\\\\\?\\\\C:\\\\x')", "\\\\?\\C:\\x"),
    ("win32", "join('c:\\\\a','..','b')", "c:\\b"),
    ("win32", "join('\\\\\\\\srv','share','x')", "\\\\srv\\share\\x"),
    ("win32", "join('/','/a')", "\\a"),
    ("win32", "resolve('c:\\\\a','d:\\\\b','c:x')", "c:\\a\\x"),
    ("win32", "resolve('c:/ignore','c:/some/file')", "c:\\some\\file"),
    ("win32", "resolve('//srv/share','..','x')", "\\\\srv\\share\\x"),
    ("win32", "relative('C:\\\\orandea\\\\test\\\\aaa','C:\\\\orandea\\\\impl\\\\bbb')", "..\\..\\impl\\bbb"),
    ("win32", "relative('c:\\\\a','D:\\\\b')", "D:\\b"),
    ("win32", "relative('c:/A/b','C:/a/B/c')", "c"),
    ("win32", "relative('\\\\\\\\s\\\\a\\\\x','\\\\\\\\s\\\\b\\\\y')", "..\\..\\b\\y"),
    ("win32", "isAbsolute('c:/')", True),
    ("win32", "isAbsolute('c:')", False),
    ("win32", "isAbsolute('\\\\\\\\s')", True),
    ("win32", "dirname('c:\\\\foo\\\\bar')", "c:\\foo"),
    ("win32", "dirname('c:foo')", "c:"),
    ("win32", "dirname('\\\\\\\\s\\\\share\\\\x')", "\\\\s\\share\\"),
    ("win32", "dirname('c:\\\\')", "c:\\"),
    ("win32", "basename('C:\\\\foo.html','.html')", "foo"),
    ("win32", "basename('c:x')", "x"),
    ("win32", "extname('c:\\\\a.b\\\\c')", ""),
    (
        "win32",
        "parse('C:\\\\path\\\\dir\\\\file.txt')",
        {"root": "C:\\", "dir": "C:\\path\\dir", "base": "file.txt", "ext": ".txt", "name": "file"},
    ),
    (
        "win32",
        "parse('\\\\\\\\s\\\\share\\\\a')",
        {"root": "\\\\s\\share\\", "dir": "\\\\s\\share\\", "base": "a", "ext": "", "name": "a"},
    ),
    ("win32", "parse('c:')", {"root": "c:", "dir": "c:", "base": "", "ext": "", "name": ""}),
    ("win32", "format({dir:'C:\\\\path',base:'f.txt'})", "C:\\path\\f.txt"),
    ("win32", "toNamespacedPath('C:\\\\a/b')", "\\\\?\\C:\\a\\b"),
    ("win32", "toNamespacedPath('//s/share/x')", "\\\\?\\UNC\\s\\share\\x"),
    ("win32", "sep+delimiter", "\\;"),
]


def test_answers_of_node(shared: Sandbox) -> None:
    names = "normalize, join, resolve, relative, isAbsolute, dirname, basename, extname, parse, format, toNamespacedPath"
    code = [f"import path from 'node:path'; const {{ {names}, sep, delimiter }} = path; const out = [];"]
    for flavour, expression, _ in CASES:
        code.append(
            f"try {{ const {{ {names}, sep, delimiter }} = path.{flavour}; out.push({expression}); }}"
            " catch (e) { out.push(`throws ${e.name} ${e.code}: ${e.message}`); }"
        )
    answers = value(shared, "\n".join([*code, "export default JSON.stringify(out)"]))
    for (flavour, expression, expected), answer in zip(CASES, json.loads(answers), strict=True):
        assert answer == expected, (flavour, expression)


def test_the_modules_and_their_names(shared: Sandbox) -> None:
    code = """
    import path, { posix, win32, join, sep } from 'node:path';
    import posixAgain from 'path/posix';
    import windows, { sep as backslash } from 'node:path/win32';
    export default [path === posix, posixAgain === posix, windows === win32, path.posix.win32 === win32,
      join === path.join, sep, backslash, Object.keys(path).join()];
    """
    names = (
        "resolve,normalize,isAbsolute,join,relative,toNamespacedPath,dirname,basename,extname,format,parse,"
        "sep,delimiter,win32,posix,_makeLong"
    )
    assert value(shared, code) == [True, True, True, True, True, "/", "\\", names]


def test_pollution_changes_nothing(sandbox: Sandbox) -> None:
    code = """
    import path from 'node:path';
    Object.prototype.root = 'x'; Array.prototype[0] = 'y'; String.prototype.split = () => ['z'];
    Array.prototype.join = () => 'q'; String.prototype.charCodeAt = () => 0; RegExp.prototype.exec = () => null;
    export default path.resolve('/a', '../b') + path.relative('/a/b', '/a/c') + path.win32.normalize('CON:../x');
    """
    assert value(sandbox, code) == "/b../c.\\CON:..\\x"
