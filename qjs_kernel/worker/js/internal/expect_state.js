(function () {
  "use strict";
  // What `expect` counts and the runner reads after each test: expect.assertions(n), expect.hasAssertions(), expect.soft.
  const state = { __proto__: null, calls: 0, wanted: undefined, some: false, soft: undefined, testName: "" };
  state.reset = (name) => {
    state.calls = 0;
    state.wanted = undefined;
    state.some = false;
    state.soft = undefined;
    state.testName = name;
  };
  // The message of what was promised and not kept, or undefined.
  state.complaint = () => {
    if (state.wanted !== undefined && state.wanted !== state.calls) {
      const all = (count) => `${count} assertion${count === 1 ? "" : "s"}`;
      return `expect.assertions(${state.wanted})\n\nExpected ${all(state.wanted)} to be called but received ${all(state.calls)} call${state.calls === 1 ? "" : "s"}.`;
    }
    if (state.some && state.calls === 0)
      return "expect.hasAssertions()\n\nExpected at least one assertion to be called but received none.";
    return undefined;
  };
  return state;
})
