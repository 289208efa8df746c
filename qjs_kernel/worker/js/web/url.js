(function (k) {
  "use strict";
  // URL. Its whole state is the serialised text: every component is read out of that, and whatever is not plainly
  // serialised already is parsed by the worker's `ada_url` (service "urls"), which Node uses too.
  const p = k.primordials;
  const {
    MapPrototypeSet, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeLastIndexOf, StringPrototypeSlice,
    StringPrototypeStartsWith, SymbolToStringTag,
  } = p;
  const { URLSearchParams, link, reload, usv, missing, invalidURL, nameOf, show } = k.load("web/urlsearch");
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

  const LONGEST = 4_096; // the patterns keep a state for every part of a path

  // The authority with its scheme and the path, if `url` is plain.
  const plain = (url) => {
    if (url.length > LONGEST) return undefined;
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
    if (found === undefined || url.length > LONGEST) return undefined;
    const { root } = found;
    if (RegExpPrototypeExec(plainPath, url) !== null)
      return root === "file://" && RegExpPrototypeExec(/^\/[A-Za-z]:/, url) !== null ? undefined : root + url;
    if (RegExpPrototypeExec(plainRelative, url) === null) return undefined;
    const end = RegExpPrototypeExec(/[?#]/, base)?.index ?? base.length;
    const last = StringPrototypeLastIndexOf(base, "/", end - 1);
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

  // ---- the components ----

  // Of any serialised URL: 1 protocol, 2 user name, 3 password, 4 host name, 5 port, 6 path, 7 search, 8 hash. "/." before
  // a path that begins with // only keeps that from being a host.
  const components = new p.RegExp("^([^:]*:)(?://(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\\[[^\\]]*\\]|[^:/?#]*)(?::([0-9]*))?)?" +
    "(?:/\\.(?=//))?([^?#]*)(\\?[^#]*)?(#[^]*)?$");
  const read = (href) => RegExpPrototypeExec(components, href);
  const hostOf = (parts) => (parts[5] === undefined ? parts[4] ?? "" : parts[4] + ":" + parts[5]);

  const originOf = (href) => {
    const parts = read(href);
    const protocol = parts[1];
    if (defaultPorts[StringPrototypeSlice(protocol, 0, -1)] !== undefined) return protocol + "//" + hostOf(parts);
    if (protocol !== "blob:") return "null";
    const inner = parse(parts[6]);
    return inner !== null && RegExpPrototypeExec(/^https?:/, inner) !== null ? originOf(inner) : "null";
  };
  const plainQuery = /^[A-Za-z0-9\-._~!$&()*+,;=:@%\/?]+$/;

  let hrefOf;

  class URL {
    #href;
    #read = undefined; // the components, once somebody asked
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
      if (href === null) throw invalidURL(url, base);
      this.#href = href;
    }

    get #parts() { return (this.#read ??= read(this.#href)); }

    #become(href) {
      if (href === this.#href) return;
      this.#href = href;
      this.#read = undefined; // the components, once somebody asked
    }

    #set(field, value) { this.#become(k.service("urls.set", [this.#href, field, usv(value)])); }

    // Whether the query can be cut out and in as text: the end of an opaque path depends on what follows it.
    #hasPlainPath() {
      const parts = this.#parts;
      return parts[4] !== undefined || parts[6][0] === "/";
    }

    #setQuery(query) {
      const parts = this.#parts;
      const search = parts[7] ?? "", hash = parts[8] ?? "";
      const before = StringPrototypeSlice(this.#href, 0, this.#href.length - search.length - hash.length);
      this.#become(before + (query === "" ? "" : "?" + query) + hash);
    }

    #reloadParams() { if (this.#params !== undefined) reload(this.#params, StringPrototypeSlice(this.search, 1)); }

    toString() { return this.#href; }
    toJSON() { return this.#href; }

    get href() { return this.#href; }
    set href(value) {
      value = usv(value);
      const href = parse(value);
      if (href === null) throw invalidURL(value);
      this.#become(href);
      this.#reloadParams();
    }

    get origin() { return originOf(this.#href); }

    get protocol() { return this.#parts[1]; }
    set protocol(value) { this.#set("protocol", value); }

    get username() { return this.#parts[2] ?? ""; }
    set username(value) { this.#set("username", value); }

    get password() { return this.#parts[3] ?? ""; }
    set password(value) { this.#set("password", value); }

    get host() { return hostOf(this.#parts); }
    set host(value) { this.#set("host", value); }

    get hostname() { return this.#parts[4] ?? ""; }
    set hostname(value) { this.#set("hostname", value); }

    get port() { return this.#parts[5] ?? ""; }
    set port(value) { this.#set("port", value); }

    get pathname() { return this.#parts[6]; }
    set pathname(value) { this.#set("pathname", value); }

    get search() {
      const search = this.#parts[7];
      return search === undefined || search === "?" ? "" : search;
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
      const hash = this.#parts[8];
      return hash === undefined || hash === "#" ? "" : hash;
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
