/** What JSX compiles to with `@jsxRuntime automatic`. */
export declare function jsx<P>(type: string | JSX.Component<P> | typeof Fragment, props: P, key?: string | number | bigint): globalThis.JSX.Element;
export declare const jsxs: typeof jsx;
export declare const jsxDEV: typeof jsx;
declare const whole: typeof globalThis.Fragment;
export { whole as Fragment };
export import JSX = globalThis.JSX;
