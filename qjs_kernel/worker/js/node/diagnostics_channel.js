(function (k) {
  "use strict";
  // node:diagnostics_channel
  const p = k.primordials;
  const channels = new p.Map();
  const call = p.ReflectApply;

  const later = (error) => k.process.nextTick(() => { throw error; });
  const checkFn = (value, name) => {
    if (typeof value !== "function") throw k.invalidArgType(name, "of type function", value);
  };

  class Channel {
    #subscribers = []; // replaced, never changed: a subscriber may unsubscribe while it is told
    #stores = new p.Map();
    constructor(name) { this.name = name; }
    get hasSubscribers() { return this.#subscribers.length > 0 || p.MapPrototypeGetSize(this.#stores) > 0; }
    subscribe(run) {
      checkFn(run, "subscription");
      this.#subscribers = [...this.#subscribers, run];
    }
    unsubscribe(run) {
      const index = p.ArrayPrototypeIndexOf(this.#subscribers, run);
      if (index === -1) return false;
      this.#subscribers = p.ArrayPrototypeToSpliced(this.#subscribers, index, 1);
      return true;
    }
    bindStore(store, transform) { p.MapPrototypeSet(this.#stores, store, transform); }
    unbindStore(store) { return p.MapPrototypeDelete(this.#stores, store); }
    publish(message) {
      const subscribers = this.#subscribers;
      for (let i = 0; i < subscribers.length; i++) {
        try {
          const run = subscribers[i];
          run(message, this.name);
        } catch (error) {
          later(error);
        }
      }
    }
    runStores(message, fn, self, ...args) {
      let run = () => {
        this.publish(message);
        return call(fn, self, args);
      };
      p.MapPrototypeForEach(this.#stores, (transform, store) => {
        const next = run;
        run = () => {
          let context;
          try {
            context = transform === undefined ? message : transform(message);
          } catch (error) {
            later(error);
            return next();
          }
          return store.run(context, next);
        };
      });
      return run();
    }
  }

  const channel = (name) => {
    const known = p.MapPrototypeGet(channels, name);
    if (known !== undefined) return known;
    if (typeof name !== "string" && typeof name !== "symbol")
      throw k.invalidArgType("channel", "one of type string or symbol", name);
    const made = new Channel(name);
    p.MapPrototypeSet(channels, name, made);
    return made;
  };

  const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"];
  const partOf = (given, event) => {
    if (typeof given === "string") return channel(`tracing:${given}:${event}`);
    if (typeof given !== "object" || given === null)
      throw k.invalidArgType("nameOrChannels", "of type string or an instance of TracingChannel or Object", given);
    if (!(given[event] instanceof Channel))
      throw k.invalidArgType(`nameOrChannels.${event}`, "an instance of Channel", given[event]);
    return given[event];
  };

  class TracingChannel {
    constructor(given) {
      for (let i = 0; i < EVENTS.length; i++)
        p.ObjectDefineProperty(this, EVENTS[i], { __proto__: null, value: partOf(given, EVENTS[i]) });
    }
    get hasSubscribers() { return p.ArrayPrototypeSome(EVENTS, (event) => this[event].hasSubscribers); }
    subscribe(handlers) {
      for (let i = 0; i < EVENTS.length; i++) if (handlers[EVENTS[i]]) this[EVENTS[i]].subscribe(handlers[EVENTS[i]]);
    }
    unsubscribe(handlers) {
      let all = true;
      for (let i = 0; i < EVENTS.length; i++) {
        const run = handlers[EVENTS[i]];
        if (run && !this[EVENTS[i]].unsubscribe(run)) all = false;
      }
      return all;
    }
    #failed(context, error) {
      context.error = error;
      this.error.publish(context);
    }
    traceSync(fn, context = {}, self = undefined, ...args) {
      if (!this.hasSubscribers) return call(fn, self, args);
      return this.start.runStores(context, () => {
        try {
          return context.result = call(fn, self, args);
        } catch (error) {
          this.#failed(context, error);
          throw error;
        } finally {
          this.end.publish(context);
        }
      });
    }
    tracePromise(fn, context = {}, self = undefined, ...args) {
      if (!this.hasSubscribers) return call(fn, self, args);
      const settled = () => {
        this.asyncStart.publish(context);
        this.asyncEnd.publish(context);
      };
      return this.start.runStores(context, () => {
        try {
          return p.PromisePrototypeThen(p.PromiseResolve(call(fn, self, args)), (result) => {
            context.result = result;
            settled();
            return result;
          }, (error) => {
            this.#failed(context, error);
            settled();
            throw error;
          });
        } catch (error) {
          this.#failed(context, error);
          throw error;
        } finally {
          this.end.publish(context);
        }
      });
    }
    traceCallback(fn, position = -1, context = {}, self = undefined, ...args) {
      if (!this.hasSubscribers) return call(fn, self, args);
      const tracing = this;
      const callback = p.ArrayPrototypeAt(args, position);
      checkFn(callback, "callback");
      const wrapped = function (error, result) {
        if (error) tracing.#failed(context, error);
        else context.result = result;
        const given = arguments;
        return tracing.asyncStart.runStores(context, () => {
          try {
            return call(callback, this, given);
          } finally {
            tracing.asyncEnd.publish(context);
          }
        });
      };
      p.ArrayPrototypeSplice(args, position, 1, wrapped);
      return this.start.runStores(context, () => {
        try {
          return call(fn, self, args);
        } catch (error) {
          this.#failed(context, error);
          throw error;
        } finally {
          this.end.publish(context);
        }
      });
    }
  }

  return {
    channel,
    hasSubscribers: (name) => p.MapPrototypeGet(channels, name)?.hasSubscribers ?? false,
    subscribe: (name, run) => channel(name).subscribe(run),
    tracingChannel: (given) => new TracingChannel(given),
    unsubscribe: (name, run) => channel(name).unsubscribe(run),
    Channel,
  };
})
