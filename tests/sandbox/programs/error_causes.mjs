class AppError extends Error {
  constructor(m, opts) {
    super(m, opts);
    this.name = "AppError";
    Error.captureStackTrace?.(this, AppError);
  }
}
const load = () => {
  try {
    JSON.parse("{");
  } catch (e) {
    throw new AppError("load failed", { cause: e });
  }
};
try {
  load();
} catch (e) {
  console.log(
    e instanceof AppError,
    e.name,
    e.message,
    e.cause.name,
    e.toString(),
    Object.keys(e),
    "cause" in e,
  );
}
const ag = new AggregateError([new Error("a"), new TypeError("b")], "many");
console.log(ag.errors.map(String), ag.message, ag.name);
const r = await Promise.allSettled([
  1,
  Promise.reject(new Error("x")),
  new Promise((r) => setTimeout(r, 1, "z")),
]);
console.log(r.map((x) => x.status + ":" + (x.value ?? x.reason.message)));
const f = () => {
  try {
    return "try";
  } finally {
    console.log("finally");
  }
};
console.log(f());
(() => {
  try {
    throw 1;
  } catch {
    console.log("optional catch");
  }
})();
try {
  throw { code: 1 };
} catch ({ code }) {
  console.log(code);
}
console.log(new Error("m", { cause: "c" }).cause);
