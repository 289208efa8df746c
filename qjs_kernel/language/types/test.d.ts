// The globals of a run of tests: `import "test"`, and every %%test cell.

type Awaitable<T> = T | PromiseLike<T>;
type AnyFunction = (...args: any[]) => any;
type AnyClass = abstract new (...args: any[]) => any;

/** What a test is given. */
interface TestContext {
  readonly name: string;
  readonly signal: AbortSignal;
  /** A line for the report. */
  diagnostic(message: string): void;
  skip(message?: string): void;
  todo(message?: string): void;
  test(name: string, fn?: TestBody): Promise<void>;
  before(fn: HookBody): void;
  after(fn: HookBody): void;
  beforeEach(fn: HookBody): void;
  afterEach(fn: HookBody): void;
}
/** Returns, or awaits, or calls `done`. */
type TestBody = (context: TestContext, done: (error?: unknown) => void) => Awaitable<unknown>;
type HookBody = (context: any, done: (error?: unknown) => void) => Awaitable<unknown>;
interface TestOptions { timeout?: number; skip?: boolean | string; todo?: boolean | string; only?: boolean; concurrency?: number | boolean; retry?: number; repeats?: number }

interface Each {
  /** One test for every row: `%s`, `%d`, `%j`, `%o`, `%#` and `$key` in the name stand for its values. */
  <Row extends readonly [unknown, ...unknown[]]>(table: readonly Row[]): (name: string, fn: (...row: [...Row]) => Awaitable<unknown>, options?: TestOptions | number) => void;
  <Row>(table: readonly Row[]): (name: string, fn: (row: Row) => Awaitable<unknown>, options?: TestOptions | number) => void;
  /** A table as a template: the first line names the columns. */
  (table: TemplateStringsArray, ...values: unknown[]): (name: string, fn: (row: any) => Awaitable<unknown>, options?: TestOptions | number) => void;
}
interface Declare<Body extends AnyFunction> {
  /** `options`: `{ timeout }` in milliseconds and the like, or the number of milliseconds. */
  (name: string, fn?: Body, options?: TestOptions | number): void;
  (name: string, options: TestOptions, fn?: Body): void;
  /** Declared, not run. */
  readonly skip: Declare<Body>;
  /** Still to be written: shown, never a failure. */
  readonly todo: Declare<Body>;
  /** Only those marked so are run. */
  readonly only: Declare<Body>;
  readonly concurrent: Declare<Body>;
  readonly sequential: Declare<Body>;
  readonly each: Each;
  skipIf(condition: unknown): Declare<Body>;
  runIf(condition: unknown): Declare<Body>;
}
interface DeclareTest extends Declare<TestBody> {
  /** Passes when the test fails. */
  readonly failing: Declare<TestBody>;
  readonly fails: Declare<TestBody>;
}
type DeclareHook = (fn: HookBody, options?: TestOptions | number) => void;

// ---- mock functions ----

