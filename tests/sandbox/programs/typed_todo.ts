interface Todo {
  readonly id: number;
  title: string;
  done?: boolean;
}
type Action = { type: "add"; title: string } | { type: "toggle"; id: number } | { type: "clear" };
const assertNever = (x: never): never => {
  throw new Error(`Unexpected: ${JSON.stringify(x)}`);
};
function reducer(s: readonly Todo[], a: Action): readonly Todo[] {
  switch (a.type) {
    case "add":
      return [...s, { id: s.length + 1, title: a.title }];
    case "toggle":
      return s.map((t) => (t.id === a.id ? { ...t, done: !t.done } : t));
    case "clear":
      return s.filter((t) => !t.done);
    default:
      return assertNever(a);
  }
}
const actions: Action[] = [
  { type: "add", title: "x" },
  { type: "add", title: "y" },
  { type: "toggle", id: 1 },
  { type: "clear" },
];
console.log(actions.reduce(reducer, [] as readonly Todo[]));
try {
  reducer([], { type: "boom" } as unknown as Action);
} catch (e) {
  if (e instanceof Error) console.log(e.message);
}
class TypedEmitter<M extends Record<string, unknown[]>> {
  private h: { [K in keyof M]?: Array<(...a: M[K]) => void> } = {};
  on<K extends keyof M>(k: K, f: (...a: M[K]) => void): () => void {
    (this.h[k] ??= []).push(f);
    return () => {
      this.h[k] = this.h[k]?.filter((g) => g !== f);
    };
  }
  emit<K extends keyof M>(k: K, ...a: M[K]): void {
    this.h[k]?.forEach((f) => f(...a));
  }
}
const te = new TypedEmitter<{ data: [n: number, s?: string]; end: [] }>();
const off = te.on("data", (n, s) => console.log(n, s));
te.emit("data", 1, "a");
off();
te.emit("data", 2);
te.emit("end");
enum Level {
  Debug,
  Info = "INFO" as any,
  Warn = 3,
  Err,
}
type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };
const p: DeepPartial<{ a: { b: number } }> = { a: {} };
console.log(p, Level.Err, Level[3]);
const pick = <T, K extends keyof T>(o: T, ...ks: K[]): Pick<T, K> =>
  ks.reduce((r, k) => ({ ...r, [k]: o[k] }), {} as Pick<T, K>);
console.log(pick({ a: 1, b: 2, c: 3 }, "a", "c"));
function isKey<T extends object>(o: T, k: PropertyKey): k is keyof T {
  return k in o;
}
console.log(isKey({ a: 1 }, "a"));
type Fn<A extends any[] = any[], R = unknown> = (...a: A) => R;
const memo = <A extends any[], R>(fn: Fn<A, R>): Fn<A, R> => {
  const c = new Map<string, R>();
  return (...a) => {
    const k = JSON.stringify(a);
    if (!c.has(k)) c.set(k, fn(...a));
    return c.get(k)!;
  };
};
let calls = 0;
const sq = memo((n: number) => (calls++, n * n));
console.log(sq(3), sq(3), calls);
export abstract class Base {
  static create<T extends Base>(this: new () => T): T {
    return new this();
  }
  protected abstract readonly kind: string;
  get k() {
    return this.kind;
  }
}
class Impl extends Base {
  protected readonly kind = "impl" as const;
}
console.log(Impl.create().k, Impl.create());
let x!: number;
x = 5;
const y = <const T>(t: T) => t;
console.log(x satisfies number, y([1, 2]));
type Getters<T> = { [K in keyof T as `get${Capitalize<string & K>}`]: () => T[K] };
const g: Getters<{ name: string }> = { getName: () => "n" };
console.log(g.getName());
class Pt {
  constructor(
    public readonly x = 0,
    protected y = 0,
    private z?: string,
  ) {}
  with(o: Partial<Pick<Pt, "x">>): Pt {
    return Object.assign(Object.create(Pt.prototype), this, o);
  }
}
console.log(new Pt(1, 2).x, new Pt().with({ x: 9 }).x);
