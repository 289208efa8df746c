exports.sum = (...n) => n.reduce((a, b) => a + b, 0);
class Stack {
  #items = [];
  push(x) {
    this.#items.push(x);
    return this;
  }
  pop() {
    return this.#items.pop();
  }
  get size() {
    return this.#items.length;
  }
}
exports.Stack = Stack;
