(function (k) {
  "use strict";
  // AssertionError: made by node:assert, and by the test runner, which also looks for it.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ErrorCaptureStackTrace, ObjectAssign, ObjectCreate, ObjectDefineProperty,
    ObjectGetPrototypeOf, String, StringPrototypeSlice,
  } = p;
  const { splitLines } = k.text;
  const { describe, headings, report, shorten } = k.load("internal/diff");
  const { checkObject, hide } = k.load("internal/util_checks");
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");

  const isObject = (value) => typeof value === "object" && value !== null;
  const isError = (value) => isObject(value) && (p.ErrorIsError(value) || value instanceof p.Error);
  const cut = (text, longest) =>
    text.length > longest ? `${StringPrototypeSlice(text, 0, longest - 3)}...` : text;

  const unequalText = (actual, operator) => {
    const reference = operator === "notStrictEqual" && (isObject(actual) || typeof actual === "function");
    const heading = headings[reference ? "notStrictEqualObject" : operator];
    const lines = shorten(splitLines(describe(actual)));
    if (lines.length === 1) return `${heading}${lines[0].length > 5 ? "\n\n" : " "}${lines[0]}`;
    return `${heading}\n\n${ArrayPrototypeJoin(lines, "\n")}\n`;
  };
  const otherText = (actual, expected, operator) => {
    const left = describe(actual);
    const right = describe(expected);
    if (operator === "notDeepEqual" && left === right) return cut(`${headings.notDeepEqual}\n\n${left}`, 1024);
    const short = cut(left, 512);
    const other = cut(right, 512);
    if (operator === "deepEqual") return `${headings.deepEqual}\n\n${short}\n\nshould loosely deep-equal\n\n${other}`;
    if (operator === "notDeepEqual")
      return `${headings.notDeepEqualUnequal}\n\n${short}\n\nshould not loosely deep-equal\n\n${other}`;
    return `${short} ${operator} ${other}`;
  };
  const messageFor = (actual, expected, operator) => {
    switch (operator) {
      case "strictEqual":
      case "deepStrictEqual": return report(actual, expected, operator);
      case "notStrictEqual":
      case "notDeepStrictEqual": return unequalText(actual, operator);
      default: return otherText(actual, expected, operator);
    }
  };

  // An error shows its stack; in a comparison of two only their properties and messages matter.
  const withoutStack = (error) => {
    const copy = ObjectAssign(ObjectCreate(ObjectGetPrototypeOf(error)), error);
    return ObjectDefineProperty(copy, "message", { __proto__: null, value: error.message });
  };

  const detailNames = ["message", "actual", "expected", "operator"];

  class AssertionError extends p.Error {
    constructor(options) {
      checkObject(options, "options");
      const { message, operator, stackStartFn, stackStartFunction, details } = options;
      let { actual, expected } = options;
      if (message !== undefined && message !== null) super(String(message));
      else {
        if (isError(actual) && isError(expected)) {
          actual = withoutStack(actual);
          expected = withoutStack(expected);
        }
        super(messageFor(actual, expected, operator));
      }
      this.generatedMessage = !message;
      hide(this, "name", "AssertionError");
      // Makes it one of the errors that are shown with their code.
      k.codeError(function () { return error; }, "ERR_ASSERTION", (error = this).message);
      if (details) {
        this.actual = this.expected = this.operator = undefined;
        for (let i = 0; i < details.length; i++) {
          for (let j = 0; j < detailNames.length; j++) this[`${detailNames[j]} ${i}`] = details[i][detailNames[j]];
          this[`stack trace ${i}`] = details[i].stack;
        }
      } else {
        this.actual = actual;
        this.expected = expected;
        this.operator = operator;
      }
      const start = stackStartFn || stackStartFunction;
      if (typeof start === "function") ErrorCaptureStackTrace(this, start);
    }
    toString() {
      return `${this.name} [${this.code}]: ${this.message}`;
    }
    // The message shows both values; beside it they are only hinted at.
    [customInspect](depth, options) {
      const { actual, expected } = this;
      try {
        if (typeof actual === "string") this.actual = firstLines(actual);
        if (typeof expected === "string") this.expected = firstLines(expected);
        return k.inspect(this, { ...options, customInspect: false, depth: 0 });
      } finally {
        if (typeof actual === "string") this.actual = actual;
        if (typeof expected === "string") this.expected = expected;
      }
    }
  }
  let error; // what the factory above returns

  const firstLines = (text) => {
    const lines = splitLines(StringPrototypeSlice(text, 0, 100_000));
    if (lines.length > 10) {
      lines.length = 10;
      return `${ArrayPrototypeJoin(lines, "\n")}\n...`;
    }
    return text.length > 512 ? `${StringPrototypeSlice(text, 0, 512)}...` : text;
  };

  return AssertionError;
})
