// What the guest has of its own, or in a form of its own.

/** The global object. */
declare var global: typeof globalThis;
/** The console: what is printed appears below the cell. */
declare var console: GuestConsole;
/** The program's process, such as it is in the sandbox: arguments, environment, streams. */
declare var process: GuestProcess;

/** Asks the person at the notebook for a line of text; `null` where nobody can be asked. */
declare function prompt(message?: string, proposal?: string): string | null;
/** Asks the person at the notebook to agree; `false` where nobody can be asked. */
declare function confirm(message?: string): boolean;
/** Shows a message to the person at the notebook. */
declare function alert(message?: string): void;

/** MIME type → value, as notebooks show it: the reader sees the best form that the front end knows. */
interface MimeBundle {
  "text/plain"?: string | readonly string[];
  "text/html"?: string | readonly string[];
  "text/markdown"?: string | readonly string[];
  "image/svg+xml"?: string | readonly string[];
  "image/png"?: string | Uint8Array | ArrayBuffer;
  "image/jpeg"?: string | Uint8Array | ArrayBuffer;
  "application/json"?: unknown;
  "application/vnd.vegalite.v5+json"?: object;
  [mime: string]: unknown;
}
/** Something with a method of its own that says how it is shown, under `Symbol.for("Jupyter.display")`. */
interface Displayable { [display: symbol]: () => MimeBundle | Promise<MimeBundle> }
interface DisplayId {
  /** The name under which this can be updated. */
  display_id?: string | null;
  /** Replace what was displayed under `display_id`. */
  update?: boolean;
}
interface DisplayOptions extends DisplayId {
  /** The value is the bundle itself: an object of MIME types. */
  raw?: boolean;
}
type DisplayRows = object;
interface TableOptions extends DisplayId {
  /** The columns that are shown, in this order; names of them when the rows are arrays. */
  columns?: readonly string[] | null;
  title?: string | null;
  /** The rows that are shown, 50 unless told, at most 1000. */
  /** The field that the rows are ordered by; "-name" for the largest first. */
  sort?: string;
  limit?: number;
}
type ChartMark = "arc" | "area" | "bar" | "boxplot" | "circle" | "errorbar" | "line" | "point" | "rect" | "rule" | "square" | "text" | "tick" | "trail";
/** A field's name, `"count()"`, `"mean(ms)"`, `"bin(ms)"`, `"month(day)"`, `"year:O"`, or a channel in Vega-Lite's words. */
type ChartChannel = string | { field?: string; [property: string]: unknown };
interface ChartOptions extends DisplayId {
  x?: ChartChannel;
  y?: ChartChannel;
  color?: ChartChannel;
  size?: ChartChannel | number;
  mark?: ChartMark | { type: ChartMark; [property: string]: unknown };
  title?: string;
  width?: number;
  height?: number;
  tooltip?: boolean | readonly ChartChannel[];
}
/** A bar that shows how far the work is. */
interface ProgressBar {
  value: number;
  total: number | null;
  label: string;
  /** Sets the value, and the label. */
  update(value: number, label?: string): void;
  /** So much further, 1 unless told. */
  step(n?: number): void;
  /** The work is done. */
  done(label?: string): void;
  /** The same elements, one step of the bar each. */
  of<T>(source: Iterable<T>): Iterable<T>;
  of<T>(source: AsyncIterable<T> | Iterable<T | PromiseLike<T>>): AsyncIterable<T>;
}
interface Display {
  /** Shows a value below the cell. */
  (value: unknown, options?: DisplayOptions): Promise<void>;
  /** Rows as a table: an array of objects or of arrays, a Map, any iterable, an object of objects. */
  table(rows: DisplayRows, options?: TableOptions): Promise<void>;
  /** Rows as a chart, at most 5000 of them. */
  chart(rows: DisplayRows, options?: ChartOptions): Promise<void>;
  /** A bar for work of `total` steps; without a total it only counts. */
  progress(total?: number | null, options?: { label?: string }): ProgressBar;
  /** A PNG or JPEG picture, as bytes or by the path of its file. */
  image(source: Uint8Array | ArrayBuffer | string, options?: DisplayId): Promise<void>;
}
/** Shows a value below the cell, in the best form there is for it. */
declare var display: Display;
/** HTML, Markdown or a drawing as a value: shown as such, `String(it)` is the text. */
interface GuestMarkup extends Displayable {
  readonly text: string;
  toString(): string;
}
interface HtmlTag {
  (strings: TemplateStringsArray, ...values: unknown[]): GuestMarkup;
  (text: unknown): GuestMarkup;
  /** Text for use inside HTML: `<` becomes `&lt;`. */
  escape(text: unknown): string;
}
/** HTML to be shown: html`<b>${name}</b>`. What is put in is taken as it is; `html.escape` is for text that is none. */
declare var html: HtmlTag;
/** Markdown to be shown: md`# ${title}`. */
declare function md(strings: TemplateStringsArray, ...values: unknown[]): GuestMarkup;
declare function md(text: unknown): GuestMarkup;
/** A drawing to be shown: svg`<svg viewBox="0 0 1 1">…</svg>`. */
declare function svg(strings: TemplateStringsArray, ...values: unknown[]): GuestMarkup;
declare function svg(text: unknown): GuestMarkup;
/** Clears what is below the cell; with `wait` only when something new comes. */
declare function clear(options?: { wait?: boolean }): void;
/** What notebooks written for Deno use. There is nothing else of Deno. */
declare var Deno: {
  jupyter: {
    readonly $display: unique symbol;
    display(value: unknown, options?: DisplayOptions): Promise<void>;
    html: HtmlTag;
    md: typeof md;
    svg: typeof svg;
    /** A PNG or JPEG picture, as bytes or by the path of its file, to be shown. */
    image(source: Uint8Array | ArrayBuffer | string): Displayable;
    /** The MIME bundle that `display` would show. */
    format(value: unknown): Promise<MimeBundle>;
    broadcast(type: "display_data" | "update_display_data" | "execute_result" | "clear_output", content?: object): Promise<void>;
  };
};

