(function (k) {
  "use strict";
  // node:fs and node:fs/promises over the virtual filesystem. Nothing is decided here: paths, rights and quotas are
  // the host's. Arguments are checked as Node does (fs_arguments.js), Stats and Dirent built here.
  const p = k.primordials;
  const {
    coded, wrongType, outOfRange, badValue, integer, boolean, fileDescriptor, callback, fileMode, flagOf,
    milliseconds, options, encodingOf, viewOf, lengthOf, toBuffer, decode, encode, nameAs, pathOf, target,
  } = k.fsArguments;

  const constants = p.ObjectFreeze({
    __proto__: null,
    UV_FS_SYMLINK_DIR: 1, UV_FS_SYMLINK_JUNCTION: 2, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2,
    UV_DIRENT_UNKNOWN: 0, UV_DIRENT_FILE: 1, UV_DIRENT_DIR: 2, UV_DIRENT_LINK: 3, UV_DIRENT_FIFO: 4,
    UV_DIRENT_SOCKET: 5, UV_DIRENT_CHAR: 6, UV_DIRENT_BLOCK: 7,
    S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFCHR: 8192, S_IFBLK: 24576, S_IFIFO: 4096, S_IFLNK: 40960,
    S_IFSOCK: 49152, O_CREAT: 64, O_EXCL: 128, UV_FS_O_FILEMAP: 0, O_NOCTTY: 256, O_TRUNC: 512, O_APPEND: 1024,
    O_DIRECTORY: 65536, O_NOATIME: 262144, O_NOFOLLOW: 131072, O_SYNC: 1052672, O_DSYNC: 4096, O_DIRECT: 16384,
    O_NONBLOCK: 2048, S_IRWXU: 448, S_IRUSR: 256, S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16,
    S_IXGRP: 8, S_IRWXO: 7, S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1, F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1,
    UV_FS_COPYFILE_EXCL: 1, COPYFILE_EXCL: 1, UV_FS_COPYFILE_FICLONE: 2, COPYFILE_FICLONE: 2,
    UV_FS_COPYFILE_FICLONE_FORCE: 4, COPYFILE_FICLONE_FORCE: 4,
  });
  const TYPE_BITS = { __proto__: null, f: constants.S_IFREG, d: constants.S_IFDIR, l: constants.S_IFLNK };
  const TYPE_NUMBERS = { __proto__: null, f: 1, d: 2, l: 3 };

  // A null prototype: no toJSON that user code put on Array.prototype is ever asked.
  const host = (op, args, data) => k.host(op, p.ObjectSetPrototypeOf(args, null), data);
  // Not push: that would run a setter user code may have put on Array.prototype.
  const append = (array, value) => p.ObjectDefineProperty(array, array.length, {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });

  // Stats and Dirent

  // chown: what it says shows in Stats, and means nothing. By inode.
  let owners;
  const setOwner = (raw, uid, gid) => {
    owners ??= new p.Map();
    p.MapPrototypeSet(owners, raw[6], [uid, gid]);
  };

  // Fields, not assignments to `this`: those would run setters that user code may have put on Object.prototype.
  class Stats {
    dev; mode; nlink; uid; gid; rdev; blksize; ino; size; blocks; atimeMs; mtimeMs; ctimeMs; birthtimeMs;
    atime; mtime; ctime; birthtime;
    constructor(raw, convert = (value) => value) {
      this.dev = convert(1);
      this.nlink = convert(raw.length > 7 ? raw[7] : 0); // 0: watchFile's stats of what is not there
      this.mode = convert(TYPE_BITS[raw[0]] | raw[2]);
      const owner = owners === undefined ? undefined : p.MapPrototypeGet(owners, raw[6]);
      this.uid = convert(owner === undefined ? 0 : owner[0]);
      this.gid = convert(owner === undefined ? 0 : owner[1]);
      this.rdev = convert(0);
      this.blksize = convert(4096);
      this.ino = convert(raw[6]);
      this.size = convert(raw[1]);
      this.blocks = convert(p.MathCeil(raw[1] / 512));
      this.atimeMs = this.mtimeMs = convert(raw[3]);
      this.ctimeMs = convert(raw[4]);
      this.birthtimeMs = convert(raw[5]);
      this.atime = new p.Date(raw[3]);
      this.mtime = new p.Date(raw[3]);
      this.ctime = new p.Date(raw[4]);
      this.birthtime = new p.Date(raw[5]);
    }
    isFile() { return (p.Number(this.mode) & constants.S_IFMT) === constants.S_IFREG; }
    isDirectory() { return (p.Number(this.mode) & constants.S_IFMT) === constants.S_IFDIR; }
    isSymbolicLink() { return (p.Number(this.mode) & constants.S_IFMT) === constants.S_IFLNK; }
    isFIFO() { return false; }
    isSocket() { return false; }
    isBlockDevice() { return false; }
    isCharacterDevice() { return false; }
  }
  class BigIntStats extends Stats {
    atimeNs = this.atimeMs * 1000000n;
    mtimeNs = this.mtimeMs * 1000000n;
    ctimeNs = this.ctimeMs * 1000000n;
    birthtimeNs = this.birthtimeMs * 1000000n;
    constructor(raw) { super(raw, (value) => p.BigInt(p.MathTrunc(value))); }
  }
  class Dirent {
    name; parentPath; path;
    #type;
    constructor(name, type, parentPath) {
      this.name = name;
      this.parentPath = this.path = parentPath;
      this.#type = type;
    }
    isFile() { return this.#type === 1; }
    isDirectory() { return this.#type === 2; }
    isSymbolicLink() { return this.#type === 3; }
    isFIFO() { return false; }
    isSocket() { return false; }
    isBlockDevice() { return false; }
    isCharacterDevice() { return false; }
  }
  const statsOf = (raw, big) => (big === true ? new BigIntStats(raw) : new Stats(raw));
  const statWith = (op, path, given) => {
    const { bigint, throwIfNoEntry } = options(given);
    try {
      return statsOf(host(op, [pathOf(path)]), bigint);
    } catch (error) {
      if (throwIfNoEntry === false && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
      throw error;
    }
  };

  // The synchronous functions; the other two kinds are made from them below.

  // The standard streams, which no file stands for.
  const isStandard = (where) =>
    typeof where === "number" ? where < 3 : p.StringPrototypeStartsWith(where, "/dev/");
  const put = (op, path, data, given, flag) => {
    const o = options(given);
    const encoding = encodingOf(o.encoding) ?? "utf8";
    const where = target(path);
    const args = [where, null, flagOf(o.flag, flag), fileMode(o.mode, 0o666)];
    if (isStandard(where) && more().toStandard(where, data, encoding)) return undefined;
    if (typeof data === "string") {
      if (encoding !== "utf8") return host(op, args, encode(data, encoding)), undefined;
      args[1] = data;
      return host(op, args), undefined;
    }
    const bytes = viewOf(data);
    if (bytes === null) throw wrongType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
    host(op, args, bytes);
  };
  const owner = (value, name) => integer(value, name, -1, 4294967295);
  const accessMode = (mode) => {
    if (mode === undefined || mode === null) return 0;
    if (typeof mode !== "number") throw wrongType("mode", "of type number", mode);
    if (!p.NumberIsInteger(mode) || mode < 0 || mode > 7)
      throw coded(p.RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
    return mode;
  };

  const placeOf = (value) =>
    typeof value === "number" && value >= 0 ? integer(value, "position", 0, p.NumberMAX_SAFE_INTEGER) : null;

  const sync = {
    __proto__: null,
    readFile(path, given) {
      const o = options(given);
      const encoding = encodingOf(o.encoding);
      const args = [target(path), flagOf(o.flag, "r")];
      if (args[0] === 0 || args[0] === "/dev/stdin") return more().fromStandard(encoding);
      if (encoding === "utf8") return host("fs.readText", args);
      const buffer = host("fs.readBytes", args);
      return encoding === null ? toBuffer(buffer) : decode(buffer, encoding);
    },
    writeFile(path, data, given) { put("fs.write", path, data, given, "w"); },
    appendFile(path, data, given) { put("fs.append", path, data, given, "a"); },
    stat(path, given) { return statWith("fs.stat", path, given); },
    lstat(path, given) { return statWith("fs.lstat", path, given); },
    readdir(path, given) {
      const o = options(given);
      const raw = o.encoding === "buffer" || encodingOf(o.encoding) !== null;
      const top = pathOf(path);
      const entries = host("fs.readdir", [top, boolean(o.recursive, "options.recursive", false)]);
      const withTypes = o.withFileTypes === true;
      const slash = p.StringPrototypeEndsWith(top, "/") ? "" : "/";
      const out = [];
      for (let i = 0; i < entries.length; i++) {
        const folder = entries[i][0];
        const name = raw ? nameAs(entries[i][1], given) : entries[i][1];
        if (withTypes) append(out, new Dirent(name, TYPE_NUMBERS[entries[i][2]], folder === "" ? top : top + slash + folder));
        else if (folder === "") append(out, name);
        else append(out, raw ? nameAs(`${folder}/${entries[i][1]}`, given) : `${folder}/${name}`);
      }
      return out;
    },
    mkdir(path, given) {
      const isMode = typeof given === "number" || typeof given === "string";
      const o = isMode ? { __proto__: null, mode: given } : options(given);
      const recursive = boolean(o.recursive, "options.recursive", false);
      return host("fs.mkdir", [pathOf(path), recursive, fileMode(o.mode, 0o777)]) ?? undefined;
    },
    mkdtemp(prefix, given) {
      prefix = pathOf(prefix, "prefix");
      // Everybody takes it for granted that there is a /tmp.
      if (p.StringPrototypeStartsWith(prefix, "/tmp/")) host("fs.mkdir", ["/tmp", true, 0o777]);
      return nameAs(host("fs.mkdtemp", [prefix]), given);
    },
    rm(path, given) {
      const o = options(given);
      const where = pathOf(path);
      host("fs.rm", [where, boolean(o.recursive, "options.recursive", false), boolean(o.force, "options.force", false)]);
    },
    rmdir(path, given) {
      if (boolean(options(given).recursive, "options.recursive", false)) host("fs.rm", [pathOf(path), true, false]);
      else host("fs.rmdir", [pathOf(path)]);
    },
    unlink(path) { host("fs.unlink", [pathOf(path)]); },
    rename(from, to) { host("fs.rename", [pathOf(from, "oldPath"), pathOf(to, "newPath")]); },
    copyFile(from, to, mode) {
      const exclusive = (accessMode(mode) & constants.COPYFILE_EXCL) !== 0;
      host("fs.copyFile", [pathOf(from, "src"), pathOf(to, "dest"), exclusive]);
    },
    cp(from, to, given) {
      const o = options(given);
      const flag = (name, fallback) => boolean(o[name], `options.${name}`, fallback);
      const args = [
        pathOf(from, "src"), pathOf(to, "dest"), flag("recursive", false), flag("force", true),
        flag("errorOnExist", false), flag("dereference", false), flag("verbatimSymlinks", false),
        flag("preserveTimestamps", false),
      ];
      if (o.filter === undefined || o.filter === null) host("fs.cp", args);
      else more().copyFiltered(args, o.filter);
    },
    access(path, mode) { host("fs.access", [pathOf(path), accessMode(mode)]); },
    symlink(to, path) { host("fs.symlink", [pathOf(to, "target"), pathOf(path)]); },
    readlink(path, given) { return nameAs(host("fs.readlink", [pathOf(path)]), given); },
    realpath(path, given) { return nameAs(host("fs.realpath", [pathOf(path), false]), given); },
    chmod(path, mode) { host("fs.chmod", [pathOf(path), fileMode(mode) & 0o777]); },
    chown(path, uid, gid) { setOwner(host("fs.stat", [pathOf(path)]), owner(uid, "uid"), owner(gid, "gid")); },
    lchown(path, uid, gid) { setOwner(host("fs.lstat", [pathOf(path)]), owner(uid, "uid"), owner(gid, "gid")); },
    link(from, to) { host("fs.link", [pathOf(from, "existingPath"), pathOf(to, "newPath")]); },
    statfs(path, given) { return more().statfs(pathOf(path), given); },
    opendir(path, given) { return more().opendir(pathOf(path), given); },
    utimes(path, atime, mtime) {
      milliseconds(atime);
      host("fs.utimes", [pathOf(path), milliseconds(mtime), true]);
    },
    lutimes(path, atime, mtime) {
      milliseconds(atime);
      host("fs.utimes", [pathOf(path), milliseconds(mtime), false]);
    },
    truncate(path, length = 0) {
      if (typeof length !== "number") throw wrongType("len", "of type number", length);
      host("fs.truncate", [pathOf(path), p.MathMax(0, p.MathTrunc(length))]);
    },
    open(path, flags, mode) {
      return host("fs.open", [pathOf(path), flagOf(flags, "r"), fileMode(mode, 0o666)]);
    },
    close(fd) { host("fs.close", [fileDescriptor(fd)]); },
    read(fd, buffer, offset, length, position) {
      const number = fileDescriptor(fd);
      const view = p.ArrayBufferIsView(buffer) ? viewOf(buffer) : null;
      if (view === null) throw wrongType("buffer", "an instance of Buffer, TypedArray, or DataView", buffer);
      if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
      const size = lengthOf(view);
      offset = offset === undefined || offset === null ? 0 : integer(offset, "offset", 0, size);
      length = length === undefined || length === null ? size - offset : integer(length, "length", 0, size - offset);
      if (typeof position === "bigint") position = p.Number(position);
      const at = placeOf(position);
      const chunk = new p.Uint8Array(host("fs.read", [number, length, at]));
      p.TypedArrayPrototypeSet(view, chunk, offset);
      return lengthOf(chunk);
    },
    write(fd, data, offset, length, position) {
      const number = fileDescriptor(fd);
      if (number === 1 || number === 2) return more().writeStandard(number, data, offset, length);
      if (typeof data === "string") {
        const encoding = encodingOf(length) ?? "utf8";
        if (encoding === "utf8") return host("fs.writeFd", [number, data, placeOf(offset)]);
        return host("fs.writeFd", [number, null, placeOf(offset)], encode(data, encoding));
      }
      const view = p.ArrayBufferIsView(data) ? viewOf(data) : null;
      if (view === null) throw wrongType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
      if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
      const size = lengthOf(view);
      offset = offset === undefined || offset === null ? 0 : integer(offset, "offset", 0, size);
      length = length === undefined || length === null ? size - offset : integer(length, "length", 0, size - offset);
      return host("fs.writeFd", [number, null, placeOf(position)], p.TypedArrayPrototypeSubarray(view, offset, offset + length));
    },
    fstat(fd, given) { return statsOf(host("fs.fstat", [fileDescriptor(fd)]), options(given).bigint); },
    ftruncate(fd, length = 0) {
      if (typeof length !== "number") throw wrongType("len", "of type number", length);
      host("fs.ftruncate", [fileDescriptor(fd), p.MathMax(0, p.MathTrunc(length))]);
    },
    fchown(fd, uid, gid) {
      setOwner(host("fs.fstat", [fileDescriptor(fd)]), owner(uid, "uid"), owner(gid, "gid"));
    },
    readv(fd, buffers, position) { return more().vector(sync.read, fd, buffers, position); },
    writev(fd, buffers, position) { return more().vector(sync.write, fd, buffers, position); },
    fchmod(fd, mode) { host("fs.chmod", [fileDescriptor(fd), fileMode(mode) & 0o777]); },
    futimes(fd, atime, mtime) {
      milliseconds(atime);
      host("fs.utimes", [fileDescriptor(fd), milliseconds(mtime), true]);
    },
    fsync(fd) { host("fs.fsync", [fileDescriptor(fd)]); },
    fdatasync(fd) { host("fs.fsync", [fileDescriptor(fd)]); },
  };

  // Node gives these no promise version: they take descriptors, which FileHandle wraps there.
  const DESCRIPTOR_ONLY = {
    __proto__: null, open: true, close: true, read: true, write: true, fstat: true, ftruncate: true, fchmod: true,
    fchown: true, futimes: true, fsync: true, fdatasync: true, readv: true, writev: true,
  };
  const GIVES_BACK = { __proto__: null, read: true, write: true, readv: true, writev: true };
  const more = () => k.load("internal/fs_more");
  // Node calls back from its event loop: after the ticks and the promises that are waiting now.
  const HOPS = 6;
  const later = (run, hops) => p.queueMicrotask(hops === 0 ? run : () => later(run, hops - 1));
  const settle = (name, args, work) => {
    const done = callback(args.length > 1 ? args[args.length - 1] : undefined);
    args.length -= 1;
    if (name === "read") args = more().readArguments(args);
    let error = null, result;
    try {
      result = work(args);
    } catch (thrown) {
      // Wrong arguments are the caller's mistake and thrown at once, as in Node; only they have no syscall.
      if (!p.ObjectPrototypeHasOwnProperty(thrown, "syscall")) throw thrown;
      error = thrown;
    }
    later(() => {
      if (error !== null) done(error);
      else if (GIVES_BACK[name]) done(null, result, args[1]);
      else if (result === undefined) done(null);
      else done(null, result);
    }, HOPS);
  };
  const fs = {}, promises = {};
  const names = p.ObjectKeys(sync);
  for (let i = 0; i < names.length; i++) {
    const name = names[i], run = sync[name];
    fs[name] = { [name](...args) { settle(name, args, (given) => p.ReflectApply(run, undefined, given)); } }[name];
    fs[name + "Sync"] = { [name + "Sync"](...args) { return p.ReflectApply(run, undefined, args); } }[name + "Sync"];
    // An async function runs at once and settles in a microtask; its own promise is never user code's.
    if (!DESCRIPTOR_ONLY[name])
      promises[name] = { async [name](...args) { return p.ReflectApply(run, undefined, args); } }[name];
  }
  promises.open = async function open(path, flags, mode) { return k.load("internal/fs_handle")(sync.open(path, flags, mode)); };
  // Some take more than their synchronous twins: a signal, data that comes bit by bit, a filter that waits.
  const longer = ["readFile", "writeFile", "appendFile", "cp"];
  for (let i = 0; i < longer.length; i++) {
    const name = longer[i], plain = promises[name];
    const isPlain = name === "readFile" ? (a, b) => b?.signal === undefined
      : name === "cp" ? (a, b, c) => c?.filter === undefined
        : (a, b, c) => (typeof b === "string" || p.ArrayBufferIsView(b)) && c?.signal === undefined;
    promises[name] = { async [name](...args) {
      return isPlain(args[0], args[1], args[2]) ? p.ReflectApply(plain, undefined, args) : more().longer[name](args);
    } }[name];
  }
  fs.cp = function cp(from, to, given, done) {
    if (typeof given === "function") done = given;
    callback(done);
    k.then(promises.cp(from, to, typeof given === "function" ? undefined : given), () => done(null), done);
  };
  promises.watch = function watch(path, given) { return k.load("internal/fs_watch").watchAsync(path, given); };
  promises.constants = constants;

  const isThere = (path) => {
    try {
      return host("fs.exists", [pathOf(path)]);
    } catch {
      return false;
    }
  };
  fs.existsSync = function existsSync(path) { return isThere(path); };
  fs.exists = function exists(path, done) {
    callback(done);
    const result = isThere(path);
    later(() => done(result), HOPS);
  };
  p.ObjectDefineProperty(fs.exists, p.SymbolFor("nodejs.util.promisify.custom"), {
    __proto__: null, value: async (path) => isThere(path), configurable: true,
  });
  fs.realpathSync.native = function native(path, given) { return nameAs(host("fs.realpath", [pathOf(path), true]), given); };
  fs.realpath.native = function native(...args) {
    settle("realpath", args, (given) => p.ReflectApply(fs.realpathSync.native, undefined, given));
  };

  // Loaded when called. The classes are here, so that everybody means the same; their methods come with the first use.
  const streams = () => k.load("internal/fs_streams");
  function ReadStream(path, given) {
    if (!(this instanceof ReadStream)) return new ReadStream(path, given);
    streams().read(this, path, given);
  }
  function WriteStream(path, given) {
    if (!(this instanceof WriteStream)) return new WriteStream(path, given);
    streams().write(this, path, given);
  }
  function Dir() {
    throw coded(p.TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }
  const watching = () => k.load("internal/fs_watch");
  const rest = {
    __proto__: null,
    createReadStream(path, given) { return streams() && new ReadStream(path, given); },
    createWriteStream(path, given) { return streams() && new WriteStream(path, given); },
    async openAsBlob(path, given) { return more().openAsBlob(path, given); },
    watch(...args) { return p.ReflectApply(watching().watch, undefined, args); },
    watchFile(...args) { return p.ReflectApply(watching().watchFile, undefined, args); },
    unwatchFile(...args) { return p.ReflectApply(watching().unwatchFile, undefined, args); },
    Dirent, Stats, Dir, ReadStream, WriteStream, FileReadStream: ReadStream, FileWriteStream: WriteStream,
    _toUnixTimestamp(time) { return milliseconds(time) / 1000; },
    F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, constants, promises,
  };
  const others = p.ObjectKeys(rest);
  for (let i = 0; i < others.length; i++) fs[others[i]] = rest[others[i]];

  // For js/internal/fs_*.js only.
  k.fs = {
    __proto__: null, sync, host, pathOf, target, options, encodingOf, nameAs, viewOf, integer, boolean, callback, flagOf,
    fileMode, wrongType, outOfRange, badValue, toBuffer, statsOf, Stats, Dirent, Dir, ReadStream, WriteStream, fs, promises,
    constants, append, handleNumber: undefined,
  };
  k.builtins.fs = fs;
  k.builtins["fs/promises"] = promises;
})
