export const name = "plug";
export function run() {
  return "ran";
}
