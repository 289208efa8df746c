(function (k) {
  "use strict";
  // Readable.prototype.pipe and unpipe: the data of one stream into others, as fast as the slowest takes it.
  const p = k.primordials;
  const { tick } = k.load("internal/stream_state");
  const { errorOrDestroy } = k.load("internal/stream_destroy");
  const { prependListener } = k.load("internal/stream_legacy");

  function pipe(dest, options) {
    const source = this;
    const state = this._readableState;
    if (state.pipes.length === 1 && !state.multiAwaitDrain) {
      state.multiAwaitDrain = true;
      const waiting = new p.Set();
      if (state.awaitDrainWriters) p.SetPrototypeAdd(waiting, state.awaitDrainWriters);
      state.awaitDrainWriters = waiting;
    }
    p.ArrayPrototypePush(state.pipes, dest);
    let ondrain;
    let cleaned = false;

    const unpipe = () => { source.unpipe(dest); };
    const onend = () => { dest.end(); };
    const onunpipe = (readable, info) => {
      if (readable !== source || !info || info.hasUnpiped !== false) return;
      info.hasUnpiped = true;
      dest.removeListener("close", onclose);
      dest.removeListener("finish", onfinish);
      if (ondrain) dest.removeListener("drain", ondrain);
      dest.removeListener("error", onerror);
      dest.removeListener("unpipe", onunpipe);
      source.removeListener("end", onend);
      source.removeListener("end", unpipe);
      source.removeListener("data", ondata);
      cleaned = true;
      // Nobody waits for this writer any more.
      if (ondrain && state.awaitDrainWriters && (!dest._writableState || dest._writableState.needDrain)) ondrain();
    };
    const pause = () => {
      if (!cleaned) {
        if (state.pipes.length === 1 && state.pipes[0] === dest) {
          state.awaitDrainWriters = dest;
          state.multiAwaitDrain = false;
        } else if (state.pipes.length > 1 && p.ArrayPrototypeIncludes(state.pipes, dest)) {
          p.SetPrototypeAdd(state.awaitDrainWriters, dest);
        }
        source.pause();
      }
      if (ondrain) return;
      ondrain = () => {
        const waiting = state.awaitDrainWriters;
        if (waiting === dest) state.awaitDrainWriters = null;
        else if (state.multiAwaitDrain) p.SetPrototypeDelete(waiting, dest);
        const none = !state.awaitDrainWriters ||
          (state.multiAwaitDrain && p.SetPrototypeGetSize(state.awaitDrainWriters) === 0);
        if (none && state.dataListening) source.resume();
      };
      dest.on("drain", ondrain);
    };
    const ondata = (chunk) => {
      if (dest.write(chunk) === false) pause();
    };
    const onerror = (error) => {
      unpipe();
      dest.removeListener("error", onerror);
      if (dest.listenerCount("error") !== 0) return;
      const own = dest._writableState || dest._readableState;
      if (own && !own.errorEmitted) errorOrDestroy(dest, error);
      else dest.emit("error", error);
    };
    const onclose = () => {
      dest.removeListener("finish", onfinish);
      unpipe();
    };
    const onfinish = () => {
      dest.removeListener("close", onclose);
      unpipe();
    };

    const ends = (!options || options.end !== false) && !dest._isStdio;
    if (state.endEmitted) tick(ends ? onend : unpipe);
    else source.once("end", ends ? onend : unpipe);
    dest.on("unpipe", onunpipe);
    source.on("data", ondata);
    prependListener(dest, "error", onerror);
    dest.once("close", onclose);
    dest.once("finish", onfinish);
    dest.emit("pipe", source);
    if (dest.writableNeedDrain === true) pause();
    else if (!state.flowing) source.resume();
    return dest;
  }

  function unpipe(dest) {
    const state = this._readableState;
    if (state.pipes.length === 0) return this;
    const gone = dest ? [] : state.pipes;
    if (dest) {
      const index = p.ArrayPrototypeIndexOf(state.pipes, dest);
      if (index === -1) return this;
      p.ArrayPrototypeSplice(state.pipes, index, 1);
      p.ArrayPrototypePush(gone, dest);
    } else state.pipes = [];
    if (state.pipes.length === 0) this.pause();
    for (let i = 0; i < gone.length; i++) gone[i].emit("unpipe", this, { hasUnpiped: false });
    return this;
  }

  return { __proto__: null, pipe, unpipe };
})
