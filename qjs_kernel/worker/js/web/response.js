(function (k) {
  "use strict";
  // Response.
  const p = k.primordials;
  const { RegExpPrototypeExec } = p;
  const { headersOf, headersList, add, fill, get, copy, illegal, need, usv, byteString, isObject } =
    k.load("web/headers");
  const { extract, isUnusable, clone: cloneBody, mixin } = k.load("web/body");
  const { publish, inspects } = k.load("web/interface");

  const secret = {};
  let stateOf;

  const fresh = (type = "default") => ({
    __proto__: null, type, url: "", redirected: false, status: 200, statusText: "", headers: headersList(),
    shown: undefined, body: null,
  });
  const isNullBody = (status) => status === 101 || status === 204 || status === 205 || status === 304;

  const initialize = (state, init, body) => {
    if (init !== undefined && init !== null && !isObject(init) && typeof init !== "function")
      throw new p.TypeError(`Response constructor: Expected ${k.inspect(init)} to be one of: Null, Undefined, Object.`);
    const { headers, status = 200, statusText = "" } = init ?? { __proto__: null };
    const code = p.MathTrunc(+status) || 0;
    const phrase = byteString(statusText);
    if (code < 200 || code > 599)
      throw new p.RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    if (RegExpPrototypeExec(/^[\t\x20-\x7e\x80-\xff]*$/, phrase) === null) throw new p.TypeError("Invalid statusText");
    state.status = code;
    state.statusText = phrase;
    if (headers !== undefined) fill(state.headers, headers, "Response constructor");
    if (body === undefined) return;
    if (isNullBody(code)) throw new p.TypeError(`Response constructor: Invalid response status code ${code}`);
    state.body = body[0];
    if (body[1] !== null && get(state.headers, "content-type") === null) add(state.headers, "content-type", body[1]);
  };

  class Response {
    #state;
    constructor(body = null, init = undefined) {
      if (body === secret) {
        this.#state = init;
        return;
      }
      this.#state = fresh();
      const extracted = body === null || body === undefined ? undefined : extract(body);
      initialize(this.#state, init, extracted);
    }
    static {
      stateOf = (value) => {
        if (!isObject(value) || !(#state in value)) throw illegal();
        return value.#state;
      };
    }
    static error() {
      const state = fresh("error");
      state.status = 0;
      state.headers.guard = "immutable";
      return new Response(secret, state);
    }
    static json(data, init = undefined) {
      need(arguments.length, 1, "Response.json");
      const text = p.JSONStringify(data);
      if (text === undefined) throw new p.TypeError("Value is not JSON serializable");
      const state = fresh();
      initialize(state, init, [extract(text)[0], "application/json"]);
      return new Response(secret, state);
    }
    static redirect(url, status = 302) {
      need(arguments.length, 1, "Response.redirect");
      const { URL, hrefOf } = k.load("web/url");
      const text = usv(url);
      let href;
      try { href = hrefOf(new URL(text)); } catch (cause) {
        throw new p.TypeError(`Failed to parse URL from ${text}`, { __proto__: null, cause });
      }
      const code = p.MathTrunc(+status) || 0;
      if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308)
        throw new p.RangeError(`Invalid status code ${status}`);
      const state = fresh();
      state.status = code;
      add(state.headers, "location", href);
      state.headers.guard = "immutable";
      return new Response(secret, state);
    }
    get type() {
      return stateOf(this).type;
    }
    get url() {
      return stateOf(this).url;
    }
    get redirected() {
      return stateOf(this).redirected;
    }
    get status() {
      return stateOf(this).status;
    }
    get ok() {
      const { status } = stateOf(this);
      return status >= 200 && status <= 299;
    }
    get statusText() {
      return stateOf(this).statusText;
    }
    get headers() {
      const state = stateOf(this);
      return (state.shown ??= headersOf(state.headers));
    }
    clone() {
      const state = stateOf(this);
      if (isUnusable(state.body)) throw new p.TypeError("Response.clone: Body has already been consumed.");
      const copied = fresh(state.type);
      copied.url = state.url;
      copied.redirected = state.redirected;
      copied.status = state.status;
      copied.statusText = state.statusText;
      copied.headers = copy(state.headers, state.headers.guard);
      copied.body = cloneBody(state.body);
      return new Response(secret, copied);
    }
  }
  mixin(Response, (response) => stateOf(response));
  publish(Response, "Response", ["type", "url", "redirected", "status", "ok", "statusText", "headers", "clone"]);
  const statics = ["error", "json", "redirect"];
  for (let i = 0; i < statics.length; i++)
    p.ObjectDefineProperty(Response, statics[i], { __proto__: null, enumerable: true });
  p.ObjectDefineProperty(Response, "length", { __proto__: null, value: 0, configurable: true });
  inspects(Response, (response) => ({
    status: response.status, statusText: response.statusText, headers: response.headers, body: response.body,
    bodyUsed: response.bodyUsed, ok: response.ok, redirected: response.redirected, type: response.type, url: response.url,
  }));

  return {
    __proto__: null, Response, fresh, isNullBody, responseOf: (state) => new Response(secret, state),
  };
})
