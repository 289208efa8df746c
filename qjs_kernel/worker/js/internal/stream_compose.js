(function (k) {
  "use strict";
  // compose: several streams as one Duplex that writes to the first and reads from the last.
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { AbortError } = k.load("internal/aborts");
  const { Duplex } = k.load("internal/stream_duplex");
  const duplexify = k.load("internal/stream_duplexify");
  const { run } = k.load("internal/stream_pipeline");

  const canRead = (s) => !!(shared.isReadable(s) || shared.isReadableWeb(s) || shared.isTransformWeb(s));
  const canWrite = (s) => !!(shared.isWritable(s) || shared.isWritableWeb(s) || shared.isTransformWeb(s));

  return (...given) => {
    if (given.length === 0) throw shared.errors.missingArgs("streams");
    if (given.length === 1) return duplexify(given[0], "body");
    const last = given.length - 1;
    const streams = p.ArrayPrototypeSlice(given);
    for (const i of [0, last]) if (typeof streams[i] === "function") streams[i] = duplexify(streams[i], "body");
    for (let i = 0; i <= last; i++) {
      if (!shared.isNode(streams[i]) && !shared.isWeb(streams[i])) continue;
      if (i < last && !canRead(streams[i])) throw shared.errors.badValue(`streams[${i}]`, given[i], "must be readable");
      if (i > 0 && !canWrite(streams[i])) throw shared.errors.badValue(`streams[${i}]`, given[i], "must be writable");
    }
    const drain = duplexify.latch(), finish = duplexify.latch(), more = duplexify.latch();
    let onclose;
    const head = streams[0];
    const tail = run(streams, (error) => {
      const done = onclose;
      onclose = null;
      if (done) done(error);
      else if (error) outer.destroy(error);
      else if (!readable && !writable) outer.destroy();
    });
    const writable = canWrite(head), readable = canRead(tail);
    const outer = new Duplex({
      writableObjectMode: !!head?.writableObjectMode, readableObjectMode: !!tail?.readableObjectMode, writable, readable,
    });
    if (writable) {
      if (shared.isNode(head)) duplexify.feedWritable(outer, head, drain, finish);
      else {
        const writer = (shared.isTransformWeb(head) ? head.writable : head).getWriter();
        outer._write = (chunk, encoding, done) => {
          writer.ready.then(() => {
            writer.write(chunk).catch(() => {});
            done();
          }).catch(done);
        };
        outer._final = (done) => {
          writer.ready.then(() => {
            finish.set(done);
            writer.close().catch(() => {});
          }).catch(done);
        };
      }
      life.finished(shared.isTransformWeb(tail) ? tail.readable : tail, finish.fire);
    }
    if (readable) {
      if (shared.isNode(tail)) duplexify.drawReadable(outer, tail, more);
      else {
        const reader = (shared.isTransformWeb(tail) ? tail.readable : tail).getReader();
        outer._read = async () => {
          try {
            for (;;) {
              const { value, done } = await reader.read();
              if (done) {
                outer.push(null);
                return;
              }
              if (!outer.push(value)) return;
            }
          } catch { /* told by the pipeline */ }
        };
      }
    }
    outer._destroy = (error, done) => {
      if (!error && onclose !== null) error = new AbortError();
      for (const each of [drain, finish, more]) each.set(null);
      if (shared.isNode(tail)) life.destroyer(tail, error);
      if (onclose === null) done(error);
      else onclose = done;
    };
    return outer;
  };
})