interface Navigator {
  readonly userAgent: string;
  readonly hardwareConcurrency: number;
  readonly language: string;
  readonly languages: readonly string[];
  readonly platform: string;
  readonly onLine: boolean;
}
declare var Navigator: { readonly prototype: Navigator };
/** What runs this program. */
declare var navigator: Navigator;

/** An error of the engine itself, such as running out of stack. */
interface InternalError extends Error {}
declare var InternalError: { readonly prototype: InternalError; new (message?: string, options?: ErrorOptions): InternalError; (message?: string, options?: ErrorOptions): InternalError };

/** What JSX makes: a plain tree. `String(element)` is its HTML, escaped; as the value of a cell it is shown. */
interface GuestElement {
  readonly type: string | typeof Fragment | JSX.Component<any>;
  readonly props: { readonly [name: string]: any; readonly children?: unknown };
  /** The HTML of the tree. */
  toString(): string;
}
/**
 * What `<div class="x">…</div>` compiles to.
 * @param type the name of an element, a component, or `Fragment`
 * @param props attributes, or what the component wants
 */
declare function h<P = {}>(type: string | JSX.Component<P> | typeof Fragment, props?: P | null, ...children: JSX.Node[]): JSX.Element;
/** `<>…</>`: children without an element around them. */
declare var Fragment: unique symbol & JSX.Component<{ children?: JSX.Node }>;

declare namespace JSX {
  interface Element extends GuestElement {}
  type Node = Element | string | number | bigint | boolean | null | undefined | readonly Node[] | object;
  type Component<P> = (props: P) => Node;
  type ElementType = string | Component<any>;
  interface ElementChildrenAttribute { children: {} }
  interface IntrinsicAttributes { key?: string | number | bigint }

