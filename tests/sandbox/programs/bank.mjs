// bank w/ private fields, custom errors, async mutex, event log
class InsufficientFunds extends Error {
  constructor(need, have) {
    super(`Need ${need}, have ${have}`);
    this.name = "InsufficientFunds";
    this.need = need;
  }
}
class Account {
  #bal = 0;
  static #n = 0;
  constructor(o) {
    this.owner = o;
    this.id = ++Account.#n;
  }
  get balance() {
    return this.#bal;
  }
  set balance(v) {
    throw new Error("read only");
  }
  deposit(x) {
    if (!(x > 0)) throw new RangeError("Invalid amount: " + x);
    this.#bal += x;
    return this;
  }
  withdraw(x) {
    if (x > this.#bal) throw new InsufficientFunds(x, this.#bal);
    this.#bal -= x;
    return this;
  }
  toJSON() {
    return { id: this.id, owner: this.owner, balance: this.#bal };
  }
}
const a = new Account("Ann");
a.deposit(100).withdraw(30);
console.log(a, JSON.stringify(a), a.balance);
for (const f of [
  () => a.withdraw(1e3),
  () => a.deposit(-1),
  () => {
    a.balance = 1;
  },
  () => a.deposit("x"),
]) {
  try {
    f();
  } catch (e) {
    console.log(e.name, "|", e.message, "|", e instanceof InsufficientFunds, e.constructor.name);
  }
}
class Mutex {
  #p = Promise.resolve();
  lock(f) {
    const r = this.#p.then(f);
    this.#p = r.catch(() => {});
    return r;
  }
}
const m = new Mutex(),
  log = [];
await Promise.all(
  [1, 2, 3].map((i) =>
    m.lock(async () => {
      log.push(`in${i}`);
      await null;
      log.push(`out${i}`);
    }),
  ),
);
console.log(log.join());
try {
  await m.lock(() => {
    throw new InsufficientFunds(1, 0);
  });
} catch (e) {
  console.log(`${e}`, Object.entries(e));
}
console.log(await Promise.all([1, Promise.resolve(2), new Promise((r) => setTimeout(r, 1, 3))]));
const wait = (ms) => new Promise((r) => setTimeout(r, ms));
const timeout = (p, ms) =>
  Promise.race([
    p,
    wait(ms).then(() => {
      throw new Error(`Timeout ${ms}ms`);
    }),
  ]);
await timeout(wait(50), 2).catch((e) => console.log(e.message));
console.log(
  await timeout(
    wait(1).then(() => "ok"),
    500,
  ),
);
const all = async (o) =>
  Object.fromEntries(await Promise.all(Object.entries(o).map(async ([k, v]) => [k, await v])));
console.log(await all({ a: 1, b: Promise.resolve(2) }));
