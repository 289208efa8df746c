(function (k) {
  "use strict";
  // Request.
  const p = k.primordials;
  const { RegExpPrototypeExec, StringPrototypeToUpperCase } = p;
  const { headersOf, headersList, add, fill, get, copy, illegal, need, usv, byteString, isObject, token } = k.load("web/headers");
  const { extract, isUnusable, clone: cloneBody, mixin } = k.load("web/body");
  const { publish, inspects } = k.load("web/interface");
  const aborts = () => k.load("web/abort");

  const secret = {};
  let stateOf;
  let isRequest;

  const choices = {
    __proto__: null,
    referrerPolicy: ["", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
      "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"],
    mode: ["navigate", "same-origin", "no-cors", "cors"],
    credentials: ["omit", "same-origin", "include"],
    cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
    redirect: ["follow", "manual", "error"],
    duplex: ["half"],
  };
  const choice = (init, key) => {
    const value = init[key];
    if (value === undefined) return undefined;
    const text = `${value}`;
    const known = choices[key];
    for (let i = 0; i < known.length; i++) if (known[i] === text) return text;
    throw new p.TypeError(`Request constructor: ${text} is not an accepted type. Expected one of ${
      p.ArrayPrototypeJoin(known, ", ")}.`);
  };
  const parse = (text) => {
    const { URL, hrefOf } = k.load("web/url");
    let href;
    try { href = hrefOf(new URL(text)); } catch (cause) {
      throw new p.TypeError(`Failed to parse URL from ${text}`, { __proto__: null, cause });
    }
    if (RegExpPrototypeExec(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/, href) !== null)
      throw new p.TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`);
    return href;
  };
  const normalized = /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT)$/;
  const forbidden = /^(?:CONNECT|TRACE|TRACK)$/;
  const methodOf = (value) => {
    const method = byteString(value);
    if (RegExpPrototypeExec(token, method) === null) throw new p.TypeError(`'${method}' is not a valid HTTP method.`);
    const upper = StringPrototypeToUpperCase(method);
    if (RegExpPrototypeExec(forbidden, upper) !== null) throw new p.TypeError(`'${method}' HTTP method is unsupported.`);
    return RegExpPrototypeExec(normalized, upper) !== null ? upper : method;
  };
  const fresh = (url) => ({
    __proto__: null, method: "GET", url, headers: headersList(), shown: undefined, body: null, referrer: "about:client",
    referrerPolicy: "", mode: "cors", credentials: "same-origin", cache: "default", redirect: "follow", integrity: "",
    keepalive: false, source: undefined, signal: undefined,
  });
  const members = ["method", "referrerPolicy", "mode", "credentials", "cache", "redirect", "integrity", "keepalive"];

  const initialize = (input, init) => {
    if (init !== undefined && init !== null && !isObject(init) && typeof init !== "function")
      throw new p.TypeError(`Request constructor: Expected ${k.inspect(init)} to be one of: Null, Undefined, Object.`);
    init ??= { __proto__: null };
    const from = isRequest(input) ? stateOf(input) : undefined;
    const state = fresh(from === undefined ? parse(usv(input)) : from.url);
    if (from !== undefined) {
      for (let i = 0; i < members.length; i++) state[members[i]] = from[members[i]];
      state.referrer = from.referrer;
      state.source = from.source;
    }
    if (init.window !== undefined && init.window !== null)
      throw new p.TypeError(`'window' option '${init.window}' must be null`);
    if (init.referrer !== undefined) {
      const text = usv(init.referrer);
      if (text === "") state.referrer = "no-referrer";
      else {
        const { URL, hrefOf } = k.load("web/url");
        try { state.referrer = hrefOf(new URL(text)); } catch (cause) {
          throw new p.TypeError(`Referrer "${text}" is not a valid URL.`, { __proto__: null, cause });
        }
      }
    }
    state.referrerPolicy = choice(init, "referrerPolicy") ?? state.referrerPolicy;
    const mode = choice(init, "mode");
    if (mode === "navigate") throw new p.TypeError("Request constructor: invalid request mode navigate.");
    state.mode = mode ?? state.mode;
    state.credentials = choice(init, "credentials") ?? state.credentials;
    state.cache = choice(init, "cache") ?? state.cache;
    if (state.cache === "only-if-cached" && state.mode !== "same-origin")
      throw new p.TypeError("'only-if-cached' can be set only with 'same-origin' mode");
    state.redirect = choice(init, "redirect") ?? state.redirect;
    if (init.integrity !== undefined) state.integrity = `${init.integrity}`;
    if (init.keepalive !== undefined) state.keepalive = !!init.keepalive;
    if (init.method !== undefined) state.method = methodOf(init.method);
    if (init.signal !== undefined) {
      if (init.signal !== null && !aborts().isAbortSignal(init.signal))
        throw new p.TypeError("Failed to construct 'Request': member signal is not of type AbortSignal.");
      state.source = init.signal === null ? undefined : init.signal;
    }
    if (from !== undefined) state.headers = copy(from.headers, "request");
    if (init.headers !== undefined) {
      state.headers = headersList();
      fill(state.headers, init.headers, "Headers constructor");
    }
    state.headers.guard = "request";

    const hasBody = init.body !== undefined && init.body !== null;
    const inherited = from === undefined ? null : from.body;
    if ((hasBody || inherited !== null) && (state.method === "GET" || state.method === "HEAD"))
      throw new p.TypeError("Request with GET/HEAD method cannot have body.");
    const duplex = choice(init, "duplex");
    if (hasBody) {
      const { 0: body, 1: type } = extract(init.body, state.keepalive);
      if (body.streamed && duplex === undefined)
        throw new p.TypeError("RequestInit: duplex option is required when sending a body.");
      state.body = body;
      if (type !== null && get(state.headers, "content-type") === null) add(state.headers, "content-type", type);
    } else if (inherited !== null) {
      if (isUnusable(inherited))
        throw new p.TypeError("Cannot construct a Request with a Request object that has already been used.");
      // The body moves to the new request.
      state.body = { __proto__: null, bytes: inherited.bytes, stream: inherited.stream, used: false, streamed: inherited.streamed };
      if (inherited.stream !== undefined) {
        const moved = cloneBody(inherited);
        state.body.stream = moved.stream;
      }
      inherited.used = true;
      inherited.bytes = undefined;
    }
    return state;
  };

  class Request {
    #state;
    constructor(input, init = undefined) {
      if (input === secret) {
        this.#state = init;
        return;
      }
      need(arguments.length, 1, "Request constructor");
      this.#state = initialize(input, init);
    }
    static {
      isRequest = (value) => isObject(value) && #state in value;
      stateOf = (value) => {
        if (!isRequest(value)) throw illegal();
        return value.#state;
      };
    }
    get method() {
      return stateOf(this).method;
    }
    get url() {
      return stateOf(this).url;
    }
    get headers() {
      const state = stateOf(this);
      return (state.shown ??= headersOf(state.headers));
    }
    get destination() {
      return stateOf(this) && "";
    }
    get referrer() {
      const { referrer } = stateOf(this);
      return referrer === "no-referrer" ? "" : referrer;
    }
    get referrerPolicy() {
      return stateOf(this).referrerPolicy;
    }
    get mode() {
      return stateOf(this).mode;
    }
    get credentials() {
      return stateOf(this).credentials;
    }
    get cache() {
      return stateOf(this).cache;
    }
    get redirect() {
      return stateOf(this).redirect;
    }
    get integrity() {
      return stateOf(this).integrity;
    }
    get keepalive() {
      return stateOf(this).keepalive;
    }
    get isReloadNavigation() {
      return stateOf(this) && false;
    }
    get isHistoryNavigation() {
      return stateOf(this) && false;
    }
    // A signal of its own that follows the given one.
    get signal() {
      const state = stateOf(this);
      if (state.signal === undefined) {
        const { any } = signals();
        state.signal = any(state.source === undefined ? [] : [state.source]);
      }
      return state.signal;
    }
    get duplex() {
      return stateOf(this) && "half";
    }
    clone() {
      const state = stateOf(this);
      if (isUnusable(state.body)) throw new p.TypeError("unusable");
      const copied = fresh(state.url);
      for (let i = 0; i < members.length; i++) copied[members[i]] = state[members[i]];
      copied.referrer = state.referrer;
      copied.source = state.source;
      copied.headers = copy(state.headers, "request");
      copied.body = cloneBody(state.body);
      return new Request(secret, copied);
    }
  }
  let known;
  const signals = () => {
    if (known === undefined) {
      const { AbortSignal } = aborts();
      const { any } = AbortSignal;
      known = { __proto__: null, any: (sources) => p.ReflectApply(any, AbortSignal, [sources]) };
    }
    return known;
  };
  mixin(Request, (request) => stateOf(request));
  publish(Request, "Request", ["method", "url", "headers", "destination", "referrer", "referrerPolicy", "mode",
    "credentials", "cache", "redirect", "integrity", "keepalive", "isReloadNavigation", "isHistoryNavigation", "signal",
    "duplex", "clone"]);
  p.ObjectDefineProperty(Request, "length", { __proto__: null, value: 1, configurable: true });
  inspects(Request, (request) => ({
    method: request.method, url: request.url, headers: request.headers, destination: request.destination,
    referrer: request.referrer, referrerPolicy: request.referrerPolicy, mode: request.mode,
    credentials: request.credentials, cache: request.cache, redirect: request.redirect, integrity: request.integrity,
    keepalive: request.keepalive, isReloadNavigation: request.isReloadNavigation,
    isHistoryNavigation: request.isHistoryNavigation, signal: request.signal,
  }));

  return { __proto__: null, Request, stateOf };
})
