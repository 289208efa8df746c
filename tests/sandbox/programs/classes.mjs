class Animal {
  static count = 0;
  #name;
  constructor(n) {
    this.#name = n;
    Animal.count++;
  }
  get name() {
    return this.#name;
  }
  speak() {
    return `${this.name} makes a sound`;
  }
  toString() {
    return `[Animal ${this.#name}]`;
  }
  static {
    this.registry = new Set();
  }
}
class Dog extends Animal {
  constructor(n, breed) {
    super(n);
    this.breed = breed;
  }
  speak() {
    return super.speak() + " woof";
  }
  get [Symbol.toStringTag]() {
    return "Doggo";
  }
}
const d = new Dog("Rex", "Lab");
console.log(d, `${d}`, d.speak(), Animal.count, Dog, Animal, Object.prototype.toString.call(d));
console.log(d instanceof Animal, Object.getPrototypeOf(Dog) === Animal, Dog.name, Dog.registry);
class Temp {
  static from(x) {
    return new this(x);
  }
  constructor(c) {
    this.c = c;
  }
  get f() {
    return this.c * 1.8 + 32;
  }
  [Symbol.toPrimitive](h) {
    return h === "string" ? `${this.c}°C` : this.c;
  }
}
const t = Temp.from(20);
console.log(t, `${t}`, t + 1, t.f, [t, t]);
const Serializable = (B) =>
  class extends B {
    serialize() {
      return JSON.stringify(this);
    }
  };
class P {
  constructor(x, y) {
    Object.assign(this, { x, y });
  }
}
class SP extends Serializable(P) {}
console.log(
  new SP(1, 2).serialize(),
  new SP(1, 2),
  new (class {})(),
  new (class Foo extends Map {})([[1, 2]]),
  class extends P {},
);
class E2 extends Error {
  constructor(m, code) {
    super(m);
    this.name = this.constructor.name;
    this.code = code;
  }
}
const e = new E2("bad", 7);
console.log(e.name, e.message, e.code, String(e), e instanceof Error);
console.log(Object.create(null), Object.create({ a: 1 }), Object.create(Animal.prototype) instanceof Animal);
