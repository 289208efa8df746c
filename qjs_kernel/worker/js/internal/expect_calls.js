(function (k) {
  "use strict";
  // Jest's matchers about mock functions: how they were called and what they gave back.
  const p = k.primordials;
  const { ArrayPrototypePush, TypeError } = p;
  const { list } = k.text;
  const { equals } = k.load("internal/expect_equal");

  const SHOWN = 10;

  return ({ addMatchers, hint, show, brief }) => {
    // The record of a mock function: `calls` of { args, type: "return" | "throw" | "incomplete", value }.
    const recordOf = (state, name) => {
      const record = typeof state.value === "function" ? k.load("internal/mock").recordOf(state.value) : undefined;
      if (record === undefined) {
        throw new TypeError(
          `${hint(state, name, "")}\n\nMatcher error: received value must be a mock or spy function\n\nReceived has value: ${show(state.value)}`,
        );
      }
      return record;
    };
    const listed = (items, line) => {
      let text = "";
      for (let i = 0; i < items.length && i < SHOWN; i++) text += `\n  ${i + 1}: ${line(items[i])}`;
      return items.length > SHOWN ? `${text}\n  … ${items.length - SHOWN} more` : text;
    };
    const argumentsText = (args) => {
      if (args.length === 0) return "called with 0 arguments";
      const parts = list();
      for (let i = 0; i < args.length; i++) ArrayPrototypePush(parts, brief(args[i]));
      return p.ArrayPrototypeJoin(parts, ", ");
    };
    const resultText = (call) =>
      call.type === "return"
        ? brief(call.value)
        : call.type === "throw"
          ? `function call threw ${brief(call.value)}`
          : "function call has not returned yet";
    const callsText = (calls) => `Number of calls: ${calls.length}${listed(calls, (call) => argumentsText(call.args))}`;
    const returnsText = (calls) => `Number of calls: ${calls.length}${listed(calls, resultText)}`;
    const returned = (calls) => {
      const found = list();
      for (let i = 0; i < calls.length; i++) if (calls[i].type === "return") ArrayPrototypePush(found, calls[i]);
      return found;
    };
    const sameArguments = (call, args) => {
      if (call.args.length !== args.length) return false;
      for (let i = 0; i < args.length; i++) if (!equals(call.args[i], args[i])) return false;
      return true;
    };
    const no = (state) => (state.negate ? "not " : "");
    const number = (state, name, value) => {
      if (typeof value !== "number" || value < 0 || value % 1 !== 0)
        throw new TypeError(
          `${hint(state, name)}\n\nMatcher error: expected value must be a non-negative integer\n\nExpected has value: ${show(value)}`,
        );
    };

    const called = (name) => (state) => {
      const { calls } = recordOf(state, name);
      return {
        __proto__: null,
        pass: calls.length > 0,
        actual: calls.length,
        expected: undefined,
        message: () =>
          `${hint(state, name, "")}\n\nExpected number of calls: ${state.negate ? "0" : ">= 1"}\nReceived number of calls: ${calls.length}${listed(calls, (call) => argumentsText(call.args))}`,
      };
    };
    const calledTimes =
      (name, fixed) =>
      (state, expected = fixed) => {
        const { calls } = recordOf(state, name);
        number(state, name, expected);
        return {
          __proto__: null,
          pass: calls.length === expected,
          actual: calls.length,
          expected,
          message: () =>
            `${hint(state, name, fixed === undefined ? "expected" : "")}\n\nExpected number of calls: ${no(state)}${expected}\nReceived number of calls: ${calls.length}${listed(calls, (call) => argumentsText(call.args))}`,
        };
      };
    const calledWith =
      (name, once) =>
      (state, ...args) => {
        const { calls } = recordOf(state, name);
        let pass = false;
        for (let i = 0; i < calls.length && !pass; i++) pass = sameArguments(calls[i], args);
        if (once) pass = pass && calls.length === 1;
        return {
          __proto__: null,
          pass,
          actual: calls.length === 1 ? calls[0].args : undefined,
          expected: args,
          message: () =>
            `${hint(state, name, "...expected")}\n\nExpected: ${no(state)}${argumentsText(args)}\n\n${callsText(calls)}`,
        };
      };
    const lastCalledWith =
      (name) =>
      (state, ...args) => {
        const { calls } = recordOf(state, name);
        return {
          __proto__: null,
          pass: calls.length > 0 && sameArguments(calls[calls.length - 1], args),
          expected: args,
          message: () =>
            `${hint(state, name, "...expected")}\n\nExpected last call: ${no(state)}${argumentsText(args)}\n\n${callsText(calls)}`,
        };
      };
    const nthCalledWith =
      (name) =>
      (state, nth, ...args) => {
        const { calls } = recordOf(state, name);
        number(state, name, nth);
        return {
          __proto__: null,
          pass: nth >= 1 && nth <= calls.length && sameArguments(calls[nth - 1], args),
          expected: args,
          message: () =>
            `${hint(state, name, "n, ...expected")}\n\nn: ${nth}\nExpected: ${no(state)}${argumentsText(args)}\n\n${callsText(calls)}`,
        };
      };
    const hasReturned = (name) => (state) => {
      const { calls } = recordOf(state, name);
      const done = returned(calls);
      return {
        __proto__: null,
        pass: done.length > 0,
        expected: undefined,
        message: () =>
          `${hint(state, name, "")}\n\nExpected number of returns: ${state.negate ? "0" : ">= 1"}\nReceived number of returns: ${done.length}\n${returnsText(calls)}`,
      };
    };
    const returnedTimes = (name) => (state, expected) => {
      const { calls } = recordOf(state, name);
      number(state, name, expected);
      const done = returned(calls);
      return {
        __proto__: null,
        pass: done.length === expected,
        actual: done.length,
        expected,
        message: () =>
          `${hint(state, name)}\n\nExpected number of returns: ${no(state)}${expected}\nReceived number of returns: ${done.length}\n${returnsText(calls)}`,
      };
    };
    const returnedWith =
      (name, pick) =>
      (state, ...args) => {
        const { calls } = recordOf(state, name);
        const nth = pick === "nth" ? args[0] : 0,
          expected = pick === "nth" ? args[1] : args[0];
        if (pick === "nth") number(state, name, nth);
        const matches = (call) => call !== undefined && call.type === "return" && equals(call.value, expected);
        let pass = false;
        if (pick === "nth") pass = matches(calls[nth - 1]);
        else if (pick === "last") pass = matches(calls[calls.length - 1]);
        else for (let i = 0; i < calls.length && !pass; i++) pass = matches(calls[i]);
        return {
          __proto__: null,
          pass,
          expected,
          message: () =>
            `${hint(state, name, pick === "nth" ? "n, expected" : "expected")}\n\nExpected: ${no(state)}${show(expected)}\n\n${returnsText(calls)}`,
        };
      };

    addMatchers({
      toHaveBeenCalled: called("toHaveBeenCalled"),
      toBeCalled: called("toBeCalled"),
      toHaveBeenCalledTimes: calledTimes("toHaveBeenCalledTimes"),
      toBeCalledTimes: calledTimes("toBeCalledTimes"),
      toHaveBeenCalledOnce: calledTimes("toHaveBeenCalledOnce", 1),
      toHaveBeenCalledWith: calledWith("toHaveBeenCalledWith", false),
      toBeCalledWith: calledWith("toBeCalledWith", false),
      toHaveBeenCalledExactlyOnceWith: calledWith("toHaveBeenCalledExactlyOnceWith", true),
      toHaveBeenLastCalledWith: lastCalledWith("toHaveBeenLastCalledWith"),
      lastCalledWith: lastCalledWith("lastCalledWith"),
      toHaveBeenNthCalledWith: nthCalledWith("toHaveBeenNthCalledWith"),
      nthCalledWith: nthCalledWith("nthCalledWith"),
      toHaveReturned: hasReturned("toHaveReturned"),
      toReturn: hasReturned("toReturn"),
      toHaveReturnedTimes: returnedTimes("toHaveReturnedTimes"),
      toReturnTimes: returnedTimes("toReturnTimes"),
      toHaveReturnedWith: returnedWith("toHaveReturnedWith", "any"),
      toReturnWith: returnedWith("toReturnWith", "any"),
      toHaveLastReturnedWith: returnedWith("toHaveLastReturnedWith", "last"),
      lastReturnedWith: returnedWith("lastReturnedWith", "last"),
      toHaveNthReturnedWith: returnedWith("toHaveNthReturnedWith", "nth"),
      nthReturnedWith: returnedWith("nthReturnedWith", "nth"),
    });
  };
})
