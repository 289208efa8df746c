const fact = (n) => (n <= 1n ? 1n : n * fact(n - 1n));
console.log(
  fact(30n),
  fact(50n).toString().length,
  2n ** 64n,
  -7n / 2n,
  -7n % 3n,
  BigInt.asUintN(8, 257n),
  BigInt(Number.MAX_SAFE_INTEGER) + 2n,
  0xffn,
  typeof 1n,
  10n > 5,
  2n == 2,
  [3n, 1n, 2n].sort().join(),
  BigInt.asIntN(64, 2n ** 63n),
);
const modpow = (b, e, m) => {
  let r = 1n;
  b %= m;
  while (e > 0n) {
    if (e & 1n) r = (r * b) % m;
    b = (b * b) % m;
    e >>= 1n;
  }
  return r;
};
console.log(
  modpow(3n, 200n, 1000000007n),
  123456789012345678901234567890n.toLocaleString("en-US"),
  Number(10n),
  parseInt("10n"),
  JSON.stringify({ a: 1n }, (k, v) => (typeof v === "bigint" ? `${v}` : v)),
);
const gcd = (a, b) => (b ? gcd(b, a % b) : a);
console.log(
  gcd(48n, 36n),
  new BigUint64Array([1n, 2n]),
  Math.hypot(3, 4),
  Math.cbrt(27),
  Math.clz32(1),
  Math.fround(5.5),
  Math.sign(-3),
  Math.trunc(-4.7),
  Number.EPSILON > 0,
  (25).toString(36),
  0b101,
  0o17,
  5 % -3,
  -5 % 3,
  2 ** -1,
  7 / 0,
  (1234.5678).toPrecision(6),
  (0.000001234).toString(),
  1e-7,
  (1e21 + 1).toLocaleString(),
);
