(function (k) {
  "use strict";
  // node:path. Both flavours come from one set of functions: they differ in what separates and in what a root is.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush, StringPrototypeCharCodeAt: codeAt,
    StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeRepeat,
    StringPrototypeSlice: slice, StringPrototypeStartsWith, StringPrototypeToLowerCase: lower,
    StringPrototypeToUpperCase,
  } = p;
  const SLASH = 47, BACKSLASH = 92, COLON = 58, DOT = 46;

  const text = (value, name) => {
    if (typeof value !== "string") throw k.invalidArgType(name, "of type string", value);
    return value;
  };
  const isLetter = (code) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  const hasDrive = (path) => isLetter(codeAt(path, 0)) && codeAt(path, 1) === COLON;
  const isReserved = (path, colon) =>
    p.RegExpPrototypeExec(/^(?:CON|PRN|AUX|NUL|(?:COM|LPT)[1-9\xb9\xb2\xb3])$/,
      StringPrototypeToUpperCase(slice(path, 0, colon))) !== null;
  const env = (name) => k.process.env?.[name];

  const make = (windows) => {
    const sep = windows ? "\\" : "/";
    const isSep = windows ? (code) => code === SLASH || code === BACKSLASH : (code) => code === SLASH;
    const nextSep = (path, at) => {
      while (at < path.length && !isSep(codeAt(path, at))) at++;
      return at;
    };
    const afterSeps = (path, at) => {
      while (at < path.length && isSep(codeAt(path, at))) at++;
      return at;
    };

    // The segments between separators, without "." and with ".." applied; at the front of what is not below a
    // root ".." stays.
    const squeeze = (path, relative) => {
      const parts = k.text.list();
      let kept = 0; // leading ".."
      for (let start = 0; start <= path.length; ) {
        const end = nextSep(path, start);
        const part = slice(path, start, end);
        start = end + 1;
        if (part === "" || part === ".") continue;
        if (part !== "..") ArrayPrototypePush(parts, part);
        else if (parts.length > kept) ArrayPrototypePop(parts);
        else if (relative) {
          ArrayPrototypePush(parts, part);
          kept++;
        }
      }
      return ArrayPrototypeJoin(parts, sep);
    };

    // \\server\share: where its names begin and end; null when the path is no such thing.
    const shareOf = (path) => {
      if (!windows || !isSep(codeAt(path, 0)) || !isSep(codeAt(path, 1))) return null;
      const serverEnd = nextSep(path, 2);
      if (serverEnd === 2 || serverEnd === path.length) return null;
      const shareStart = afterSeps(path, serverEnd);
      if (shareStart === path.length) return null;
      return { server: slice(path, 2, serverEnd), start: shareStart, end: nextSep(path, shareStart) };
    };

    // { device, end, absolute }: the drive or share of a path, and where the rest begins.
    const rootOf = (path) => {
      if (path === "") return { device: "", end: 0, absolute: false };
      if (isSep(codeAt(path, 0))) {
        const share = shareOf(path);
        if (share === null)
          return { device: "", end: windows && path.length > 1 && isSep(codeAt(path, 1)) ? 0 : 1, absolute: true };
        if (share.server === "." || share.server === "?")
          return { device: `\\\\${share.server}`, end: 4, absolute: true };
        return { device: `\\\\${share.server}\\${slice(path, share.start, share.end)}`, end: share.end, absolute: true };
      }
      if (windows && hasDrive(path)) {
        const absolute = isSep(codeAt(path, 2));
        return { device: slice(path, 0, 2), end: absolute ? 3 : 2, absolute };
      }
      return { device: "", end: 0, absolute: false };
    };

    const resolve = (...args) => {
      let device = "", tail = "", absolute = false;
      for (let i = args.length - 1; i >= -1 && !(absolute && (!windows || device !== "")); i--) {
        let path;
        if (i >= 0) path = text(args[i], `paths[${i}]`);
        else if (!windows || device === "") path = k.process.cwd();
        else {
          path = env(`=${device}`) || k.process.cwd();
          if (lower(slice(path, 0, 2)) !== lower(device) && codeAt(path, 2) === BACKSLASH) path = `${device}\\`;
        }
        if (path === "") continue;
        const root = rootOf(path);
        if (root.device !== "") {
          if (device === "") device = root.device;
          else if (lower(device) !== lower(root.device)) continue; // a path on another drive
        }
        if (absolute) continue;
        tail = `${windows ? slice(path, root.end) : path}${sep}${tail}`;
        absolute = root.absolute;
      }
      tail = squeeze(tail, !absolute);
      return (absolute ? `${device}${sep}${tail}` : `${device}${tail}`) || ".";
    };

    // A relative path must not become one with a drive or a stream in it: ".\" goes before.
    const guarded = (path, tail) => {
      if (hasDrive(tail)) return `.\\${tail}`;
      for (let at = StringPrototypeIndexOf(path, ":"); at !== -1; at = StringPrototypeIndexOf(path, ":", at + 1))
        if (at === path.length - 1 || isSep(codeAt(path, at + 1))) return `.\\${tail}`;
      return undefined;
    };
    const normalize = (path) => {
      if (text(path, "path") === "") return ".";
      if (path.length === 1 && windows) return path === "/" ? "\\" : path;
      let { device, end, absolute } = rootOf(path);
      const share = shareOf(path);
      if (share !== null && share.end === path.length && end !== 4)
        return `\\\\${share.server}\\${slice(path, share.start)}\\`;
      const colon = windows ? StringPrototypeIndexOf(path, ":") : -1;
      const reserved = colon !== -1 && isReserved(path, colon);
      if (device === "" && !absolute && colon > 0 && reserved) {
        device = slice(path, 0, colon + 1);
        end = colon + 1;
      }
      let tail = squeeze(slice(path, end), !absolute);
      if (tail === "" && !absolute) tail = ".";
      if (tail !== "" && isSep(codeAt(path, path.length - 1))) tail += sep;
      if (windows && !absolute && device === "" && colon !== -1) {
        const safe = guarded(path, tail);
        if (safe !== undefined) return safe;
      }
      if (reserved) return `.\\${device}${tail}`;
      return absolute ? `${device}${sep}${tail}` : `${device}${tail}`;
    };

    const isAbsolute = (path) =>
      isSep(codeAt(text(path, "path"), 0)) || (windows && hasDrive(path) && isSep(codeAt(path, 2)));

    const join = (...args) => {
      let joined;
      let first = "";
      for (let i = 0; i < args.length; i++) {
        const part = text(args[i], "path");
        if (part === "") continue;
        if (joined === undefined) joined = first = part;
        else joined += sep + part;
      }
      if (joined === undefined) return ".";
      // join("/", "/a") is no share: only a first argument that has both names' slashes may begin one.
      const leading = afterSeps(first, 0);
      if (windows && !(leading === 2 && first.length > 2)) {
        const count = afterSeps(joined, 0);
        if (count >= 2) joined = `\\${slice(joined, count)}`;
      }
      return normalize(joined);
    };

    const pieces = (path) => {
      const found = k.text.list();
      for (let start = 0; start <= path.length; ) {
        let end = StringPrototypeIndexOf(path, sep, start);
        if (end === -1) end = path.length;
        if (end > start) ArrayPrototypePush(found, slice(path, start, end));
        start = end + 1;
      }
      return found;
    };
    const relative = (from, to) => {
      text(from, "from");
      text(to, "to");
      if (from === to) return "";
      from = resolve(from);
      to = resolve(to);
      const same = windows ? (a, b) => lower(a) === lower(b) : (a, b) => a === b;
      if (same(from, to)) return "";
      const source = pieces(from), target = pieces(to);
      let common = 0;
      while (common < source.length && common < target.length && same(source[common], target[common])) common++;
      // Nothing in common: another drive, or another share. `from` may be the root itself.
      if (windows && common === 0 && source.length > 0 && target.length > 0) return to;
      let out = StringPrototypeRepeat(`..${sep}`, source.length - common);
      for (let i = common; i < target.length; i++) out += target[i] + sep;
      return slice(out, 0, -1);
    };

    // Where the part begins that dirname and parse never touch, and whether the path is nothing but that.
    const fixedPart = (path) => {
      if (path === "") return { end: 0, whole: false };
      if (isSep(codeAt(path, 0))) {
        const share = path.length > 1 ? shareOf(path) : null;
        if (share === null) return { end: 1, whole: path.length === 1 };
        if (share.end === path.length) return { end: path.length, whole: true };
        return { end: share.end + 1, whole: false };
      }
      if (windows && hasDrive(path)) return { end: isSep(codeAt(path, 2)) ? 3 : 2, whole: false };
      return { end: 0, whole: false };
    };
    // [start, end) of the last segment at or after `low`, trailing separators aside.
    const lastSegment = (path, low) => {
      let end = path.length;
      while (end > low && isSep(codeAt(path, end - 1))) end--;
      let start = end;
      while (start > low && !isSep(codeAt(path, start - 1))) start--;
      return { start, end };
    };
    // Where the extension of the segment begins; its end when it has none.
    const dotOf = (path, start, end) => {
      for (let i = end - 1; i > start; i--) {
        if (codeAt(path, i) !== DOT) continue;
        return end - start === 2 && codeAt(path, start) === DOT ? end : i;
      }
      return end;
    };

    const dirname = (path) => {
      if (text(path, "path") === "") return ".";
      const root = fixedPart(path);
      if (root.whole) return path;
      const low = windows ? root.end : 1;
      const { start, end } = lastSegment(path, low);
      if (end <= low || start <= low) return root.end === 0 ? "." : slice(path, 0, root.end);
      // POSIX: "//a" is in "//".
      return start === 2 && !windows && root.end === 1 ? "//" : slice(path, 0, start - 1);
    };

    const driveEnd = (path) => (windows && path.length >= 2 && hasDrive(path) ? 2 : 0);
    const basename = (path, suffix) => {
      if (suffix !== undefined) text(suffix, "suffix");
      text(path, "path");
      if (suffix !== undefined && suffix !== "" && suffix === path) return "";
      const { start, end } = lastSegment(path, driveEnd(path));
      const name = slice(path, start, end);
      if (suffix === undefined || suffix === "" || suffix.length >= name.length) return name;
      return StringPrototypeEndsWith(name, suffix) ? slice(name, 0, name.length - suffix.length) : name;
    };

    const extname = (path) => {
      text(path, "path");
      const { start, end } = lastSegment(path, driveEnd(path));
      return slice(path, dotOf(path, start, end), end);
    };

    const parse = (path) => {
      const parts = { root: "", dir: "", base: "", ext: "", name: "" };
      if (text(path, "path") === "") return parts;
      const root = fixedPart(path);
      const { start, end } = lastSegment(path, root.end);
      const dot = dotOf(path, start, end);
      parts.root = slice(path, 0, root.end);
      parts.base = slice(path, start, end);
      parts.name = slice(path, start, dot);
      parts.ext = slice(path, dot, end);
      parts.dir = start > root.end && end > start ? slice(path, 0, start - 1) : parts.root;
      return parts;
    };

    const format = (parts) => {
      if (parts === null || typeof parts !== "object" || p.ArrayIsArray(parts))
        throw k.invalidArgType("pathObject", "of type object", parts);
      const dir = parts.dir || parts.root;
      const ext = parts.ext ? `${parts.ext[0] === "." ? "" : "."}${parts.ext}` : "";
      const base = parts.base || `${parts.name || ""}${ext}`;
      if (!dir) return base;
      return dir === parts.root ? `${dir}${base}` : `${dir}${sep}${base}`;
    };

    const toNamespacedPath = (path) => {
      if (!windows || typeof path !== "string" || path === "") return path;
      const full = resolve(path);
      if (full.length <= 2) return path;
      if (StringPrototypeStartsWith(full, "\\\\"))
        return full[2] === "?" || full[2] === "." ? full : `\\\\?\\UNC\\${slice(full, 2)}`;
      return hasDrive(full) && codeAt(full, 2) === BACKSLASH ? `\\\\?\\${full}` : full;
    };

    return {
      resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse,
      sep, delimiter: windows ? ";" : ":", win32: null, posix: null, _makeLong: toNamespacedPath,
    };
  };

  const posix = make(false);
  const win32 = make(true);
  posix.win32 = win32.win32 = win32;
  posix.posix = win32.posix = posix;
  return posix;
})
