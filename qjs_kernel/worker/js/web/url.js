(function (k) {
  "use strict";
  // URL. Its whole state is the serialised text: every component is read out of that, and whatever is not plainly
  // serialised already is parsed by the worker's `ada_url` (service "urls"), which Node uses too.
  const p = k.primordials;
  const {
    MathMin, MapPrototypeSet, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeLastIndexOf,
    StringPrototypeSlice, StringPrototypeStartsWith, SymbolToStringTag,
  } = p;
  const { URLSearchParams, link, reload, usv, missing, nameOf, show } = k.load("web/urlsearch");
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");

  // ---- what need not be parsed ----
  //
  // Most URLs of programs are their own serialisation. These patterns accept a part of those only: lower-case names
  // that cannot be numbers or Punycode, addresses in dotted decimals, no credentials, no dot segments, no character
  // that would be encoded. tests/sandbox/test_platform_url.py holds them against the full parser.
  const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  const address = "(?:" + octet + "\\.){3}" + octet;
  const label = "(?!xn--)[a-z0-9_-]+\\.";
  const host = "(?:(?:" + label + ")*(?!xn--)[a-z][a-z0-9_-]*|" + address + ")";
  const inPath = "[A-Za-z0-9\\-._~!$&'()*+,;=:@%]*";
  const noDots = "(?!(?:\\.|%2[eE]){1,2}(?:[/?#]|$))";
  const path = "(?:/" + noDots + inPath + ")";
  const tail = "(?:\\?[A-Za-z0-9\\-._~!$&()*+,;=:@%/?\\[\\]]*)?(?:#[A-Za-z0-9\\-._~!$&'()*+,;=:@%/?]*)?$";
  const plainURL = new p.RegExp(
    "^((https?|wss?|ftp)://" + host + "(?::([1-9][0-9]{0,4}))?)(" + path + "*)" + tail);
  const plainFile = new p.RegExp("^(file://)(?!/[A-Za-z]:)(" + path + "+)" + tail);
  const plainPath = new p.RegExp("^(?!//)" + path + "+" + tail);
  const plainRelative = new p.RegExp(
    "^(?:\\./)?" + noDots + "(?!/)[A-Za-z0-9\\-._~!$&'()*+,;=@%]+" + path + "*" + tail);
  const defaultPorts = { __proto__: null, http: 80, https: 443, ws: 80, wss: 443, ftp: 21 };

  // The authority with its scheme and the path, if `url` is plain.
  const plain = (url) => {
    const found = RegExpPrototypeExec(plainURL, url);
    if (found === null) return RegExpPrototypeExec(plainFile, url) === null ? undefined : { __proto__: null, root: "file://", path: "/" };
    if (found[3] !== undefined && (+found[3] > 65535 || +found[3] === defaultPorts[found[2]])) return undefined;
    return { __proto__: null, root: found[1], path: found[4] };
  };
  const plainHref = (url) => {
    const found = plain(url);
    if (found === undefined) return undefined;
    return found.path === "" ? found.root + "/" + StringPrototypeSlice(url, found.root.length) : url;
  };
  const plainJoin = (url, base) => {
    const found = plain(base);
    if (found === undefined) return undefined;
    const { root } = found;
    if (RegExpPrototypeExec(plainPath, url) !== null)
      return root === "file://" && RegExpPrototypeExec(/^\/[A-Za-z]:/, url) !== null ? undefined : root + url;
    if (RegExpPrototypeExec(plainRelative, url) === null) return undefined;
    const { search } = locate(base);
    const last = StringPrototypeLastIndexOf(base, "/", search - 1);
    const rest = StringPrototypeStartsWith(url, "./") ? StringPrototypeSlice(url, 2) : url;
    return (last < root.length ? root + "/" : StringPrototypeSlice(base, 0, last + 1)) + rest;
  };

  // The serialised URL, or null.
  const parse = (url, base) => {
    if (base === undefined) return plainHref(url) ?? k.service("urls.parse", [url]);
    return plainHref(url) === undefined || plain(base) === undefined
      ? plainJoin(url, base) ?? k.service("urls.parse", [url, base])
      : plainHref(url);
  };

  // ---- where the components are ----

  // Offsets into a serialised URL. `host` to `hostEnd` is the name, then ":port" up to `authorityEnd`.
  const locate = (href) => {
    const scheme = StringPrototypeIndexOf(href, ":") + 1;
    const hashAt = StringPrototypeIndexOf(href, "#");
    const hash = hashAt === -1 ? href.length : hashAt;
    const searchAt = StringPrototypeIndexOf(href, "?");
    const search = searchAt === -1 || searchAt > hash ? hash : searchAt;
    let path = scheme, user = scheme, userEnd = scheme, host = scheme, hostEnd = scheme, authorityEnd = scheme;
    const hasHost = StringPrototypeStartsWith(href, "//", scheme);
    if (hasHost) {
      const slash = StringPrototypeIndexOf(href, "/", scheme + 2);
      path = authorityEnd = slash === -1 ? search : MathMin(slash, search);
      user = userEnd = host = scheme + 2;
      const at = StringPrototypeIndexOf(href, "@", user);
      if (at !== -1 && at < path) {
        const colon = StringPrototypeIndexOf(href, ":", user);
        userEnd = colon !== -1 && colon < at ? colon : at;
        host = at + 1;
      }
      const from = href[host] === "[" ? StringPrototypeIndexOf(href, "]", host) : host;
      const colon = StringPrototypeIndexOf(href, ":", from);
      hostEnd = colon !== -1 && colon < path ? colon : path;
    } else if (StringPrototypeStartsWith(href, "/.//", scheme)) path += 2; // keeps a path of // from being a host
    return { __proto__: null, scheme, user, userEnd, host, hostEnd, authorityEnd, path, search, hash, hasHost };
  };

  const invalid = (input, base) => {
    const error = k.codeError(p.TypeError, "ERR_INVALID_URL", "Invalid URL");
    error.input = input;
    if (base !== undefined) error.base = base;
    return error;
  };
  const originOf = (href) => {
    const { scheme, host, authorityEnd, path, search } = locate(href);
    const protocol = StringPrototypeSlice(href, 0, scheme);
    if (defaultPorts[StringPrototypeSlice(protocol, 0, -1)] !== undefined)
      return protocol + "//" + StringPrototypeSlice(href, host, authorityEnd);
    if (protocol !== "blob:") return "null";
    const inner = parse(StringPrototypeSlice(href, path, search));
    return inner !== null && RegExpPrototypeExec(/^https?:/, inner) !== null ? originOf(inner) : "null";
  };
  const plainQuery = /^[A-Za-z0-9\-._~!$&()*+,;=:@%\/?]+$/;

  let hrefOf;

  class URL {
    #href;
    #places = undefined;
    #params = undefined;

    static {
      hrefOf = (value) => (typeof value === "object" && value !== null && #href in value ? value.#href : undefined);
    }

    static parse(url, base = undefined) {
      if (arguments.length === 0) throw missing("url");
      url = usv(url);
      if (base !== undefined) base = usv(base);
      const href = parse(url, base);
      if (href === null) return null;
      return new URL(href);
    }

    static canParse(url, base = undefined) {
      if (arguments.length === 0) throw missing("url");
      url = usv(url);
      if (base !== undefined) base = usv(base);
      return parse(url, base) !== null;
    }

    static createObjectURL() {
      throw new p.Error("URL.createObjectURL is not available in the sandbox: nothing here could load such an URL. " +
        "Read the blob with `await blob.text()` or `await blob.arrayBuffer()`, or make a data: URL");
    }

    static revokeObjectURL() {}

    constructor(url, base = undefined) {
      if (arguments.length === 0) throw missing("url");
      url = usv(url);
      if (base !== undefined) base = usv(base);
      const href = parse(url, base);
      if (href === null) throw invalid(url, base);
      this.#href = href;
    }

    get #at() { return (this.#places ??= locate(this.#href)); }

    #become(href) {
      if (href === this.#href) return;
      this.#href = href;
      this.#places = undefined;
    }

    #set(field, value) { this.#become(k.service("urls.set", [this.#href, field, usv(value)])); }

    // Whether the query can be cut out and in as text: the end of an opaque path depends on what follows it.
    #hasPlainPath() {
      const { hasHost, path } = this.#at;
      return hasHost || this.#href[path] === "/";
    }

    #setQuery(query) {
      const { search, hash } = this.#at;
      const before = StringPrototypeSlice(this.#href, 0, search);
      this.#become(before + (query === "" ? "" : "?" + query) + StringPrototypeSlice(this.#href, hash));
    }

    #reloadParams() { if (this.#params !== undefined) reload(this.#params, StringPrototypeSlice(this.search, 1)); }

    toString() { return this.#href; }
    toJSON() { return this.#href; }

    get href() { return this.#href; }
    set href(value) {
      value = usv(value);
      const href = parse(value);
      if (href === null) throw invalid(value);
      this.#become(href);
      this.#reloadParams();
    }

    get origin() { return originOf(this.#href); }

    get protocol() { return StringPrototypeSlice(this.#href, 0, this.#at.scheme); }
    set protocol(value) { this.#set("protocol", value); }

    get username() { return StringPrototypeSlice(this.#href, this.#at.user, this.#at.userEnd); }
    set username(value) { this.#set("username", value); }

    get password() {
      const { userEnd, host } = this.#at;
      return this.#href[userEnd] === ":" && host > userEnd ? StringPrototypeSlice(this.#href, userEnd + 1, host - 1) : "";
    }
    set password(value) { this.#set("password", value); }

    get host() { return StringPrototypeSlice(this.#href, this.#at.host, this.#at.authorityEnd); }
    set host(value) { this.#set("host", value); }

    get hostname() { return StringPrototypeSlice(this.#href, this.#at.host, this.#at.hostEnd); }
    set hostname(value) { this.#set("hostname", value); }

    get port() { return StringPrototypeSlice(this.#href, this.#at.hostEnd + 1, this.#at.authorityEnd); }
    set port(value) { this.#set("port", value); }

    get pathname() { return StringPrototypeSlice(this.#href, this.#at.path, this.#at.search); }
    set pathname(value) { this.#set("pathname", value); }

    get search() {
      const { search, hash } = this.#at;
      return hash - search > 1 ? StringPrototypeSlice(this.#href, search, hash) : "";
    }
    set search(value) {
      value = usv(value);
      const query = value[0] === "?" ? StringPrototypeSlice(value, 1) : value;
      if (this.#hasPlainPath() && RegExpPrototypeExec(plainQuery, query) !== null) this.#setQuery(query);
      else this.#set("search", value);
      this.#reloadParams();
    }

    get searchParams() {
      if (this.#params === undefined) {
        this.#params = new URLSearchParams();
        link(this.#params, StringPrototypeSlice(this.search, 1), (query) => {
          if (this.#hasPlainPath()) this.#setQuery(query);
          else this.#set("search", query);
        });
      }
      return this.#params;
    }

    get hash() {
      const { hash } = this.#at;
      return this.#href.length - hash > 1 ? StringPrototypeSlice(this.#href, hash) : "";
    }
    set hash(value) { this.#set("hash", value); }

    [customInspect](depth, options) {
      const { href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash } = this;
      if (typeof depth === "number" && depth < 0) return this;
      const parts = { href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash };
      return `${nameOf(this, "URL")} ${k.inspect(parts, options)}`;
    }
  }

  show(URL, ["canParse", "parse", "createObjectURL", "revokeObjectURL"]);
  show(URL.prototype, ["toString", "toJSON", "href", "origin", "protocol", "username", "password", "host", "hostname", "port",
    "pathname", "search", "searchParams", "hash"]);
  ObjectDefineProperty(URL.prototype, SymbolToStringTag, { __proto__: null, value: "URL", configurable: true });
  MapPrototypeSet(k.codecKinds, URL.prototype, "href");

  return { URL, URLSearchParams, hrefOf };
})
