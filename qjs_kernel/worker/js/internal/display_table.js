(function (k) {
  "use strict";
  // display.table, and the rows of whatever somebody has: lists, maps, sets, iterables, objects of objects. Only the rows
  // that are shown cross the wall.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeSort, ObjectHasOwn, ObjectKeys, ReflectApply, StringPrototypeSlice, StringPrototypeToWellFormed, SymbolIterator,
    TypedArrayPrototypeGetSymbolToStringTag,
  } = p;
  const { brief, isObject, option, showBundle } = k.load("internal/display");
  const { list } = k.text;

  const TABLE = "application/vnd.qjs.table+json";
  const USUAL = 50, MOST_ROWS = 1_000, MOST_COLUMNS = 1_000;
  const MOST_COUNTED = 100_000; // of an iterable that does not say how many there are
  const LONGEST_CELL = 5_000;

  const wrong = (where, value) => new p.TypeError(
    `${where}: rows are expected (an array of objects or of arrays, a Map, an iterable), not ${brief(value)}`);

  // {entries: [{key, item}], total}: at most `most` of them; `key` where rows have names, `total` where it is known.
  const entriesOf = (source, most, where) => {
    if (typeof source !== "object" || source === null) throw wrong(where, source);
    const entries = list();
    const add = (item, key) => { entries[entries.length] = { __proto__: null, key, item }; };
    const size = (length) => (length < most ? length : most);
    if (ArrayIsArray(source) || TypedArrayPrototypeGetSymbolToStringTag(source) !== undefined) {
      const { length } = source;
      for (let i = 0; i < size(length); i++) add(source[i]);
      return { __proto__: null, entries, total: length };
    }
    const kind = k.kinds.kindOf(source);
    if (kind === "Map" || kind === "Set") {
      const isMap = kind === "Map", iterator = isMap ? p.MapPrototypeEntries(source) : p.SetPrototypeValues(source);
      const next = isMap ? p.MapIteratorPrototypeNext : p.SetIteratorPrototypeNext;
      for (let step; entries.length < most && !(step = next(iterator)).done;) {
        if (isMap) add(step.value[1], step.value[0]);
        else add(step.value);
      }
      return { __proto__: null, entries, total: isMap ? p.MapPrototypeGetSize(source) : p.SetPrototypeGetSize(source) };
    }
    const iterate = source[SymbolIterator];
    if (typeof iterate === "function") {
      const iterator = ReflectApply(iterate, source, list()), { next } = iterator;
      let total = 0;
      for (let step; !(step = ReflectApply(next, iterator, list())).done; total++) {
        if (total >= MOST_COUNTED) {
          const close = iterator.return;
          if (typeof close === "function") ReflectApply(close, iterator, list());
          return { __proto__: null, entries, total: undefined };
        }
        if (total < most) add(step.value);
      }
      return { __proto__: null, entries, total };
    }
    if (kind !== "Object" && kind !== "Module") {
      if (kind === "Promise") throw new p.TypeError(`${where}: the rows are still a promise: await it first`);
      throw wrong(where, source);
    }
    const keys = ObjectKeys(source);
    for (let i = 0; i < size(keys.length); i++) add(source[keys[i]], keys[i]);
    return { __proto__: null, entries, total: keys.length };
  };

  // Whether its own fields are columns; any other value is one cell.
  const isRecord = (item) => {
    if (typeof item !== "object" || item === null) return false;
    const kind = k.kinds.kindOf(item);
    return kind === "Object" || kind === "Module" || kind === "Array";
  };
  // The fields of a row: those of the record, "value" for anything else, "key" for what the row is called.
  const namesOf = ({ key, item }) => {
    const record = isRecord(item), names = list(), own = record ? ObjectKeys(item) : undefined;
    if (key !== undefined) names[0] = record && ObjectHasOwn(item, "key") ? "(key)" : "key";
    if (!record) names[names.length] = "value";
    else for (let i = 0; i < own.length && i < MOST_COLUMNS; i++) names[names.length] = own[i];
    return names;
  };
  const nameOfKey = ({ key, item }) => (key === undefined ? undefined : isRecord(item) && ObjectHasOwn(item, "key") ? "(key)" : "key");
  const hasField = (entry, name) => {
    if (name === nameOfKey(entry)) return true;
    return isRecord(entry.item) ? name in entry.item : name === "value";
  };
  const fieldOf = (entry, name) => {
    if (name === nameOfKey(entry)) return entry.key;
    return isRecord(entry.item) ? entry.item[name] : name === "value" ? entry.item : undefined;
  };

  const shortened = (text) => StringPrototypeToWellFormed(
    text.length > LONGEST_CELL ? `${StringPrototypeSlice(text, 0, LONGEST_CELL)}…` : text);
  // Plain values and dates go as they are, anything else as text: no cell can keep a table from being shown.
  const cell = (value) => {
    if (typeof value === "string") return shortened(value);
    if (!isObject(value)) return typeof value === "symbol" ? brief(value) : value;
    if (k.kinds.kindOf(value) === "Date") {
      const time = p.DatePrototypeGetTime(value);
      return time !== time ? "Invalid Date" : new p.Date(time);
    }
    return StringPrototypeToWellFormed(
      k.inspectSafe(value, { __proto__: null, depth: 1, breakLength: Infinity, maxLength: 300 }));
  };

  const columnsOf = (columns) => {
    if (columns === undefined || columns === null) return undefined;
    if (!ArrayIsArray(columns)) throw new p.TypeError(`display.table: columns is an array of names, not ${brief(columns)}`);
    if (columns.length === 0 || columns.length > MOST_COLUMNS) {
      throw new p.RangeError(`display.table: between 1 and ${MOST_COLUMNS} columns can be shown, not ${columns.length}`);
    }
    const names = list();
    for (let i = 0; i < columns.length; i++) {
      const name = columns[i];
      if (typeof name !== "string") throw new p.TypeError(`display.table: a column is named by a text, not ${brief(name)}`);
      names[i] = name;
    }
    return names;
  };
  // The fields that there are, for messages.
  const known = (entries) => {
    const seen = { __proto__: null };
    let text = "", count = 0;
    for (let i = 0; i < entries.length && i < 100; i++) {
      const names = namesOf(entries[i]);
      for (let j = 0; j < names.length; j++) {
        if (seen[names[j]]) continue;
        seen[names[j]] = true;
        if (++count > 20) return `${text}, …`;
        text += (text === "" ? "" : ", ") + StringPrototypeSlice(names[j], 0, 100);
      }
    }
    return text;
  };
  const hasSome = (entries, name) => {
    for (let j = 0; j < entries.length; j++) if (hasField(entries[j], name)) return true;
    return false;
  };
  const checkColumns = (columns, entries) => {
    for (let i = 0; i < columns.length && entries.length > 0; i++) {
      if (!hasSome(entries, columns[i])) throw new p.TypeError(`display.table: no row has a column ${brief(columns[i])}: there are ${known(entries)}`);
    }
  };

  const rowsOf = (entries, lists, columns) => {
    const rows = list();
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i], { item } = entry;
      const row = lists ? list() : { __proto__: null };
      if (lists) for (let j = 0; j < item.length && j < MOST_COLUMNS; j++) row[j] = cell(item[j]);
      else {
        const names = columns ?? namesOf(entry);
        for (let j = 0; j < names.length; j++) {
          if (columns === undefined || hasField(entry, names[j])) row[names[j]] = cell(fieldOf(entry, names[j]));
        }
      }
      rows[i] = row;
    }
    return rows;
  };
  // An array that stays in the guest as a table of its first rows, if they are records; else undefined.
  const glimpse = (array) => {
    const { entries, total } = entriesOf(array, USUAL, "display");
    for (let i = 0; i < entries.length; i++) {
      if (!isRecord(entries[i].item) || ArrayIsArray(entries[i].item)) return undefined;
    }
    return { __proto__: null, [TABLE]: { __proto__: null, rows: rowsOf(entries, false, undefined), total } };
  };

  // Order of the rows by one field: numbers, dates and texts among their like; what is not there comes last.
  const RANK = { __proto__: null, number: 0, bigint: 0, boolean: 1, string: 2 };
  const sortKey = (value) => {
    if (isObject(value) && k.kinds.kindOf(value) === "Date") return p.DatePrototypeGetTime(value);
    return value !== value || !(typeof value in RANK) ? undefined : value;
  };
  const sorted = (entries, by) => {
    const down = by[0] === "-" && !hasSome(entries, by), name = down ? StringPrototypeSlice(by, 1) : by;
    const pairs = list();
    for (let i = 0; i < entries.length; i++) {
      pairs[i] = { __proto__: null, entry: entries[i], by: sortKey(fieldOf(entries[i], name)) };
    }
    ArrayPrototypeSort(pairs, (a, b) => {
      const x = a.by, y = b.by;
      if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
      const order = RANK[typeof x] - RANK[typeof y] || (x < y ? -1 : x > y ? 1 : 0);
      return down ? -order : order;
    });
    const out = list();
    for (let i = 0; i < pairs.length; i++) out[i] = pairs[i].entry;
    return out;
  };

  const table = (source, options) => {
    if (options !== undefined && options !== null && typeof options !== "object") {
      throw new p.TypeError(`display.table: options such as { columns: ["name"], limit: 20 } are expected, not ${brief(options)}`);
    }
    const chosen = options ?? { __proto__: null };
    const title = option(chosen, "title"), limit = option(chosen, "limit") ?? USUAL;
    const columns = columnsOf(option(chosen, "columns"));
    if (!p.NumberIsInteger(limit) || limit < 1 || limit > MOST_ROWS) {
      throw new p.RangeError(`display.table: limit is a whole number from 1 to ${MOST_ROWS}, not ${brief(limit)}`);
    }
    const sort = option(chosen, "sort");
    if (sort !== undefined && typeof sort !== "string") {
      throw new p.TypeError(`display.table: sort is the name of a field, "-name" for the largest first, not ${brief(sort)}`);
    }
    let { entries, total } = entriesOf(source, sort === undefined ? limit : Infinity, "display.table");
    if (sort !== undefined && entries.length > 0) {
      checkColumns([hasSome(entries, sort) || sort[0] !== "-" ? sort : StringPrototypeSlice(sort, 1)], entries);
      entries = sorted(entries, sort);
      if (entries.length > limit) entries.length = limit;
    }
    let lists = entries.length > 0;
    for (let i = 0; i < entries.length && lists; i++) lists = entries[i].key === undefined && ArrayIsArray(entries[i].item);
    if (columns !== undefined && !lists) checkColumns(columns, entries);
    const shown = { __proto__: null, rows: rowsOf(entries, lists, columns) };
    if (columns !== undefined) shown.columns = columns;
    shown.total = total ?? MOST_COUNTED;
    let named = title === undefined || title === null ? "" : shortened(p.String(title));
    if (total === undefined) named += `${named === "" ? "" : ", "}more than ${MOST_COUNTED} rows`;
    if (named !== "") shown.title = named;
    return showBundle({ __proto__: null, [TABLE]: shown }, options, "display.table");
  };

  return { __proto__: null, table, glimpse, entriesOf, fieldOf, hasField, known, shortened };
})
