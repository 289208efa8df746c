(function (k) {
  "use strict";
  // tee and pipeTo. Both read through internal readers, so that what programs do to the classes changes nothing.
  const p = k.primordials;
  const { then, handled, resolved, deferred, nothing } = k.load("internal/streams_base");
  const {
    newStream, wrap, newReader, readFrom, releaseReader, cancelStream, createReadable, enqueue, closeController,
    failController,
  } = k.load("internal/streams_readable");
  const bytes = () => k.load("internal/streams_bytes");
  const writables = k.load("internal/streams_writable");
  const { invalidState, invalidType, dictionary } = k.load("web/interface");

  // ---- tee ----

  const tee = (stream) => {
    const ofBytes = stream.controller.byob === true;
    const reader = newReader(stream, false);
    const branches = [undefined, undefined];
    const cancelled = [false, false];
    const reasons = [undefined, undefined];
    const whole = deferred();
    let reading = false;
    let again = false;

    const api = ofBytes
      ? { __proto__: null, enqueue: bytes().enqueue, fail: bytes().failController,
        close(controller) {
          bytes().close(controller);
          if (controller.pending.length > 0) bytes().respond(controller, 0);
        } }
      : { __proto__: null, enqueue, fail: failController, close: closeController };
    const each = (act) => {
      for (let i = 0; i < 2; i++) if (!cancelled[i]) act(branches[i].controller, i);
    };
    const pull = () => {
      if (reading) {
        again = true;
        return resolved(undefined);
      }
      reading = true;
      readFrom(reader, {
        __proto__: null,
        chunk(chunk) {
          // The first branch may take the chunk's buffer away: the second gets a copy of what is there now.
          const second = ofBytes && !cancelled[1] ? new p.Uint8Array(chunk) : chunk;
          p.queueMicrotask(() => { // after the read's own promise, as the standard has it
            again = false;
            each((controller, i) => api.enqueue(controller, i === 1 ? second : chunk));
            reading = false;
            if (again) pull();
          });
        },
        close() {
          reading = false;
          each((controller) => api.close(controller));
          if (!cancelled[0] || !cancelled[1]) whole.resolve(undefined);
        },
        error() {
          reading = false;
        },
      });
      return resolved(undefined);
    };
    const cancelOf = (index) => (reason) => {
      cancelled[index] = true;
      reasons[index] = reason;
      if (cancelled[1 - index]) whole.resolve(cancelStream(stream, [reasons[0], reasons[1]]));
      return whole.promise;
    };
    for (let i = 0; i < 2; i++) {
      if (ofBytes) {
        branches[i] = newStream();
        branches[i].object = wrap(branches[i]);
        bytes().setUp(branches[i], nothing, pull, cancelOf(i), 0, undefined);
      } else branches[i] = createReadable(nothing, pull, cancelOf(i));
    }
    then(reader.closed.promise, undefined, (error) => {
      each((controller) => api.fail(controller, error));
      if (!cancelled[0] || !cancelled[1]) whole.resolve(undefined);
    });
    return [branches[0].object, branches[1].object];
  };

  // ---- pipeTo ----

  const pipeOptions = (options) => {
    const { preventClose, preventAbort, preventCancel, signal } = dictionary(options, "options", true);
    if (signal !== undefined && !k.load("web/abort").isAbortSignal(signal))
      throw invalidType("options.signal", "an instance of AbortSignal", signal);
    return { __proto__: null, preventClose: !!preventClose, preventAbort: !!preventAbort,
      preventCancel: !!preventCancel, signal };
  };

  const pipe = (source, target, { preventClose, preventAbort, preventCancel, signal }) => {
    const reader = newReader(source, false);
    const writer = writables.newWriter(target);
    source.disturbed = true;
    const whole = deferred();
    let stopping = false;
    let lastWrite = resolved(undefined);
    let dispose = nothing;

    const finish = (failed, error) => {
      writables.releaseWriter(writer);
      releaseReader(reader);
      dispose();
      if (failed) whole.reject(error);
      else whole.resolve(undefined);
    };
    // What has been read is written before the pipe ends; more may be written while we wait.
    const written = () => {
      const seen = lastWrite;
      return then(seen, () => (seen === lastWrite ? undefined : written()));
    };
    const shutDown = (action, failed, error) => {
      if (stopping) return;
      stopping = true;
      const act = () => {
        if (action === undefined) {
          finish(failed, error);
          return;
        }
        then(action(), () => finish(failed, error), (later) => finish(true, later));
      };
      if (target.state === "writable" && !writables.isClosing(target)) then(written(), act);
      else act();
    };

    if (signal !== undefined) {
      dispose = k.load("web/abort").whenAborted(signal, (reason) => {
        shutDown(() => {
          const ends = [
            preventAbort || target.state !== "writable" ? undefined : writables.abortStream(target, reason),
            preventCancel || source.state !== "readable" ? undefined : cancelStream(source, reason),
          ];
          let result = resolved(undefined);
          for (let i = 0; i < ends.length; i++) {
            const end = ends[i];
            if (end === undefined) continue;
            handled(end);
            result = then(result, () => end);
          }
          return result;
        }, true, reason);
      });
      if (stopping) return whole.promise;
    }

    const whenErrored = (stream, promise, act) => {
      if (stream.state === "errored") act(stream.error);
      else then(promise, undefined, act);
    };
    whenErrored(source, reader.closed.promise, (error) =>
      (preventAbort ? shutDown(undefined, true, error)
        : shutDown(() => writables.abortStream(target, error), true, error)));
    whenErrored(target, writer.closed.promise, (error) =>
      (preventCancel ? shutDown(undefined, true, error)
        : shutDown(() => cancelStream(source, error), true, error)));
    const sourceClosed = () =>
      (preventClose ? shutDown(undefined, false)
        : shutDown(() => writables.closeWithError(writer), false));
    if (source.state === "closed") sourceClosed();
    else then(reader.closed.promise, sourceClosed, nothing);
    if (writables.isClosing(target) || target.state === "closed") {
      const error = invalidState("Destination WritableStream is closed");
      if (preventCancel) shutDown(undefined, true, error);
      else shutDown(() => cancelStream(source, error), true, error);
    }

    const step = () => {
      if (stopping) return;
      then(writer.ready.promise, () => {
        if (stopping) return;
        readFrom(reader, {
          __proto__: null,
          chunk(chunk) {
            lastWrite = then(writables.write(writer, chunk), nothing, nothing);
            p.queueMicrotask(step);
          },
          close: nothing,
          error: nothing,
        });
      }, nothing);
    };
    step();
    return whole.promise;
  };

  return { __proto__: null, tee, pipe, pipeOptions };
})
