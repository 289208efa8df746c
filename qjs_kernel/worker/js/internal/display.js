(function (k) {
  "use strict";
  // display, clear, html, md, svg and Deno.jupyter: what a program shows with more than text. Here a bundle (MIME type →
  // value) is made and checked; what of it a reader gets to see is decided by the host, whatever is sent.
  const p = k.primordials;
  const {
    ArrayIsArray, ObjectDefineProperty, ObjectKeys, ReflectApply, RegExpPrototypeExec, String: ToString,
    StringPrototypeToWellFormed, TypedArrayPrototypeGetSymbolToStringTag,
  } = p;
  const { list } = k.text;

  const JUPYTER_DISPLAY = p.SymbolFor("Jupyter.display");
  const VALUE = "application/vnd.qjs.value";
  const LONGEST_ID = 200;
  const MOST_TYPES = 100;

  const brief = (value) => k.inspectSafe(value, { __proto__: null, depth: 0, breakLength: Infinity, maxLength: 60 });
  const isObject = (value) => typeof value === "object" && value !== null || typeof value === "function";
  // An option as it was given: one that somebody put on the prototype of all objects was not.
  const option = (options, name) =>
    (p.ObjectHasOwn(options, name) || !(name in p.Object.prototype) ? options[name] : undefined);
  const isThenable = (value) => isObject(value) && typeof value.then === "function";
  const isBytes = (value) => TypedArrayPrototypeGetSymbolToStringTag(value) === "Uint8Array"
    || isObject(value) && k.kinds.kindOf(value) === "ArrayBuffer";

  // ---- bundles ----

  const mimeType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9!#$&^_.+-]+$/i;
  const textual = /^(?:text\/|image\/svg\+xml$)/i;
  const picture = /^image\/(?:png|jpeg)$/i;

  // Text may come as a list of lines, as notebook files have it.
  const textOf = (value, type, where) => {
    if (typeof value === "string") return StringPrototypeToWellFormed(value);
    if (!ArrayIsArray(value)) throw new p.TypeError(`${where}: ${type} is text, not ${brief(value)}`);
    let text = "";
    for (let i = 0; i < value.length; i++) {
      const line = value[i];
      if (typeof line !== "string") throw new p.TypeError(`${where}: ${type} is text or a list of texts, line ${i} is ${brief(line)}`);
      text += line;
    }
    return StringPrototypeToWellFormed(text);
  };
  // A copy of the bundle, each entry read once.
  const checked = (bundle, where) => {
    if (typeof bundle !== "object" || bundle === null || ArrayIsArray(bundle)) {
      throw new p.TypeError(`${where}: an object of MIME types such as { "text/html": "<b>…</b>" } is expected, not ${brief(bundle)}`);
    }
    const copy = { __proto__: null }, types = ObjectKeys(bundle);
    if (types.length > MOST_TYPES) throw new p.RangeError(`${where}: a bundle has at most ${MOST_TYPES} MIME types, not ${types.length}`);
    let count = 0;
    for (let i = 0; i < types.length; i++) {
      const type = types[i];
      if (type.length > 200 || RegExpPrototypeExec(mimeType, type) === null) {
        throw new p.TypeError(`${where}: ${brief(type)} is not a MIME type such as "text/html"`);
      }
      const value = bundle[type];
      if (value === undefined) continue;
      if (RegExpPrototypeExec(textual, type) !== null) copy[type] = textOf(value, type, where);
      else if (RegExpPrototypeExec(picture, type) !== null && typeof value !== "string" && !isBytes(value)) {
        throw new p.TypeError(`${where}: ${type} is a Uint8Array or base64 text, not ${brief(value)}`);
      } else copy[type] = value;
      count++;
    }
    if (count === 0) throw new p.TypeError(`${where}: the bundle is empty: give at least "text/plain"`);
    return copy;
  };

  const METHOD = `[Symbol.for("Jupyter.display")]()`;
  // What a display method gave; undefined where it says that there is nothing of the kind.
  const given = (made) => (made === undefined || made === null ? undefined : checked(made, METHOD));
  // For a cell's result: the bundle, or a promise of it.
  const bundleBy = (value, method) => {
    const made = ReflectApply(method, value, list());
    return isThenable(made) ? k.then(p.PromiseResolve(made), given) : given(made);
  };

  // ---- sending ----

  const isLimit = /\(Limits\.\w+\)$/;
  const send = (bundle, id, update) => {
    try { k.display(bundle, id, update); } catch (error) {
      if (!k.isCodecFault(error)) throw error;
      const { message, path } = error;
      if (RegExpPrototypeExec(isLimit, message) !== null) throw new p.RangeError(`display: ${message}`);
      const inside = p.StringPrototypeStartsWith(path, "value[0]") ? p.StringPrototypeSlice(path, "value[0]".length) : "";
      throw new p.TypeError(`display: ${message} (at bundle${inside})`);
    }
  };
  const plain = (value) => ({ __proto__: null, "text/plain": k.inspectSafe(value, { __proto__: null }) });
  const sendValue = (value, id, update) => {
    const bundle = plain(value), text = bundle["text/plain"];
    if (k.isLarge(value)) {
      const table = k.load("internal/display_table").glimpse(value);
      send({ __proto__: null, ...table, "text/plain": text }, id, update);
      return;
    }
    bundle[VALUE] = value;
    try { k.display(bundle, id, update); } catch (error) {
      if (!k.isCodecFault(error)) throw error;
      send({ __proto__: null, "text/plain": text }, id, update); // it cannot be handed over, or is too large
    }
  };

  const settings = (options, where) => {
    const found = { __proto__: null, raw: false, id: undefined, update: false };
    if (options === undefined || options === null) return found;
    if (typeof options !== "object") throw new p.TypeError(`${where}: options such as { display_id: "a" } are expected, not ${brief(options)}`);
    const id = option(options, "display_id");
    found.raw = !!option(options, "raw");
    found.update = !!option(options, "update");
    if (id !== undefined && id !== null) {
      if (typeof id !== "string" || id === "") throw new p.TypeError(`${where}: display_id must be a text, not ${brief(id)}`);
      if (id.length > LONGEST_ID) throw new p.RangeError(`${where}: display_id has at most ${LONGEST_ID} characters, not ${id.length}`);
      found.id = StringPrototypeToWellFormed(id);
    } else if (found.update) throw new p.TypeError(`${where}: update needs the display_id of what it replaces`);
    return found;
  };

  // What is shown at once leaves a settled promise: nobody must wait for it, anybody may.
  const done = () => p.PromiseResolve(undefined);
  // A promise that reports its error when nobody has asked for it by then. Its own `constructor` makes `await` ask
  // through its `then`, which is how it knows.
  const promised = (made, show) => {
    const owner = k.currentOwner;
    let handled = false;
    const outer = new p.Promise((resolve, reject) => {
      const fail = (error) => {
        reject(error);
        k.nextTick(() => { if (!handled) k.report(error, owner); }, list());
      };
      k.then(p.PromiseResolve(made), (bundle) => {
        const now = k.currentOwner;
        k.currentOwner = owner; // shown below the cell that asked for it
        try { show(bundle); } catch (error) { fail(error); return; } finally { k.currentOwner = now; }
        resolve(undefined);
      }, fail);
    });
    k.hidden(outer, "constructor", undefined);
    k.hidden(outer, "then", function then(resolved, rejected) {
      handled = true;
      return p.PromisePrototypeThen(outer, resolved, rejected);
    });
    return outer;
  };

  function display(value, options = undefined) {
    const { raw, id, update } = settings(options, "display");
    if (raw) {
      send(checked(value, "display"), id, update);
      return done();
    }
    const method = k.displayMethod(value);
    const show = (made) => {
      const bundle = given(made);
      if (bundle === undefined) sendValue(value, id, update);
      else send(bundle, id, update);
    };
    const made = method === undefined ? undefined : ReflectApply(method, value, list());
    if (isThenable(made)) return promised(made, show);
    show(made);
    return done();
  }
  // For table, chart and the like: their own options hold those of `display`.
  const showBundle = (bundle, options, where) => {
    const { id, update } = settings(options, where);
    send(bundle, id, update);
    return done();
  };

  function clear(options = undefined) {
    k.clear(options === true || isObject(options) && option(options, "wait") === true);
  }

  // ---- html, md, svg ----

  const MAX_NESTING = 100;
  const piece = (value, depth) => {
    if (value === undefined || value === null) return "";
    if (!ArrayIsArray(value)) return ToString(value);
    if (depth > MAX_NESTING) throw new p.RangeError(`lists in a template are nested deeper than ${MAX_NESTING} levels`);
    let text = "";
    for (let i = 0; i < value.length; i++) text += piece(value[i], depth + 1);
    return text;
  };
  const templateText = (first, values) => {
    if (!ArrayIsArray(first) || !p.ObjectHasOwn(first, "raw")) return piece(first, 0);
    let text = "";
    for (let i = 0; i < first.length; i++) {
      text += first[i] ?? first.raw[i]; // `\alpha` is no escape of JavaScript's: as it was written
      if (i < values.length) text += piece(values[i], 0);
    }
    return text;
  };
  class Html {
    text;
    constructor(text) { this.text = text; }
    toString() { return this.text; }
    [JUPYTER_DISPLAY]() { return { __proto__: null, "text/html": this.text, "text/plain": this.text }; }
  }
  class Markdown {
    text;
    constructor(text) { this.text = text; }
    toString() { return this.text; }
    [JUPYTER_DISPLAY]() { return { __proto__: null, "text/markdown": this.text, "text/plain": this.text }; }
  }
  class Svg {
    text;
    constructor(text) { this.text = text; }
    toString() { return this.text; }
    [JUPYTER_DISPLAY]() { return { __proto__: null, "image/svg+xml": this.text }; }
  }
  k.isMarkup = (value) => value instanceof Html || value instanceof Svg;
  const html = function html(strings, ...values) { return new Html(templateText(strings, values)); };
  const md = function md(strings, ...values) { return new Markdown(templateText(strings, values)); };
  const svg = function svg(strings, ...values) { return new Svg(templateText(strings, values)); };
  k.hidden(html, "escape", function escape(value) { return k.escapeHTML(piece(value, 0)); });

  // ---- pictures ----

  class Picture {
    type;
    bytes;
    constructor(type, bytes) { this.type = type; this.bytes = bytes; }
    [JUPYTER_DISPLAY]() { return { __proto__: null, [this.type]: this.bytes }; }
  }
  const startsWith = (bytes, magic) => {
    for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic[i]) return false;
    return true;
  };
  function image(source) {
    let bytes = source, what = "this";
    if (typeof source === "string") {
      bytes = k.host("fs.readBytes", p.ObjectSetPrototypeOf([source, "r"], null));
      what = source;
    } else if (!isBytes(source)) {
      throw new p.TypeError(`image: a Uint8Array or the path of a file is expected, not ${brief(source)}`);
    }
    if (TypedArrayPrototypeGetSymbolToStringTag(bytes) === undefined) bytes = new p.Uint8Array(bytes);
    if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return new Picture("image/png", bytes);
    if (startsWith(bytes, [0xff, 0xd8, 0xff])) return new Picture("image/jpeg", bytes);
    throw new p.TypeError(`image: ${what} is neither PNG nor JPEG (an SVG is shown with svg(text))`);
  }

  const more = {
    table(rows, options = undefined) { return k.load("internal/display_table").table(rows, options); },
    chart(rows, options = undefined) { return k.load("internal/display_chart").chart(rows, options); },
    progress(total = undefined, options = undefined) { return k.load("internal/display_progress").progress(total, options); },
    image(source, options = undefined) { return display(image(source), options); },
  };
  const names = ObjectKeys(more);
  for (let i = 0; i < names.length; i++) k.hidden(display, names[i], more[names[i]]);

  // ---- Deno.jupyter ----

  async function format(value) {
    const method = k.displayMethod(value);
    const bundle = method === undefined ? undefined : given(await ReflectApply(method, value, list()));
    return bundle === undefined ? { ...plain(value) } : { ...bundle };
  }
  async function broadcast(type, content = undefined) {
    if (type === "clear_output") return clear(content);
    const update = type === "update_display_data";
    if (!update && type !== "display_data" && type !== "execute_result") {
      throw new p.TypeError(`broadcast: ${brief(type)} is not sent from here: display_data, update_display_data and clear_output are`);
    }
    return display(content?.data, { __proto__: null, raw: true, update, display_id: content?.transient?.display_id });
  }
  // Nothing else stands below `Deno`: what looks for Deno's version, build or env does not find Deno.
  const Deno = {};
  ObjectDefineProperty(Deno, "jupyter", { __proto__: null, enumerable: true, configurable: true, writable: true,
    value: { $display: JUPYTER_DISPLAY, broadcast, display, format, html, image, md, svg } });

  return { __proto__: null, display, clear, html, md, svg, Deno, bundleBy, brief, showBundle, send, isObject, option };
})
