(function (k) {
  "use strict";
  // The escape sequences of readline's functions for terminals.
  const p = k.primordials;

  const send = (stream, sequence, done) => {
    if (done !== undefined && typeof done !== "function") throw k.invalidArgType("callback", "of type function", done);
    if (stream === null || stream === undefined || sequence === "") {
      if (done !== undefined) k.process.nextTick(done, null);
      return true;
    }
    return stream.write(sequence, done);
  };
  const cursorTo = (stream, x, y, done) => {
    if (typeof y === "function") {
      done = y;
      y = undefined;
    }
    const bad = p.NumberIsNaN(x) ? "x" : p.NumberIsNaN(y) ? "y" : "";
    if (bad !== "") throw k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE", `The argument '${bad}' is invalid. Received NaN`);
    if (typeof x !== "number" && typeof y !== "number") return send(stream, "", done);
    if (typeof x !== "number")
      throw k.codeError(p.TypeError, "ERR_INVALID_CURSOR_POS", "Cannot set cursor row without setting its column");
    return send(stream, typeof y === "number" ? `\x1b[${y + 1};${x + 1}H` : `\x1b[${x + 1}G`, done);
  };
  const moveCursor = (stream, dx, dy, done) => {
    let sequence = "";
    if (dx < 0) sequence += `\x1b[${-dx}D`;
    else if (dx > 0) sequence += `\x1b[${dx}C`;
    if (dy < 0) sequence += `\x1b[${-dy}A`;
    else if (dy > 0) sequence += `\x1b[${dy}B`;
    return send(stream, sequence, done);
  };
  const clearLine = (stream, direction, done) =>
    send(stream, direction < 0 ? "\x1b[1K" : direction > 0 ? "\x1b[0K" : "\x1b[2K", done);
  const clearScreenDown = (stream, done) => send(stream, "\x1b[0J", done);
  return { __proto__: null, cursorTo, moveCursor, clearLine, clearScreenDown };
})