type MockResult<T> = { type: "return"; value: T } | { type: "throw"; value: any } | { type: "incomplete"; value: undefined };
interface MockRecord<F extends AnyFunction> {
  /** The arguments of every call. */
  readonly calls: Parameters<F>[];
  readonly results: MockResult<ReturnType<F>>[];
  readonly instances: any[];
  readonly contexts: any[];
  readonly invocationCallOrder: number[];
  readonly settledResults: { type: "fulfilled" | "rejected" | "incomplete"; value: any }[];
  readonly lastCall: Parameters<F> | undefined;
}
type Resolved<F extends AnyFunction> = Awaited<ReturnType<F>>;
/** A function that remembers how it was called. */
interface MockFunction<F extends AnyFunction = AnyFunction> {
  (...args: Parameters<F>): ReturnType<F>;
  new (...args: Parameters<F>): any;
  readonly mock: MockRecord<F>;
  /** Forgets the calls. */
  mockClear(): this;
  /** Forgets the calls and what the function does. */
  mockReset(): this;
  /** Puts the original back. */
  mockRestore(): void;
  mockImplementation(fn: F): this;
  mockImplementationOnce(fn: F): this;
  withImplementation<T>(fn: F, callback: () => T): T;
  mockReturnValue(value: ReturnType<F>): this;
  mockReturnValueOnce(value: ReturnType<F>): this;
  mockReturnThis(): this;
  mockResolvedValue(value: Resolved<F>): this;
  mockResolvedValueOnce(value: Resolved<F>): this;
  mockRejectedValue(reason: unknown): this;
  mockRejectedValueOnce(reason: unknown): this;
  mockName(name: string): this;
  getMockName(): string;
  getMockImplementation(): F | undefined;
}
type FunctionKeys<T> = { [K in keyof T]-?: T[K] extends AnyFunction ? K : never }[keyof T];
interface SpyOn {
  /** Replaces `object[method]` by a mock function that calls it. */
  <T extends object, K extends FunctionKeys<T>>(object: T, method: K): MockFunction<Extract<T[K], AnyFunction>>;
  <T extends object, K extends keyof T>(object: T, property: K, access: "get"): MockFunction<() => T[K]>;
  <T extends object, K extends keyof T>(object: T, property: K, access: "set"): MockFunction<(value: T[K]) => void>;
}
interface FakeTimerOptions { now?: number | Date; toFake?: string[]; doNotFake?: string[] }
interface Mocking {
  /** A new mock function. */
  fn<F extends AnyFunction = AnyFunction>(implementation?: F): MockFunction<F>;
  readonly spyOn: SpyOn;
  replaceProperty<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): { replaceValue(value: T[K]): any; restore(): void };
  isMockFunction(value: unknown): value is MockFunction;
  mocked<T>(value: T): T extends AnyFunction ? MockFunction<T> : T;
  hoisted<T>(factory: () => T): T;
  clearAllMocks(): this; resetAllMocks(): this; restoreAllMocks(): this;
  /** From here on timers and Date follow a clock that the test moves. */
  useFakeTimers(options?: FakeTimerOptions): this;
  useRealTimers(): this;
  isFakeTimers(): boolean;
  advanceTimersByTime(milliseconds: number): this;
  advanceTimersToNextTimer(steps?: number): this;
  runAllTimers(): this; runOnlyPendingTimers(): this; runAllTicks(): this; runAllImmediates(): this;
  advanceTimersByTimeAsync(milliseconds: number): Promise<this>;
  advanceTimersToNextTimerAsync(steps?: number): Promise<this>;
  runAllTimersAsync(): Promise<this>; runOnlyPendingTimersAsync(): Promise<this>;
  getTimerCount(): number; clearAllTimers(): this;
  setSystemTime(time: number | string | Date): this;
  getRealSystemTime(): number; getMockedSystemTime(): Date | null;
  setTimeout(milliseconds: number): this;
  setConfig(options: { testTimeout?: number }): void;
  retryTimes(count: number): this;
  stubGlobal(name: string, value: unknown): this; unstubAllGlobals(): this;
  stubEnv(name: string, value: string | undefined): this; unstubAllEnvs(): this;
  /** Calls `callback` until it no longer throws. */
  waitFor<T>(callback: () => Awaitable<T>, options?: number | { timeout?: number; interval?: number }): Promise<T>;
}

// ---- expect ----

