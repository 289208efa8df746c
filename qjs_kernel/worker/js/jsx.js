(function (k) {
  "use strict";
  // `h`, `Fragment` and react/jsx-runtime: JSX becomes a plain tree whose String() is escaped HTML, shown as that.
  const p = k.primordials;
  const { ArrayIsArray, String: ToString, StringPrototypeReplace, ObjectKeys, ObjectDefineProperty } = p;
  const Fragment = p.Symbol("Fragment");
  const VOID = { __proto__: null };
  for (const tag of ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]) VOID[tag] = true;
  const entity = { __proto__: null, "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const escape = (text) => {
    let out = "";
    for (let i = 0; i < text.length; i++) out += entity[text[i]] ?? text[i];
    return out;
  };
  k.escapeHTML = escape;
  const nameOk = /^[A-Za-z_:][\w:.-]*$/;
  const attributeNames = { __proto__: null, className: "class", htmlFor: "for" };

  const style = (value) => {
    if (typeof value !== "object" || value === null) return ToString(value);
    let text = "";
    const keys = ObjectKeys(value);
    for (let i = 0; i < keys.length; i++) {
      const dashed = StringPrototypeReplace(keys[i], /[A-Z]/g, (letter) => "-" + p.StringPrototypeToLowerCase(letter));
      text += (text === "" ? "" : ";") + dashed + ":" + ToString(value[keys[i]]);
    }
    return text;
  };
  const render = (node, depth) => {
    if (depth > 200) throw new p.RangeError("a JSX tree is nested deeper than 200 levels");
    if (node === null || node === undefined || typeof node === "boolean") return "";
    if (ArrayIsArray(node)) {
      let text = "";
      for (let i = 0; i < node.length; i++) text += render(node[i], depth + 1);
      return text;
    }
    if (!(node instanceof Element)) return k.isMarkup?.(node) ? ToString(node) : escape(ToString(node));
    const { type, props } = node;
    if (typeof type === "function") return render(type(props), depth + 1);
    if (type === Fragment) return render(props.children, depth + 1);
    if (typeof type !== "string" || p.RegExpPrototypeExec(nameOk, type) === null) throw new p.TypeError(`<${ToString(type)}> is not an element name`);
    let text = "<" + type;
    const keys = ObjectKeys(props);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i], value = props[key], name = attributeNames[key] ?? key;
      if (key === "children" || key === "key" || key === "ref" || value === false || value === null || value === undefined) continue;
      if (typeof value === "function" || p.RegExpPrototypeExec(nameOk, name) === null) continue;
      text += value === true ? " " + name : ` ${name}="${escape(key === "style" ? style(value) : ToString(value))}"`;
    }
    if (VOID[type]) return text + ">";
    return text + ">" + render(props.children, depth + 1) + `</${type}>`;
  };
  class Element {
    type;
    props;
    constructor(type, props) { this.type = type; this.props = props; }
    toString() { return render(this, 0); }
    [p.SymbolFor("Jupyter.display")]() {
      const text = render(this, 0);
      return { __proto__: null, "text/html": text, "text/plain": text };
    }
  }
  const own = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  const copy = (props) => {
    const out = {};
    if (props === null || props === undefined) return out;
    const keys = ObjectKeys(props);
    for (let i = 0; i < keys.length; i++) own(out, keys[i], props[keys[i]]);
    return out;
  };
  const h = (type, props, ...children) => {
    const all = copy(props);
    if (children.length > 0) own(all, "children", children.length === 1 ? children[0] : children);
    return new Element(type, all);
  };
  const jsx = (type, props, key) => {
    const all = copy(props);
    if (key !== undefined) own(all, "key", key);
    return new Element(type, all);
  };
  for (const [name, value] of [["h", h], ["Fragment", Fragment]]) {
    ObjectDefineProperty(p.globalThis, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  }
  const runtime = { jsx, jsxs: jsx, jsxDEV: jsx, Fragment };
  k.builtins["react/jsx-runtime"] = runtime;
  k.builtins["react/jsx-dev-runtime"] = runtime;
})
