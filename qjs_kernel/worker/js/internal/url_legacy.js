(function (k) {
  "use strict";
  // `url.parse`, `url.format` and `url.resolve`: URLs as Node took them apart before the WHATWG said how.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSplice,
    ArrayPrototypeUnshift, ObjectKeys, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeIndexOf,
    StringPrototypeIncludes, StringPrototypeIsWellFormed, StringPrototypeSlice, StringPrototypeStartsWith,
    StringPrototypeToLowerCase, encodeURIComponent,
  } = p;
  const { decodeComponent, invalidURL } = k.load("web/urlsearch");
  const { list, replaceMatches } = k.text;

  const set = (...names) => {
    const all = { __proto__: null };
    for (let i = 0; i < names.length; i++) all[names[i]] = all[names[i] + ":"] = true;
    return all;
  };
  const hostless = set("javascript"); // and nothing in them is escaped
  const slashed = set("http", "https", "ftp", "gopher", "file", "ws", "wss");
  const matches = (pattern, text) => RegExpPrototypeExec(pattern, text) !== null;
  const isIPv6 = (hostname) => hostname.length > 0 && hostname[0] === "[" && hostname[hostname.length - 1] === "]";
  const split = (text) => {
    const parts = list();
    for (let start = 0; ; ) {
      const slash = StringPrototypeIndexOf(text, "/", start);
      ArrayPrototypePush(parts, StringPrototypeSlice(text, start, slash === -1 ? undefined : slash));
      if (slash === -1) return parts;
      start = slash + 1;
    }
  };
  const join = (parts) => ArrayPrototypeJoin(parts, "/");

  function Url() {
    this.protocol = null;
    this.slashes = null;
    this.auth = null;
    this.host = null;
    this.port = null;
    this.hostname = null;
    this.hash = null;
    this.search = null;
    this.query = null;
    this.pathname = null;
    this.path = null;
    this.href = null;
  }

  function parse(url, parseQueryString, slashesDenoteHost) {
    if (url instanceof Url) return url;
    const made = new Url();
    made.parse(url, parseQueryString, slashesDenoteHost);
    return made;
  }

  // ---- parsing ----

  // Without surrounding space, and with slashes for backslashes up to the query.
  const isSpace = (character) => StringPrototypeIncludes("\t\n\f\r \xa0\ufeff", character);
  const tidy = (url) => {
    let from = 0, to = url.length;
    while (from < to && isSpace(url[from])) from++;
    while (to > from && isSpace(url[to - 1])) to--;
    const text = StringPrototypeSlice(url, from, to);
    const end = RegExpPrototypeExec(/[?#]/, text)?.index ?? text.length;
    return replaceMatches(/\\/g, StringPrototypeSlice(text, 0, end), () => "/") + StringPrototypeSlice(text, end);
  };
  const simplePath = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/;
  const scheme = /^[a-z0-9.+-]+:/i;
  const nameWithAt = /^\/\/[^@/]+@[^@/]+/;
  const escapes = /[\t\n\r "'<>\\^`{|}]/g;
  const percent = (character) => {
    const hex = p.StringPrototypeToUpperCase(p.NumberPrototypeToString(StringPrototypeCharCodeAt(character, 0), 16));
    return hex.length < 2 ? `%0${hex}` : `%${hex}`;
  };
  const notInHost = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
  const notInIPv6 = /[\0\t\n\r #%/<>?@\\^|]/;

  const setQuery = (url, search, parsed) => {
    url.search = search;
    const query = StringPrototypeSlice(search, 1);
    url.query = parsed ? k.load("node/querystring").parse(query) : query;
  };
  const noQuery = (url) => {
    url.search = null;
    url.query = { __proto__: null };
  };

  // The end of the host in `rest` and the last @ in front of it; tabs and line ends are dropped on the way.
  const findHost = (rest) => {
    let at = -1, end = -1, i = 0;
    for (; i < rest.length; i++) {
      const character = rest[i];
      if (character === "\t" || character === "\n" || character === "\r") {
        rest = StringPrototypeSlice(rest, 0, i) + StringPrototypeSlice(rest, i + 1);
        i--;
      } else if (character === "#" || character === "/" || character === "?") {
        if (end === -1) end = i;
        break;
      } else if (character === "@") {
        at = i;
        end = -1;
      } else if (end === -1 && StringPrototypeIncludes(" \"%';<>\\^`{|}", character)) end = i;
    }
    return { __proto__: null, rest, at, end: end === -1 ? rest.length : end };
  };

  // Sets what belongs to the host; returns what is left.
  const takeHost = (url, text, input) => {
    let { rest, at, end } = findHost(text);
    if (at !== -1) url.auth = decodeComponent(StringPrototypeSlice(rest, 0, at));
    url.host = StringPrototypeSlice(rest, at + 1, end);
    rest = StringPrototypeSlice(rest, end);
    url.parseHost();
    if (typeof url.hostname !== "string") url.hostname = "";
    const { hostname } = url;
    const ipv6 = isIPv6(hostname);
    if (!ipv6) {
      const wrong = RegExpPrototypeExec(/[/\\#?:]/, hostname);
      if (wrong !== null) {
        url.hostname = StringPrototypeSlice(hostname, 0, wrong.index);
        rest = "/" + StringPrototypeSlice(hostname, wrong.index) + rest;
      }
    }
    if (url.hostname.length > 255) url.hostname = "";
    else url.hostname = StringPrototypeToLowerCase(url.hostname);
    if (url.hostname !== "") {
      if (ipv6) {
        if (matches(notInIPv6, url.hostname)) throw invalidURL(input);
      } else {
        if (!matches(/^[\x01-\x7f]*$/, url.hostname) || StringPrototypeIncludes(url.hostname, "xn--"))
          url.hostname = k.service("urls.labelsToASCII", [p.StringPrototypeToWellFormed(url.hostname)]);
        if (url.hostname === "" || matches(notInHost, url.hostname)) throw invalidURL(input);
      }
    }
    url.host = (url.hostname || "") + (url.port ? ":" + url.port : "");
    if (ipv6) {
      url.hostname = StringPrototypeSlice(url.hostname, 1, -1);
      if (rest[0] !== "/") rest = "/" + rest;
    }
    return rest;
  };

  Url.prototype.parse = function parse(url, parseQueryString, slashesDenoteHost) {
    if (typeof url !== "string") throw k.invalidArgType("url", "of type string", url);
    let rest = tidy(url);
    if (!slashesDenoteHost && !StringPrototypeIncludes(url, "#") && !StringPrototypeIncludes(url, "@")) {
      const simple = RegExpPrototypeExec(simplePath, rest);
      if (simple !== null) {
        this.path = this.href = rest;
        this.pathname = simple[1];
        if (simple[2]) setQuery(this, simple[2], parseQueryString);
        else if (parseQueryString) noQuery(this);
        return this;
      }
    }
    const found = RegExpPrototypeExec(scheme, rest);
    const protocol = found === null ? undefined : StringPrototypeToLowerCase(found[0]);
    if (found !== null) {
      this.protocol = protocol;
      rest = StringPrototypeSlice(rest, found[0].length);
    }
    let slashes = false;
    if ((slashesDenoteHost || found !== null || matches(nameWithAt, rest)) && StringPrototypeStartsWith(rest, "//")) {
      slashes = !(found !== null && hostless[protocol]);
      if (slashes) {
        rest = StringPrototypeSlice(rest, 2);
        this.slashes = true;
      }
    }
    if (!hostless[protocol] && (slashes || (found !== null && !slashed[found[0]]))) rest = takeHost(this, rest, url);
    if (!hostless[protocol]) rest = replaceMatches(escapes, rest, percent);

    const hash = StringPrototypeIndexOf(rest, "#");
    if (hash !== -1) this.hash = StringPrototypeSlice(rest, hash);
    const beforeHash = hash === -1 ? rest : StringPrototypeSlice(rest, 0, hash);
    const question = StringPrototypeIndexOf(beforeHash, "?");
    if (question !== -1) setQuery(this, StringPrototypeSlice(beforeHash, question), parseQueryString);
    else if (parseQueryString) noQuery(this);
    const path = question === -1 ? beforeHash : StringPrototypeSlice(beforeHash, 0, question);
    if (path !== "") this.pathname = path;
    if (slashed[protocol] && this.hostname && !this.pathname) this.pathname = "/";
    if (this.pathname || this.search) this.path = (this.pathname || "") + (this.search || "");
    this.href = this.format();
    return this;
  };

  // ---- formatting ----

  const encodeAuth = (auth) => {
    if (!StringPrototypeIsWellFormed(auth)) throw k.codeError(p.URIError, "ERR_INVALID_URI", "URI malformed");
    return replaceMatches(/%3A/g, encodeURIComponent(auth), () => ":");
  };
  const hashMark = (text) => replaceMatches(/#/g, text, () => "%23");

  Url.prototype.format = function format() {
    const auth = this.auth ? encodeAuth(p.StringPrototypeConcat("", this.auth)) + "@" : "";
    let protocol = this.protocol || "";
    let pathname = this.pathname || "";
    let hash = this.hash || "";
    let host = "";
    if (this.host) host = auth + this.host;
    else if (this.hostname) {
      const bare = StringPrototypeIncludes(this.hostname, ":") && !isIPv6(this.hostname);
      host = auth + (bare ? `[${this.hostname}]` : this.hostname);
      if (this.port) host += ":" + this.port;
    }
    const query = this.query !== null && typeof this.query === "object" ? k.load("node/querystring").stringify(this.query) : "";
    let search = this.search || (query && "?" + query) || "";
    if (protocol && protocol[protocol.length - 1] !== ":") protocol += ":";
    pathname = replaceMatches(/\?/g, hashMark(pathname), () => "%3F");
    if (this.slashes || slashed[protocol]) {
      if (this.slashes || host) {
        if (pathname && pathname[0] !== "/") pathname = "/" + pathname;
        host = "//" + host;
      } else if (StringPrototypeStartsWith(protocol, "file")) host = "//";
    }
    search = hashMark(search);
    if (hash && hash[0] !== "#") hash = "#" + hash;
    if (search && search[0] !== "?") search = "?" + search;
    return protocol + host + pathname + search + hash;
  };

  // ---- resolving ----

  const copy = (target, source, except) => {
    const keys = ObjectKeys(source);
    for (let i = 0; i < keys.length; i++) if (keys[i] !== except) target[keys[i]] = source[keys[i]];
  };
  const finished = (url) => {
    url.href = url.format();
    return url;
  };
  const setPath = (url) => {
    if (url.pathname !== null || url.search !== null)
      url.path = (url.pathname ? url.pathname : "") + (url.search ? url.search : "");
  };
  // The first part of the path of a URL without slashes may be "user@host".
  const hostFromPath = (url, host) => {
    url.hostname = url.host = host;
    const at = typeof host === "string" ? StringPrototypeIndexOf(host, "@") : -1;
    if (at <= 0) return;
    url.auth = StringPrototypeSlice(host, 0, at);
    const next = StringPrototypeIndexOf(host, "@", at + 1);
    url.host = url.hostname = StringPrototypeSlice(host, at + 1, next === -1 ? undefined : next);
  };
  const putFirst = (parts, host) => {
    if (parts[0] === "") parts[0] = host;
    else ArrayPrototypeUnshift(parts, host);
  };

  const otherProtocol = (result, relative) => {
    if (!slashed[relative.protocol]) {
      copy(result, relative);
      return finished(result);
    }
    result.protocol = relative.protocol;
    if (!relative.host && !matches(/^file:?$/, relative.protocol) && !hostless[relative.protocol]) {
      const parts = split(relative.pathname || "");
      while (parts.length > 0 && !(relative.host = ArrayPrototypeShift(parts)));
      if (!relative.host) relative.host = "";
      if (!relative.hostname) relative.hostname = "";
      if (parts[0] !== "") ArrayPrototypeUnshift(parts, "");
      if (parts.length < 2) ArrayPrototypeUnshift(parts, "");
      result.pathname = join(parts);
    } else result.pathname = relative.pathname;
    result.search = relative.search;
    result.query = relative.query;
    result.host = relative.host || "";
    result.auth = relative.auth;
    result.hostname = relative.hostname || relative.host;
    result.port = relative.port;
    if (result.pathname || result.search) result.path = (result.pathname || "") + (result.search || "");
    result.slashes = result.slashes || relative.slashes;
    return finished(result);
  };

  // Takes "." and ".." out; what goes above the beginning stays as ".." if `keepAbove`.
  const normalizeDots = (parts, keepAbove) => {
    let up = 0;
    for (let i = parts.length - 1; i >= 0; i--) {
      if (parts[i] === ".") ArrayPrototypeSplice(parts, i, 1);
      else if (parts[i] === "..") {
        ArrayPrototypeSplice(parts, i, 1);
        up++;
      } else if (up > 0) {
        ArrayPrototypeSplice(parts, i, 1);
        up--;
      }
    }
    if (keepAbove) for (; up > 0; up--) ArrayPrototypeUnshift(parts, "..");
  };

  Url.prototype.resolve = function resolve(relative) {
    return this.resolveObject(parse(relative, false, true)).format();
  };

  Url.prototype.resolveObject = function resolveObject(relative) {
    if (typeof relative === "string") relative = parse(relative, false, true);
    const result = new Url();
    copy(result, this);
    result.hash = relative.hash;
    if (relative.href === "") return finished(result);
    if (relative.slashes && !relative.protocol) {
      copy(result, relative, "protocol");
      if (slashed[result.protocol] && result.hostname && !result.pathname) result.path = result.pathname = "/";
      return finished(result);
    }
    if (relative.protocol && relative.protocol !== result.protocol) return otherProtocol(result, relative);

    const isSourceAbsolute = result.pathname && result.pathname[0] === "/";
    const isAbsolutePath = relative.host || (relative.pathname && relative.pathname[0] === "/");
    let mustEndAbsolute = isAbsolutePath || isSourceAbsolute || (result.host && relative.pathname);
    const keepAbove = !mustEndAbsolute;
    let source = result.pathname ? split(result.pathname) : list();
    const added = relative.pathname ? split(relative.pathname) : list();
    const noSlashes = result.protocol && !slashed[result.protocol];
    if (noSlashes) { // the host is but the first part of the path then
      result.hostname = "";
      result.port = null;
      if (result.host) putFirst(source, result.host);
      result.host = "";
      if (relative.protocol) {
        relative.hostname = null;
        relative.port = null;
        result.auth = null;
        if (relative.host) putFirst(added, relative.host);
        relative.host = null;
      }
      mustEndAbsolute = mustEndAbsolute && (added[0] === "" || source[0] === "");
    }

    if (isAbsolutePath) {
      if (relative.host || relative.host === "") {
        if (result.host !== relative.host) result.auth = null;
        result.host = relative.host;
        result.port = relative.port;
      }
      if (relative.hostname || relative.hostname === "") {
        if (result.hostname !== relative.hostname) result.auth = null;
        result.hostname = relative.hostname;
      }
      result.search = relative.search;
      result.query = relative.query;
      source = added;
    } else if (added.length > 0) {
      ArrayPrototypePop(source);
      for (let i = 0; i < added.length; i++) ArrayPrototypePush(source, added[i]);
      result.search = relative.search;
      result.query = relative.query;
    } else if (relative.search !== null && relative.search !== undefined) {
      if (noSlashes) hostFromPath(result, ArrayPrototypeShift(source));
      result.search = relative.search;
      result.query = relative.query;
      setPath(result);
      return finished(result);
    }
    if (source.length === 0) {
      result.pathname = null;
      result.path = result.search ? "/" + result.search : null;
      return finished(result);
    }

    const last = source[source.length - 1];
    const endsWithSlash = last === "" ||
      ((result.host || relative.host || source.length > 1) && (last === "." || last === ".."));
    normalizeDots(source, keepAbove && !mustEndAbsolute);
    if (mustEndAbsolute && source[0] !== "" && (!source[0] || source[0][0] !== "/")) ArrayPrototypeUnshift(source, "");
    if (endsWithSlash && StringPrototypeSlice(join(source), -1) !== "/") ArrayPrototypePush(source, "");
    const isAbsolute = source[0] === "" || (source[0] && source[0][0] === "/");
    if (noSlashes) hostFromPath(result, isAbsolute ? "" : source.length > 0 ? ArrayPrototypeShift(source) : "");
    mustEndAbsolute = mustEndAbsolute || (result.host && source.length > 0);
    if (mustEndAbsolute && !isAbsolute) ArrayPrototypeUnshift(source, "");
    if (source.length === 0) {
      result.pathname = null;
      result.path = null;
    } else result.pathname = join(source);
    setPath(result);
    result.auth = relative.auth || result.auth;
    result.slashes = result.slashes || relative.slashes;
    return finished(result);
  };

  Url.prototype.parseHost = function parseHost() {
    let { host } = this;
    const port = RegExpPrototypeExec(/:[0-9]*$/, host);
    if (port !== null) {
      if (port[0] !== ":") this.port = StringPrototypeSlice(port[0], 1);
      host = StringPrototypeSlice(host, 0, port.index);
    }
    if (host) this.hostname = host;
  };

  return { Url, parse };
})
