(function (k) {
  "use strict";
  // node:perf_hooks: the web's performance classes, and histograms.
  const p = k.primordials;
  const { MapPrototypeGet, MapPrototypeSet } = p;
  const {
    performance, Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver,
    PerformanceObserverEntryList, PerformanceResourceTiming,
  } = k.load("web/performance");
  const { illegalConstructor, invalidThis, invalidType, customInspect } = k.load("web/interface");
  const { setInterval, clearInterval } = k.timers;
  const secret = {};

  const EXACT = 2048; // below it every value has its own bucket: three significant digits, as in HdrHistogram
  const EMPTY_MIN = 9223372036854776000; // what Node shows before anything was recorded
  const bucketOf = (value) => {
    if (value < EXACT) return value;
    const width = 2 ** (p.MathFloor(p.MathLog2(value)) - 10);
    return p.MathFloor(value / width) * width + width - 1;
  };
  const fresh = () => ({
    __proto__: null, counts: new p.Map(), count: 0, min: EMPTY_MIN, max: 0, sum: 0, squares: 0, exceeds: 0,
    last: undefined,
  });
  const outOfRange = (name, range, value) => k.codeError(p.RangeError, "ERR_OUT_OF_RANGE",
    `The value of "${name}" is out of range. It must be ${range}. Received ${k.inspect(value)}`);

  let stateOf;
  class Histogram {
    #state;
    constructor(key, state) {
      if (key !== secret) throw illegalConstructor();
      this.#state = state;
    }
    static {
      stateOf = (value) => {
        if (typeof value !== "object" || value === null || !(#state in value)) throw invalidThis("Histogram");
        return value.#state;
      };
    }
    get count() {
      return stateOf(this).count;
    }
    get countBigInt() {
      return p.BigInt(stateOf(this).count);
    }
    get exceeds() {
      return stateOf(this).exceeds;
    }
    get exceedsBigInt() {
      return p.BigInt(stateOf(this).exceeds);
    }
    get min() {
      return stateOf(this).min;
    }
    get minBigInt() {
      return p.BigInt(stateOf(this).min);
    }
    get max() {
      return stateOf(this).max;
    }
    get maxBigInt() {
      return p.BigInt(stateOf(this).max);
    }
    get mean() {
      const { sum, count } = stateOf(this);
      return sum / count;
    }
    get stddev() {
      const { sum, squares, count } = stateOf(this);
      return p.MathSqrt(p.MathMax(0, squares / count - (sum / count) ** 2));
    }
    percentile(percentile) {
      const state = stateOf(this);
      if (typeof percentile !== "number") throw invalidType("percentile", "of type number", percentile);
      if (!(percentile > 0 && percentile <= 100)) throw outOfRange("percentile", "> 0 && <= 100", percentile);
      return at(state, percentile, sorted(state)).value;
    }
    percentileBigInt(percentile) {
      return p.BigInt(this.percentile(percentile));
    }
    get percentiles() {
      const state = stateOf(this);
      const result = new p.Map();
      const values = sorted(state);
      // Each step halves what is left, until the largest value is reached.
      for (let level = 0; state.count > 0; level = level === 0 ? 50 : 100 - (100 - level) / 2) {
        const { value, reached } = at(state, level, values);
        MapPrototypeSet(result, level, value);
        if (reached >= state.count) break;
      }
      MapPrototypeSet(result, 100, state.max);
      return result;
    }
    get percentilesBigInt() {
      const result = new p.Map();
      p.MapPrototypeForEach(this.percentiles, (value, level) => MapPrototypeSet(result, level, p.BigInt(value)));
      return result;
    }
    reset() {
      const state = stateOf(this);
      const empty = fresh();
      for (const key of p.ObjectKeys(empty)) state[key] = empty[key];
    }
    toJSON() {
      const { count, min, max, mean, exceeds, stddev } = this;
      const percentiles = {};
      p.MapPrototypeForEach(this.percentiles, (value, level) => {
        percentiles[level] = value;
      });
      return { count, min, max, mean, exceeds, stddev, percentiles };
    }
  }
  k.hidden(Histogram.prototype, customInspect, function inspectCustom(depth, options) {
    const { min, max, mean, exceeds, stddev, count, percentiles } = this;
    const shown = { min, max, mean, exceeds, stddev, count, percentiles };
    return depth < 0 ? "[Histogram]" : `Histogram ${k.inspect(shown, { __proto__: null, colors: options.colors })}`;
  });

  const sorted = ({ counts }) => {
    const values = new p.Float64Array(p.MapPrototypeGetSize(counts)); // sorts by number, runs no code of the program's
    let i = 0;
    p.MapPrototypeForEach(counts, (_, value) => {
      values[i++] = value;
    });
    return p.TypedArrayPrototypeSort(values);
  };
  const at = (state, percentile, values) => {
    const wanted = p.MathMax(1, p.MathCeil((percentile / 100) * state.count));
    let reached = 0;
    for (let i = 0; i < values.length; i++) {
      reached += MapPrototypeGet(state.counts, values[i]);
      if (reached >= wanted) return { __proto__: null, value: p.MathMin(values[i], state.max), reached };
    }
    return { __proto__: null, value: 0, reached };
  };
  const record = (state, value, times = 1) => {
    const bucket = bucketOf(value);
    MapPrototypeSet(state.counts, bucket, (MapPrototypeGet(state.counts, bucket) ?? 0) + times);
    state.count += times;
    state.sum += value * times;
    state.squares += value * value * times;
    if (value < state.min) state.min = value;
    if (value > state.max) state.max = value;
  };

  class RecordableHistogram extends Histogram {
    record(val) {
      const state = stateOf(this);
      const value = typeof val === "bigint" ? p.Number(val) : val;
      if (typeof value !== "number") throw invalidType("val", "of type number", val);
      if (!p.NumberIsInteger(value)) throw outOfRange("val", "an integer", val);
      if (value < 1 || value > p.NumberMAX_SAFE_INTEGER)
        throw outOfRange("val", ">= 1 && <= 9007199254740991", val);
      record(state, value);
    }
    recordDelta() {
      const state = stateOf(this);
      const now = k.now();
      if (state.last !== undefined) record(state, p.MathMax(1, p.MathRound((now - state.last) * 1e6)));
      state.last = now;
    }
    add(other) {
      const state = stateOf(this), { counts, min, max } = stateOf(other);
      p.MapPrototypeForEach(counts, (times, value) => record(state, p.MathMin(value, max), times));
      if (min < state.min) state.min = min;
    }
  }

  class IntervalHistogram extends Histogram {
    #timer;
    #resolution;
    constructor(key, state, resolution) {
      super(key, state);
      this.#resolution = resolution;
    }
    enable() {
      const state = stateOf(this);
      if (this.#timer !== undefined) return false;
      let last = k.now();
      this.#timer = setInterval(() => {
        const now = k.now();
        record(state, p.MathMax(1, p.MathRound((now - last) * 1e6)));
        last = now;
      }, this.#resolution).unref();
      return true;
    }
    disable() {
      if (this.#timer === undefined) return false;
      clearInterval(this.#timer);
      this.#timer = undefined;
      return true;
    }
  }

  const monitorEventLoopDelay = (options = {}) => {
    if (typeof options !== "object" || options === null) throw invalidType("options", "of type object", options);
    const { resolution = 10 } = options;
    if (typeof resolution !== "number") throw invalidType("options.resolution", "of type number", resolution);
    if (!p.NumberIsInteger(resolution) || resolution < 1)
      throw outOfRange("options.resolution", ">= 1 && <= 9007199254740991", resolution);
    return new IntervalHistogram(secret, fresh(), resolution);
  };
  const createHistogram = (options = {}) => {
    if (typeof options !== "object" || options === null) throw invalidType("options", "of type object", options);
    const { figures = 3 } = options;
    if (!p.NumberIsInteger(figures)) throw invalidType("options.figures", "of type number", figures);
    if (figures < 1 || figures > 5) throw outOfRange("options.figures", ">= 1 && <= 5", figures);
    return new RecordableHistogram(secret, fresh());
  };

  const constants = {};
  const values = [["GC_MAJOR", 4], ["GC_MINOR", 1], ["GC_INCREMENTAL", 8], ["GC_WEAKCB", 16], ["GC_FLAGS_NO", 0],
    ["GC_FLAGS_CONSTRUCT_RETAINED", 2], ["GC_FLAGS_FORCED", 4], ["GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING", 8],
    ["GC_FLAGS_ALL_AVAILABLE_GARBAGE", 16], ["GC_FLAGS_ALL_EXTERNAL_MEMORY", 32], ["GC_FLAGS_SCHEDULE_IDLE", 64]];
  for (let i = 0; i < values.length; i++)
    p.ObjectDefineProperty(constants, `NODE_PERFORMANCE_${values[i][0]}`,
      { __proto__: null, value: values[i][1], enumerable: true });

  return {
    Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver,
    PerformanceObserverEntryList, PerformanceResourceTiming, monitorEventLoopDelay, createHistogram, performance,
    constants,
  };
})
