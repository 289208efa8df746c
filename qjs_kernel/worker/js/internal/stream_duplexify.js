(function (k) {
  "use strict";
  // Duplex.from: almost anything as a Duplex. Also what joins the two ends of a composition.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { AbortError, abortError } = k.load("internal/aborts");
  const { Duplex } = k.load("internal/stream_duplex");
  const Readable = k.load("internal/stream_readable");
  const { tick, errors } = shared;
  const { from } = k.load("internal/stream_iterate");
  const web = () => k.load("internal/stream_web");

  // One callback that waits for an event of the inner stream.
  const latch = () => {
    let waiting = null;
    return {
      set: (run) => { waiting = run; },
      fire: () => {
        const run = waiting;
        waiting = null;
        run?.();
      },
    };
  };
  const feedWritable = (outer, inner, drain, finish) => {
    outer._write = (chunk, encoding, done) => {
      if (inner.write(chunk, encoding)) done();
      else drain.set(done);
    };
    outer._final = (done) => {
      inner.end();
      finish.set(done);
    };
    inner.on("drain", drain.fire);
  };
  const drawReadable = (outer, inner, readable) => {
    inner.on("readable", readable.fire);
    inner.on("end", () => outer.push(null));
    outer._read = () => {
      for (;;) {
        const chunk = inner.read();
        if (chunk === null) {
          readable.set(outer._read);
          return;
        }
        if (!outer.push(chunk)) return;
      }
    };
  };

  const join = (pair) => {
    const r = pair.readable && typeof pair.readable.read !== "function" ? Readable.wrap(pair.readable) : pair.readable;
    const w = pair.writable;
    const readable = !!shared.isReadable(r), writable = !!shared.isWritable(w);
    const drain = latch(), finish = latch(), more = latch();
    let onclose; // undefined: open; null: told
    const outer = new Duplex({
      readableObjectMode: !!r?.readableObjectMode, writableObjectMode: !!w?.writableObjectMode, readable, writable,
    });
    const ended = (error) => {
      if (error) life.destroyer(r, error);
      const done = onclose;
      onclose = null;
      if (done) done(error);
      else if (error) outer.destroy(error);
    };
    if (writable) {
      life.finished(w, ended);
      feedWritable(outer, w, drain, finish);
      w.on("finish", finish.fire);
    }
    if (readable) {
      life.finished(r, ended);
      drawReadable(outer, r, more);
    }
    outer._destroy = (error, done) => {
      if (!error && onclose !== null) error = new AbortError();
      for (const each of [drain, finish, more]) each.set(null);
      if (onclose === null) {
        done(error);
        return;
      }
      onclose = done;
      life.destroyer(w, error);
      life.destroyer(r, error);
    };
    return outer;
  };

  const deferred = () => {
    const parts = {};
    parts.promise = new p.Promise((resolve) => { parts.resolve = resolve; });
    return parts;
  };
  // An async generator function: what is written is what it iterates over.
  const fromFunction = (body) => {
    let next = deferred();
    const controller = new (k.load("web/abort").AbortController)();
    const { signal } = controller;
    const value = body((async function* () {
      for (;;) {
        const { chunk, done, tell } = await next.promise;
        next = deferred();
        tick(tell);
        if (done) return;
        if (signal.aborted) throw abortError(signal);
        yield chunk;
      }
    })(), { signal });
    return {
      value,
      write: (chunk, encoding, tell) => next.resolve({ chunk, done: false, tell }),
      final: (tell) => next.resolve({ done: true, tell }),
      destroy: (error, done) => {
        controller.abort();
        done(error);
      },
    };
  };

  const duplexify = (body, name) => {
    if (shared.isDuplexNode(body)) return body;
    if (shared.isReadableNode(body)) return join({ readable: body });
    if (shared.isWritableNode(body)) return join({ writable: body });
    if (shared.isNode(body)) return join({});
    if (shared.isReadableWeb(body)) return join({ readable: web().readableFromWeb(body) });
    if (shared.isWritableWeb(body)) return join({ writable: web().writableFromWeb(body) });
    if (typeof body === "function") {
      const { value, write, final, destroy } = fromFunction(body);
      if (shared.isDuplexNode(value)) return value;
      if (shared.isIterable(value)) return from(Duplex, value, { objectMode: true, write, final, destroy });
      if (typeof value?.then === "function") {
        const promise = value.then((result) => {
          if (result !== undefined && result !== null) throw errors.badReturn("nully", "body", result);
        }, (error) => { life.destroyer(outer, error); });
        const outer = new Duplex({
          objectMode: true, readable: false, write, destroy,
          final(done) {
            final(() => { promise.then(() => tick(done, null), (error) => tick(done, error)); });
          },
        });
        return outer;
      }
      throw errors.badReturn("Iterable, AsyncIterable or AsyncFunction", name, value);
    }
    if (typeof body?.arrayBuffer === "function" && typeof body.stream === "function") return duplexify(body.arrayBuffer(), name);
    if (shared.isIterable(body)) return from(Duplex, body, { objectMode: true, writable: false });
    if (shared.isReadableWeb(body?.readable) && shared.isWritableWeb(body?.writable)) return web().duplexFromWeb(body);
    if (typeof body?.writable === "object" || typeof body?.readable === "object") {
      const { readable, writable } = body;
      return join({
        readable: !readable || shared.isReadableNode(readable) ? readable : duplexify(readable, name),
        writable: !writable || shared.isWritableNode(writable) ? writable : duplexify(writable, name),
      });
    }
    if (typeof body?.then === "function") {
      const outer = new Duplex({ objectMode: true, writable: false, read() {} });
      body.then((value) => {
        if (value !== undefined && value !== null) outer.push(value);
        outer.push(null);
      }, (error) => life.destroyer(outer, error));
      return outer;
    }
    throw k.invalidArgType(name,
      "of type function or an instance of Blob, ReadableStream, WritableStream, Stream, Iterable, AsyncIterable, or " +
      "Promise or { readable, writable } pair", body);
  };
  duplexify.latch = latch;
  duplexify.feedWritable = feedWritable;
  duplexify.drawReadable = drawReadable;
  return duplexify;
})
