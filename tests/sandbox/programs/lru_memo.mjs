class LRUCache {
  constructor(cap) {
    this.cap = cap;
    this.map = new Map();
  }
  get(k) {
    if (!this.map.has(k)) return -1;
    const v = this.map.get(k);
    this.map.delete(k);
    this.map.set(k, v);
    return v;
  }
  put(k, v) {
    this.map.delete(k);
    this.map.set(k, v);
    if (this.map.size > this.cap) this.map.delete(this.map.keys().next().value);
  }
}
const c = new LRUCache(2);
c.put("a", 1);
c.put("b", 2);
c.get("a");
c.put("c", 3);
console.log(c, c.get("b"), [...c.map.entries()]);
const memo = (fn) => {
  const cache = new Map();
  return (n) => cache.get(n) ?? (cache.set(n, fn(n)), cache.get(n));
};
const fib = memo((n) => (n < 2n ? n : fib(n - 1n) + fib(n - 2n)));
console.log(fib(100n), `${fib(90n)}`, typeof fib(1n));
