(function (k) {
  "use strict";
  // fs.watch and fs.watchFile: nobody tells the guest of changes, so they look, a few times a second. Only changes that
  // are still there at the next look are seen.
  const p = k.primordials;
  const { sync, pathOf, options, callback, wrongType, boolean } = k.fs;
  const EventEmitter = k.load("node/events");
  const { abortError, checkSignal, onAbort } = k.load("internal/aborts");
  const { setInterval, clearInterval } = k.load("node/timers");
  const PERIOD = 100; // ms

  // name → [inode, modified, size] of all that is watched; "" for what is no directory.
  const look = (path, recursive) => {
    const seen = new p.Map();
    const note = (name, stats) => p.MapPrototypeSet(seen, name, `${stats.ino} ${stats.mtimeMs} ${stats.size}`);
    const top = sync.stat(path);
    if (!top.isDirectory()) {
      note("", top);
      return seen;
    }
    const names = sync.readdir(path, { __proto__: null, recursive });
    for (let i = 0; i < names.length; i++) {
      try {
        note(names[i], sync.lstat(`${path}/${names[i]}`));
      } catch { /* gone in between */ }
    }
    return seen;
  };

  class FSWatcher extends EventEmitter {
    #timer;
    #stop;
    start(path, o) {
      const { recursive = false, persistent = true, encoding, signal } = o;
      const base = p.StringPrototypeSlice(path, p.StringPrototypeLastIndexOf(path, "/") + 1);
      let before = look(path, recursive);
      const tell = (type, name) => this.emit("change", type, encoding === "buffer"
        ? k.load("node/buffer").Buffer.from(name || base) : name || base);
      this.#timer = setInterval(() => {
        let now;
        try {
          now = look(path, recursive);
        } catch {
          tell("rename", "");
          this.close();
          return;
        }
        const then = before;
        before = now;
        p.MapPrototypeForEach(now, (state, name) => {
          const old = p.MapPrototypeGet(then, name);
          if (old === undefined) tell("rename", name);
          if (old !== state) tell("change", name);
        });
        p.MapPrototypeForEach(then, (_, name) => { if (!p.MapPrototypeHas(now, name)) tell("rename", name); });
      }, PERIOD);
      if (!persistent) this.#timer.unref();
      if (signal) this.#stop = onAbort(signal, () => this.close());
      return this;
    }
    close() {
      if (this.#timer === undefined) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#stop?.();
      k.process.nextTick(() => this.emit("close"));
    }
    ref() {
      this.#timer?.ref();
      return this;
    }
    unref() {
      this.#timer?.unref();
      return this;
    }
  }
  const watch = (path, given, listener) => {
    if (typeof given === "function") {
      listener = given;
      given = undefined;
    }
    const o = options(given);
    path = pathOf(path, "filename");
    boolean(o.persistent, "options.persistent", true);
    boolean(o.recursive, "options.recursive", false);
    checkSignal(o.signal, "options.signal");
    try {
      sync.stat(path);
    } catch (error) {
      if (error.syscall !== "stat") throw error;
      throw k.load("internal/fs_more").systemError(error.code, error.errno, "no such file or directory", "watch", path);
    }
    const watcher = new FSWatcher();
    if (listener !== undefined) watcher.on("change", callback(listener));
    return watcher.start(path, o);
  };

  async function* watchAsync(path, given) {
    const o = options(given);
    checkSignal(o.signal, "options.signal");
    if (o.signal?.aborted) throw abortError(o.signal);
    const events = [];
    let wake;
    const watcher = watch(path, { __proto__: null, recursive: o.recursive, persistent: o.persistent, encoding: o.encoding });
    watcher.on("change", (eventType, filename) => {
      p.ArrayPrototypePush(events, { eventType, filename });
      wake?.();
    });
    const stop = o.signal ? onAbort(o.signal, () => wake?.()) : undefined;
    try {
      for (;;) {
        if (o.signal?.aborted) throw abortError(o.signal);
        if (events.length > 0) yield p.ArrayPrototypeShift(events);
        else await new p.Promise((resolve) => { wake = resolve; });
      }
    } finally {
      stop?.();
      watcher.close();
    }
  }

  // ---- watchFile ----

  const nothing = ["f", 0, 0, 0, 0, 0, 0];
  const statOf = (path, big) => {
    try {
      return sync.stat(path, { __proto__: null, bigint: big });
    } catch {
      const none = k.fs.statsOf(p.ArrayPrototypeSlice(nothing), big);
      none.mode = none.nlink = none.blksize = big ? p.BigInt(0) : 0;
      return none;
    }
  };
  class StatWatcher extends EventEmitter {
    #timer;
    start(path, interval, big, persistent) {
      let before = statOf(path, big);
      this.#timer = setInterval(() => {
        const now = statOf(path, big);
        if (now.mtimeMs === before.mtimeMs && now.ino === before.ino && now.size === before.size &&
          now.mode === before.mode) return;
        const old = before;
        before = now;
        this.emit("change", now, old);
      }, interval);
      if (!persistent) this.#timer.unref();
    }
    stop() {
      clearInterval(this.#timer);
      k.process.nextTick(() => this.emit("stop"));
    }
    ref() {
      this.#timer.ref();
      return this;
    }
    unref() {
      this.#timer.unref();
      return this;
    }
  }
  const files = new p.Map();
  const watchFile = (path, given, listener) => {
    if (typeof given === "function") {
      listener = given;
      given = undefined;
    }
    path = pathOf(path, "filename");
    const { interval = 5007, bigint: big = false, persistent = true } = options(given);
    if (typeof listener !== "function") throw wrongType("listener", "of type function", listener);
    let watcher = p.MapPrototypeGet(files, path);
    if (watcher === undefined) {
      watcher = new StatWatcher();
      watcher.start(path, interval, big, persistent);
      p.MapPrototypeSet(files, path, watcher);
    }
    watcher.addListener("change", listener);
    return watcher;
  };
  const unwatchFile = (path, listener) => {
    path = pathOf(path, "filename");
    const watcher = p.MapPrototypeGet(files, path);
    if (watcher === undefined) return;
    if (typeof listener === "function") watcher.removeListener("change", listener);
    else watcher.removeAllListeners("change");
    if (watcher.listenerCount("change") > 0) return;
    watcher.stop();
    p.MapPrototypeDelete(files, path);
  };

  return { __proto__: null, watch, watchAsync, watchFile, unwatchFile };
})
