# ruff: noqa: E501
# Why: packages and programs of one line are easier to read as one line.
"""Packages written by hand: what Node's rules for package.json, CommonJS and their mixture make of them.

The expected values are those of Node 20. Where the sandbox is meant to differ, the case stands in `OURS`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from qjs_kernel import Sandbox
from qjs_kernel.modules import ModuleResolver, ResolveError
from qjs_kernel.vfs import VirtualFS

from .conftest import Maker
from .support import fault, value


def pack(manifest: dict[str, Any], **files: str) -> dict[str, str]:
    """A package: its package.json, and files whose names have "__" for a slash and "_" for a dot."""
    named = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    return {"package.json": json.dumps(manifest), **named}


PACKAGES: dict[str, Any] = {
    # exports and conditions
    "cond": pack(
        {"exports": {".": {"browser": "./b.mjs", "worker": "./b.mjs", "import": "./i.mjs", "require": "./r.cjs", "default": "./d.mjs"}}},
        b_mjs="export default 'browser'", i_mjs="export default 'import'", r_cjs="module.exports = 'require'", d_mjs="export default 'default'",
    ),
    "node-first": pack({"exports": {"node": "./n.cjs", "default": "./d.cjs"}}, n_cjs="module.exports = 'node'", d_cjs="module.exports = 'default'"),
    "nested-conditions": pack(
        {"exports": {".": {"node": {"deno": "./x.cjs", "import": "./i.mjs", "require": "./r.cjs"}, "default": "./x.cjs"}}},
        i_mjs="export default 'node import'", r_cjs="module.exports = 'node require'",
    ),
    "fall-through": pack({"exports": {"node": {"deno": "./x.cjs"}, "default": "./d.cjs"}}, d_cjs="module.exports = 'fell'"),
    "order": pack({"exports": {"default": "./d.cjs", "import": "./x.mjs", "require": "./x.cjs"}}, d_cjs="module.exports = 'default first'"),
    "unknown-conditions": pack(
        {"exports": {"types": "./x.d.ts", "module": "./x.mjs", "development": "./x.cjs", "production": "./x.cjs", "react-native": "./x.cjs", "default": "./d.cjs"}},
        d_cjs="module.exports = 'default'",
    ),
    "sugar": pack({"exports": "./s.cjs", "main": "./x.cjs"}, s_cjs="module.exports = 'sugar'", inner_cjs=""),
    "array": pack({"exports": [{"deno": "./x.cjs"}, "not-relative", "./a.cjs"]}, a_cjs="module.exports = 'array'"),
    "esm": pack({"type": "module", "exports": "./e.js"}, e_js="export default 'esm'; export const named = 1; export const url = import.meta.url.endsWith('/node_modules/esm/e.js')"),
    "module-sync": pack({"exports": {"module-sync": "./s.mjs", "default": "./d.cjs"}}, s_mjs="export default 'sync'", d_cjs="module.exports = 'default'"),
    "browser-field": pack({"main": "./m.js", "browser": "./b.js"}, m_js="module.exports = require('./inner')", inner_js="module.exports = 'not the browser'", b_js="module.exports = 'browser'"),
    "module-field": pack({"main": "./m.js", "module": "./m.mjs"}, m_js="module.exports = 'main'", m_mjs="export default 'module'"),
    # subpaths
    "sub": pack(
        {"name": "sub", "exports": {
            ".": "./main.cjs", "./one": "./lib/one.cjs", "./one.js": "./lib/one.cjs", "./f/*": "./lib/*.cjs", "./f/private/*": None, "./g/*.js": "./lib/*.cjs",
            "./long/*": "./lib/x-*.cjs", "./long/er/*": "./lib/*.cjs", "./twice/*": "./lib/*/*.cjs", "./data.json": "./data.json", "./package.json": "./package.json",
            "./escape": "../esm/e.js", "./inner": "./node_modules/x/i.js", "./bare": "esm", "./nothing": None, "./gone": "./gone.cjs", "./f/only/*": {"import": "./lib/*.cjs"},
        }},
        main_cjs="module.exports = 'main'", lib__one_cjs="exports.one = 1", lib__two_cjs="exports.two = 2", lib__deep__three_cjs="exports.three = 3",
        lib__d__d_cjs="exports.d = 'd'", data_json='{"x": [1, null]}', lib__private__p_cjs="",
    ),
    "mixed": pack({"exports": {".": "./a.cjs", "import": "./a.cjs"}}, a_cjs=""),
    "not-a-path": pack({"exports": {".": 5}}),
    "broken": {"package.json": "{ not json", "index.js": ""},
    # self reference and imports
    "self": pack(
        {"name": "self", "type": "module", "exports": {".": "./main.js", "./other": "./other.js"}},
        main_js="import { o } from 'self/other'; export default 'main of ' + o", other_js="export const o = 'self'",
    ),
    "self-cjs": pack(
        {"name": "self-cjs", "exports": {".": "./main.js", "./other": "./other.js"}},
        main_js="module.exports = 'main of ' + require('self-cjs/other').o", other_js="exports.o = 'self'",
    ),
    "private": pack(
        {"name": "private", "type": "module", "exports": "./main.js", "imports": {
            "#one": "./one.js", "#lib/*": "./lib/*.js", "#cond": {"browser": "./x.js", "node": "./lib/c.js", "default": "./x.js"}, "#dep": "sub/one", "#fs": "path", "#null": None,
            "#out": "../esm/e.js", "#array": [{"deno": "./x.js"}, "./one.js"],
        }},
        main_js=(
            "import one from '#one'; import deep from '#lib/deep/x'; import c from '#cond'; import { one as dep } from '#dep'; import { basename } from '#fs'; import array from '#array';\n"
            "const codes = []; for (const s of ['#nope', '#null', '#out', '#', '#/x']) { try { await import(s); codes.push('found ' + s) } catch (e) { codes.push(e.code) } }\n"
            "export default [one, deep, c, dep, basename('/a/b'), array, codes]"
        ),
        one_js="export default 'one'", lib__deep__x_js="export default 'deep'", lib__c_js="export default 'node'",
    ),
    # main and its relatives
    "main-file": pack({"main": "lib/m.js"}, lib__m_js="module.exports = 'lib/m.js'"),
    "main-no-ending": pack({"main": "./lib/m"}, lib__m_js="module.exports = 'no ending'"),
    "main-directory": pack({"main": "lib"}, lib__index_js="module.exports = 'directory'"),
    "main-missing": pack({"main": "dist/gone.js"}, index_js="module.exports = 'index instead'"),
    "main-json": pack({"main": "data.json"}, data_json='{"json": true}'),
    "no-main": pack({}, index_js="module.exports = 'index'"),
    "no-manifest": {"index.js": "module.exports = 'bare directory'"},
    "empty-main": pack({"main": ""}, index_js="module.exports = 'index'"),
    "main-cjs": pack({"main": "m.cjs", "type": "module"}, m_cjs="module.exports = 'cjs in a module package'"),
    "main-mjs": pack({"main": "m.mjs"}, m_mjs="export default 'mjs'"),
    "files": pack({"main": "i.js"}, i_js="", lib__a_js="exports.a = 'deep file'", lib__b__index_js="exports.b = 'deep directory'"),
    "@scope/pkg": pack({"exports": {".": "./i.cjs", "./x": "./x.cjs"}}, i_cjs="module.exports = 'scoped'", x_cjs="module.exports = 'scoped x'"),
    # kinds
    "typed": pack({"type": "module", "main": "i.js"}, i_js="export default typeof module + typeof exports + typeof this"),
    "dist": {
        **pack({"main": "cjs/i.js", "exports": {"import": "./esm/i.js", "require": "./cjs/i.js"}}),
        "esm": pack({"type": "module"}, i_js="export default 'dist esm'"), "cjs": pack({"type": "commonjs"}, i_js="module.exports = 'dist cjs'"),
    },
    "wrapped": pack(
        {"exports": {"import": "./w.mjs", "require": "./i.cjs"}},
        w_mjs="import c from './i.cjs'; export const { State, get } = c; export default c", i_cjs="class State {}; exports.State = State; exports.n = 0; exports.get = () => ++exports.n",
    ),
    # what CommonJS offers
    "named": pack({}, index_js="exports.a = 1; exports['b'] = 2; module.exports.c = 3; module.exports['d-e'] = 4; Object.defineProperty(exports, 'f', { enumerable: true, value: 6 }); exports.default = 'own default'"),
    "object": pack({}, index_js="const a = 1; function b() { return 2 }\nmodule.exports = { a, b, 'c': a, ...{ spread: 1 } }"),
    "func": pack({}, index_js="module.exports = function f(x) { return x + 1 }; module.exports.extra = 'e'; module.exports.default = module.exports"),
    "transpiled": pack({}, index_js="'use strict';\nObject.defineProperty(exports, '__esModule', { value: true });\nexports.named = void 0;\nexports.named = 'n';\nexports.default = 'd';"),
    "barrel": pack(
        {}, index_js=(
            '"use strict";\nvar __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) { if (k2 === undefined) k2 = k; var desc = Object.getOwnPropertyDescriptor(m, k);'
            " if (!desc || ('get' in desc ? !m.__esModule : desc.writable || desc.configurable)) { desc = { enumerable: true, get: function() { return m[k]; } }; } Object.defineProperty(o, k2, desc); }) : null);\n"
            "var __exportStar = (this && this.__exportStar) || function(m, exports) { for (var p in m) if (p !== 'default' && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p); };\n"
            "Object.defineProperty(exports, '__esModule', { value: true });\n__exportStar(require('./inner'), exports);\nexports.own = 1;"
        ),
        inner_js="Object.defineProperty(exports, '__esModule', { value: true });\nexports.inner = 'i'; exports.second = 's';",
    ),
    "babel": pack(
        {}, index_js=(
            "'use strict';\nObject.defineProperty(exports, '__esModule', { value: true });\nvar _inner = require('./inner');\n"
            "Object.keys(_inner).forEach(function (key) { if (key === 'default' || key === '__esModule') return; if (key in exports && exports[key] === _inner[key]) return;\n"
            "  Object.defineProperty(exports, key, { enumerable: true, get: function () { return _inner[key]; } }); });"
        ),
        inner_js="exports.starred = '*'",
    ),
    "esbuild": pack(
        {}, index_js=(
            "var __defProp = Object.defineProperty; var __getOwnPropNames = Object.getOwnPropertyNames; var __hasOwnProp = Object.prototype.hasOwnProperty;\n"
            "var __export = (target, all) => { for (var name in all) __defProp(target, name, { get: all[name], enumerable: true }) };\n"
            "var __copyProps = (to, from) => { for (let key of __getOwnPropNames(from)) if (!__hasOwnProp.call(to, key)) __defProp(to, key, { get: () => from[key], enumerable: true }); return to };\n"
            "var __toCommonJS = (mod) => __copyProps(__defProp({}, '__esModule', { value: true }), mod);\n"
            "var src_exports = {};\n__export(src_exports, { alpha: () => alpha, default: () => beta });\nmodule.exports = __toCommonJS(src_exports);\nvar alpha = 'A', beta = 'B';\n0 && (module.exports = { alpha });"
        ),
    ),
    "reexport": pack({}, index_js="module.exports = require('./lib')", lib_js="exports.deep = 1; exports.deeper = { x: 2 }"),
    "umd": pack({}, index_js="(function (root, factory) { if (typeof define === 'function' && define.amd) define([], factory); else if (typeof module === 'object' && module.exports) module.exports = factory(); else root.umd = factory() }(typeof self !== 'undefined' ? self : this, function () { return { kind: 'umd', self: typeof this } }));"),
    "iife-this": pack({}, index_js="(function () { this.viaThis = 1 }).call(this); exports.same = this === exports"),
    "primitive": pack({}, index_js="module.exports = 42"), "nullish": pack({}, index_js="module.exports = null"), "nothing": pack({}, index_js=""),
    "promise": pack({}, index_js="module.exports = Promise.resolve(7)"),
    "klass": pack({}, index_js="class K { static make() { return new K } }\nmodule.exports = K; module.exports.K = K"),
    "reserved": pack({}, index_js="exports.class = 1; exports.delete = 2; exports.await = 3; exports['not an id'] = 4; exports.ünicode = 5"),
    # what CommonJS is
    "wrapper": pack(
        {}, index_js=(
            "#!/usr/bin/env node\nvar top = this;\nundeclared_in_wrapper = 1;\nexports.list = [top === exports, module.exports === exports, typeof require, __filename.split('/').slice(-3).join('/'), __dirname.split('/').slice(-2).join('/'),\n"
            " arguments[4] === __dirname, arguments[0] === exports, typeof undeclared_in_wrapper, (function () { return this === globalThis })(), module.id === __filename, module.filename === __filename, module.loaded, typeof module.paths, require('./index.js') === exports, 010];\n"
            "delete globalThis.undeclared_in_wrapper; exports.loaded = () => module.loaded; exports.required = () => module.require('./x').x"
        ),
        x_js="exports.x = 'x'",
    ),
    "return-early": pack({}, index_js="exports.a = 1;\nif (exports.a) return;\nexports.b = 2"),
    "strict": pack({}, index_js="'use strict'; exports.strict = (function () { return this })() === undefined"),
    "resolve": pack(
        {}, index_js=(
            "const cut = (p) => p.replace(/^.*node_modules/, '');\nexports.resolved = [require.resolve('./x'), require.resolve('./dir'), require.resolve('sub/one'), require.resolve('node:path'), require.resolve('path')].map(cut);\n"
            "exports.cached = () => [require('./x') === require('./x.js'), Object.keys(require.cache).some((k) => k.endsWith('resolve/x.js')), require.main === module];\n"
            "exports.again = () => { const first = require('./count'); delete require.cache[require.resolve('./count')]; return [first.n, require('./count').n] };\n"
            "exports.replaced = () => { require.cache[require.resolve('./x')].exports = 'replaced'; return require('./x') };"
        ),
        x_js="exports.x = 1", dir__index_js="", count_js="globalThis.__n = (globalThis.__n || 0) + 1; exports.n = globalThis.__n",
    ),
    "requires": pack(
        {}, index_js=(
            "const codes = {};\nfor (const s of ['./missing', 'no-such-package', 'sub/unexported', 'sub/f/private/p', './bad.json', './throws', './syntax', 'node:nope', './directory', '']) {\n"
            "  try { require(s); codes[s] = 'found' } catch (e) { codes[s] = e.code || e.name + ' ' + (e.message.split(': ').pop().length > 0) } }\n"
            "exports.codes = codes; exports.types = [1, null, undefined, {}].map((x) => { try { require(x) } catch (e) { return e.name + ' ' + e.code } });\n"
            "try { require('./missing') } catch (e) { exports.message = e.message.split('\\n')[0] + '|' + e.requireStack.length }"
        ),
        bad_json="{ bad", throws_js="throw new RangeError('thrown')", syntax_js="let let = 1", directory__readme_txt="",
    ),
    "flaky": pack({}, index_js="globalThis.__tries = (globalThis.__tries || 0) + 1; exports.early = 1; if (globalThis.__tries < 3) throw new Error('try ' + globalThis.__tries); exports.tries = globalThis.__tries"),
    "jsons": pack({}, index_js="exports.same = require('./d.json') === require('./d'); exports.data = require('./d.json')", d_json='\ufeff{"a": {"b": [1, 2]}, "__proto__": 1}'),
    "builtins": pack({}, index_js="exports.r = [require('path') === require('node:path'), typeof require('fs').readFileSync, require('path').join('a', '..', 'b')]"),
    "requires-esm": pack({}, index_js="exports.from = () => import('esm').then((m) => [m.default, m.named]); exports.own = () => import('./x.mjs').then((m) => m.default)", x_mjs="export default 'x.mjs'"),
    "endings": pack({}, index_js="exports.r = [require('./a'), require('./a.js'), require('./b'), require('./c.cjs').c, require('./d')]", a_js="module.exports = 'a.js'", a_json='"a.json"', b_json='"b.json"', c_cjs="exports.c = 'c.cjs'", d__package_json='{"main": "x.js"}', d__x_js="module.exports = 'd/x.js'"),
    "with-sources": pack(
        {"main": "lib"}, lib__index_js="module.exports = [require('./a'), require('./b'), require('events/').own, require('slashed/'), typeof require('events').once]",
        lib__index_ts="export default 'source'", lib__a_js="module.exports = 'a.js'", lib__a_ts="export default 'source'", lib__b_json='"b.json"', lib__b_mjs="export default 'b.mjs'",
    ),
    "events": pack({"main": "./e.js"}, e_js="exports.own = 'not the built-in'"),
    "slashed": pack({}, index_js="module.exports = 'slashed'"),
    "requires-esm-now": pack(
        {"exports": "./i.cjs"}, i_cjs=(
            "const esm = require('esm'); const plain = require('./plain.mjs'); const own = require('./own.mjs');\nconst __importDefault = (mod) => (mod && mod.__esModule) ? mod : { default: mod };\n"
            "let tla; try { require('./tla.mjs') } catch (e) { tla = e.code }\n"
            "exports.r = [esm.default, esm.named, esm.__esModule, __importDefault(esm).default, plain.a, plain.__esModule, own, require('esm') === esm, tla];"
        ),
        plain_mjs="export const a = 1", own_mjs="const it = { own: true }; export { it as 'module.exports' }; export default 5", tla_mjs="await 1; export default 1",
    ),
    # circles
    "circle": pack(
        {}, index_js="module.exports = require('./a')",
        a_js="exports.early = 'a early'; const b = require('./b'); exports.b = b.seen; exports.late = () => b.late()", b_js="const a = require('./a'); exports.seen = [Object.keys(a), a.late === undefined]; exports.late = () => Object.keys(a)",
    ),
    "circle-replaced": pack({}, index_js="const b = require('./b'); module.exports = { b, a: 1 }", b_js="const a = require('.'); module.exports = { keys: Object.keys(a), late: () => Object.keys(require('.')) }"),
    "circle-esm": pack({"type": "module", "exports": "./a.js"}, a_js="import { b } from './b.js'; export const a = () => 'a'; export const r = b() + a()", b_js="import { a } from './a.js'; export const b = () => 'b' + a()".replace("'b' + a()", "'b'+ typeof a")),
    "circle-mixed": pack({"exports": "./a.mjs"}, a_mjs="import b from './b.cjs'; export const a = 'a'; export const later = () => b.load()", b_cjs="exports.load = () => import('./a.mjs').then((m) => m.a)"),
    # several versions
    "outer": {**pack({}, index_js="exports.v = [require('dep').v, require('./lib/in').v]", lib__in_js="module.exports = require('dep')"), "node_modules": {"dep": pack({"version": "2.0.0"}, index_js="exports.v = 2")}},
    "dep": pack({"version": "1.0.0"}, index_js="exports.v = 1"),
    "peer": pack({}, index_js="exports.v = require('dep').v"),
}  # fmt: skip

CASES: list[tuple[str, Any]] = [
    ("import a from 'cond'; export default a", "import"),
    ("import { createRequire } from 'node:module'; export default createRequire(import.meta.url)('cond')", "require"),
    ("import a from 'node-first'; export default a", "node"),
    ("import a from 'nested-conditions'; export default a", "node import"),
    ("import a from 'module-sync'; import b from 'browser-field'; import { createRequire } from 'node:module'; export default [a, b, createRequire(import.meta.url)('module-sync').default]", ["sync", "not the browser", "sync"]),
    ("import { createRequire } from 'node:module'; export default createRequire(import.meta.url)('module-field')", "main"),
    ("import r from 'requires-esm-now'; export default r.r", ["esm", 1, True, "esm", 1, None, {"own": True}, True, "ERR_REQUIRE_ASYNC_MODULE"]),
    ("import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); export default [require('nested-conditions'), require('dist'), require('@scope/pkg/x')]", ["node require", "dist cjs", "scoped x"]),
    ("import a from 'fall-through'; import b from 'order'; import c from 'unknown-conditions'; import d from 'sugar'; import e from 'array'; export default [a, b, c, d, e]", ["fell", "default first", "default", "sugar", "array"]),
    ("import a, { named, url } from 'esm'; export default [a, named, url]", ["esm", 1, True]),
    ("import a from 'sub'; import { one } from 'sub/one'; import { one as again } from 'sub/one.js'; import { two } from 'sub/f/two'; import { three } from 'sub/f/deep/three'; import { two as g } from 'sub/g/two.js'; import { one as o } from 'sub/long/er/one'; import { d } from 'sub/twice/d'; export default [a, one, again, two, three, g, o, d]", ["main", 1, 1, 2, 3, 2, 1, "d"]),
    ("import data from 'sub/data.json' with { type: 'json' }; import me from 'sub/package.json' with { type: 'json' }; export default [data, me.name]", [{"x": [1, None]}, "sub"]),
    ("import { one } from 'sub/f/only/one'; export default one", 1),
    ("import a from 'self'; import b from 'self-cjs'; export default [a, b]", ["main of self", "main of self"]),
    ("import a from 'private'; export default a", ["one", "deep", "node", 1, "b", "one", ["ERR_PACKAGE_IMPORT_NOT_DEFINED", "ERR_PACKAGE_IMPORT_NOT_DEFINED", "ERR_INVALID_PACKAGE_TARGET", "ERR_INVALID_MODULE_SPECIFIER", "ERR_INVALID_MODULE_SPECIFIER"]]),
    ("import a from 'main-file'; import b from 'main-no-ending'; import c from 'main-directory'; import d from 'main-missing'; import e from 'no-main'; import f from 'no-manifest'; import g from 'empty-main'; export default [a, b, c, d, e, f, g]",
     ["lib/m.js", "no ending", "directory", "index instead", "index", "bare directory", "index"]),
    ("import a from 'main-cjs'; import b from 'main-mjs'; import c from '@scope/pkg'; import d from '@scope/pkg/x'; import { a as e } from 'files/lib/a.js'; export default [a, b, c, d, e]", ["cjs in a module package", "mjs", "scoped", "scoped x", "deep file"]),
    ("import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); export default [require('main-json').json, require('files/lib/a').a, require('files/lib/b').b]", [True, "deep file", "deep directory"]),
    ("import a from 'typed'; import b from 'dist'; export default [a, b]", ["undefinedundefinedundefined", "dist esm"]),
    ("import w, { State, get } from 'wrapped'; import { createRequire } from 'node:module'; const c = createRequire(import.meta.url)('wrapped'); export default [c === w, c.State === State, get(), c.get(), w.n]", [True, True, 1, 2, 2]),
    # named exports of CommonJS
    ("import d, { a, b, c, f } from 'named'; import * as ns from 'named'; export default [a, b, c, f, d.default, ns['d-e'], Object.keys(d).length, ns.default === d]", [1, 2, 3, 6, "own default", 4, 6, True]),
    ("import d, { a, b, c } from 'object'; export default [a, b(), c, d.spread]", [1, 2, 1, 1]),
    ("import f from 'func'; import * as ns from 'func'; export default [f(1), f.extra, f.default === f, ns.default === f]", [2, "e", True, True]),
    ("import d, { named } from 'transpiled'; import * as ns from 'transpiled'; export default [named, d.default, d.named, Object.keys(ns).includes('__esModule'), ns.default === d]", ["n", "d", "n", True, True]),
    ("import d, { inner, second, own } from 'barrel'; export default [inner, second, own, Object.keys(d).sort()]", ["i", "s", 1, ["inner", "own", "second"]]),
    ("import { starred } from 'babel'; import d, { alpha } from 'esbuild'; export default [starred, alpha, d.default, d.__esModule]", ["*", "A", "B", True]),
    ("import d, { deep, deeper } from 'reexport'; export default [deep, deeper.x, d.deep]", [1, 2, 1]),
    ("import umd from 'umd'; import t from 'iife-this'; export default [umd.kind, typeof globalThis.umd, t.viaThis, t.same]", ["umd", "undefined", 1, True]),
    ("import p from 'primitive'; import n from 'nullish'; import e from 'nothing'; import q from 'promise'; export default [p, n, e, await q]", [42, None, {}, 7]),
    ("import K from 'klass'; import { K as K2 } from 'klass'; export default [K === K2, K.make() instanceof K]", [True, True]),
    ("import * as r from 'reserved'; import { class as c, delete as d, 'not an id' as n } from 'reserved'; export default [c, d, n, r.await, r.ünicode]", [1, 2, 4, 3, 5]),
    ("const m = await import('named'); const again = await import('named'); export default [m === again, m.default.a, m.a, Object.prototype.toString.call(m)]", [True, 1, 1, "[object Module]"]),
    # CommonJS itself
    ("import w from 'wrapper'; export default [w.list, w.loaded(), w.required()]", [[True, True, "function", "node_modules/wrapper/index.js", "node_modules/wrapper", True, True, "number", True, True, True, False, "object", True, 8], True, "x"]),
    ("import r from 'return-early'; import s from 'strict'; export default [Object.keys(r), s.strict]", [["a"], True]),
    ("import r from 'resolve'; export default [r.resolved, r.cached(), r.again(), r.replaced()]", [["/resolve/x.js", "/resolve/dir/index.js", "/sub/lib/one.cjs", "node:path", "path"], [True, True, False], [1, 2], "replaced"]),
    ("import r from 'requires'; export default [r.codes, r.types]", [
        {"./missing": "MODULE_NOT_FOUND", "no-such-package": "MODULE_NOT_FOUND", "sub/unexported": "ERR_PACKAGE_PATH_NOT_EXPORTED", "sub/f/private/p": "ERR_PACKAGE_PATH_NOT_EXPORTED", "./bad.json": "SyntaxError true", "./throws": "RangeError true",
         "./syntax": "SyntaxError true", "node:nope": "ERR_UNKNOWN_BUILTIN_MODULE", "./directory": "MODULE_NOT_FOUND", "": "ERR_INVALID_ARG_VALUE"},
        ["TypeError ERR_INVALID_ARG_TYPE"] * 4]),
    ("const got = []; for (let i = 0; i < 3; i++) { const { createRequire } = await import('node:module'); try { got.push(createRequire(import.meta.url)('flaky').tries) } catch (e) { got.push(e.message) } } export default got", ["try 1", "try 2", 3]),
    ("import j from 'jsons'; export default [j.same, JSON.stringify(j.data)]", [True, '{"a":{"b":[1,2]},"__proto__":1}']),
    ("import b from 'builtins'; import e from 'endings'; export default [b.r, e.r]", [[True, "function", "b"], ["a.js", "a.js", "b.json", "c.cjs", "d/x.js"]]),
    ("import r from 'requires-esm'; export default [await r.from(), await r.own()]", [["esm", 1], "x.mjs"]),
    ("import w from 'with-sources'; export default w", ["a.js", "b.json", "not the built-in", "slashed", "function"]),
    ("import c from 'circle'; export default [c.early, c.b, c.late()]", ["a early", [["early"], True], ["early", "b", "late"]]),
    ("import c from 'circle-replaced'; export default [c.a, c.b.keys, c.b.late()]", [1, [], ["b", "a"]]),
    ("import { later } from 'circle-mixed'; export default await later()", "a"),
    ("import o from 'outer'; import d from 'dep'; import p from 'peer'; export default [o.v, d.v, p.v]", [[2, 2], 1, 1]),
    # what two ways of loading share
    ("import d from 'dep'; import { createRequire } from 'node:module'; export default [createRequire(import.meta.url)('dep') === d, createRequire('/src/other.js').resolve('dep').endsWith('/node_modules/dep/index.js')]", [True, True]),
    ("import { createRequire, isBuiltin, builtinModules } from 'node:module'; const require = createRequire(import.meta.url); export default [require('node:path') === (await import('node:path')).default, isBuiltin('fs'), isBuiltin('zod'), builtinModules.includes('path')]", [True, True, False, True]),
]  # fmt: skip

# Imports that fail, with Node's codes.
FAILURES: list[tuple[str, str]] = [
    ("sub/unexported", "ERR_PACKAGE_PATH_NOT_EXPORTED"), ("sub/nothing", "ERR_PACKAGE_PATH_NOT_EXPORTED"), ("sub/f/private/p", "ERR_PACKAGE_PATH_NOT_EXPORTED"), ("sub/lib/one.cjs", "ERR_PACKAGE_PATH_NOT_EXPORTED"),
    ("sugar/inner.cjs", "ERR_PACKAGE_PATH_NOT_EXPORTED"), ("sub/escape", "ERR_INVALID_PACKAGE_TARGET"), ("sub/inner", "ERR_INVALID_PACKAGE_TARGET"), ("sub/bare", "ERR_INVALID_PACKAGE_TARGET"), ("sub/gone", "ERR_MODULE_NOT_FOUND"),
    ("mixed", "ERR_INVALID_PACKAGE_CONFIG"), ("not-a-path", "ERR_INVALID_PACKAGE_TARGET"), ("broken", "ERR_INVALID_PACKAGE_CONFIG"), ("no-such", "ERR_MODULE_NOT_FOUND"), ("@scope", "ERR_INVALID_MODULE_SPECIFIER"), ("@scope/none", "ERR_MODULE_NOT_FOUND"),
    ("files/lib/none.js", "ERR_MODULE_NOT_FOUND"), ("node:nope", "ERR_UNKNOWN_BUILTIN_MODULE"), ("%2e%2e/x", "ERR_INVALID_MODULE_SPECIFIER"), ("#x", "ERR_PACKAGE_IMPORT_NOT_DEFINED"),
]  # fmt: skip

# Where the sandbox finds what Node does not: by design (architecture.md, section 4).
OURS: list[tuple[str, Any]] = [
    ("import { a } from 'files/lib/a'; export default a", "deep file"),
    ("import { b } from 'files/lib/b'; export default b", "deep directory"),
    ("import data from 'sub/data.json'; export default data.x[0]", 1),
    ("import m from 'main-json'; export default m.json", True),
    ("import m from 'module-field'; export default m", "module"),
]  # fmt: skip


@pytest.fixture(scope="module")
def packages(pool: Any) -> Any:
    with Sandbox(mounts={"node_modules": PACKAGES}, pool=pool) as sandbox:
        yield sandbox


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_as_in_node(packages: Sandbox, code: str, expected: Any) -> None:
    assert value(packages, code) == expected


@pytest.mark.parametrize(("code", "expected"), OURS)
def test_beyond_node(packages: Sandbox, code: str, expected: Any) -> None:
    assert value(packages, code) == expected


def test_codes_of_failures(packages: Sandbox) -> None:
    names = json.dumps([name for name, _ in FAILURES])
    code = f"const r = []; for (const s of {names}) try {{ await import(s); r.push([s, 'found']) }} catch (e) {{ r.push([s, e.code]) }} r"
    assert value(packages, code) == [list(each) for each in FAILURES]


def test_the_resolver_has_nodes_codes() -> None:
    fs = VirtualFS()
    fs.mount("/node_modules", PACKAGES)
    resolver = ModuleResolver(fs, allow_fs=True)
    inside = [
        ("#nope", "ERR_PACKAGE_IMPORT_NOT_DEFINED"), ("#null", "ERR_PACKAGE_IMPORT_NOT_DEFINED"), ("#out", "ERR_INVALID_PACKAGE_TARGET"),
        ("#", "ERR_INVALID_MODULE_SPECIFIER"), ("#/x", "ERR_INVALID_MODULE_SPECIFIER"),
    ]  # fmt: skip
    for importer, cases in (("/src/index.ts", FAILURES), ("/node_modules/private/main.js", inside)):
        for specifier, code in cases:
            with pytest.raises(ResolveError) as caught:
                resolver.resolve(specifier, importer)
            assert (specifier, caught.value.code) == (specifier, code)


def test_static_imports_fail_before_anything_runs(packages: Sandbox) -> None:
    error = fault(packages, "globalThis.ran = 1; import 'sub/unexported'")
    assert "sub" in error.message
    assert "unexported" in error.message
    assert value(packages, "typeof ran") == "undefined"


def test_a_name_that_commonjs_does_not_have(packages: Sandbox) -> None:
    error = fault(packages, "import { nope } from 'named'; nope")
    assert error.name == "SyntaxError"
    assert "nope" in error.message


def test_an_error_in_a_package_has_its_place(make: Maker) -> None:
    files = {
        "index.js": "'use strict';\n\nexports.fail = function fail() {\n  throw new TypeError('from the package')\n}"
    }
    error = fault(
        make(mounts={"node_modules": {"failing": files}}), "import { fail } from 'failing';\n\nfail()"
    )
    assert (error.name, error.message) == ("TypeError", "from the package")
    assert [(f.function, f.file, f.line) for f in error.frames[:2]] == [
        ("fail", "/node_modules/failing/index.js", 4), (error.frames[1].function, "/src/index.ts", 3),
    ]  # fmt: skip


def test_a_package_that_throws_while_it_loads(make: Maker) -> None:
    files = {"index.js": "\nthrow new RangeError('at load')"}
    error = fault(make(mounts={"node_modules": {"bad": files}}), "import 'bad'")
    assert (error.name, error.message) == ("RangeError", "at load")
    assert (error.frames[0].file, error.frames[0].line) == ("/node_modules/bad/index.js", 2)


def test_a_syntax_error_in_a_package(make: Maker) -> None:
    error = fault(
        make(mounts={"node_modules": {"bad": {"index.js": "exports.a = 1;\nlet x = ;"}}}), "import 'bad'"
    )
    assert error.name == "SyntaxError"
    assert (error.frames[0].file, error.frames[0].line) == ("/node_modules/bad/index.js", 2)


def test_a_replaced_package_is_new_in_later_runs(make: Maker) -> None:
    sandbox = make(
        mounts={
            "node_modules": {
                "p": {"index.js": "exports.v = () => require('./low').v", "low.js": "exports.v = 1"}
            }
        }
    )
    assert value(sandbox, "import p from 'p'; p.v()") == 1
    sandbox.fs.write_text("/node_modules/p/low.js", "exports.v = 2")
    assert value(sandbox, "import p from 'p'; p.v()") == 2


def test_packages_survive_a_rollback(make: Maker) -> None:
    sandbox = make(mounts={"node_modules": PACKAGES})
    assert value(sandbox, "import d from 'dep'; globalThis.kept = d; d.v") == 1
    assert fault(sandbox, "import o from 'outer'; for (;;) {}", timeout=0.3).kind == "timeout"
    assert value(sandbox, "import d from 'dep'; import o from 'outer'; [d === kept, o.v]") == [True, [2, 2]]


def test_polluted_prototypes_do_not_change_how_packages_load(make: Maker) -> None:
    sandbox = make(mounts={"node_modules": PACKAGES})
    code = "Object.prototype.exports = 'x'; Object.prototype.main = 'x'; Array.prototype.polluted = 1; Object.prototype.require = 2; 0"
    assert value(sandbox, code) == 0
    assert value(
        sandbox,
        "import c from 'circle'; import d, { a } from 'named'; import j from 'jsons'; [c.early, a, d.a, j.data.a.b]",
    ) == ["a early", 1, 1, [1, 2]]