  type Value = string | number | boolean | null | undefined;
  /** The attributes that every HTML element has. Any other name is allowed too. */
  interface Attributes extends IntrinsicAttributes {
    children?: Node;
    id?: Value; class?: Value; className?: Value; title?: Value; lang?: Value; dir?: "ltr" | "rtl" | "auto"; hidden?: boolean; tabindex?: Value; role?: Value; slot?: Value;
    /** CSS text, or an object with names such as `backgroundColor`. */
    style?: string | { [property: string]: string | number | null | undefined };
    [attribute: string]: unknown;
  }
  interface Link extends Attributes { href?: Value; target?: "_blank" | "_self" | "_parent" | "_top" | (string & {}); rel?: Value; download?: Value; type?: Value }
  interface Media extends Attributes { src?: Value; alt?: Value; width?: Value; height?: Value; loading?: "lazy" | "eager"; srcset?: Value; sizes?: Value; controls?: boolean; autoplay?: boolean; loop?: boolean; muted?: boolean; poster?: Value }
  interface Field extends Attributes { name?: Value; value?: Value; type?: Value; placeholder?: Value; disabled?: boolean; readonly?: boolean; required?: boolean; checked?: boolean; min?: Value; max?: Value; step?: Value; pattern?: Value; multiple?: boolean; selected?: boolean; rows?: Value; cols?: Value; for?: Value; htmlFor?: Value; autocomplete?: Value; label?: Value }
  interface Cell extends Attributes { colspan?: Value; rowspan?: Value; scope?: "row" | "col" | "rowgroup" | "colgroup"; headers?: Value; align?: Value }
  interface Shape extends Attributes { viewBox?: Value; xmlns?: Value; width?: Value; height?: Value; x?: Value; y?: Value; x1?: Value; y1?: Value; x2?: Value; y2?: Value; cx?: Value; cy?: Value; r?: Value; rx?: Value; ry?: Value; d?: Value; points?: Value; fill?: Value; stroke?: Value; "stroke-width"?: Value; opacity?: Value; transform?: Value; "text-anchor"?: Value; "font-size"?: Value; offset?: Value }

  interface IntrinsicElements {
    a: Link; area: Link; base: Link; link: Link;
    abbr: Attributes; address: Attributes; article: Attributes; aside: Attributes; b: Attributes; bdi: Attributes; bdo: Attributes; blockquote: Attributes; body: Attributes; br: Attributes; caption: Attributes; cite: Attributes; code: Attributes; data: Field; datalist: Attributes; dd: Attributes; del: Attributes;
    details: Attributes & { open?: boolean }; dialog: Attributes & { open?: boolean }; dfn: Attributes; div: Attributes; dl: Attributes; dt: Attributes; em: Attributes; figcaption: Attributes; figure: Attributes; footer: Attributes; h1: Attributes; h2: Attributes; h3: Attributes; h4: Attributes; h5: Attributes; h6: Attributes;
    head: Attributes; header: Attributes; hr: Attributes; html: Attributes; i: Attributes; ins: Attributes; kbd: Attributes; li: Attributes & { value?: Value }; main: Attributes; mark: Attributes; menu: Attributes; nav: Attributes; ol: Attributes & { start?: Value; reversed?: boolean; type?: Value }; p: Attributes; pre: Attributes; q: Attributes; s: Attributes; samp: Attributes; section: Attributes;
    small: Attributes; span: Attributes; strong: Attributes; sub: Attributes; summary: Attributes; sup: Attributes; template: Attributes; time: Attributes & { datetime?: Value }; u: Attributes; ul: Attributes; var: Attributes; wbr: Attributes;
    audio: Media; canvas: Media; embed: Media; iframe: Media; img: Media; picture: Media; source: Media; track: Media; video: Media;
    button: Field; fieldset: Field; form: Attributes & { action?: Value; method?: Value }; input: Field; label: Field; legend: Attributes; meter: Field; optgroup: Field; option: Field; output: Field; progress: Field; select: Field; textarea: Field;
    col: Cell; colgroup: Cell; table: Attributes; tbody: Attributes; td: Cell; tfoot: Attributes; th: Cell; thead: Attributes; tr: Attributes;
    circle: Shape; defs: Shape; ellipse: Shape; g: Shape; line: Shape; linearGradient: Shape; path: Shape; polygon: Shape; polyline: Shape; rect: Shape; stop: Shape; svg: Shape; text: Shape; tspan: Shape; use: Shape;
    [element: string]: Attributes;
  }
}
