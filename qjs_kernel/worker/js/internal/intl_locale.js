(function (k) {
  "use strict";
  // Language tags, options and classes: what all of Intl stands on. Data comes from the service, once per locale.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush,
    ArrayPrototypeSort, JSONStringify, MathFloor, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeIndexOf,
    StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase,
    SymbolToStringTag, WeakMapPrototypeGet, WeakMapPrototypeSet,
  } = p;
  const DEFAULT = "en-US";
  const MAX_LOCALES = 1_000;

  // ---- data ----

  const cache = { __proto__: null };
  let kept = 0;
  // What the service answers to these arguments is always the same: kept in the guest, not too much of it.
  const data = (op, ...args) => {
    const key = `${op} ${JSONStringify(args)}`;
    let found = cache[key];
    if (found === undefined) {
      found = bare(k.service(`intl.${op}`, args));
      if (++kept > 500) return found;
      cache[key] = found;
    }
    return found;
  };
  // Without prototypes: a table must not find what user code adds to Object.prototype.
  const bare = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if (!ArrayIsArray(value)) p.ObjectSetPrototypeOf(value, null);
    const keys = p.ObjectKeys(value);
    for (let i = 0; i < keys.length; i++) bare(value[keys[i]]);
    return value;
  };

  // ---- tags ----

  const bad = () => new p.RangeError("Incorrect locale information provided");
  const test = (re, text) => RegExpPrototypeExec(re, text) !== null;
  const lower = StringPrototypeToLowerCase;
  const title = (text) => StringPrototypeToUpperCase(text[0]) + lower(StringPrototypeSlice(text, 1));

  // { language, script, region, variants, extensions: [[singleton, [subtag…]]…] } or undefined.
  const parse = (tag) => {
    if (tag.length > 300) return undefined;
    const subtags = StringPrototypeSplit(lower(tag), "-");
    let i = 0;
    const take = (re) => (i < subtags.length && test(re, subtags[i]) ? subtags[i++] : undefined);
    const language = take(/^([a-z]{2,3}|[a-z]{5,8})$/);
    if (language === undefined) return undefined;
    const script = take(/^[a-z]{4}$/);
    const region = take(/^([a-z]{2}|\d{3})$/);
    const variants = [];
    for (let v; (v = take(/^([a-z0-9]{5,8}|\d[a-z0-9]{3})$/)) !== undefined;) {
      if (ArrayPrototypeIndexOf(variants, v) !== -1) return undefined;
      ArrayPrototypePush(variants, v);
    }
    const extensions = [];
    const seen = { __proto__: null };
    while (i < subtags.length) {
      const singleton = take(/^[a-z0-9]$/);
      if (singleton === undefined || seen[singleton]) return undefined;
      seen[singleton] = true;
      const parts = [];
      const re = singleton === "x" ? /^[a-z0-9]{1,8}$/ : /^[a-z0-9]{2,8}$/;
      for (let s; (s = take(re)) !== undefined;) ArrayPrototypePush(parts, s);
      if (parts.length === 0) return undefined;
      ArrayPrototypePush(extensions, [singleton, parts]);
    }
    return { __proto__: null, language, script: script && title(script), region: region && StringPrototypeToUpperCase(region), variants, extensions };
  };

  // Keywords of a -u- extension: { attributes, keywords: [[key, value]…] }.
  const keywordsOf = (parts) => {
    const attributes = [];
    const keywords = [];
    let i = 0;
    while (i < parts.length && parts[i].length > 2) ArrayPrototypePush(attributes, parts[i++]);
    while (i < parts.length) {
      const key = parts[i++];
      const value = [];
      while (i < parts.length && parts[i].length > 2) ArrayPrototypePush(value, parts[i++]);
      let known = false;
      for (let j = 0; j < keywords.length; j++) known ||= keywords[j][0] === key;
      const text = ArrayPrototypeJoin(value, "-");
      if (!known) ArrayPrototypePush(keywords, [key, text === "true" ? "" : text]);
    }
    return { __proto__: null, attributes, keywords };
  };
  const byFirst = (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  const extensionText = ({ attributes, keywords }) => {
    let text = "";
    ArrayPrototypeSort(attributes);
    for (let i = 0; i < attributes.length; i++) text += `-${attributes[i]}`;
    ArrayPrototypeSort(keywords, byFirst);
    for (let i = 0; i < keywords.length; i++) text += `-${keywords[i][0]}${keywords[i][1] && `-${keywords[i][1]}`}`;
    return text === "" ? "" : `-u${text}`;
  };
  const baseName = (l) => {
    let text = l.language;
    if (l.script) text += `-${l.script}`;
    if (l.region) text += `-${l.region}`;
    for (let i = 0; i < l.variants.length; i++) text += `-${l.variants[i]}`;
    return text;
  };
  const write = (l) => {
    let text = baseName(l);
    let last = "";
    ArrayPrototypeSort(l.extensions, byFirst);
    for (let i = 0; i < l.extensions.length; i++) {
      const { 0: singleton, 1: parts } = l.extensions[i];
      if (singleton === "u") text += extensionText(keywordsOf(parts));
      else if (singleton === "x") last = `-x-${ArrayPrototypeJoin(parts, "-")}`;
      else text += `-${singleton}-${ArrayPrototypeJoin(parts, "-")}`;
    }
    return text + last;
  };
  const canonical = { __proto__: null, en: "en", "en-US": "en-US" };
  let canonicals = 0;
  const canonicalize = (tag) => {
    const known = canonical[tag];
    if (known !== undefined) return known;
    const l = parse(tag);
    if (l === undefined) throw bad();
    const { 0: language, 1: script, 2: region } = data("aliases", l.language, l.script ?? "", l.region ?? "");
    l.language = language;
    l.script = script || undefined;
    l.region = region || undefined;
    ArrayPrototypeSort(l.variants);
    const text = write(l);
    if (canonicals++ < 500) canonical[tag] = text;
    return text;
  };

  const localeTags = new p.WeakMap(); // Intl.Locale → its tag
  const canonicalizeList = (locales) => {
    if (locales === undefined) return [];
    if (typeof locales === "string") return [canonicalize(locales)];
    if (locales === null) throw new p.TypeError("Cannot convert undefined or null to object");
    const own = typeof locales === "object" ? WeakMapPrototypeGet(localeTags, locales) : undefined;
    if (own !== undefined) return [own];
    const object = p.Object(locales);
    const length = toLength(object.length);
    if (length > MAX_LOCALES) throw new p.RangeError(`at most ${MAX_LOCALES} locales can be asked for at once`);
    const list = [];
    for (let i = 0; i < length; i++) {
      if (!(i in object)) continue;
      const value = object[i];
      if (typeof value !== "string" && (typeof value !== "object" || value === null)) {
        throw new p.TypeError("Language ID should be string or object.");
      }
      const tag = (typeof value === "object" ? WeakMapPrototypeGet(localeTags, value) : undefined) ?? canonicalize(`${value}`);
      if (ArrayPrototypeIndexOf(list, tag) === -1) ArrayPrototypePush(list, tag);
    }
    return list;
  };
  const toLength = (value) => {
    const number = +value;
    return number > 0 ? MathFloor(number) : 0;
  };

  // The tag without its -u- extension, and the keywords of that.
  const split = (tag) => {
    const at = StringPrototypeIndexOf(tag, "-u-");
    if (at === -1) return [tag, []];
    const l = parse(tag);
    let keywords = [];
    const others = [];
    for (let i = 0; i < l.extensions.length; i++) {
      if (l.extensions[i][0] === "u") keywords = keywordsOf(l.extensions[i][1]).keywords;
      else ArrayPrototypePush(others, l.extensions[i]);
    }
    l.extensions = others;
    return [write(l), keywords];
  };
  const find = (tag) => {
    if (tag === "en-US" || tag === "en") return [tag, tag === "en" ? "en" : "en_US"];
    return data("find", baseName(parse(tag)));
  };

  // → { locale, name (babel's), and for each relevant key its keyword }: options override keywords.
  const resolve = (list, relevant, options) => {
    let found;
    let keywords = [];
    for (let i = 0; i < list.length && !found; i++) {
      const { 0: base, 1: words } = split(list[i]);
      found = find(base);
      if (found) keywords = words;
    }
    found ??= [DEFAULT, "en_US"];
    const answer = { __proto__: null, locale: found[0], name: found[1] };
    const used = [];
    for (let i = 0; i < relevant.length; i++) {
      const { key, accepts } = relevant[i];
      let value;
      for (let j = 0; j < keywords.length; j++) {
        if (keywords[j][0] !== key) continue;
        const word = keywords[j][1] || "true";
        if (accepts(word, found[1])) value = word;
      }
      const asked = options[key];
      if (asked !== undefined && accepts(asked, found[1])) {
        if (asked !== value) {
          answer[key] = asked;
          continue;
        }
      }
      if (value !== undefined) ArrayPrototypePush(used, [key, value === "true" ? "" : value]);
      answer[key] = value;
    }
    if (used.length > 0) answer.locale += extensionText({ __proto__: null, attributes: [], keywords: used });
    return answer;
  };

  const supported = (list) => {
    const answer = [];
    for (let i = 0; i < list.length; i++) if (find(split(list[i])[0])) ArrayPrototypePush(answer, list[i]);
    return answer;
  };

  // ---- options ----

  const nothing = { __proto__: null };
  const optionsObject = (options, name) => {
    if (options === undefined) return nothing;
    if (options === null) throw new p.TypeError(`${name} called on null or undefined`);
    return p.Object(options);
  };
  const strictOptions = (options) => {
    if (options === undefined) return nothing;
    if (typeof options !== "object" && typeof options !== "function" || options === null) throw new p.TypeError("Incorrect options");
    return options;
  };
  const stringOption = (options, name, of, allowed, fallback) => {
    let value = options[name];
    if (value === undefined) return fallback;
    value = `${value}`;
    if (value.length > 200 || (allowed !== undefined && ArrayPrototypeIndexOf(allowed, value) === -1)) {
      throw new p.RangeError(`Value ${StringPrototypeSlice(value, 0, 200)} out of range for ${of} options property ${name}`);
    }
    return value;
  };
  const booleanOption = (options, name) => {
    const value = options[name];
    return value === undefined ? undefined : !!value;
  };
  const numberOption = (value, name, least, most, fallback) => {
    if (value === undefined) return fallback;
    const number = +value;
    if (!(number >= least && number <= most)) throw new p.RangeError(`${name} value is out of range.`);
    return MathFloor(number);
  };
  const typeOption = (options, name) => {
    const value = stringOption(options, name, "Intl", undefined, undefined);
    if (value !== undefined && !test(/^[a-z0-9]{3,8}(-[a-z0-9]{3,8})*$/i, value)) throw new p.RangeError(`Invalid ${name} : ${value}`);
    return value === undefined ? undefined : lower(value);
  };
  const matcher = (options, of) => stringOption(options, "localeMatcher", of, ["lookup", "best fit"], "best fit");

  // ---- classes ----

  const method = (target, name, value) =>
    ObjectDefineProperty(target, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  const receiver = (value) => {
    if (typeof value === "object" && value !== null) return "#<Object>";
    try { return `${value}`; } catch { return typeof value; }
  };
  // A constructor of Intl: `init(locales, options)` makes the slots, which only `slots(object, method)` gives out.
  const define = (name, init, { callable = false, methods, getters, supportedLocales = true }) => {
    const all = new p.WeakMap();
    const full = `Intl.${name}`;
    const Class = { [name](/* locales, options */) {} }[name];
    const constructor = function (locales, options) {
      if (new.target === undefined && !callable) throw new p.TypeError(`Constructor ${full} requires 'new'`);
      const object = p.ReflectConstruct(p.Object, [], new.target ?? constructor);
      WeakMapPrototypeSet(all, object, init(locales, options, object));
      return object;
    };
    ObjectDefineProperty(constructor, "name", { __proto__: null, value: Class.name, configurable: true });
    ObjectDefineProperty(constructor, "length", { __proto__: null, value: 0, configurable: true });
    const { prototype } = constructor;
    ObjectDefineProperty(constructor, "prototype", { __proto__: null, value: prototype, writable: false });
    ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: full, configurable: true });
    const slots = (object, called) => {
      const found = typeof object === "object" && object !== null ? WeakMapPrototypeGet(all, object) : undefined;
      if (found === undefined) {
        throw new p.TypeError(`Method ${full}.prototype.${called} called on incompatible receiver ${receiver(object)}`);
      }
      return found;
    };
    const names = p.ObjectKeys(methods);
    for (let i = 0; i < names.length; i++) {
      const of = methods[names[i]];
      const wrapper = { [names[i]](a, b) { return of(slots(this, names[i]), a, b); } }[names[i]];
      ObjectDefineProperty(wrapper, "length", { __proto__: null, value: of.length - 1, configurable: true });
      method(prototype, names[i], wrapper);
    }
    const accessors = p.ObjectKeys(getters ?? nothing);
    for (let i = 0; i < accessors.length; i++) {
      const of = getters[accessors[i]];
      const { get } = p.ObjectGetOwnPropertyDescriptor({ get [accessors[i]]() { return of(slots(this, accessors[i])); } }, accessors[i]);
      ObjectDefineProperty(prototype, accessors[i], { __proto__: null, get, set: undefined, enumerable: false, configurable: true });
    }
    if (supportedLocales) {
      method(constructor, "supportedLocalesOf", { supportedLocalesOf(locales, options) {
        const list = canonicalizeList(locales);
        if (options !== undefined) matcher(p.Object(options), full);
        return supported(list);
      } }.supportedLocalesOf);
      ObjectDefineProperty(constructor.supportedLocalesOf, "length", { __proto__: null, value: 1, configurable: true });
    }
    return { __proto__: null, constructor, slots };
  };

  return {
    __proto__: null, DEFAULT, data, parse, write, baseName, keywordsOf, extensionText, canonicalize, canonicalizeList,
    localeTags, split, find, resolve, supported, optionsObject, strictOptions, stringOption, booleanOption,
    numberOption, typeOption, matcher, define, method, test,
  };
})
