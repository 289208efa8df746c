(function (k) {
  "use strict";
  // `k.layOut`: entries of an object on one line, in columns, or one a line, broken where Node 20 breaks.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePush, MathFloor, MathMax, MathMin, MathRound, MathSqrt,
    StringPrototypeIncludes, StringPrototypePadEnd, StringPrototypePadStart,
  } = p;
  const { list, spaces, stringWidth, stripColours } = k.text;
  const EXTRA = 2;

  const printedLength = (ctx, text) => (ctx.colors ? stripColours(text).length : text.length);

  // Seven entries or more of an array stand in columns. The arithmetic is Node's, so that the lines break alike.
  const groupElements = (ctx, output, numeric) => {
    const more = ctx.maxArrayLength < output.length; // the last entry is then "... n more items"
    const count = more ? output.length - 1 : output.length;
    const widths = list();
    let total = 0;
    let widest = 0;
    for (let i = 0; i < count; i++) {
      const width = stringWidth(output[i]);
      ArrayPrototypePush(widths, width);
      total += width + 2;
      if (width > widest) widest = width;
    }
    const cell = widest + 2;
    if (cell * 3 + ctx.indentation >= ctx.breakLength || (total / cell <= 5 && widest > 6)) return output;
    const bias = MathMax(cell - 3 - MathSqrt(cell - total / output.length), 1);
    const columns = MathMin(
      MathRound(MathSqrt(2.5 * bias * count) / bias), // a square, if a character is 2.5 times as high as wide
      MathFloor((ctx.breakLength - ctx.indentation) / cell),
      ctx.compact * 4,
      15,
    );
    if (columns <= 1) return output;
    const columnWidths = list();
    for (let i = 0; i < columns; i++) {
      let width = 0;
      for (let j = i; j < count; j += columns) if (widths[j] > width) width = widths[j];
      ArrayPrototypePush(columnWidths, width + 2);
    }
    const pad = numeric ? StringPrototypePadStart : StringPrototypePadEnd;
    const rows = list();
    for (let i = 0; i < count; i += columns) {
      const end = MathMin(i + columns, count);
      let row = "";
      for (let j = i; j < end; j++) {
        const invisible = output[j].length - widths[j];
        if (j < end - 1) row += pad(`${output[j]}, `, columnWidths[j - i] + invisible, " ");
        else row += numeric ? pad(output[j], columnWidths[j - i] + invisible - 2, " ") : output[j];
      }
      ArrayPrototypePush(rows, row);
    }
    if (more) ArrayPrototypePush(rows, output[count]);
    return rows;
  };

  const fits = (ctx, output, start, base) => {
    let total = output.length + start;
    if (total + output.length > ctx.breakLength) return false;
    for (let i = 0; i < output.length; i++) {
      total += printedLength(ctx, output[i]);
      if (total > ctx.breakLength) return false;
    }
    return base === "" || !StringPrototypeIncludes(base, "\n");
  };

  const layOut = (ctx, output, base, open, close, type, level, numeric) => {
    const lead = base === "" ? "" : `${base} `;
    const indentation = `\n${spaces(ctx.indentation)}`;
    if (ctx.compact !== true) {
      if (typeof ctx.compact === "number" && ctx.compact >= 1) {
        const entries = output.length;
        if (type === EXTRA && entries > 6) output = groupElements(ctx, output, numeric);
        if (ctx.deepest - level < ctx.compact && entries === output.length) {
          const start = output.length + ctx.indentation + open.length + base.length + 10;
          if (fits(ctx, output, start, base)) {
            const joined = ArrayPrototypeJoin(output, ", ");
            if (!StringPrototypeIncludes(joined, "\n")) return `${lead}${open} ${joined} ${close}`;
          }
        }
      }
      return `${lead}${open}${indentation}  ${ArrayPrototypeJoin(output, `,${indentation}  `)}${indentation}${close}`;
    }
    const after = base === "" ? "" : ` ${base}`;
    if (fits(ctx, output, 0, base)) return `${open}${after} ${ArrayPrototypeJoin(output, ", ")} ${close}`;
    const line = base === "" && open.length === 1 ? " " : `${after}${indentation}  `;
    return `${open}${line}${ArrayPrototypeJoin(output, `,${indentation}  `)} ${close}`;
  };

  k.layOut = layOut;
})
