(function (k) {
  "use strict";
  // How two values differ, line by line of their inspect output, laid out as the assertions of Node 20 do it:
  // lines are compared by position, runs of equal lines shrink, and about fifty lines are shown at most.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePop, MathMax, StringPrototypeEndsWith, StringPrototypeRepeat,
    StringPrototypeSlice,
  } = p;
  const { splitLines } = k.text;

  const MAX_TEXT = 500_000; // characters of one value that are looked at
  const MAX_SHOWN = 50; // lines
  const SHORT = 12; // two primitives of together so many characters stand in one line: `1 !== 2`

  const headings = {
    __proto__: null,
    deepStrictEqual: "Expected values to be strictly deep-equal:",
    strictEqual: "Expected values to be strictly equal:",
    strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
    deepEqual: "Expected values to be loosely deep-equal:",
    notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
    notStrictEqual: 'Expected "actual" to be strictly unequal to:',
    notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
    notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
    notIdentical: "Values have same structure but are not reference-equal:",
    notDeepEqualUnequal: "Expected values not to be loosely deep-equal:",
  };

  // Every property on a line of its own, in the order of the names; no user code but getters, which are compared too.
  const describe = (value) =>
    k.inspectSafe(value, {
      __proto__: null, compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false,
      showProxy: false, sorted: true, getters: true, colors: false, maxLength: MAX_TEXT, breakLength: 80,
      maxStringLength: 10_000, numericSeparator: false,
    });

  const isObject = (value) => typeof value === "object" && value !== null;

  // At most 47 lines of a value that is shown alone.
  const shorten = (lines) => {
    if (lines.length > MAX_SHOWN) {
      lines[46] = "...";
      while (lines.length > 47) ArrayPrototypePop(lines);
    }
    return lines;
  };

  const withoutComma = (line) => StringPrototypeSlice(line, 0, -1);

  // { text, identical }: `text` has no heading; `identical` says that both values look the same.
  const compare = (actual, expected, byReference, sign) => {
    const left = describe(actual);
    const lines = splitLines(left);
    const others = splitLines(describe(expected));
    let pointer = "";
    if (lines.length === 1 && others.length === 1 && lines[0] !== others[0]) {
      const length = lines[0].length + others[0].length;
      if (length <= SHORT) {
        if (!isObject(actual) && !isObject(expected) && (actual !== 0 || expected !== 0))
          return { __proto__: null, text: `${lines[0]} ${sign} ${others[0]}\n`, plain: true, identical: false };
      } else if (!byReference && length < 80) {
        let i = 0;
        while (lines[0][i] === others[0][i]) i++;
        if (i > 2) pointer = `\n  ${StringPrototypeRepeat(" ", i)}^`;
      }
    }

    // Equal lines at the end: the last three or four stay.
    let end = "";
    let ending = 0;
    let fourth = "";
    while (lines.length > 0 && others.length > 0) {
      const line = lines[lines.length - 1];
      if (line !== others[others.length - 1]) break;
      if (ending++ < 3) end = `\n  ${line}${end}`;
      else fourth = line;
      ArrayPrototypePop(lines);
      ArrayPrototypePop(others);
    }
    const count = MathMax(lines.length, others.length);
    if (count === 0) return { __proto__: null, text: `${ArrayPrototypeJoin(shorten(splitLines(left)), "\n")}\n`, plain: true, identical: true };
    let skipped = ending >= 5;
    if (skipped) end = `\n...${end}`;
    if (fourth !== "") end = `\n  ${fourth}${end}`;

    let text = "";
    let waiting = ""; // lines of `expected` that follow once the lines of `actual` have ended: +++--- and not +-+-+-
    let shown = 0;
    let same = 0; // equal lines since the last difference
    const longer = lines.length >= others.length ? lines : others;
    const both = lines.length >= others.length ? others.length : lines.length;
    // Of equal lines between two differences two stay on either side.
    const closeGap = (source, i) => {
      if (same > 2) {
        if (same > 4) {
          if (same === 5) {
            text += `\n  ${source[i - 3]}`;
            shown++;
          } else {
            text += "\n...";
            skipped = true;
          }
        }
        if (same > 3) {
          text += `\n  ${source[i - 2]}`;
          shown++;
        }
        text += `\n  ${source[i - 1]}`;
        shown++;
      }
      same = 0;
    };
    for (let i = 0; i < count; i++) {
      if (i >= both) {
        closeGap(longer, i);
        if (longer === lines) text += `\n+ ${lines[i]}`;
        else waiting += `\n- ${others[i]}`;
        shown++;
      } else {
        let line = lines[i];
        const other = others[i];
        let differ = line !== other && !(StringPrototypeEndsWith(line, ",") && withoutComma(line) === other);
        // The last line of a shorter list has no comma: that is no difference.
        if (differ && StringPrototypeEndsWith(other, ",") && withoutComma(other) === line) {
          differ = false;
          line += ",";
        }
        if (differ) {
          closeGap(lines, i);
          text += `\n+ ${line}`;
          waiting += `\n- ${other}`;
          shown += 2;
        } else {
          text += waiting;
          waiting = "";
          same++;
          if (same <= 2) {
            text += `\n  ${line}`;
            shown++;
          }
        }
      }
      if (shown > MAX_SHOWN && i < count - 2)
        return { __proto__: null, text: `+ actual - expected ... Lines skipped\n${text}\n...${waiting}\n...`, plain: false, identical: false };
    }
    const note = skipped ? " ... Lines skipped" : "";
    return { __proto__: null, text: `+ actual - expected${note}\n${text}${waiting}${end}${pointer}`, plain: false, identical: false };
  };

  // The message of strictEqual and deepStrictEqual.
  const report = (actual, expected, operator, message) => {
    const byReference = operator === "strictEqual" && ((isObject(actual) && isObject(expected)) ||
      (typeof actual === "function" && typeof expected === "function"));
    const { text, plain, identical } = compare(actual, expected, byReference, "!==");
    const heading = identical ? headings.notIdentical : message || headings[byReference ? "strictEqualObject" : operator];
    return plain ? `${heading}\n\n${text}` : `${heading}\n${text}`;
  };

  return {
    __proto__: null, describe, headings, report, shorten,
    // The difference alone: "+ actual - expected", an empty line, the lines. For short primitives "1 !== 2" (`!=`
    // when not strict); for values that look the same, their text.
    diff: (actual, expected, options) => {
      const { text } = compare(actual, expected, false, options?.strict === false ? "!=" : "!==");
      return StringPrototypeEndsWith(text, "\n") ? withoutComma(text) : text;
    },
  };
})
