(function (k) {
  "use strict";
  // node:readline/promises
  const p = k.primordials;
  const base = k.load("internal/readline_interface");
  const keys = k.load("internal/readline_keys");

  class Interface extends base.Interface {
    question(query, options = {}) {
      return base.ask(this, query, options);
    }
  }
  // Escape sequences gathered, and sent by commit().
  class Readline {
    #stream; #autoCommit; #waiting = "";
    constructor(stream, options) {
      if (stream === null || typeof stream !== "object" || typeof stream.write !== "function")
        throw k.invalidArgType("stream", "an instance of Writable", stream);
      this.#stream = stream;
      this.#autoCommit = !!options?.autoCommit;
    }
    #add(run) {
      run({ write: (text) => {
        if (this.#autoCommit) k.process.nextTick(() => this.#stream.write(text));
        else this.#waiting += text;
        return true;
      } });
      return this;
    }
    cursorTo(x, y) { return this.#add((to) => keys.cursorTo(to, x, y)); }
    moveCursor(dx, dy) { return this.#add((to) => keys.moveCursor(to, dx, dy)); }
    clearLine(direction) { return this.#add((to) => keys.clearLine(to, direction)); }
    clearScreenDown() { return this.#add((to) => keys.clearScreenDown(to)); }
    commit() {
      return new p.Promise((resolve) => {
        this.#stream.write(this.#waiting, () => resolve());
        this.#waiting = "";
      });
    }
    rollback() {
      this.#waiting = "";
      return this;
    }
  }
  return {
    Interface, Readline,
    createInterface: (input, output, completer, terminal) => new Interface(input, output, completer, terminal),
  };
})
