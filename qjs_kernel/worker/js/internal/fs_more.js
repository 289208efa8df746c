(function (k) {
  "use strict";
  // node:fs, the part that few programs call.
  const p = k.primordials;
  const { sync, host, pathOf, target, options, encodingOf, viewOf, integer, boolean, wrongType, Dir } = k.fs;
  const Buffer = () => k.load("node/buffer").Buffer;
  const { abortError, checkSignal } = k.load("internal/aborts");

  const systemError = (code, errno, why, syscall, path, dest) => {
    const error = new p.Error(`${code}: ${why}, ${syscall} '${path}'${dest === undefined ? "" : ` -> '${dest}'`}`);
    return p.ObjectAssign(error, dest === undefined ? { errno, code, syscall, path } : { errno, code, syscall, path, dest });
  };

  // The file system has no blocks; these are those of its limits.
  class StatFs {
    constructor(convert) {
      this.type = convert(0);
      this.bsize = convert(4096);
      this.blocks = convert(16384);
      this.bfree = this.bavail = convert(16384);
      this.files = this.ffree = convert(10000);
    }
  }
  const statfs = (path, given) => {
    sync.stat(path);
    return new StatFs(options(given).bigint === true ? p.BigInt : (value) => value);
  };

  // fs.read(fd, done), (fd, { buffer, offset, length, position }, done), (fd, buffer, { offset … }, done)
  const readArguments = ([fd, buffer, offset, length, position]) => {
    if (!p.ArrayBufferIsView(buffer)) {
      const o = options(buffer);
      ({ offset, length, position } = o);
      buffer = o.buffer ?? Buffer().alloc(16384);
    }
    return [fd, buffer, offset, length, position];
  };
  const vector = (run, fd, buffers, position) => {
    if (!p.ArrayIsArray(buffers)) throw wrongType("buffers", "an instance of ArrayBufferView[]", buffers);
    for (let i = 0; i < buffers.length; i++)
      if (!p.ArrayBufferIsView(buffers[i])) throw wrongType("buffers", "an instance of ArrayBufferView[]", buffers);
    let at = typeof position === "number" ? position : null;
    let total = 0;
    for (let i = 0; i < buffers.length; i++) {
      const count = run(fd, buffers[i], 0, viewOf(buffers[i]).length, at);
      total += count;
      if (at !== null) at += count;
      if (count < viewOf(buffers[i]).length) break;
    }
    return total;
  };

  // ---- what is no file: the standard streams ----

  const DEVICES = { __proto__: null, 1: 1, 2: 2, "/dev/stdout": 1, "/dev/stderr": 2, "/dev/null": 0 };
  const toStandard = (where, data, encoding) => {
    const fd = DEVICES[where];
    if (fd === undefined) return false;
    const text = typeof data === "string" && encoding === "utf8" ? data : Buffer().from(
      typeof data === "string" ? data : viewOf(data) ?? "", encoding).toString();
    if (fd !== 0) k.write(fd, text);
    return true;
  };
  const writeStandard = (fd, data, offset, length) => {
    if (typeof data === "string") {
      toStandard(fd, data, encodingOf(length) ?? "utf8");
      return Buffer().byteLength(data);
    }
    const view = viewOf(data);
    if (view === null) throw wrongType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
    const start = offset ?? 0;
    const part = p.TypedArrayPrototypeSubarray(view, start, start + (length ?? view.length));
    toStandard(fd, part, "utf8");
    return part.length;
  };
  // Node reads until the end of the input, which a notebook does not have: here it is one line, asked for now.
  const fromStandard = (encoding) => {
    const line = k.load("internal/stdin").askLine();
    const text = line === null ? "" : `${line}\n`;
    const bytes = Buffer().from(text);
    return encoding === null ? bytes : bytes.toString(encoding);
  };

  // ---- cp with a filter ----

  const below = (folder, name) => (p.StringPrototypeEndsWith(folder, "/") ? folder + name : `${folder}/${name}`);
  // One step of the copy; the directories are walked here, everything else is the host's.
  const isFolder = (args) => sync[args[5] ? "stat" : "lstat"](args[0]).isDirectory();
  const copyOne = (args) => host("fs.cp", p.ArrayPrototypeSlice(args));
  const enter = (args) => {
    if (!args[2]) copyOne(args); // throws: a directory needs `recursive`
    sync.mkdir(args[1], { __proto__: null, recursive: true });
    return sync.readdir(args[0]);
  };
  const inside = (args, name) => {
    const next = p.ArrayPrototypeSlice(args);
    next[0] = below(args[0], name);
    next[1] = below(args[1], name);
    return next;
  };
  const checkFilter = (filter) => {
    if (typeof filter !== "function") throw wrongType("options.filter", "of type function", filter);
  };
  const copyFiltered = (args, filter) => {
    checkFilter(filter);
    const kept = filter(args[0], args[1]);
    if (typeof kept === "object" && typeof kept?.then === "function")
      throw k.codeError(p.TypeError, "ERR_INVALID_RETURN_VALUE",
        'Expected boolean to be returned from the "filter" function but got an instance of Promise.');
    if (!kept) return;
    if (!isFolder(args)) {
      copyOne(args);
      return;
    }
    const names = enter(args);
    for (let i = 0; i < names.length; i++) copyFiltered(inside(args, names[i]), filter);
  };
  const copyFilteredAsync = async (args, filter) => {
    checkFilter(filter);
    if (!(await filter(args[0], args[1]))) return;
    if (!isFolder(args)) {
      copyOne(args);
      return;
    }
    const names = enter(args);
    for (let i = 0; i < names.length; i++) await copyFilteredAsync(inside(args, names[i]), filter);
  };

  // ---- promises that do more than their synchronous twins ----

  const checkAborted = (given) => {
    const signal = typeof given === "object" && given !== null ? given.signal : undefined;
    checkSignal(signal, "options.signal");
    if (signal?.aborted) throw abortError(signal);
  };
  const isMany = (data) => typeof data === "object" && data !== null && !p.ArrayBufferIsView(data) &&
    (typeof data[p.SymbolAsyncIterator] === "function" || typeof data[p.SymbolIterator] === "function");
  const put = async (name, path, data, given) => {
    checkAborted(given);
    if (!isMany(data)) {
      sync[name](path, data, given);
      return;
    }
    const o = options(given);
    const where = target(path);
    const fd = typeof where === "number" ? where : sync.open(where, o.flag ?? (name === "appendFile" ? "a" : "w"), o.mode);
    try {
      for await (const chunk of data) {
        checkAborted(given);
        if (typeof chunk === "string") sync.write(fd, chunk, null, encodingOf(o.encoding) ?? "utf8");
        else sync.write(fd, chunk);
      }
    } finally {
      if (fd !== where) sync.close(fd);
    }
  };
  const longer = {
    __proto__: null,
    async readFile([path, given]) {
      // Aborted now, or by somebody who runs before the promise settles.
      checkAborted(given);
      const result = sync.readFile(path, given);
      await undefined;
      checkAborted(given);
      return result;
    },
    writeFile: ([path, data, given]) => put("writeFile", path, data, given),
    appendFile: ([path, data, given]) => put("appendFile", path, data, given),
    async cp([from, to, given]) {
      const o = options(given);
      const flag = (name, fallback) => boolean(o[name], `options.${name}`, fallback);
      await copyFilteredAsync([
        pathOf(from, "src"), pathOf(to, "dest"), flag("recursive", false), flag("force", true),
        flag("errorOnExist", false), flag("dereference", false), flag("verbatimSymlinks", false),
        flag("preserveTimestamps", false),
      ], o.filter);
    },
  };

  const openAsBlob = (path, given) => {
    const { Blob } = k.load("web/blob");
    return new Blob([sync.readFile(path)], { __proto__: null, type: options(given).type ?? "" });
  };

  // ---- directories entry by entry ----

  const dirs = new p.WeakMap(); // Dir → { path, entries, at, closed }
  const closedError = () => k.codeError(p.Error, "ERR_DIR_CLOSED", "Directory handle was closed");
  const stateOf = (dir) => {
    const state = p.WeakMapPrototypeGet(dirs, dir);
    if (state === undefined) throw k.codeError(p.TypeError, "ERR_INVALID_THIS", 'Value of "this" must be of type Dir');
    return state;
  };
  const opendir = (path, given) => {
    const o = options(given);
    if (o.bufferSize !== undefined) integer(o.bufferSize, "options.bufferSize", 1, 4294967295);
    let entries;
    try {
      entries = sync.readdir(path, { __proto__: null, withFileTypes: true, recursive: o.recursive, encoding: o.encoding });
    } catch (error) {
      if (error.syscall !== "scandir") throw error;
      throw systemError(error.code, error.errno, p.StringPrototypeSlice(error.message, error.code.length + 2,
        p.StringPrototypeLastIndexOf(error.message, ", scandir")), "opendir", path);
    }
    const dir = p.ObjectCreate(Dir.prototype);
    p.WeakMapPrototypeSet(dirs, dir, { __proto__: null, path, entries, at: 0, closed: false });
    return dir;
  };
  const next = (dir) => {
    const state = stateOf(dir);
    if (state.closed) throw closedError();
    return state.at < state.entries.length ? state.entries[state.at++] : null;
  };
  const close = (dir) => {
    const state = stateOf(dir);
    if (state.closed) throw closedError();
    state.closed = true;
  };
  // With a callback, or a promise without.
  const either = (run, done) => {
    if (done === undefined) return new p.Promise((resolve) => resolve(run()));
    k.fs.callback(done);
    let error = null, result;
    try {
      result = run();
    } catch (thrown) {
      error = thrown;
    }
    k.process.nextTick(() => (error === null ? done(null, result) : done(error)));
    return undefined;
  };
  const extend = (target, members) => {
    const keys = p.ReflectOwnKeys(members);
    for (let i = 0; i < keys.length; i++) {
      const found = p.ReflectGetOwnPropertyDescriptor(members, keys[i]);
      p.ObjectDefineProperty(target, keys[i], p.ObjectSetPrototypeOf({ ...found, enumerable: false }, null));
    }
  };
  extend(Dir.prototype, {
    get path() { return stateOf(this).path; },
    read(done) { return either(() => next(this), done); },
    readSync() { return next(this); },
    close(done) { return either(() => close(this), done); },
    closeSync() { close(this); },
    async* entries() {
      try {
        for (let entry; (entry = next(this)) !== null;) yield entry;
      } finally {
        close(this);
      }
    },
    [p.SymbolAsyncIterator]() { return this.entries(); },
  });

  return {
    __proto__: null, systemError, statfs, toStandard, writeStandard, fromStandard, readArguments, vector,
    copyFiltered, longer, openAsBlob, opendir, put, checkAborted,
  };
})
