(function (k) {
  "use strict";
  // node:console: the global console, and `new Console(stdout, stderr)` over streams of the program's own.
  const p = k.primordials;
  const { console } = p.globalThis;

  class Console {
    constructor(stdout, stderr) {
      let options = stdout;
      if (typeof stdout !== "object" || stdout === null || typeof stdout.write === "function") options = { stdout, stderr };
      const out = options.stdout, err = options.stderr ?? out;
      if (typeof out?.write !== "function") {
        throw k.codeError(p.TypeError, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stdout");
      }
      if (typeof err?.write !== "function") {
        throw k.codeError(p.TypeError, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stderr");
      }
      const made = k.makeConsole((stream, text) => { (stream === 1 ? out : err).write(text); });
      const names = p.ReflectOwnKeys(made);
      for (let i = 0; i < names.length; i++) {
        p.ObjectDefineProperty(this, names[i], p.ObjectGetOwnPropertyDescriptor(made, names[i]));
      }
    }
  }
  const module = {};
  const names = p.ObjectKeys(console);
  for (let i = 0; i < names.length; i++) module[names[i]] = console[names[i]];
  module.Console = Console;
  k.hidden(console, "Console", Console);
  return module;
})
