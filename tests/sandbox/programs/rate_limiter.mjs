// debounce/promise-based rate limiter
class RateLimiter {
  constructor(max, per) {
    this.max = max;
    this.per = per;
    this.q = [];
    this.active = 0;
  }
  async run(fn) {
    if (this.active >= this.max) await new Promise((r) => this.q.push(r));
    this.active++;
    try {
      return await fn();
    } finally {
      this.active--;
      this.q.shift()?.();
    }
  }
}
const rl = new RateLimiter(2, 10);
const order = [];
await Promise.all(
  [60, 10, 20].map((ms, i) =>
    rl.run(async () => {
      order.push("s" + i);
      await new Promise((r) => setTimeout(r, ms));
      order.push("e" + i);
    }),
  ),
);
console.log(order.join(" "));
