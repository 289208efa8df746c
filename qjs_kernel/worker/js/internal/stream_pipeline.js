(function (k) {
  "use strict";
  // pipeline: streams, iterables and generator functions one behind the other; the first failure ends them all.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { AbortError, abortError, checkSignal, onAbort } = k.load("internal/aborts");
  const { tick, errors, both, check } = shared;

  const asIterable = (value) => {
    if (shared.isIterable(value)) return value;
    if (shared.isReadableNode(value)) return k.load("internal/stream_iterate").iterate(value);
    throw k.invalidArgType("val", "an instance of Readable, Iterable, or AsyncIterable", value);
  };

  const pumpToNode = async (iterable, writable, finish, end) => {
    let failure;
    let wake = null;
    const resume = (error) => {
      if (error) failure = error;
      const run = wake;
      wake = null;
      run?.();
    };
    const wait = () => new p.Promise((resolve, reject) => {
      if (failure) reject(failure);
      else wake = () => (failure ? reject(failure) : resolve());
    });
    writable.on("drain", resume);
    const cleanup = life.finished(writable, { readable: false }, resume);
    try {
      if (writable.writableNeedDrain) await wait();
      for await (const chunk of iterable) if (!writable.write(chunk)) await wait();
      if (end) {
        writable.end();
        await wait();
      }
      finish();
    } catch (error) {
      finish(failure !== error ? both(failure, error) : error);
    } finally {
      cleanup();
      writable.off("drain", resume);
    }
  };

  const pumpToWeb = async (readable, target, finish, end) => {
    const writer = (shared.isTransformWeb(target) ? target.writable : target).getWriter();
    try {
      for await (const chunk of readable) {
        await writer.ready;
        writer.write(chunk).catch(() => {});
      }
      await writer.ready;
      if (end) await writer.close();
      finish();
    } catch (error) {
      try {
        await writer.abort(error);
        finish(error);
      } catch (worse) {
        finish(worse);
      }
    }
  };

  const pipe = (source, dest, finish, end) => {
    let ended = false;
    dest.on("close", () => { if (!ended) finish(errors.prematureClose()); });
    source.pipe(dest, { end: false });
    if (end) {
      const onend = () => {
        ended = true;
        dest.end();
      };
      if (shared.isReadableFinished(source)) tick(onend);
      else source.once("end", onend);
    } else finish();
    life.finished(source, { readable: true, writable: false }, (error) => {
      const r = source._readableState;
      if (error?.code === "ERR_STREAM_PREMATURE_CLOSE" && r && r.ended && !r.errored && !r.errorEmitted) {
        // All its data is there and on its way.
        source.once("end", finish).once("error", finish);
      } else finish(error);
    });
    return life.finished(dest, { readable: false, writable: true }, finish);
  };

  const guard = (stream, reading, writing) => {
    let over = false;
    stream.on("close", () => { over = true; });
    const cleanup = life.finished(stream, { readable: reading, writable: writing }, (error) => { over = !error; });
    return {
      cleanup,
      destroy: (error) => {
        if (over) return;
        over = true;
        life.destroyer(stream, error || errors.destroyed("pipe"));
      },
    };
  };

  const run = (streams, callback, options) => {
    if (streams.length === 1 && p.ArrayIsArray(streams[0])) streams = streams[0];
    if (streams.length < 2) throw errors.missingArgs("streams");
    const outer = options?.signal;
    checkSignal(outer, "options.signal");
    const controller = new (k.load("web/abort").AbortController)();
    const { signal } = controller;
    let error, value;
    let open = 0; // parts that have not yet told their end
    const destroys = [];
    const cleanups = []; // of the last stream, which may live on
    const settle = (failure, final) => {
      if (failure && (!error || error.code === "ERR_STREAM_PREMATURE_CLOSE")) error = failure;
      if (!error && !final) return;
      for (let i = 0; i < destroys.length; i++) destroys[i](error);
      destroys.length = 0;
      stop?.();
      controller.abort();
      if (!final) return;
      if (!error) for (let i = 0; i < cleanups.length; i++) cleanups[i]();
      tick(callback, error, value);
    };
    const finish = (failure) => settle(failure, --open === 0);
    const stop = outer && !outer.aborted ? onAbort(outer, () => settle(abortError(outer))) : undefined;

    let current;
    const last = streams.length - 1;
    for (let i = 0; i <= last; i++) {
      const stream = streams[i];
      const reading = i < last;
      const end = reading || options?.end !== false;
      if (shared.isNode(stream)) {
        if (end) {
          const { destroy, cleanup } = guard(stream, reading, i > 0);
          p.ArrayPrototypePush(destroys, destroy);
          if (i === last && shared.isReadable(stream)) p.ArrayPrototypePush(cleanups, cleanup);
        }
        const onerror = (failure) => {
          if (failure && failure.name !== "AbortError" && failure.code !== "ERR_STREAM_PREMATURE_CLOSE") finish(failure);
        };
        stream.on("error", onerror);
        if (i === last && shared.isReadable(stream))
          p.ArrayPrototypePush(cleanups, () => stream.removeListener("error", onerror));
      }
      if (i === 0) {
        if (typeof stream === "function") {
          current = stream({ signal });
          if (!shared.isIterable(current))
            throw errors.badReturn("Iterable, AsyncIterable or Stream", "source", current);
        } else if (shared.isIterable(stream) || shared.isReadableNode(stream) || shared.isTransformWeb(stream))
          current = stream;
        else current = k.load("internal/stream_duplexify")(stream, "body");
      } else if (typeof stream === "function") {
        current = stream(asIterable(shared.isTransformWeb(current) ? current.readable : current), { signal });
        if (reading) {
          if (!shared.isIterable(current, "async"))
            throw errors.badReturn("AsyncIterable", `transform[${i - 1}]`, current);
          continue;
        }
        // The last is a function: what it gives is the value of the pipeline, and readable from what is returned.
        const { PassThrough } = k.load("internal/stream_duplex");
        const through = new PassThrough({ objectMode: true });
        if (typeof current?.then === "function") {
          open++;
          current.then((result) => {
            value = result;
            if (result !== undefined && result !== null) through.write(result);
            if (end) through.end();
            tick(finish);
          }, (failure) => {
            through.destroy(failure);
            tick(finish, failure);
          });
        } else if (shared.isIterable(current, "async")) {
          open++;
          pumpToNode(current, through, finish, end);
        } else if (shared.isReadableWeb(current) || shared.isTransformWeb(current)) {
          open++;
          pumpToNode(current.readable || current, through, finish, end);
        } else throw errors.badReturn("AsyncIterable or Promise", "destination", current);
        current = through;
        const { destroy, cleanup } = guard(through, false, true);
        p.ArrayPrototypePush(destroys, destroy);
        p.ArrayPrototypePush(cleanups, cleanup);
      } else if (shared.isNode(stream)) {
        if (shared.isReadableNode(current)) {
          open += 2;
          const cleanup = pipe(current, stream, finish, end);
          if (i === last && shared.isReadable(stream)) p.ArrayPrototypePush(cleanups, cleanup);
        } else {
          open++;
          const web = shared.isTransformWeb(current) || shared.isReadableWeb(current);
          pumpToNode(web ? current.readable || current : asIterable(current), stream, finish, end);
        }
        current = stream;
      } else if (shared.isWeb(stream)) {
        open++;
        pumpToWeb(shared.isTransformWeb(current) ? current.readable : asIterable(current), stream, finish, end);
        current = stream;
      } else current = k.load("internal/stream_duplexify")(stream, "body");
    }
    if (outer?.aborted) tick(() => settle(new AbortError(undefined, { cause: outer.reason })));
    return current;
  };

  const pipeline = (...streams) => {
    check.fn(streams[streams.length - 1], "streams[stream.length - 1]");
    return run(streams, life.once(p.ArrayPrototypePop(streams)));
  };
  const pipelinePromise = (...streams) => new p.Promise((resolve, reject) => {
    let options;
    const final = streams[streams.length - 1];
    if (final && typeof final === "object" && !shared.isNode(final) && !shared.isIterable(final) && !shared.isWeb(final))
      options = p.ArrayPrototypePop(streams);
    run(streams, (error, value) => (error ? reject(error) : resolve(value)), options);
  });

  return { __proto__: null, run, pipeline, pipelinePromise };
})
