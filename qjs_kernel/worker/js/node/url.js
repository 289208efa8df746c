(function (k) {
  "use strict";
  // The module `url`: the web's URL classes, the older functions and the way between file URLs and paths.
  const p = k.primordials;
  const {
    Number, ObjectAssign, RegExpPrototypeExec, StringPrototypeConcat, StringPrototypeIncludes, StringPrototypeSlice,
    StringPrototypeToWellFormed,
  } = p;
  const { replaceMatches } = k.text;
  const { URL, URLSearchParams, hrefOf } = k.load("web/url");
  const { missing, decodeComponent } = k.load("web/urlsearch");
  const { Url, parse } = k.load("internal/url_legacy");

  const isURL = (value) => hrefOf(value) !== undefined;
  // Other implementations of URL count too, as long as they are no `Url`.
  const looksLikeURL = (value) =>
    isURL(value) || (typeof value === "object" && value !== null && !!value.href && !!value.protocol &&
      value.auth === undefined && value.path === undefined);
  const text = (value) => StringPrototypeToWellFormed(StringPrototypeConcat("", value));

  function domainToASCII(domain) {
    if (arguments.length < 1) throw missing("domain");
    return k.service("urls.toASCII", [text(domain)]);
  }
  function domainToUnicode(domain) {
    if (arguments.length < 1) throw missing("domain");
    return k.service("urls.toUnicode", [text(domain)]);
  }

  // ---- files ----

  const badPath = (message) =>
    k.codeError(p.TypeError, "ERR_INVALID_FILE_URL_PATH", `File URL path must ${message}`);
  const windowsPath = (hostname, pathname) => {
    if (RegExpPrototypeExec(/%2f|%5c/i, pathname) !== null) throw badPath("not include encoded \\ or / characters");
    const path = decodeComponent(replaceMatches(/\//g, pathname, () => "\\"));
    if (hostname !== "") return `\\\\${k.service("urls.toUnicode", [hostname])}${path}`;
    if (RegExpPrototypeExec(/^.[A-Za-z]:/, path) === null) throw badPath("be absolute");
    return StringPrototypeSlice(path, 1);
  };

  function fileURLToPath(path, options = undefined) {
    const url = typeof path === "string" ? new URL(path) : path;
    if (!looksLikeURL(url)) throw k.invalidArgType("path", "of type string or an instance of URL", path);
    if (url.protocol !== "file:")
      throw k.codeError(p.TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
    if (options?.windows) return windowsPath(url.hostname, url.pathname);
    if (url.hostname !== "") {
      throw k.codeError(p.TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
    }
    if (RegExpPrototypeExec(/%2f/i, url.pathname) !== null) throw badPath("not include encoded / characters");
    return decodeComponent(url.pathname);
  }

  // What a path may contain and a URL's path would take for something else, or drop.
  const notInPath = /[%\\\n\r\t?#|]/g;
  const escapes = {
    __proto__: null, "%": "%25", "\\": "%5C", "\n": "%0A", "\r": "%0D", "\t": "%09", "?": "%3F", "#": "%23", "|": "%7C",
  };
  const escapePath = (path) => replaceMatches(notInPath, path, (character) => escapes[character]);
  const forwardSlashes = (path) => replaceMatches(/\\/g, path, () => "/");
  const badShare = (path, reason) => k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE",
    `The argument 'path' ${reason}. Received ${k.inspect(path)}`);

  const shareToURL = (path) => {
    const end = p.StringPrototypeIndexOf(path, "\\", 2);
    if (end === -1) throw badShare(path, "Missing UNC resource path");
    if (end === 2) throw badShare(path, "Empty UNC servername");
    const url = new URL("file://");
    url.hostname = StringPrototypeSlice(path, 2, end);
    url.pathname = escapePath(forwardSlashes(StringPrototypeSlice(path, end)));
    return url;
  };

  function pathToFileURL(path, options = undefined) {
    if (typeof path !== "string") throw k.invalidArgType("path", "of type string", path);
    const paths = k.builtin("path");
    const windows = !!options?.windows;
    if (windows && p.StringPrototypeStartsWith(path, "\\\\")) return shareToURL(path);
    let resolved = (windows ? paths.win32 : paths.posix).resolve(path);
    // resolve drops a last slash, which means something in a URL
    const last = path[path.length - 1];
    if ((last === "/" || (windows && last === "\\")) && RegExpPrototypeExec(windows ? /[\\/]$/ : /\/$/, resolved) === null)
      resolved += "/";
    if (windows) resolved = forwardSlashes(resolved);
    if (resolved[0] !== "/") resolved = "/" + resolved; // a drive
    return new URL("file://" + escapePath(resolved));
  }

  function urlToHttpOptions(url) {
    const { hostname, pathname, port, username, password, search } = url;
    const options = ObjectAssign({ __proto__: null }, url);
    options.protocol = url.protocol;
    options.hostname = hostname && hostname[0] === "[" ? StringPrototypeSlice(hostname, 1, -1) : hostname;
    options.hash = url.hash;
    options.search = search;
    options.pathname = pathname;
    options.path = `${pathname || ""}${search || ""}`;
    options.href = url.href;
    if (port !== "") options.port = Number(port);
    if (username || password) options.auth = `${decodeComponent(username)}:${decodeComponent(password)}`;
    return options;
  }

  // ---- the older functions ----

  const formatURL = (url, options) => {
    if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function")
      throw k.invalidArgType("options", "of type object", options);
    const { fragment = true, unicode = false, search = true, auth = true } = options ?? { __proto__: null };
    const isOn = (value) => value === undefined || value === null || !!value;
    const parts = new URL(url.href);
    if (!isOn(fragment)) parts.hash = "";
    if (!isOn(search)) parts.search = "";
    if (!isOn(auth)) {
      parts.username = "";
      parts.password = "";
    }
    const { href, hostname } = parts;
    if (!unicode || !StringPrototypeIncludes(hostname, "xn--")) return href;
    const authority = p.StringPrototypeIndexOf(href, "//") + 2;
    const at = p.StringPrototypeIndexOf(href, "@", authority);
    const path = p.StringPrototypeIndexOf(href, "/", authority);
    const start = at !== -1 && at < path ? at + 1 : authority;
    return StringPrototypeSlice(href, 0, start) + k.service("urls.toUnicode", [hostname]) +
      StringPrototypeSlice(href, start + hostname.length);
  };

  function format(urlObject, options) {
    if (typeof urlObject === "string") return parse(urlObject).format();
    if (typeof urlObject !== "object" || urlObject === null)
      throw k.invalidArgType("urlObject", "one of type object or string", urlObject);
    return looksLikeURL(urlObject) ? formatURL(urlObject, options) : p.ReflectApply(Url.prototype.format, urlObject, []);
  }
  function resolve(source, relative) { return parse(source, false, true).resolve(relative); }
  function resolveObject(source, relative) {
    if (!source) return relative;
    return parse(source, false, true).resolveObject(relative);
  }

  return {
    Url, parse, resolve, resolveObject, format, URL, URLSearchParams, domainToASCII, domainToUnicode, pathToFileURL,
    fileURLToPath, urlToHttpOptions,
  };
})
