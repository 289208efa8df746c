enum Color {
  Red,
  Green = 5,
  Blue,
}
const enum Dir {
  Up = "UP",
  Down = "DOWN",
}
enum Flags {
  A = 1 << 0,
  B = 1 << 1,
  AB = A | B,
}
console.log(Color.Green, Color[6], Color, Dir.Up, Flags.AB, Object.keys(Color).length);
namespace Geometry {
  export interface Pt {
    x: number;
    y: number;
  }
  export const dist = (a: Pt, b: Pt): number => Math.hypot(a.x - b.x, a.y - b.y);
  export namespace Deep {
    export const K = 3;
  }
}
console.log(Geometry.dist({ x: 0, y: 0 }, { x: 3, y: 4 }), Geometry.Deep.K);
abstract class Shape {
  constructor(
    protected readonly name: string,
    public sides?: number,
  ) {}
  abstract area(): number;
  describe(): string {
    return `${this.name}: ${this.area().toFixed(2)}`;
  }
}
class Circle extends Shape {
  constructor(private r: number) {
    super("circle");
  }
  override area() {
    return Math.PI * this.r ** 2;
  }
}
console.log(new Circle(2).describe(), new Circle(1));
type Result<T, E = Error> = { ok: true; value: T } | { ok: false; error: E };
function parse<T>(s: string): Result<T> {
  try {
    return { ok: true, value: JSON.parse(s) as T };
  } catch (e) {
    return { ok: false, error: e as Error };
  }
}
const r = parse<{ a: number }>('{"a":1}');
if (r.ok) console.log(r.value.a);
else console.log(r.error);
function over(x: string): string;
function over(x: number): number;
function over(x: any) {
  return x;
}
console.log(over(3), over("s"));
const cfg = { host: "x", port: 1 } as const satisfies Record<string, string | number>;
let v: unknown = "abc";
console.log((v as string).length, cfg!.port, <number>5);
class Box<T extends object = {}> {
  #v: T;
  static readonly inst = 1;
  declare foo: string;
  private _x?: number;
  constructor(v: T) {
    this.#v = v;
  }
  get value(): T {
    return this.#v;
  }
  map<U extends object>(f: (t: T) => U): Box<U> {
    return new Box(f(this.#v));
  }
}
console.log(new Box({ n: 1 }).map((o) => ({ m: o.n + 1 })).value, new Box([]));
function isStr(x: unknown): x is string {
  return typeof x === "string";
}
function assertIs(x: unknown): asserts x is number {
  if (typeof x !== "number") throw new TypeError("nope");
}
console.log([1, "a"].filter(isStr));
try {
  assertIs("x");
} catch (e: any) {
  console.log(e.message);
}
const tup: [a: string, b?: number, ...rest: boolean[]] = ["x", 1, true];
const idx: { [k: string]: number } = { a: 1 };
for (const k in idx) console.log(k, idx[k]!, tup);
let fn: typeof over;
type Keys = keyof typeof cfg;
const key: Keys = "host";
console.log(cfg[key]);
export type { Result };
export default class {}
function greet(this: { n: string }, p = "hi", { a, b = 2 }: { a: number; b?: number } = { a: 1 }) {
  return `${p} ${this.n} ${a} ${b}`;
}
console.log(greet.call({ n: "z" }));
const gen = async <T>(x: T): Promise<T> => x;
console.log(await gen<number>(3));
let opt: { a?: { b?: () => number } } | null = null;
console.log(opt?.a?.b?.() ?? "none");
abstract class Repo<T extends { id: number }> {
  protected items = new Map<number, T>();
  add(i: T): this {
    this.items.set(i.id, i);
    return this;
  }
  find = (id: number): T | undefined => this.items.get(id);
}
class U extends Repo<{ id: number; n: string }> {}
console.log(new U().add({ id: 1, n: "q" }).find(1));
declare const G: number;
declare module "x" {}
declare global {
  interface Window {
    x: 1;
  }
}
import type { X } from "./nope.js";
label: for (const a of [1, 2])
  for (const b of [1, 2]) {
    if (b === 2) continue label;
    console.log(a, b);
  }
