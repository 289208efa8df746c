(function (k) {
  "use strict";
  // What array methods are for arrays, for the chunks of a Readable: map, filter, toArray, reduce …
  const p = k.primordials;
  const shared = k.load("internal/stream_state");
  const life = k.load("internal/stream_destroy");
  const { AbortError, abortError, checkSignal, onAbort } = k.load("internal/aborts");
  const { check, errors } = shared;
  const skip = p.Symbol("kEmpty");
  const end = p.Symbol("kEof");
  const call = p.ReflectApply;

  const checkOptions = (options) => {
    if (options === undefined || options === null) return;
    check.object(options, "options");
    if (options.signal !== undefined && options.signal !== null) checkSignal(options.signal, "options.signal");
  };
  const checkFn = (fn, name = "fn") => {
    if (typeof fn !== "function") throw k.invalidArgType(name, "of type function or an instance of AsyncFunction", fn);
  };

  // At most `concurrency` calls at once, results in the order of the chunks.
  const mapped = async function* (stream, fn, options, concurrency, mark) {
    const controller = new (k.load("web/abort").AbortController)();
    const { signal } = controller;
    const outer = options?.signal;
    let stop;
    if (outer?.aborted) controller.abort(outer.reason);
    else if (outer) stop = onAbort(outer, () => controller.abort(outer.reason));
    const queue = [];
    const given = { signal };
    let next = null, resume = null;
    let done = false, running = 0;
    const wakeReader = () => {
      const run = next;
      next = null;
      run?.();
    };
    const maybeResume = () => {
      if (!resume || done || running >= concurrency || queue.length >= mark) return;
      const run = resume;
      resume = null;
      run();
    };
    const processed = () => {
      running--;
      maybeResume();
    };
    const failed = () => {
      done = true;
      processed();
    };
    const pump = async () => {
      try {
        for await (const chunk of stream) {
          if (done) return;
          if (signal.aborted) throw new AbortError();
          let value;
          try {
            value = fn(chunk, given);
            if (value === skip) continue;
            value = p.PromiseResolve(value);
          } catch (error) {
            value = p.PromiseReject(error);
          }
          running++;
          k.then(value, processed, failed);
          p.ArrayPrototypePush(queue, value);
          wakeReader();
          if (!done && (queue.length >= mark || running >= concurrency))
            await new p.Promise((resolve) => { resume = resolve; });
        }
        p.ArrayPrototypePush(queue, end);
      } catch (error) {
        const value = p.PromiseReject(error);
        k.then(value, processed, failed);
        p.ArrayPrototypePush(queue, value);
      } finally {
        done = true;
        wakeReader();
      }
    };
    pump();
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = await queue[0];
          if (value === end) return;
          if (signal.aborted) throw new AbortError();
          if (value !== skip) yield value;
          p.ArrayPrototypeShift(queue);
          maybeResume();
        }
        await new p.Promise((resolve) => { next = resolve; });
      }
    } finally {
      done = true;
      resume?.();
      resume = null;
      stop?.();
    }
  };

  const toCount = (number) => {
    number = p.Number(number);
    if (number !== number) return 0;
    if (number < 0) throw errors.outOfRange("number", ">= 0", number);
    return number;
  };
  const limited = async function* (stream, options, rule) {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const chunk of stream) {
      if (options?.signal?.aborted) throw new AbortError();
      const [give, over] = rule();
      if (give) yield chunk;
      if (over) return;
    }
  };

  const streams = {
    map(fn, options) {
      checkFn(fn);
      checkOptions(options);
      const concurrency = p.MathFloor(options?.concurrency ?? 1);
      const mark = p.MathFloor(options?.highWaterMark ?? concurrency - 1);
      check.integer(concurrency, "options.concurrency", 1);
      check.integer(mark, "options.highWaterMark", 0);
      return mapped(this, fn, options, concurrency, mark + concurrency);
    },
    filter(fn, options) {
      checkFn(fn);
      return call(streams.map, this, [async (value, given) => ((await fn(value, given)) ? value : skip), options]);
    },
    flatMap(fn, options) {
      const values = call(streams.map, this, [fn, options]);
      return (async function* () { for await (const value of values) yield* value; })();
    },
    drop(number, options = undefined) {
      checkOptions(options);
      let left = toCount(number);
      return limited(this, options, () => [left-- <= 0, false]);
    },
    take(number, options = undefined) {
      checkOptions(options);
      let left = toCount(number);
      return limited(this, options, () => [left-- > 0, left <= 0]);
    },
    asIndexedPairs(options = undefined) {
      checkOptions(options);
      let index = 0;
      return call(streams.map, this, [(value) => [index++, value], options]);
    },
    compose(stream, options) {
      checkOptions(options);
      if (shared.isNode(stream) && !shared.isWritable(stream)) throw errors.badValue("stream", stream, "must be writable");
      const composed = k.load("internal/stream_compose")(this, stream);
      if (options?.signal) life.bindSignal(options.signal, composed);
      return composed;
    },
  };

  const promises = {
    async every(fn, options = undefined) {
      checkFn(fn);
      return !(await call(promises.some, this, [async (...args) => !(await fn(...args)), options]));
    },
    async some(fn, options = undefined) {
      for await (const _ of call(streams.filter, this, [fn, options])) return true;
      return false;
    },
    async find(fn, options) {
      for await (const found of call(streams.filter, this, [fn, options])) return found;
      return undefined;
    },
    async forEach(fn, options) {
      checkFn(fn);
      const each = async (value, given) => {
        await fn(value, given);
        return skip;
      };
      for await (const _ of call(streams.map, this, [each, options])); // nothing comes out
    },
    async toArray(options) {
      checkOptions(options);
      const out = [];
      for await (const value of this) {
        if (options?.signal?.aborted) throw abortError(options.signal);
        p.ArrayPrototypePush(out, value);
      }
      return out;
    },
    async reduce(reducer, ...rest) {
      checkFn(reducer, "reducer");
      let [value, options] = rest;
      checkOptions(options);
      let has = rest.length > 0;
      const outer = options?.signal;
      if (outer?.aborted) {
        const error = abortError(outer);
        this.once("error", () => {});
        await life.finishedPromise(this.destroy(error)).catch(() => {});
        throw error;
      }
      const controller = new (k.load("web/abort").AbortController)();
      const stop = outer ? onAbort(outer, () => controller.abort()) : undefined;
      try {
        for await (const chunk of this) {
          if (outer?.aborted) throw new AbortError();
          if (has) value = await reducer(value, chunk, { signal: controller.signal });
          else {
            value = chunk;
            has = true;
          }
        }
        if (!has)
          throw k.codeError(p.TypeError, "ERR_MISSING_ARGS", "Reduce of an empty stream requires an initial value");
      } finally {
        stop?.();
        controller.abort();
      }
      return value;
    },
  };
  return { __proto__: null, streams, promises };
})