/** What a chain of words ends in may be called or left alone: `.to.be.true`, `.to.be.a("string")`. */
interface ChaiWords {
  readonly to: this; readonly be: this; readonly been: this; readonly is: this; readonly that: this; readonly which: this; readonly and: this; readonly has: this; readonly have: this; readonly with: this;
  readonly at: this; readonly of: this; readonly same: this; readonly but: this; readonly does: this; readonly still: this; readonly also: this;
  /** Compares by content. */
  readonly deep: this; readonly nested: this; readonly own: this; readonly ordered: this; readonly any: this; readonly all: this; readonly itself: this;
  readonly ok: this; readonly true: this; readonly false: this; readonly null: this; readonly undefined: this; readonly NaN: this; readonly exist: this; readonly exists: this; readonly finite: this; readonly numeric: this;
  readonly callable: this; readonly iterable: this; readonly extensible: this; readonly sealed: this; readonly frozen: this; readonly arguments: this; readonly Arguments: this; readonly empty: this;
  readonly a: this & ((type: string, message?: string) => this); readonly an: this & ((type: string, message?: string) => this);
  readonly include: this & ((value: unknown, message?: string) => this); readonly includes: this & ((value: unknown, message?: string) => this);
  readonly contain: this & ((value: unknown, message?: string) => this); readonly contains: this & ((value: unknown, message?: string) => this);
  readonly lengthOf: this & ((length: number, message?: string) => this); readonly length: this & ((length: number, message?: string) => this);
  equal(value: unknown, message?: string): this; equals(value: unknown, message?: string): this; eq(value: unknown, message?: string): this;
  eql(value: unknown, message?: string): this; eqls(value: unknown, message?: string): this;
  property(name: PropertyKey, value?: unknown, message?: string): this; ownProperty(name: PropertyKey, value?: unknown, message?: string): this; haveOwnProperty(name: PropertyKey, value?: unknown, message?: string): this;
  ownPropertyDescriptor(name: PropertyKey, descriptor?: PropertyDescriptor, message?: string): this; haveOwnPropertyDescriptor(name: PropertyKey, descriptor?: PropertyDescriptor, message?: string): this;
  keys(...keys: any[]): this; key(...keys: any[]): this; members(list: readonly unknown[], message?: string): this; oneOf(list: readonly unknown[], message?: string): this;
  above(value: number | Date, message?: string): this; gt(value: number | Date, message?: string): this; greaterThan(value: number | Date, message?: string): this;
  least(value: number | Date, message?: string): this; gte(value: number | Date, message?: string): this; greaterThanOrEqual(value: number | Date, message?: string): this;
  below(value: number | Date, message?: string): this; lt(value: number | Date, message?: string): this; lessThan(value: number | Date, message?: string): this;
  most(value: number | Date, message?: string): this; lte(value: number | Date, message?: string): this; lessThanOrEqual(value: number | Date, message?: string): this;
  within(start: number | Date, finish: number | Date, message?: string): this; closeTo(value: number, delta: number, message?: string): this; approximately(value: number, delta: number, message?: string): this;
  instanceof(type: AnyClass, message?: string): this; instanceOf(type: AnyClass, message?: string): this;
  match(pattern: RegExp, message?: string): this; matches(pattern: RegExp, message?: string): this; string(part: string, message?: string): this;
  satisfy(predicate: (value: any) => boolean, message?: string): this; satisfies(predicate: (value: any) => boolean, message?: string): this;
  respondTo(method: string, message?: string): this; respondsTo(method: string, message?: string): this;
  throw(expected?: Thrown, message?: string | RegExp): this; throws(expected?: Thrown, message?: string | RegExp): this; Throw(expected?: Thrown, message?: string | RegExp): this;
  change(target: object | AnyFunction, property?: PropertyKey, message?: string): this; changes(target: object | AnyFunction, property?: PropertyKey, message?: string): this;
  increase(target: object | AnyFunction, property?: PropertyKey, message?: string): this; increases(target: object | AnyFunction, property?: PropertyKey, message?: string): this;
  decrease(target: object | AnyFunction, property?: PropertyKey, message?: string): this; decreases(target: object | AnyFunction, property?: PropertyKey, message?: string): this;
  by(delta: number, message?: string): this;
}
type Thrown = string | RegExp | AnyClass | Error | object;
interface Assertion<T = any, Result = void> extends ChaiWords {
  /** Turns the check around. */
  readonly not: Assertion<T, Result>;
  /** Awaits the value, then checks what it was fulfilled with. */
  readonly resolves: Assertion<Awaited<T>, Promise<void>>;
  /** Awaits the value, then checks what it was rejected with. */
  readonly rejects: Assertion<any, Promise<void>>;
  /** The very same value (`Object.is`). */
  toBe(expected: unknown): Result;
  /** Equal by content; properties that are undefined do not count. */
  toEqual(expected: unknown): Result;
  /** Equal by content, with undefined properties, holes and classes. */
  toStrictEqual(expected: unknown): Result;
  /** Has at least these properties, with these values. */
  toMatchObject(expected: object): Result;
  toContain(item: unknown): Result;
  toContainEqual(item: unknown): Result;
  toHaveLength(length: number): Result;
  toHaveProperty(path: string | readonly (string | number | symbol)[], value?: unknown): Result;
  /** @param digits how many digits after the point must agree; 2 unless told */
  toBeCloseTo(expected: number, digits?: number): Result;
  toBeTruthy(): Result; toBeFalsy(): Result; toBeNull(): Result; toBeUndefined(): Result; toBeDefined(): Result; toBeNaN(): Result; toBeNullable(): Result;
  toBeGreaterThan(expected: number | bigint): Result; toBeGreaterThanOrEqual(expected: number | bigint): Result;
  toBeLessThan(expected: number | bigint): Result; toBeLessThanOrEqual(expected: number | bigint): Result;
  toMatch(expected: string | RegExp): Result;
  /** The function throws; with `expected`: this message, pattern, class or error. */
  toThrow(expected?: Thrown): Result; toThrowError(expected?: Thrown): Result;
  toBeInstanceOf(type: AnyClass): Result;
  toBeTypeOf(type: "bigint" | "boolean" | "function" | "number" | "object" | "string" | "symbol" | "undefined"): Result;
  toSatisfy(predicate: (value: T) => boolean): Result;
  toBeOneOf(values: Iterable<unknown>): Result;
  toHaveBeenCalled(): Result; toBeCalled(): Result; toHaveBeenCalledOnce(): Result;
  toHaveBeenCalledTimes(count: number): Result; toBeCalledTimes(count: number): Result;
  toHaveBeenCalledWith(...args: unknown[]): Result; toBeCalledWith(...args: unknown[]): Result; toHaveBeenCalledExactlyOnceWith(...args: unknown[]): Result;
  toHaveBeenLastCalledWith(...args: unknown[]): Result; lastCalledWith(...args: unknown[]): Result;
  toHaveBeenNthCalledWith(call: number, ...args: unknown[]): Result; nthCalledWith(call: number, ...args: unknown[]): Result;
  toHaveReturned(): Result; toReturn(): Result; toHaveReturnedTimes(count: number): Result; toReturnTimes(count: number): Result;
  toHaveReturnedWith(value: unknown): Result; toReturnWith(value: unknown): Result; toHaveLastReturnedWith(value: unknown): Result; lastReturnedWith(value: unknown): Result;
  toHaveNthReturnedWith(call: number, value: unknown): Result; nthReturnedWith(call: number, value: unknown): Result;
}
interface Asymmetric {
  objectContaining(properties: object): any;
  arrayContaining(items: readonly unknown[]): any;
  arrayOf(item: unknown): any;
  objectValues(value: unknown): any;
  stringContaining(part: string): any;
  stringMatching(pattern: string | RegExp): any;
  closeTo(value: number, digits?: number): any;
  schemaMatching(schema: unknown): any;
}
interface Expect extends Asymmetric {
  /**
   * What the checks are about.
   * @param message stands before the failure
   */
  <T>(value: T, message?: string): Assertion<T>;
  readonly not: Asymmetric;
  /** Equal to anything that `type` makes. */
  any(type: AnyFunction | AnyClass): any;
  /** Equal to anything but null and undefined. */
  anything(): any;
  /** The test fails unless exactly so many checks were made. */
  assertions(count: number): void;
  hasAssertions(): void;
  /** A check whose failure does not end the test. */
  soft<T>(value: T, message?: string): Assertion<T>;
  fail(message?: string): never;
  unreachable(message?: string): never;
  /** More matchers: `(received, ...args) => ({ pass, message: () => "…" })`. */
  extend(matchers: Record<string, (this: any, received: any, ...args: any[]) => Awaitable<{ pass: boolean; message(): string }>>): void;
  addEqualityTesters(testers: ((a: any, b: any) => boolean | undefined)[]): void;
  getState(): { currentTestName?: string; assertionCalls?: number; [name: string]: unknown };
  setState(state: object): void;
}

