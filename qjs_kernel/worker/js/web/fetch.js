(function (k) {
  "use strict";
  // fetch. data: URLs are decoded here, file: URLs read the virtual filesystem; http: and https: go to the host, which
  // asks its owner's policy at every step. What this file checks is for good error messages: nothing depends on it.
  const p = k.primordials;
  const { ArrayPrototypePush, ArrayPrototypeShift, MathMin, RegExpPrototypeExec, StringPrototypeSlice } = p;
  const { Headers, add, pairsOf } = k.load("web/headers");
  const { FormData } = k.load("web/formdata");
  const { bodyOf, consume, parseType, typeText } = k.load("web/body");
  const { Request, stateOf } = k.load("web/request");
  const { Response, fresh, isNullBody, responseOf } = k.load("web/response");
  const { list } = k.text;

  const AT_ONCE = 10; // requests the host is asked for at once; others wait here

  const failure = (message, name = "Error", code = "") => {
    const error = new p.Error(message);
    if (name !== "Error") k.hidden(error, "name", name);
    if (code !== "") error.code = code;
    return error;
  };
  // What fetch rejects with shows where it was called: the answer comes when nobody is on the stack any more.
  const at = (place, error) => {
    k.hidden(error, "stack", place);
    return error;
  };
  const failed = (place, cause) => at(place, new p.TypeError("fetch failed", { __proto__: null, cause }));

  const makeResponse = (url, status, statusText, headers, bytes, redirected) => {
    const state = fresh("basic");
    state.url = url;
    state.status = status;
    state.statusText = statusText;
    state.redirected = redirected;
    for (let i = 0; i < headers.length; i++) add(state.headers, headers[i][0], headers[i][1]);
    state.headers.guard = "immutable";
    state.body = bytes === null || isNullBody(status) ? null : bodyOf(bytes);
    return responseOf(state);
  };
  const local = (url, type, bytes) => makeResponse(url, 200, "OK", [["Content-Type", type]], bytes, false);
  const withoutFragment = (url) => RegExpPrototypeExec(/^[^#]*/, url)[0];

  // ---- data: ----

  // In a serialised URL everything is ASCII.
  const percentDecoded = (text) => {
    const bytes = new p.Uint8Array(text.length);
    let size = 0;
    for (let i = 0; i < text.length; i++) {
      let code = p.StringPrototypeCharCodeAt(text, i);
      const hex = StringPrototypeSlice(text, i + 1, i + 3);
      if (code === 37 && RegExpPrototypeExec(/^[0-9A-Fa-f]{2}$/, hex) !== null) {
        code = p.parseInt(hex, 16);
        i += 2;
      }
      bytes[size++] = code;
    }
    return p.TypedArrayPrototypeSlice(bytes, 0, size);
  };
  const dataURL = (url) => {
    const found = RegExpPrototypeExec(/^data:([^,]*),([^]*)$/, withoutFragment(url));
    if (found === null) throw failure("failed to fetch the data URL");
    let type = p.StringPrototypeTrim(found[1]);
    let bytes = percentDecoded(found[2]);
    const base64 = RegExpPrototypeExec(/^([^]*);[ ]*base64$/i, type);
    if (base64 !== null) {
      type = base64[1];
      try { bytes = p.Uint8ArrayFromBase64(forgiving(k.load("web/encoding").utf8Decode(bytes))); } catch {
        throw failure("failed to fetch the data URL");
      }
    }
    if (p.StringPrototypeStartsWith(type, ";")) type = `text/plain${type}`;
    const parsed = parseType(type);
    return local(withoutFragment(url), parsed === undefined ? "text/plain;charset=US-ASCII" : typeText(parsed), bytes);
  };
  // Base64 with spaces and without its padding is good enough; what is left over is none.
  const forgiving = (text) => {
    text = k.text.replaceMatches(/[\t\n\f\r ]+/g, text, () => "");
    if (text.length % 4 === 0) text = RegExpPrototypeExec(/^([^]*?)={0,2}$/, text)[1];
    if (text.length % 4 === 1 || RegExpPrototypeExec(/^[A-Za-z0-9+/]*$/, text) === null) throw new p.SyntaxError("base64");
    return text + StringPrototypeSlice("==", 0, (4 - (text.length % 4)) % 4);
  };

  // ---- file: ----

  const types = {
    __proto__: null, json: "application/json", txt: "text/plain", html: "text/html", htm: "text/html", css: "text/css",
    csv: "text/csv", js: "text/javascript", mjs: "text/javascript", md: "text/markdown", xml: "application/xml",
    svg: "image/svg+xml", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp",
    pdf: "application/pdf", wasm: "application/wasm", zip: "application/zip", gz: "application/gzip",
  };
  const fileURL = (state) => {
    if (state.method !== "GET" && state.method !== "HEAD") throw failure("invalid method");
    const url = withoutFragment(state.url);
    const path = k.builtin("url").fileURLToPath(url);
    const content = k.builtin("fs").readFileSync(path);
    const extension = RegExpPrototypeExec(/\.([a-z0-9]+)$/i, path);
    const type = extension === null ? undefined : types[p.StringPrototypeToLowerCase(extension[1])];
    return local(url, type ?? "application/octet-stream", state.method === "HEAD" ? null : new p.Uint8Array(content));
  };

  // ---- http: and https: ----

  const waiting = list();
  let active = 0;
  let lastId = 0;
  const next = () => {
    // Going back to an earlier state drops calls without an answer: those are not under way any more.
    active = MathMin(active, k.pendingHostCalls());
    while (active < MathMin(AT_ONCE, k.limits.host_calls) && waiting.length > 0) {
      const job = ArrayPrototypeShift(waiting);
      if (job.dropped) continue;
      active++;
      job.run();
    }
  };
  const ask = (state, bytes, job, resolve, reject) => {
    const { url, method, redirect } = state;
    // Numbers are never used twice, not even after the guest has gone back to an earlier state.
    lastId = p.MathMax(lastId + 1, p.MathFloor(k.now() * 1000));
    job.id = lastId;
    const request = {
      __proto__: null, id: lastId, url: withoutFragment(url), method, redirect, headers: pairsOf(state.headers),
      hasBody: bytes !== undefined, streamed: state.body !== null && state.body.streamed,
    };
    const done = () => {
      active--;
      job.id = 0;
      next();
    };
    k.then(k.hostAsync("fetch", [request], bytes), (reply) => {
      done();
      resolve(reply);
    }, (error) => {
      done();
      reject(error);
    });
  };
  const explain = (error, place) => {
    const { kind, cause } = error;
    if (kind === "refused") {
      const refused = new p.TypeError(error.message);
      refused.code = cause.code;
      return at(place, refused);
    }
    if (kind !== "failed") return at(place, error);
    return failed(place, at("", failure(cause.message, cause.name, cause.code)));
  };

  const verify = (integrity, bytes) => {
    const parts = /(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})/g;
    const strength = { __proto__: null, sha256: 1, sha384: 2, sha512: 3 };
    let best = 0;
    let good = false;
    for (let found; (found = RegExpPrototypeExec(parts, integrity)) !== null; ) {
      if (strength[found[1]] < best) continue;
      if (strength[found[1]] > best) good = false;
      best = strength[found[1]];
      const digest = k.builtin("crypto").createHash(found[1]).update(bytes).digest("base64");
      const wanted = k.text.replaceMatches(/[-_]/g, found[2], (it) => (it === "-" ? "+" : "/"));
      if (RegExpPrototypeExec(/^[^=]*/, digest)[0] === RegExpPrototypeExec(/^[^=]*/, wanted)[0]) good = true;
    }
    if (best > 0 && !good) throw failure("integrity mismatch");
  };

  const start = (state, place, resolve, reject) => {
    const job = { __proto__: null, id: 0, dropped: false, run: undefined };
    let dispose = () => {};
    const settle = (give, value) => {
      dispose();
      give(value);
    };
    const fail = (error) => settle(reject, error);
    dispose = state.source === undefined ? dispose : k.load("web/abort").whenAborted(state.source, (reason) => {
      job.dropped = true;
      reject(reason);
      if (job.id !== 0) k.host("fetch.cancel", [job.id]);
    });
    const answered = (reply) => {
      if (job.dropped) return;
      const { url, status, statusText, headers, body, redirected } = reply;
      try {
        verify(state.integrity, body ?? new p.Uint8Array(0));
        settle(resolve, makeResponse(url, status, statusText, headers, body, redirected));
      } catch (error) { fail(failed(place, error)); }
    };
    const refused = (error) => { if (!job.dropped) fail(explain(error, place)); };
    const begin = (bytes) => {
      job.run = () => ask(state, bytes, job, answered, refused);
      if (job.dropped) return;
      ArrayPrototypePush(waiting, job);
      next();
    };
    if (state.body === null) begin(undefined);
    else k.then(consume(state.body), begin, (error) => fail(failed(place, error)));
  };

  const unknown = (url) => {
    const scheme = RegExpPrototypeExec(/^[^:]*/, url)[0];
    if (scheme === "blob") return failure("blob: URLs do not exist in the sandbox: read the Blob itself, as in await blob.text()");
    if (scheme === "about") return failure("about scheme is not supported");
    return failure("unknown scheme");
  };

  function fetch(input, init = undefined) {
    return new p.Promise((resolve, reject) => {
      const place = new p.Error().stack;
      // As in Node, a call without arguments is a URL that cannot be parsed.
      const state = stateOf(new Request(input, init));
      if (state.source !== undefined) {
        const { isAborted, reasonOf } = k.load("web/abort");
        if (isAborted(state.source)) {
          reject(reasonOf(state.source));
          return;
        }
      }
      const { url } = state;
      if (RegExpPrototypeExec(/^https?:/, url) !== null) {
        start(state, place, resolve, reject);
        return;
      }
      try {
        if (RegExpPrototypeExec(/^data:/, url) !== null) resolve(dataURL(url));
        else if (RegExpPrototypeExec(/^file:/, url) !== null) resolve(fileURL(state));
        else reject(failed(place, unknown(url)));
      } catch (error) {
        reject(failed(place, error));
      }
    });
  }
  p.ObjectDefineProperty(fetch, "length", { __proto__: null, value: 1, configurable: true });

  return { fetch, Headers, Request, Response, FormData };
})
