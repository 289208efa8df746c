(function (k) {
  "use strict";
  // `globalThis.console`, as Node 20's. Text leaves through `k.write(stream, text)`: whole lines, well-formed.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeUnshift, ErrorCaptureStackTrace, Map,
    MapIteratorPrototypeNext, MapPrototypeDelete, MapPrototypeEntries, MapPrototypeGet, MapPrototypeHas,
    MapPrototypeSet, MathFloor, MathMax, Number, NumberPrototypeToFixed, ObjectDefineProperty, ObjectHasOwn,
    ObjectKeys, SetIteratorPrototypeNext, SetPrototypeValues, StringPrototypePadStart,
    StringPrototypeToWellFormed, SymbolToStringTag,
    TypedArrayPrototypeGetSymbolToStringTag,
  } = p;
  const { inspect, formatList, invalidArgType } = k;
  const { bare, indentLines, list, spaces, stringWidth } = k.text;
  const { kindOf } = k.kinds;
  const { mapFrames } = k.stacks;

  const OUT = 1;
  const ERR = 2;
  const MAX_INDENT = 100; // groups deeper than this still count, but indent no further
  const MAX_CELLS = 200_000; // of a table: rows times columns, which a sparse one multiplies

  const makeConsole = (write) => {
    let groups = 0;
    let indentation = "";

    const emit = (stream, text) => {
      if (indentation !== "") text = indentation + indentLines(text, indentation);
      write(stream, StringPrototypeToWellFormed(`${text}\n`));
    };
    const print = (stream, args) => {
      // Most calls have one string: nothing to format then.
      emit(stream, args.length === 1 && typeof args[0] === "string" ? args[0] : formatList(args));
    };
    const setGroups = (count) => {
      groups = MathMax(count, 0);
      indentation = spaces(2 * (groups < MAX_INDENT ? groups : MAX_INDENT));
    };
    const warnOf = (text) => emit(ERR, `Warning: ${text}`);

    // ---- times and counts ----

    const counts = new Map();
    const times = new Map();

    const twoDigits = (number) => StringPrototypePadStart(`${number}`, 2, "0");
    const durationText = (ms) => {
      if (ms < 1_000) return `${Number(NumberPrototypeToFixed(ms, 3))}ms`;
      if (ms < 60_000) return `${NumberPrototypeToFixed(ms / 1_000, 3)}s`;
      const hours = MathFloor(ms / 3_600_000);
      const minutes = MathFloor((ms % 3_600_000) / 60_000);
      const seconds = StringPrototypePadStart(NumberPrototypeToFixed((ms % 60_000) / 1_000, 3), 6, "0");
      if (hours === 0) return `${minutes}:${seconds} (m:ss.mmm)`;
      return `${hours}:${twoDigits(minutes)}:${seconds} (h:mm:ss.mmm)`;
    };
    const logTime = (method, label, data) => {
      const start = MapPrototypeGet(times, label);
      if (start === undefined) {
        warnOf(`No such label '${label}' for console.${method}()`);
        return false;
      }
      const text = `${label}: ${durationText(k.now() - start)}`;
      // The label is no format: `%` in it stands for itself, and so do those in the data.
      ArrayPrototypeUnshift(bare(data), "%s", text);
      emit(OUT, formatList(data));
      return true;
    };

    // ---- table ----

    const renderRow = (cells, widths) => {
      let row = "│ ";
      for (let i = 0; i < cells.length; i++)
        row += (i > 0 ? " │ " : "") + cells[i] + spaces(widths[i] - stringWidth(cells[i]));
      return `${row} │\n`;
    };
    // `columns[i][j]`: row j of column i; a missing cell is empty.
    const renderTable = (head, columns) => {
      let height = 0;
      const widths = list();
      const bars = list();
      for (let i = 0; i < head.length; i++) {
        let width = stringWidth(head[i]);
        const column = columns[i];
        height = MathMax(height, column.length);
        for (let j = 0; j < column.length; j++) width = MathMax(width, stringWidth(column[j]));
        ArrayPrototypePush(widths, width);
        ArrayPrototypePush(bars, p.StringPrototypeRepeat("─", width + 2));
      }
      let text = `┌${ArrayPrototypeJoin(bars, "┬")}┐\n${renderRow(head, widths)}├${ArrayPrototypeJoin(bars, "┼")}┤\n`;
      for (let j = 0; j < height; j++) {
        const cells = list();
        for (let i = 0; i < head.length; i++) ArrayPrototypePush(cells, j < columns[i].length ? columns[i][j] : "");
        text += renderRow(cells, widths);
      }
      return `${text}└${ArrayPrototypeJoin(bars, "┴")}┘`;
    };

    const cellText = (value) => {
      const listed = typeof value === "object" && value !== null && !ArrayIsArray(value) &&
        TypedArrayPrototypeGetSymbolToStringTag(value) === undefined && ObjectKeys(value).length > 2;
      return inspect(value, { __proto__: null, depth: listed ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
    };

    const collectionTable = (collection, isMap) => {
      const iterator = isMap ? MapPrototypeEntries(collection) : SetPrototypeValues(collection);
      const next = isMap ? MapIteratorPrototypeNext : SetIteratorPrototypeNext;
      const indexes = list();
      const keys = list();
      const values = list();
      for (let step; !(step = next(iterator)).done; ) {
        if (indexes.length >= MAX_CELLS) return undefined;
        ArrayPrototypePush(indexes, `${indexes.length}`);
        if (isMap) ArrayPrototypePush(keys, cellText(step.value[0]));
        ArrayPrototypePush(values, cellText(isMap ? step.value[1] : step.value));
      }
      return isMap
        ? renderTable(["(iteration index)", "Key", "Values"], [indexes, keys, values])
        : renderTable(["(iteration index)", "Values"], [indexes, values]);
    };

    const isPrimitive = (value) => value === null || (typeof value !== "object" && typeof value !== "function");

    const rowsTable = (data, chosen) => {
      const rows = ObjectKeys(data);
      const columns = new Map(); // name → cells, in the order of their first appearance
      const names = list();
      const lists = list();
      const primitives = list();
      let cells = 0;
      const fill = (column, length) => {
        while (column.length < length) ArrayPrototypePush(column, "");
      };
      for (let i = 0; i < rows.length; i++) {
        const item = data[rows[i]];
        const primitive = isPrimitive(item);
        if (primitive && chosen === undefined) {
          fill(primitives, i);
          ArrayPrototypePush(primitives, cellText(item));
          continue;
        }
        const keys = chosen ?? ObjectKeys(item);
        for (let j = 0; j < keys.length; j++) {
          const key = `${keys[j]}`;
          let column = MapPrototypeGet(columns, key);
          if (column === undefined) {
            column = list();
            MapPrototypeSet(columns, key, column);
            ArrayPrototypePush(names, key);
            ArrayPrototypePush(lists, column);
          }
          if (column.length > i) continue; // a name chosen twice
          cells += i - column.length + 1;
          if (cells > MAX_CELLS) return undefined;
          fill(column, i);
          ArrayPrototypePush(column, primitive || !ObjectHasOwn(item, key) ? "" : cellText(item[key]));
        }
      }
      if (primitives.length > 0) {
        ArrayPrototypePush(names, "Values");
        ArrayPrototypePush(lists, primitives);
      }
      ArrayPrototypeUnshift(names, "(index)");
      ArrayPrototypeUnshift(lists, rows);
      return rows.length * names.length > MAX_CELLS ? undefined : renderTable(names, lists);
    };

    const tableText = (data, chosen) => {
      const kind = kindOf(data);
      return kind === "Map" || kind === "Set" ? collectionTable(data, kind === "Map") : rowsTable(data, chosen);
    };

    // ---- the object ----

    const console = {
      log(...args) {
        print(OUT, args);
      },
      warn(...args) {
        print(ERR, args);
      },
      dir(value, options) {
        emit(OUT, inspect(value, { __proto__: null, customInspect: false, ...options }));
      },
      time(label = "default") {
        label = `${label}`;
        if (MapPrototypeHas(times, label)) warnOf(`Label '${label}' already exists for console.time()`);
        else MapPrototypeSet(times, label, k.now());
      },
      timeEnd(label = "default") {
        label = `${label}`;
        if (logTime("timeEnd", label, list())) MapPrototypeDelete(times, label);
      },
      timeLog(label = "default", ...data) {
        logTime("timeLog", `${label}`, data);
      },
      trace(...args) {
        const message = formatList(args);
        const holder = { __proto__: null, stack: "" };
        ErrorCaptureStackTrace(holder, trace); // frames above this function only
        const { stack } = holder, start = typeof stack === "string" ? p.StringPrototypeIndexOf(stack, "    at ") : -1;
        const frames = start === -1 ? "" : mapFrames(p.StringPrototypeSlice(stack, start));
        emit(ERR, `Trace${message === "" ? "" : `: ${message}`}${frames === "" ? "" : `\n${frames}`}`);
      },
      assert(condition, ...args) {
        if (condition) return;
        if (args.length === 0) ArrayPrototypePush(bare(args), "Assertion failed");
        else args[0] = `Assertion failed: ${args[0]}`;
        print(ERR, args);
      },
      clear() {
        if (typeof k.clear === "function") k.clear();
      },
      count(label = "default") {
        label = `${label}`;
        const count = (MapPrototypeGet(counts, label) ?? 0) + 1;
        MapPrototypeSet(counts, label, count);
        emit(OUT, `${label}: ${count}`);
      },
      countReset(label = "default") {
        label = `${label}`;
        if (!MapPrototypeDelete(counts, label)) warnOf(`Count for '${label}' does not exist`);
      },
      group(...args) {
        if (args.length > 0) print(OUT, args);
        setGroups(groups + 1);
      },
      groupEnd() {
        setGroups(groups - 1);
      },
      table(data, columns) {
        if (columns !== undefined && !ArrayIsArray(columns))
          throw invalidArgType("properties", "an instance of Array", columns);
        const text = isPrimitive(data) || typeof data === "function" ? undefined : tableText(data, columns);
        if (text === undefined) print(OUT, [data]);
        else emit(OUT, text);
      },
      debug(...args) {
        print(OUT, args);
      },
      info(...args) {
        print(OUT, args);
      },
      dirxml(...args) {
        print(OUT, args);
      },
      error(...args) {
        print(ERR, args);
      },
      groupCollapsed(...args) {
        if (args.length > 0) print(OUT, args);
        setGroups(groups + 1);
      },
    };
    const { trace } = console;

    ObjectDefineProperty(console, SymbolToStringTag,
      { __proto__: null, value: "console", writable: false, enumerable: false, configurable: true });
    return console;
  };
  k.makeConsole = makeConsole;
  ObjectDefineProperty(p.globalThis, "console", {
    __proto__: null, value: makeConsole((stream, text) => k.write(stream, text)), writable: true, enumerable: false,
    configurable: true,
  });
})
