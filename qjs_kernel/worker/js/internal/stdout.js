(function (k) {
  "use strict";
  // process.stdout and process.stderr: Writables whose text goes where the console's goes, in the same order.
  const p = k.primordials;
  const { Writable } = k.load("node/stream");

  const make = (fd) => {
    let decoder; // a character may come in two chunks
    const text = (chunk) => {
      if (typeof chunk === "string") return chunk;
      decoder ??= new (k.load("node/string_decoder").StringDecoder)("utf8");
      return decoder.write(chunk);
    };
    const stream = new Writable({
      __proto__: null, decodeStrings: false, autoDestroy: false, emitClose: false,
      write(chunk, encoding, done) {
        if (typeof chunk === "string" && encoding !== "utf8" && encoding !== "utf-8")
          chunk = k.load("node/buffer").Buffer.from(chunk, encoding);
        k.write(fd, text(chunk));
        done();
      },
    });
    const own = {
      fd, isTTY: false, columns: 80, rows: 24, _type: "pipe", _isStdio: true,
      // The next cell writes, too: there is no end, only what is called at it.
      end(chunk, encoding, done) {
        if (typeof chunk === "function") done = chunk;
        if (typeof encoding === "function") done = encoding;
        if (typeof chunk === "string" || p.ArrayBufferIsView(chunk))
          stream.write(chunk, typeof encoding === "string" ? encoding : undefined);
        k.process.nextTick(() => {
          stream.emit("finish");
          done?.();
        });
        return stream;
      },
      destroy() { return stream; },
      destroySoon() { return stream; },
      getWindowSize: () => [80, 24],
      getColorDepth: () => 1,
      hasColors: () => false,
      cursorTo: (...args) => k.load("internal/readline_keys").cursorTo(stream, ...args),
      moveCursor: (...args) => k.load("internal/readline_keys").moveCursor(stream, ...args),
      clearLine: (...args) => k.load("internal/readline_keys").clearLine(stream, ...args),
      clearScreenDown: (...args) => k.load("internal/readline_keys").clearScreenDown(stream, ...args),
    };
    const keys = p.ObjectKeys(own);
    for (let i = 0; i < keys.length; i++) k.hidden(stream, keys[i], own[keys[i]]);
    stream.isTTY = false;
    stream.columns = 80;
    return stream;
  };
  const streams = { __proto__: null, stdout: make(1), stderr: make(2) };
  k.standardStreams ??= { __proto__: null };
  k.standardStreams.stdout = streams.stdout;
  return streams;
})
