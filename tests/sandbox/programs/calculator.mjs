// tokenizer + recursive descent parser + evaluator
const tokens = (s) =>
  [...s.matchAll(/\s*(?:(\d+\.?\d*)|(.))/g)].map(([, n, o]) => (n ? { t: "num", v: +n } : { t: o }));
function parse(ts) {
  let i = 0;
  const peek = () => ts[i]?.t,
    eat = (t) => {
      if (peek() !== t) throw new SyntaxError(`Expected '${t}' but got '${peek() ?? "EOF"}' at ${i}`);
      return ts[i++];
    };
  const expr = () => {
    let l = term();
    while (peek() === "+" || peek() === "-") l = { op: ts[i++].t, l, r: term() };
    return l;
  };
  const term = () => {
    let l = fac();
    while (peek() === "*" || peek() === "/") l = { op: ts[i++].t, l, r: fac() };
    return l;
  };
  const fac = () => {
    if (peek() === "(") {
      eat("(");
      const e = expr();
      eat(")");
      return e;
    }
    if (peek() === "-") {
      i++;
      return { op: "neg", l: fac() };
    }
    return eat("num");
  };
  const e = expr();
  if (i < ts.length) throw new SyntaxError(`Unexpected ${peek()}`);
  return e;
}
const ev = (n) =>
  n.t === "num"
    ? n.v
    : {
        "+": (a, b) => a + b,
        "-": (a, b) => a - b,
        "*": (a, b) => a * b,
        "/": (a, b) => a / b,
        neg: (a) => -a,
      }[n.op](ev(n.l), n.r && ev(n.r));
for (const s of ["1 + 2 * 3", "(1+2)*-3", "2 * (3", "1 $ 2"]) {
  try {
    console.log(s, "=", ev(parse(tokens(s))));
  } catch (e) {
    console.log(s, "!", e.name, e.message);
  }
}
console.dir(parse(tokens("1+2*3")), { depth: 5 });
