(function (k) {
  "use strict";
  // display.chart: rows and the names of their fields become a Vega-Lite specification with the rows inside.
  const p = k.primordials;
  const {
    ArrayIsArray, NumberIsFinite, ObjectKeys, RegExpPrototypeExec, String: ToString, StringPrototypeIncludes,
    StringPrototypeSlice, StringPrototypeToLowerCase,
  } = p;
  const { brief, isObject, option, showBundle } = k.load("internal/display");
  const { entriesOf, fieldOf, hasField, known, shortened } = k.load("internal/display_table");
  const { list } = k.text;

  const VEGALITE = "application/vnd.vegalite.v5+json";
  const MOST_ROWS = 5_000;
  const MARKS = "arc area bar boxplot circle errorbar line point rect rule square text tick trail";
  const AGGREGATES = "average count distinct max mean median min q1 q3 stdev sum variance";
  const TIME_UNITS = "year quarter month week date day hours minutes seconds yearquarter yearmonth yearmonthdate yearmonthdatehours monthdate hoursminutes";
  const CHANNELS = ["x", "y", "color", "size"];
  const TYPES = { __proto__: null, Q: "quantitative", T: "temporal", N: "nominal", O: "ordinal" };

  const among = (names, name) => name !== "" && !StringPrototypeIncludes(name, " ") && StringPrototypeIncludes(` ${names} `, ` ${name} `);
  const listed = (names) => {
    let text = "";
    for (let i = 0; i < names.length; i++) text += names[i] === " " ? ", " : names[i];
    return text;
  };
  const wrong = (message) => new p.TypeError(`display.chart: ${message}`);

  // Vega-Lite reads dots and brackets in a field's name as a path.
  const special = /[\\.[\]'"]/;
  const escaped = (name) => {
    let text = "";
    for (let i = 0; i < name.length; i++) text += (RegExpPrototypeExec(special, name[i]) !== null ? "\\" : "") + name[i];
    return text;
  };

  const isoDay = /^\d{4}-\d\d-\d\d$/;
  const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/;
  const isDate = (value) => typeof value === "object" && value !== null && k.kinds.kindOf(value) === "Date";
  const isIso = (value) => typeof value === "string" && (RegExpPrototypeExec(isoDay, value) !== null || RegExpPrototypeExec(isoTime, value) !== null);
  const sortOf = (value) => (typeof value === "number" || typeof value === "bigint" ? "quantitative" : isDate(value) || isIso(value) ? "temporal" : "nominal");

  class Chart {
    entries;
    numbers;
    fields;
    dates;
    constructor(entries, numbers) {
      this.entries = entries;
      this.numbers = numbers; // rows that are numbers: `index` says which is which
      this.fields = { __proto__: null };
      this.dates = { __proto__: null }; // how many channels take a field for times
    }
    has(name) {
      if (name === "index" && this.numbers) return true;
      for (let i = 0; i < this.entries.length; i++) if (hasField(this.entries[i], name)) return true;
      return false;
    }
    get(i, name) { return name === "index" && this.numbers ? i : fieldOf(this.entries[i], name); }
    // The type of a field, from all its values; it will be part of the data.
    use(name, channel) {
      const { entries } = this;
      if (entries.length > 0 && !this.has(name)) {
        throw wrong(`${channel}: no row has a field ${brief(name)}: there are ${known(entries)}${this.numbers ? ", index" : ""}`);
      }
      if (this.fields[name] !== undefined) return this.fields[name];
      let type;
      for (let i = 0; i < entries.length && type !== "nominal"; i++) {
        const value = this.get(i, name);
        if (value === undefined || value === null) continue;
        const sort = sortOf(value);
        type = type === undefined || type === sort ? sort : "nominal";
      }
      return this.fields[name] = type ?? "nominal";
    }
    named(name, channel) {
      const type = this.use(name, channel), field = escaped(name);
      const made = { __proto__: null, field, type };
      if (type === "temporal") this.dates[name] = (this.dates[name] ?? 0) + 1;
      if (field !== name) made.title = name;
      if (type === "nominal" && (channel === "x" || channel === "y")) made.sort = null; // as the rows are
      return made;
    }
    // "ms", "mean(ms)", "count()", "bin(ms)", "month(day)", "year:O"
    parsed(text, channel) {
      if (this.has(text)) return this.named(text, channel);
      const typed = RegExpPrototypeExec(/^(.+):([QTNO])$/, text);
      if (typed !== null) {
        const made = this.parsed(typed[1], channel);
        const type = TYPES[typed[2]], name = this.has(typed[1]) ? typed[1] : undefined;
        if (name !== undefined && made.type === "temporal" && type !== "temporal") this.dates[name]--;
        made.type = type;
        return made;
      }
      const call = RegExpPrototypeExec(/^(\w+)\((.*)\)$/s, text);
      if (call === null) return this.named(text, channel);
      const name = StringPrototypeToLowerCase(call[1]), inner = call[2];
      if (name === "count" && inner === "") return { __proto__: null, aggregate: "count", type: "quantitative" };
      const isAggregate = among(AGGREGATES, name);
      if (!isAggregate && name !== "bin" && !among(TIME_UNITS, name)) {
        throw wrong(`${channel}: ${brief(call[1])} is no function: there are bin, ${listed(AGGREGATES)}, and of times ${listed(TIME_UNITS)}`);
      }
      const made = this.named(inner, channel);
      delete made.sort;
      if (made.title !== undefined) made.title = text;
      if (isAggregate) { made.aggregate = name; made.type = "quantitative"; }
      else if (name === "bin") { made.bin = true; made.type = "quantitative"; }
      else { made.timeUnit = name; made.type = "temporal"; }
      return made;
    }
    // A channel in Vega-Lite's own words: the field's name is taken as it is, and its type found if it is not there.
    given(value, channel) {
      const keys = ObjectKeys(value), field = option(value, "field");
      const made = field === undefined ? { __proto__: null } : this.named(ToString(field), channel);
      for (let i = 0; i < keys.length; i++) if (keys[i] !== "field") made[keys[i]] = value[keys[i]];
      return made;
    }
    channel(value, name) {
      if (typeof value === "string") {
        if (name === "color" && RegExpPrototypeExec(/^#(?:[0-9a-f]{3,4}){1,2}$/i, value) !== null && !this.has(value)) {
          return { __proto__: null, value };
        }
        return this.parsed(value, name);
      }
      if (name === "size" && typeof value === "number") return { __proto__: null, value };
      if (typeof value === "object" && value !== null && !ArrayIsArray(value)) return this.given(value, name);
      throw wrong(`${name} is the name of a field, such as "ms" or "mean(ms)", not ${brief(value)}`);
    }
    // The rows with the fields that are used, as JSON can hold them.
    values() {
      const rows = list(), names = ObjectKeys(this.fields);
      for (let i = 0; i < this.entries.length; i++) {
        const row = { __proto__: null };
        for (let j = 0; j < names.length; j++) row[names[j]] = plainValue(this.get(i, names[j]), this.dates[names[j]] > 0);
        rows[i] = row;
      }
      return rows;
    }
  }
  const plainValue = (value, isTime) => {
    switch (typeof value) {
      case "number": return NumberIsFinite(value) ? value : null;
      case "bigint": return p.Number(value);
      case "boolean": return value;
      // A day without a time would be midnight in Greenwich, which is the day before for half of the readers.
      case "string": return isTime && RegExpPrototypeExec(isoDay, value) !== null ? `${value}T00:00:00` : shortened(value);
      case "undefined": return null;
    }
    if (value === null) return null;
    if (isDate(value)) {
      const time = p.DatePrototypeGetTime(value);
      return time !== time ? null : p.DatePrototypeToISOString(value);
    }
    return brief(value);
  };

  const length = (value, name) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !(value > 0) || value > 10_000) throw wrong(`${name} is a number of pixels up to 10000, not ${brief(value)}`);
    return value;
  };
  const markOf = (mark, tooltip) => {
    const made = { __proto__: null };
    if (isObject(mark)) {
      const keys = ObjectKeys(mark);
      for (let i = 0; i < keys.length; i++) made[keys[i]] = mark[keys[i]];
    } else made.type = mark;
    const { type } = made;
    if (typeof type !== "string" || !among(MARKS, type)) throw wrong(`mark is one of ${listed(MARKS)}, not ${brief(type)}`);
    if (tooltip !== false && !ArrayIsArray(tooltip)) made.tooltip = true;
    return made;
  };
  const words = (value) => (typeof value === "string" ? shortened(value) : typeof value?.field === "string" ? value.field : brief(value));

  const chart = (source, options) => {
    if (options !== undefined && options !== null && typeof options !== "object") {
      throw wrong(`options such as { x: "day", y: "sum(ms)" } are expected, not ${brief(options)}`);
    }
    const chosen = options ?? { __proto__: null };
    const { entries, total } = entriesOf(source, MOST_ROWS + 1, "display.chart");
    if (entries.length > MOST_ROWS) {
      const many = total === undefined ? `more than ${MOST_ROWS}` : `${total}`;
      throw new p.RangeError(`display.chart: at most ${MOST_ROWS} rows fit into a chart, these are ${many}: aggregate them first `
        + `(Map.groupBy(rows, (row) => row.day), then one row a group), or take a part (rows.slice(0, ${MOST_ROWS}))`);
    }
    const keyed = entries.length > 0 && entries[0].key !== undefined;
    const numbers = !keyed && entries.length > 0 && !isObject(entries[0].item);
    const made = new Chart(entries, numbers);
    let x = option(chosen, "x"), y = option(chosen, "y");
    const color = option(chosen, "color"), size = option(chosen, "size"), title = option(chosen, "title");
    const tooltip = option(chosen, "tooltip") ?? true, mark = option(chosen, "mark") ?? (numbers ? "line" : "bar");
    if (x === undefined && y === undefined && color === undefined) {
      if (numbers || keyed && hasField(entries[0], "value")) { x = numbers ? "index" : "key"; y = "value"; }
      else throw wrong(`x or y is missing: there are the fields ${known(entries)}`);
    } else if (y === undefined) y = numbers && x === "index" ? "value" : "count()";
    else if (x === undefined && numbers) x = "index";
    const wanted = { __proto__: null, x, y, color, size };
    const spec = { __proto__: null, $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: markOf(mark, tooltip), encoding: { __proto__: null } };
    const pie = spec.mark.type === "arc";
    let text = `${spec.mark.type} chart`;
    if (title !== undefined && title !== null) {
      spec.title = shortened(ToString(title));
      text += ` "${spec.title}"`;
    }
    text += ` of ${entries.length} ${entries.length === 1 ? "row" : "rows"}`;
    for (let i = 0; i < CHANNELS.length; i++) {
      const name = CHANNELS[i], value = wanted[name];
      if (value === undefined || value === null) continue;
      // A pie has no axes: its slices are what stands along y, one a value of x.
      const place = !pie ? name : name === "x" ? "color" : name === "y" ? "theta" : name;
      spec.encoding[place] = made.channel(value, place);
      text += `, ${name}: ${words(value)}`;
    }
    if (ArrayIsArray(tooltip)) {
      const shown = list();
      for (let i = 0; i < tooltip.length; i++) shown[i] = made.channel(tooltip[i], "tooltip");
      spec.encoding.tooltip = shown;
    }
    const width = length(option(chosen, "width"), "width"), height = length(option(chosen, "height"), "height");
    if (width !== undefined) spec.width = width;
    if (height !== undefined) spec.height = height;
    // Vega-Lite's own 200 pixels are little for a notebook.
    spec.config = { __proto__: null, view: { __proto__: null, continuousWidth: 420, continuousHeight: 260 } };
    spec.data = { __proto__: null, values: made.values() };
    return showBundle({ __proto__: null, [VEGALITE]: spec, "text/plain": text }, options, "display.chart");
  };
  return { __proto__: null, chart };
})
