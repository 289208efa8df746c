export default (a, b) => a + b;
export const square = (x) => x * x;