declare global {
  /** A group of tests. */
  var describe: Declare<() => unknown>;
  var suite: typeof describe;
  var context: typeof describe;
  var fdescribe: typeof describe;
  var xdescribe: typeof describe;
  /** A test: it fails when it throws or its promise is rejected. */
  var test: DeclareTest;
  var it: DeclareTest;
  var specify: DeclareTest;
  var fit: Declare<TestBody>;
  var xit: Declare<TestBody>;
  var xtest: Declare<TestBody>;
  /** Runs once, before the tests of its group. */
  var before: DeclareHook;
  var beforeAll: DeclareHook;
  /** Runs once, after the tests of its group. */
  var after: DeclareHook;
  var afterAll: DeclareHook;
  /** Runs before each test of its group. */
  var beforeEach: DeclareHook;
  /** Runs after each test of its group. */
  var afterEach: DeclareHook;
  /** `expect(value).toBe(…)`, or in words: `expect(value).to.be.a("string")`. */
  var expect: Expect;
  /** Mock functions, spies, the fake clock. */
  var jest: Mocking;
  var vi: Mocking;
  /** Replaces a method by a mock function that calls it. */
  var spyOn: SpyOn;
  /** Runs the tests declared so far, now, and gives the report. */
  function runTests(): Promise<any>;
}
export {};
