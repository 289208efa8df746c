const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
async function pool(items, n, fn) {
  const out = [];
  let i = 0,
    active = 0,
    max = 0;
  const worker = async () => {
    while (i < items.length) {
      const k = i++;
      active++;
      max = Math.max(max, active);
      out[k] = await fn(items[k], k);
      active--;
    }
  };
  await Promise.all(Array.from({ length: n }, worker));
  return { out, max };
}
console.log(
  await pool([5, 1, 4, 2, 3], 2, async (x) => {
    await sleep(x);
    return x * x;
  }),
);
async function retry(fn, { retries = 3, delay = 1, factor = 2 } = {}) {
  let attempt = 0;
  while (true) {
    try {
      return await fn(++attempt);
    } catch (e) {
      if (attempt > retries) throw new Error(`failed after ${attempt}`, { cause: e });
      await sleep(delay);
      delay *= factor;
    }
  }
}
console.log(
  await retry(async (a) => {
    if (a < 3) throw new Error("no " + a);
    return "ok " + a;
  }),
);
try {
  await retry(
    async () => {
      throw new TypeError("never");
    },
    { retries: 1 },
  );
} catch (e) {
  console.log(e.message, e.cause.name, e.cause.message);
}
console.log(
  await Promise.allSettled([
    sleep(1),
    Promise.reject(new Error("x")).catch((e) => {
      throw e.message;
    }),
  ]),
);
console.log(await Promise.any([sleep(3).then(() => "slow"), sleep(1).then(() => "fast")]));
try {
  await Promise.any([Promise.reject(1), Promise.reject(2)]);
} catch (e) {
  console.log(e.name, e.errors);
}
console.log(await Promise.race([sleep(5).then(() => "timeout"), Promise.resolve("now")]));
