(function (k) {
  "use strict";
  // CommonJS: `require`, `module` and the cache. What a name means and the functions that modules become are the
  // worker's to say; a module's canonical name (path and version) tells whether what is cached is still the file.
  const p = k.primordials;
  const { StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice } = p;

  const cache = p.ObjectCreate(null); // by file name, as programs see it in require.cache
  const versions = new p.WeakMap(); // module → canonical name
  const namespaces = new p.Map(); // canonical name of an ES module → its namespace
  let line = 20_000; // where the text of the next module begins; kept here because functions outlive workers

  const pathOf = (canonical) => {
    const at = StringPrototypeIndexOf(canonical, "?");
    return at < 0 ? canonical : StringPrototypeSlice(canonical, 0, at);
  };
  const directoryOf = (path) => StringPrototypeSlice(path, 0, StringPrototypeLastIndexOf(path, "/")) || "/";
  const folders = (path) => {
    const found = [];
    for (let at = directoryOf(path); ; at = directoryOf(at)) {
      p.ArrayPrototypePush(found, at === "/" ? "/node_modules" : `${at}/node_modules`);
      if (at === "/") return found;
    }
  };
  const checked = (id) => {
    if (typeof id !== "string") throw k.invalidArgType("id", "of type string", id);
    if (id === "") {
      throw k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE", "The argument 'id' must be a non-empty string. Received ''");
    }
    return id;
  };

  class Module {
    constructor(id = "", parent = undefined) {
      this.id = id;
      this.path = directoryOf(id);
      this.exports = {};
      this.filename = null;
      this.loaded = false;
      this.children = [];
      this.paths = [];
      k.hidden(this, "parent", parent);
    }
    require(id) { return requireFrom(this.filename ?? this.id, this, id); }
  }

  const run = (canonical, lines, path, parent) => {
    const known = cache[path];
    if (known !== undefined && p.WeakMapPrototypeGet(versions, known) === canonical) {
      note(parent, known);
      return known.exports;
    }
    const module = new Module(path, parent);
    module.filename = path;
    module.paths = folders(path);
    p.WeakMapPrototypeSet(versions, module, canonical);
    cache[path] = module;
    note(parent, module);
    try {
      const first = line;
      line += lines + 1;
      const make = k.moduleFunction(first, canonical)(importer(canonical));
      p.ReflectApply(make, module.exports, [module.exports, makeRequire(canonical, module), module, path, module.path]);
      module.loaded = true;
    } catch (error) {
      if (cache[path] === module) delete cache[path];
      throw error;
    }
    return module.exports;
  };
  const note = (parent, module) => {
    try {
      if (parent !== undefined && !p.ArrayPrototypeIncludes(parent.children, module)) p.ArrayPrototypePush(parent.children, module);
    } catch { /* user code replaced the list */ }
  };

  const namespaceOf = (canonical) => {
    let namespace = p.MapPrototypeGet(namespaces, canonical);
    if (namespace === undefined) {
      const found = k.importNow(canonical);
      if (found.state === 2) throw found.value;
      if (found.state !== 1) {
        throw k.codeError(p.Error, "ERR_REQUIRE_ASYNC_MODULE",
          `require() cannot be used on an ES module with top-level await: ${pathOf(canonical)}. Use import instead`);
      }
      namespace = found.value;
      if ("default" in namespace && !("__esModule" in namespace)) namespace = k.importNow(`+${canonical}`).value;
      p.MapPrototypeSet(namespaces, canonical, namespace);
    }
    return p.ObjectPrototypeHasOwnProperty(namespace, "module.exports") ? namespace["module.exports"] : namespace;
  };

  const resolve = (canonical, id) => {
    try { return k.resolveRequire(canonical, checked(id)); }
    catch (error) {
      if (error.code === "MODULE_NOT_FOUND") error.requireStack = [pathOf(canonical)];
      throw error;
    }
  };
  const requireFrom = (canonical, parent, id) => {
    const { 0: kind, 1: name, 2: path, 3: lines } = resolve(canonical, id);
    switch (kind) {
      case "builtin": return k.builtin(name);
      case "cjs": return run(name, lines, path, parent);
      case "esm": return namespaceOf(name);
      default: {
        const known = cache[path];
        if (known !== undefined && p.WeakMapPrototypeGet(versions, known) === name) return known.exports;
        const module = new Module(path, parent);
        module.filename = path;
        module.exports = p.JSONParse(k.jsonText(name));
        module.loaded = true;
        p.WeakMapPrototypeSet(versions, module, name);
        cache[path] = module;
        return module.exports;
      }
    }
  };

  const makeRequire = (canonical, parent) => {
    const require = (id) => requireFrom(canonical, parent, id);
    require.resolve = (id) => {
      const found = resolve(canonical, id);
      return found[0] === "builtin" ? id : found[2];
    };
    require.resolve.paths = (id) => (k.isBuiltin(checked(id)) ? null : folders(pathOf(canonical)));
    require.cache = cache;
    require.main = undefined;
    require.extensions = { __proto__: null, ".js": undefined, ".json": undefined, ".cjs": undefined };
    return require;
  };
  const importer = (canonical) => (specifier) => k.importFrom(canonical, specifier);

  // For a program that is written as CommonJS and yet evaluated as an ES module.
  const program = (path) => {
    const module = new Module(".", undefined);
    module.path = directoryOf(path);
    module.filename = path;
    module.paths = folders(path);
    const require = makeRequire(path, module);
    require.main = module;
    return { __proto__: null, module, exports: module.exports, require, __filename: path, __dirname: module.path };
  };

  return {
    __proto__: null, Module, cache, makeRequire, program,
    run(canonical) {
      const { 1: name, 2: path, 3: lines } = k.resolveRequire(canonical, canonical);
      return run(name, lines, path, undefined);
    },
  };
})
