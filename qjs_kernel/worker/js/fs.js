(function (k) {
  "use strict";
  // node:fs and node:fs/promises over the virtual filesystem. Nothing is decided here: paths, rights and quotas are
  // the host's. This side checks argument types as Node does, encodes and decodes, and builds Stats and Dirent.
  const p = k.primordials;

  const constants = p.ObjectFreeze({
    __proto__: null,
    F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4,
    COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
    O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, O_SYNC: 1052672,
    S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFLNK: 40960,
    S_IRWXU: 448, S_IRUSR: 256, S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16, S_IXGRP: 8,
    S_IRWXO: 7, S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1,
  });
  const FLAGS = { __proto__: null };
  for (const flag of ["r", "rs", "sr", "r+", "rs+", "sr+", "w", "wx", "xw", "w+", "wx+", "xw+", "a", "ax", "xa", "as",
    "sa", "a+", "ax+", "xa+", "as+", "sa+"]) FLAGS[flag] = true;
  const ENCODINGS = {
    __proto__: null, utf8: "utf8", "utf-8": "utf8", ascii: "ascii", latin1: "latin1", binary: "latin1", hex: "hex",
    base64: "base64", base64url: "base64url", utf16le: "utf16le", "utf-16le": "utf16le", ucs2: "utf16le",
    "ucs-2": "utf16le",
  };
  const TYPE_BITS = { __proto__: null, f: constants.S_IFREG, d: constants.S_IFDIR, l: constants.S_IFLNK };

  // A null prototype: no toJSON that user code put on Array.prototype is ever asked.
  const host = (op, args, data) => k.host(op, p.ObjectSetPrototypeOf(args, null), data);
  // Not push: that would run a setter user code may have put on Array.prototype.
  const append = (array, value) => p.ObjectDefineProperty(array, array.length, {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });

  // Argument errors

  const coded = (Class, code, message) => {
    const error = new Class(message);
    p.ObjectDefineProperty(error, "code", {
      __proto__: null, value: code, writable: true, enumerable: true, configurable: true,
    });
    return error;
  };
  const quote = (text) => {
    let out = "'";
    for (let i = 0; i < text.length && i < 128; i++) out += text[i] === "\0" ? "\\x00" : text[i];
    return out + (text.length > 128 ? "'..." : "'");
  };
  const received = (value) => {
    if (value === undefined || value === null) return `Received ${value}`;
    if (typeof value === "function") return `Received function ${value.name}`;
    if (typeof value === "object") {
      const name = value.constructor?.name;
      return name ? `Received an instance of ${name}` : "Received [Object: null prototype] {}";
    }
    if (typeof value === "string") {
      const cut = value.length > 28 ? p.StringPrototypeSlice(value, 0, 25) + "..." : value;
      return `Received type string (${quote(cut)})`;
    }
    return `Received type ${typeof value} (${p.String(value)}${typeof value === "bigint" ? "n" : ""})`;
  };
  const wrongType = (name, expected, value) =>
    coded(p.TypeError, "ERR_INVALID_ARG_TYPE",
      `The "${name}" ${p.StringPrototypeIncludes(name, ".") ? "property" : "argument"} must be ${expected}. ${received(value)}`);
  const outOfRange = (name, range, value) =>
    coded(p.RangeError, "ERR_OUT_OF_RANGE",
      `The value of "${name}" is out of range. It must be ${range}. Received ${p.String(value)}`);
  const badValue = (name, why, value) =>
    coded(p.TypeError, "ERR_INVALID_ARG_VALUE",
      `The argument '${name}' ${why}. Received ${typeof value === "string" ? quote(value) : p.String(value)}`);

  const integer = (value, name, min, max) => {
    if (typeof value !== "number") throw wrongType(name, "of type number", value);
    if (!p.NumberIsInteger(value)) throw outOfRange(name, "an integer", value);
    if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
    return value;
  };
  const boolean = (value, name, fallback) => {
    if (value === undefined) return fallback;
    if (typeof value !== "boolean") throw wrongType(name, "of type boolean", value);
    return value;
  };
  const fileDescriptor = (value) => integer(value, "fd", 0, 2147483647);
  const callback = (value) => {
    if (typeof value !== "function") throw wrongType("cb", "of type function", value);
    return value;
  };
  const fileMode = (value, fallback) => {
    if (value === undefined || value === null) {
      if (fallback === undefined) throw wrongType("mode", "of type number", value);
      return fallback;
    }
    if (typeof value === "string") {
      let octal = value.length > 0 && value.length < 12;
      for (let i = 0; i < value.length && octal; i++) octal = value[i] >= "0" && value[i] <= "7";
      if (!octal) throw badValue("mode", "must be a 32-bit unsigned integer or an octal string", value);
      value = p.parseInt(value, 8);
    }
    return integer(value, "mode", 0, 4294967295);
  };
  const flagOf = (value, fallback) => {
    if (value === undefined || value === null) return fallback;
    if (typeof value === "number") return integer(value, "flags", 0, 2147483647);
    if (typeof value !== "string" || !FLAGS[value]) throw badValue("flags", "is invalid", value);
    return value;
  };
  const milliseconds = (value) => {
    if (typeof value === "string" && value !== "" && +value === +value) value = +value;
    if (typeof value === "number" && p.NumberIsFinite(value)) return value * 1000;
    try {
      return p.DatePrototypeGetTime(value);
    } catch {
      throw wrongType("time", "an instance of Date or an Time in seconds", value);
    }
  };
  const options = (value) => {
    if (value === undefined || value === null || typeof value === "function") return { __proto__: null };
    if (typeof value === "string") return { __proto__: null, encoding: value };
    if (typeof value !== "object") throw wrongType("options", "one of type string or object", value);
    return value;
  };
  const encodingOf = (value) => {
    if (value === undefined || value === null || value === "buffer") return null;
    const known = typeof value === "string" ? ENCODINGS[p.StringPrototypeToLowerCase(value)] : undefined;
    if (known === undefined) throw badValue("encoding", "is invalid encoding", value);
    return known;
  };

  // Bytes and text

  const viewOf = (value) => {
    // A Uint8Array over the bytes of any view or buffer, without asking anything user code can have replaced.
    if (typeof value !== "object" || value === null) return null;
    if (p.ArrayBufferIsView(value)) {
      const typed = p.TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined;
      return typed
        ? new p.Uint8Array(p.TypedArrayPrototypeGetBuffer(value), p.TypedArrayPrototypeGetByteOffset(value),
          p.TypedArrayPrototypeGetByteLength(value))
        : new p.Uint8Array(p.DataViewPrototypeGetBuffer(value), p.DataViewPrototypeGetByteOffset(value),
          p.DataViewPrototypeGetByteLength(value));
    }
    try {
      p.ArrayBufferPrototypeGetByteLength(value);
    } catch {
      return null;
    }
    return new p.Uint8Array(value);
  };
  const lengthOf = (bytes) => p.TypedArrayPrototypeGetLength(bytes);
  const units = (bytes, count, at) => {
    let out = "", part = "";
    for (let i = 0; i < count; i++) {
      part += p.StringFromCharCode(at(bytes, i));
      if (part.length === 4096) { out += part; part = ""; }
    }
    return out + part;
  };
  const fromUtf8 = (bytes) => {
    // WHATWG decoding: every maximal malformed part becomes one U+FFFD.
    const length = lengthOf(bytes);
    let out = "";
    for (let i = 0; i < length;) {
      const first = bytes[i++];
      if (first < 0x80) { out += p.StringFromCharCode(first); continue; }
      let need = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
      let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
      let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
      let point = need === 1 ? first & 31 : need === 2 ? first & 15 : first & 7;
      let good = need > 0;
      while (need > 0 && good) {
        if (i < length && bytes[i] >= low && bytes[i] <= high) {
          point = (point << 6) | (bytes[i++] & 63);
          low = 0x80; high = 0xbf; need--;
        } else good = false;
      }
      out += good ? p.StringFromCodePoint(point) : "\ufffd";
    }
    return out;
  };
  const decode = (bytes, encoding) => {
    switch (encoding) {
      case "utf8": return fromUtf8(bytes);
      case "latin1": return units(bytes, lengthOf(bytes), (b, i) => b[i]);
      case "ascii": return units(bytes, lengthOf(bytes), (b, i) => b[i] & 127);
      case "utf16le": return units(bytes, lengthOf(bytes) >> 1, (b, i) => b[2 * i] | (b[2 * i + 1] << 8));
      case "hex": return p.Uint8ArrayPrototypeToHex(bytes);
      case "base64": return p.Uint8ArrayPrototypeToBase64(bytes);
      default:
        return p.Uint8ArrayPrototypeToBase64(bytes, { __proto__: null, alphabet: "base64url", omitPadding: true });
    }
  };
  const digit = (code, base64) => {
    if (code >= 48 && code <= 57) return base64 ? code + 4 : code - 48;
    if (!base64) {
      const letter = code | 32;
      return letter >= 97 && letter <= 102 ? letter - 87 : -1;
    }
    if (code >= 65 && code <= 90) return code - 65;
    if (code >= 97 && code <= 122) return code - 71;
    return code === 43 || code === 45 ? 62 : code === 47 || code === 95 ? 63 : -1;
  };
  const encode = (text, encoding) => {
    const count = text.length;
    const at = (i) => p.StringPrototypeCharCodeAt(text, i);
    if (encoding === "hex") {
      const bytes = new p.Uint8Array(count >> 1);
      for (let i = 0; i < count >> 1; i++) {
        const high = digit(at(2 * i), false), low = digit(at(2 * i + 1), false);
        // As in Node, what follows the first pair that is no byte is dropped.
        if (high < 0 || low < 0) return p.TypedArrayPrototypeSubarray(bytes, 0, i);
        bytes[i] = high * 16 + low;
      }
      return bytes;
    }
    if (encoding === "base64" || encoding === "base64url") {
      const bytes = new p.Uint8Array((count * 3 >> 2) + 3);
      let length = 0, bits = 0, held = 0;
      for (let i = 0; i < count && at(i) !== 61; i++) {
        const value = digit(at(i), true);
        if (value < 0) continue;
        held = ((held << 6) | value) & 0xffff;
        bits += 6;
        if (bits >= 8) { bits -= 8; bytes[length++] = (held >> bits) & 255; }
      }
      return new p.Uint8Array(p.ArrayBufferPrototypeSlice(p.TypedArrayPrototypeGetBuffer(bytes), 0, length));
    }
    const wide = encoding === "utf16le";
    const bytes = new p.Uint8Array(wide ? 2 * count : count);
    for (let i = 0; i < count; i++) {
      const code = at(i);
      if (wide) { bytes[2 * i] = code & 255; bytes[2 * i + 1] = code >> 8; } else bytes[i] = code & 255;
    }
    return bytes;
  };
  const toBuffer = (buffer) => (k.Buffer ? k.Buffer.from(buffer) : new p.Uint8Array(buffer));

  // Paths

  const pathOf = (value, name = "path") => {
    let path = value;
    if (typeof path !== "string") {
      if (typeof path === "object" && path !== null && typeof path.href === "string" && typeof path.protocol === "string") {
        path = urlPath(path);
      } else {
        const isBytes = typeof value === "object" && value !== null && p.ArrayBufferIsView(value) &&
          p.TypedArrayPrototypeGetSymbolToStringTag(value) === "Uint8Array";
        if (!isBytes) throw wrongType(name, "of type string or an instance of Buffer or URL", value);
        path = fromUtf8(viewOf(value));
      }
    }
    if (p.StringPrototypeIncludes(path, "\0"))
      throw badValue(name, "must be a string, Uint8Array, or URL without null bytes", path);
    return path;
  };
  const urlPath = (url) => {
    if (url.protocol !== "file:")
      throw coded(p.TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
    if (url.hostname)
      throw coded(p.TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
    const text = p.String(url.pathname);
    if (p.StringPrototypeIncludes(p.StringPrototypeToLowerCase(text), "%2f"))
      throw coded(p.TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
    return p.decodeURIComponent(text);
  };
  const target = (value) => (typeof value === "number" ? fileDescriptor(value) : pathOf(value));

  // Stats and Dirent

  // Fields, not assignments to `this`: those would run setters that user code may have put on Object.prototype.
  class Stats {
    dev; mode; nlink; uid; gid; rdev; blksize; ino; size; blocks; atimeMs; mtimeMs; ctimeMs; birthtimeMs;
    atime; mtime; ctime; birthtime;
    constructor(raw, convert = (value) => value) {
      this.dev = this.nlink = convert(1);
      this.mode = convert(TYPE_BITS[raw[0]] | raw[2]);
      this.uid = this.gid = this.rdev = convert(0);
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
    constructor(name, parentPath, type) {
      this.name = name;
      this.parentPath = parentPath;
      this.path = parentPath;
      this.#type = type;
    }
    isFile() { return this.#type === "f"; }
    isDirectory() { return this.#type === "d"; }
    isSymbolicLink() { return this.#type === "l"; }
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

  const put = (op, path, data, given, flag) => {
    const o = options(given);
    const encoding = encodingOf(o.encoding) ?? "utf8";
    const where = target(path);
    const args = [where, null, flagOf(o.flag, flag), fileMode(o.mode, 0o666)];
    if (typeof data === "string") {
      if (encoding !== "utf8") return host(op, args, encode(data, encoding)), undefined;
      args[1] = data;
      return host(op, args), undefined;
    }
    const bytes = viewOf(data);
    if (bytes === null) throw wrongType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
    host(op, args, bytes);
  };
  const accessMode = (mode) => {
    if (mode === undefined || mode === null) return 0;
    if (typeof mode !== "number") throw wrongType("mode", "of type number", mode);
    if (!p.NumberIsInteger(mode) || mode < 0 || mode > 7)
      throw coded(p.RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
    return mode;
  };

  const sync = {
    __proto__: null,
    readFile(path, given) {
      const o = options(given);
      const encoding = encodingOf(o.encoding);
      const args = [target(path), flagOf(o.flag, "r")];
      if (encoding === "utf8") return host("fs.readText", args);
      const buffer = host("fs.readBytes", args);
      return encoding === null ? toBuffer(buffer) : decode(new p.Uint8Array(buffer), encoding);
    },
    writeFile(path, data, given) { put("fs.write", path, data, given, "w"); },
    appendFile(path, data, given) { put("fs.append", path, data, given, "a"); },
    stat(path, given) { return statWith("fs.stat", path, given); },
    lstat(path, given) { return statWith("fs.lstat", path, given); },
    readdir(path, given) {
      const o = options(given);
      encodingOf(o.encoding);
      const top = pathOf(path);
      const recursive = boolean(o.recursive, "options.recursive", false);
      const raw = host("fs.readdir", [top, recursive]);
      const withTypes = o.withFileTypes === true;
      const slash = p.StringPrototypeEndsWith(top, "/") ? "" : "/";
      const out = [];
      for (let i = 0; i < raw.length; i++) {
        const folder = raw[i][0], name = raw[i][1];
        if (withTypes) append(out, new Dirent(name, folder === "" ? top : top + slash + folder, raw[i][2]));
        else append(out, folder === "" ? name : `${folder}/${name}`);
      }
      return out;
    },
    mkdir(path, given) {
      const isMode = typeof given === "number" || typeof given === "string";
      const o = isMode ? { __proto__: null, mode: given } : options(given);
      const recursive = boolean(o.recursive, "options.recursive", false);
      return host("fs.mkdir", [pathOf(path), recursive, fileMode(o.mode, 0o777)]) ?? undefined;
    },
    mkdtemp(prefix) { return host("fs.mkdtemp", [pathOf(prefix, "prefix")]); },
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
      if (o.filter !== undefined && o.filter !== null)
        throw coded(p.Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "cp does not take a filter in the sandbox");
      host("fs.cp", [
        pathOf(from, "src"), pathOf(to, "dest"),
        boolean(o.recursive, "options.recursive", false), boolean(o.force, "options.force", true),
        boolean(o.errorOnExist, "options.errorOnExist", false),
        boolean(o.dereference, "options.dereference", false),
        boolean(o.verbatimSymlinks, "options.verbatimSymlinks", false),
        boolean(o.preserveTimestamps, "options.preserveTimestamps", false),
      ]);
    },
    access(path, mode) { host("fs.access", [pathOf(path), accessMode(mode)]); },
    symlink(to, path) { host("fs.symlink", [pathOf(to, "target"), pathOf(path)]); },
    readlink(path, given) { encodingOf(options(given).encoding); return host("fs.readlink", [pathOf(path)]); },
    realpath(path, given) {
      encodingOf(options(given).encoding);
      return host("fs.realpath", [pathOf(path), false]);
    },
    chmod(path, mode) { host("fs.chmod", [pathOf(path), fileMode(mode) & 0o777]); },
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
      const at = typeof position === "number" && position >= 0 ? integer(position, "position", 0, p.NumberMAX_SAFE_INTEGER) : null;
      const chunk = new p.Uint8Array(host("fs.read", [number, length, at]));
      p.TypedArrayPrototypeSet(view, chunk, offset);
      return lengthOf(chunk);
    },
    write(fd, data, offset, length, position) {
      const number = fileDescriptor(fd);
      const place = (value) =>
        typeof value === "number" && value >= 0 ? integer(value, "position", 0, p.NumberMAX_SAFE_INTEGER) : null;
      if (typeof data === "string") {
        const encoding = encodingOf(length) ?? "utf8";
        if (encoding === "utf8") return host("fs.writeFd", [number, data, place(offset)]);
        return host("fs.writeFd", [number, null, place(offset)], encode(data, encoding));
      }
      const view = p.ArrayBufferIsView(data) ? viewOf(data) : null;
      if (view === null) throw wrongType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
      if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
      const size = lengthOf(view);
      offset = offset === undefined || offset === null ? 0 : integer(offset, "offset", 0, size);
      length = length === undefined || length === null ? size - offset : integer(length, "length", 0, size - offset);
      return host("fs.writeFd", [number, null, place(position)], p.TypedArrayPrototypeSubarray(view, offset, offset + length));
    },
    fstat(fd, given) { return statsOf(host("fs.fstat", [fileDescriptor(fd)]), options(given).bigint); },
    ftruncate(fd, length = 0) {
      if (typeof length !== "number") throw wrongType("len", "of type number", length);
      host("fs.ftruncate", [fileDescriptor(fd), p.MathMax(0, p.MathTrunc(length))]);
    },
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
    futimes: true, fsync: true, fdatasync: true,
  };
  const fs = {}, promises = {};
  const names = p.ObjectKeys(sync);
  for (let i = 0; i < names.length; i++) {
    const name = names[i], run = sync[name];
    fs[name + "Sync"] = { [name + "Sync"](...args) { return p.ReflectApply(run, undefined, args); } }[name + "Sync"];
    fs[name] = {
      [name](...args) {
        const done = callback(args[args.length - 1]);
        args.length -= 1;
        let error = null, result;
        try {
          result = p.ReflectApply(run, undefined, args);
        } catch (thrown) {
          // Wrong arguments are the caller's mistake and thrown at once, as in Node; only they have no syscall.
          if (!p.ObjectPrototypeHasOwnProperty(thrown, "syscall")) throw thrown;
          error = thrown;
        }
        p.queueMicrotask(() => {
          if (error !== null) done(error);
          else if (name === "read" || name === "write") done(null, result, args[1]);
          else if (result === undefined && name !== "mkdir") done(null);
          else done(null, result);
        });
      },
    }[name];
    if (!DESCRIPTOR_ONLY[name])
      promises[name] = { async [name](...args) { return p.ReflectApply(run, undefined, args); } }[name];
  }
  // An async function runs at once and settles in a microtask; its own promise is never user code's.

  class FileHandle {
    #fd;
    constructor(fd) { this.#fd = fd; }
    get fd() { return this.#fd; }
    async read(buffer, offset, length, position) {
      if (!p.ArrayBufferIsView(buffer)) {
        const o = options(buffer);
        ({ offset, length, position } = o);
        buffer = o.buffer ?? toBuffer(new p.ArrayBuffer(16384));
      }
      return { bytesRead: sync.read(this.#fd, buffer, offset, length, position), buffer };
    }
    async write(data, offset, length, position) {
      return { bytesWritten: sync.write(this.#fd, data, offset, length, position), buffer: data };
    }
    async readFile(given) { return sync.readFile(this.#fd, given); }
    async writeFile(data, given) { sync.writeFile(this.#fd, data, given); }
    async appendFile(data, given) { sync.appendFile(this.#fd, data, given); }
    async stat(given) { return sync.fstat(this.#fd, given); }
    async truncate(length) { sync.ftruncate(this.#fd, length); }
    async chmod(mode) { sync.fchmod(this.#fd, mode); }
    async utimes(atime, mtime) { sync.futimes(this.#fd, atime, mtime); }
    async sync() { sync.fsync(this.#fd); }
    async datasync() { sync.fsync(this.#fd); }
    async close() {
      const fd = this.#fd;
      this.#fd = -1;
      if (fd >= 0) sync.close(fd);
    }
  }
  if (p.SymbolAsyncDispose) {
    p.ObjectDefineProperty(FileHandle.prototype, p.SymbolAsyncDispose, {
      __proto__: null, value: FileHandle.prototype.close, writable: true, enumerable: false, configurable: true,
    });
  }
  promises.open = async function open(path, flags, mode) { return new FileHandle(sync.open(path, flags, mode)); };
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
    p.queueMicrotask(() => done(result));
  };
  fs.realpathSync.native = function native(path) { return host("fs.realpath", [pathOf(path), true]); };
  fs.Stats = Stats;
  fs.Dirent = Dirent;
  fs.constants = constants;
  fs.F_OK = constants.F_OK;
  fs.R_OK = constants.R_OK;
  fs.W_OK = constants.W_OK;
  fs.X_OK = constants.X_OK;
  fs.promises = promises;

  k.builtins.fs = fs;
  k.builtins["fs/promises"] = promises;
})
