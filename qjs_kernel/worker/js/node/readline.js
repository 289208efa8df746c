(function (k) {
  "use strict";
  // node:readline
  const { Interface } = k.load("internal/readline_interface");
  const { cursorTo, moveCursor, clearLine, clearScreenDown } = k.load("internal/readline_keys");
  const p = k.primordials;
  return p.ObjectDefineProperty({
    Interface, clearLine, clearScreenDown,
    createInterface: (input, output, completer, terminal) => new Interface(input, output, completer, terminal),
    cursorTo,
    // Keys never come here: only lines do.
    emitKeypressEvents() {},
    moveCursor,
  }, "promises", { __proto__: null, enumerable: true, configurable: true, get: () => k.load("node/readline_promises") });
})
