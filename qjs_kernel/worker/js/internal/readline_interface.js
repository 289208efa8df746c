(function (k) {
  "use strict";
  // The Interface of node:readline, without a terminal: lines in, prompts out. No editing, no keys.
  const p = k.primordials;
  const EventEmitter = k.load("node/events");
  const { abortError, checkSignal, onAbort } = k.load("internal/aborts");
  const { check, errors } = k.load("internal/stream_state");
  const { ArrayPrototypePush, StringPrototypeIndexOf, StringPrototypeSlice } = p;
  const MANY_LINES = 1024;
  const lacks = (text, end) => StringPrototypeIndexOf(text, end) === -1;

  const closedError = () => k.codeError(p.Error, "ERR_USE_AFTER_CLOSE", "readline was closed");
  // Ours, if the stream is process.stdin: asked only when it exists, so that nobody else loads it.
  const consoleOf = (input) => {
    const ours = k.standardStreams?.stdin;
    return ours !== undefined && input === ours.stdin ? ours : null;
  };

  const states = new p.WeakMap();
  const stateOf = (rl) => p.WeakMapPrototypeGet(states, rl);

  function Interface(input, output, completer, terminal) {
    if (!(this instanceof Interface)) return new Interface(input, output, completer, terminal);
    p.ReflectApply(EventEmitter, this, []);
    let options = { input, output, terminal };
    if (input?.input) options = input;
    ({ input, output } = options);
    if (input === undefined || input === null || typeof input.on !== "function")
      throw k.invalidArgType("input", "an instance of Stream", input);
    const { crlfDelay, prompt = "> ", historySize = 30, history, tabSize, signal } = options;
    if (historySize !== undefined && (typeof historySize !== "number" || historySize !== historySize || historySize < 0))
      throw errors.badValue("historySize", historySize, "is invalid");
    if (tabSize !== undefined) check.integer(tabSize, "tabSize", 1, 4294967295);
    checkSignal(signal, "options.signal");
    p.ObjectAssign(this, {
      input, output, terminal: false, line: "", cursor: 0, closed: false, paused: false,
      crlfDelay: crlfDelay ? p.MathMax(100, crlfDelay) : 100, history: history ?? [], historySize,
    });
    const own = {
      promptText: `${prompt}`, rest: "", carriage: -1, asked: null, decoder: undefined,
      // Our own stdin asks by itself: the prompt goes with the request, and nobody is asked for nothing.
      console: consoleOf(input),
    };
    p.WeakMapPrototypeSet(states, this, own);
    const ondata = (chunk) => feed(this, chunk);
    const onend = () => {
      if (own.rest !== "") give(this, own.rest);
      own.rest = "";
      this.close();
    };
    const onerror = (error) => { if (!this.closed) this.emit("error", error); };
    own.detach = () => {
      if (own.console !== null) input.removeListener("error", onerror);
      input.removeListener("data", ondata);
      input.removeListener("end", onend);
      if (own.console !== null) own.console.setGate(undefined);
    };
    own.console?.setGate(() => !this.closed && (own.asked !== null || this.listenerCount("line") > 0));
    input.on("error", onerror);
    input.on("data", ondata);
    input.on("end", onend);
    if (input.readableEnded) k.process.nextTick(onend);
    this.on("newListener", (event) => { if (event === "line") own.console?.kick(); });
    if (signal) {
      const stop = onAbort(signal, () => this.close());
      this.once("close", stop);
    }
    input.resume();
  }
  p.ObjectSetPrototypeOf(Interface.prototype, EventEmitter.prototype);
  p.ObjectSetPrototypeOf(Interface, EventEmitter);

  const give = (rl, line) => {
    const { asked } = stateOf(rl);
    if (asked === null) {
      rl.emit("line", line);
      return;
    }
    stateOf(rl).asked = null;
    rl.setPrompt(stateOf(rl).oldPrompt);
    asked(line);
  };
  const feed = (rl, chunk) => {
    const own = stateOf(rl);
    if (chunk === undefined) return;
    if (typeof chunk !== "string") {
      own.decoder ??= new (k.load("node/string_decoder").StringDecoder)("utf8");
      chunk = own.decoder.write(chunk);
    }
    // "\r" and "\n" in two chunks are one end of line, if they come together.
    if (own.carriage >= 0 && k.now() - own.carriage <= rl.crlfDelay && chunk[0] === "\n")
      chunk = StringPrototypeSlice(chunk, 1);
    if (chunk === "") return;
    own.carriage = p.StringPrototypeEndsWith(chunk, "\r") ? k.now() : -1;
    const text = own.rest + chunk;
    const lines = k.text.list();
    let start = 0;
    const take = (end, next) => {
      ArrayPrototypePush(lines, StringPrototypeSlice(text, start, end));
      start = next;
    };
    // Most files end their lines with "\n" alone: much faster than the expression.
    if (lacks(text, "\r") && lacks(text, "\u2028") && lacks(text, "\u2029")) {
      for (let end; (end = StringPrototypeIndexOf(text, "\n", start)) !== -1;) take(end, end + 1);
    } else {
      const ending = /\r?\n|\r|\u2028|\u2029/g;
      for (let m; (m = p.RegExpPrototypeExec(ending, text)) !== null;) take(m.index, ending.lastIndex);
    }
    own.rest = StringPrototypeSlice(text, start);
    for (let i = 0; i < lines.length; i++) give(rl, lines[i]);
  };

  const methods = {
    getPrompt() { return stateOf(this).promptText; },
    setPrompt(text) { stateOf(this).promptText = `${text}`; },
    prompt() {
      if (this.closed) throw closedError();
      if (this.paused) this.resume();
      show(this, stateOf(this).promptText);
    },
    question(query, options, done) {
      if (typeof options === "function") done = options;
      if (this.closed) throw closedError();
      const signal = typeof options === "object" && options !== null ? options.signal : undefined;
      checkSignal(signal, "options.signal");
      if (signal?.aborted) return;
      if (typeof done !== "function") return;
      if (stateOf(this).asked !== null) {
        this.prompt();
        return;
      }
      stateOf(this).oldPrompt = stateOf(this).promptText;
      this.setPrompt(query);
      let stop;
      stateOf(this).asked = (line) => {
        stop?.();
        done(line);
      };
      if (signal) {
        stop = onAbort(signal, () => {
          stateOf(this).asked = null;
          this.setPrompt(stateOf(this).oldPrompt);
        });
      }
      this.prompt();
      stateOf(this).console?.kick();
    },
    close() {
      if (this.closed) return;
      this.pause();
      this.closed = true;
      stateOf(this).detach();
      this.emit("close");
    },
    pause() {
      if (this.paused || this.closed) return this;
      this.input.pause();
      this.paused = true;
      this.emit("pause");
      return this;
    },
    resume() {
      if (this.closed || !this.paused) return this;
      this.input.resume();
      this.paused = false;
      this.emit("resume");
      return this;
    },
    write(data) {
      if (this.closed) throw closedError();
      if (this.paused) this.resume();
      feed(this, data);
    },
    getCursorPos() { return { rows: 0, cols: 0 }; },
    [p.SymbolAsyncIterator]() {
      let lines = k.text.list(), at = 0; // those from `at` on are still to be given
      let wake, failure, over = this.closed;
      const signal = () => {
        const run = wake;
        wake = undefined;
        run?.();
      };
      const online = (line) => {
        ArrayPrototypePush(lines, line);
        if (lines.length - at > MANY_LINES) this.pause();
        if (wake !== undefined) signal();
      };
      const onclose = () => {
        over = true;
        signal();
      };
      const onerror = (error) => {
        failure = error;
        signal();
      };
      this.on("line", online);
      this.on("close", onclose);
      this.on("error", onerror);
      const end = () => {
        over = true;
        this.removeListener("line", online);
        this.removeListener("close", onclose);
        this.removeListener("error", onerror);
        this.close();
        signal();
      };
      const rl = this;
      return {
        async next() {
          for (;;) {
            if (at < lines.length) {
              const value = lines[at++];
              if (at === lines.length) {
                lines = k.text.list();
                at = 0;
                if (rl.paused) rl.resume();
              }
              return { value, done: false };
            }
            if (failure !== undefined) {
              end();
              throw failure;
            }
            if (over) return { value: undefined, done: true };
            await new p.Promise((resolve) => { wake = resolve; });
          }
        },
        async return(value) {
          end();
          return { value, done: true };
        },
        async throw(error) {
          end();
          throw error;
        },
        [p.SymbolAsyncIterator]() { return this; },
      };
    },
  };
  const show = (rl, text) => {
    if (stateOf(rl).console !== null && rl.output && rl.output === k.standardStreams?.stdout) stateOf(rl).console.setPrompt(text);
    else if (rl.output) rl.output.write(text);
  };
  const keys = p.ReflectOwnKeys(methods);
  for (let i = 0; i < keys.length; i++) k.hidden(Interface.prototype, keys[i], methods[keys[i]]);
  if (p.SymbolDispose) k.hidden(Interface.prototype, p.SymbolDispose, function () { this.close(); });

  const ask = (rl, query, options) => new p.Promise((resolve, reject) => {
    if (rl.closed) {
      reject(closedError());
      return;
    }
    let stop;
    // Nobody will answer: Node leaves the promise pending for ever, which ends a program without a word.
    const onclose = () => reject(closedError());
    const { signal } = options ?? {};
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    if (signal) stop = onAbort(signal, () => reject(abortError(signal)));
    rl.once("close", onclose);
    rl.once("error", reject);
    p.ReflectApply(methods.question, rl, [query, options ?? {}, (line) => {
      stop?.();
      rl.removeListener("close", onclose);
      rl.removeListener("error", reject);
      resolve(line);
    }]);
  });
  k.hidden(Interface.prototype.question, p.SymbolFor("nodejs.util.promisify.custom"),
    function question(query, options) { return ask(this, query, options); });
  return { __proto__: null, Interface, ask };
})
