/**
 * A good document with something hostile at one or a few places: the fuzzer's way past the first
 * check, which random bytes never find.
 */
import fc from "fast-check";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const texts = [
  "",
  " ",
  "0",
  "__proto__",
  "constructor",
  "toString",
  "../../../etc/passwd",
  "/etc/passwd",
  "file:///etc/passwd",
  "a\u0000b",
  "\uD800",
  "\u202Eabc",
  "\u{1F600}",
  "e\u0301".repeat(50),
  "\u001B[2J",
  "a".repeat(3_000),
  "://".repeat(500),
  "9".repeat(400),
  "2026-02-30",
  "9999-12-31",
  "0000-01-01",
  "24:00-24:00",
  "1e999",
  `\${env:SECRET}`,
  `\${file:/dev/zero}`,
  "${env:",
];
const numbers = [
  0,
  -0,
  -1,
  0.5,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1_000_000,
];

export const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(...texts),
  fc.constantFrom<Json>(...numbers),
  fc.constantFrom<Json>(null, true, false, [], {}, [null], [[]], { a: 1 }),
  fc.constantFrom<Json>(
    nested(40),
    nested(1_000),
    Array.from({ length: 1_000 }, () => 0),
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ unit: "binary", maxLength: 30 }),
);

/** Changes at one to three places, sometimes with one more key beside them. */
export function hostileIn(documents: readonly Json[]): fc.Arbitrary<Json> {
  const change = fc.record({
    place: fc.nat(),
    value: hostileValue,
    how: fc.constantFrom("replace", "replace", "replace", "remove", "add", "double"),
  });
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([document, changes]) => {
      let changed = document;
      for (const { place, value, how } of changes) {
        const paths = pathsOf(changed);
        const path = paths[place % paths.length] ?? [];
        changed = changedAt(changed, path, value, how);
      }
      return changed;
    });
}

/** As JSON bytes. */
export function hostileJson(documents: readonly Json[]): fc.Arbitrary<Uint8Array> {
  return hostileIn(documents).map((value) => Buffer.from(JSON.stringify(value)));
}

type Path = readonly (string | number)[];
const pathsMax = 3_000;

function pathsOf(value: Json): Path[] {
  const found: Path[] = [];
  const visit = (node: Json, path: Path): void => {
    if (found.length >= pathsMax || path.length > 30) return;
    found.push(path);
    if (typeof node !== "object" || node === null) return;
    const entries = isList(node) ? [...node.entries()] : Object.entries(node);
    for (const [key, child] of entries) visit(child, [...path, key]);
  };
  visit(value, []);
  return found;
}

function changedAt(node: Json, [key, ...rest]: Path, value: Json, how: string): Json {
  if (key === undefined) return how === "add" ? added(node, value) : value;
  if (isList(node)) {
    const index = Number(key);
    const child = node[index] ?? null;
    if (rest.length === 0 && how === "remove") return node.toSpliced(index, 1);
    if (rest.length === 0 && how === "double") return node.toSpliced(index, 0, child);
    return node.with(index, changedAt(child, rest, value, how));
  }
  if (typeof node !== "object" || node === null) return value;
  const name = String(key);
  const entries = Object.entries(node);
  if (rest.length === 0 && how === "remove") {
    return Object.fromEntries(entries.filter(([other]) => other !== name));
  }
  return Object.fromEntries(
    entries.map(([other, child]) => [
      other,
      other === name ? changedAt(child, rest, value, how) : child,
    ]),
  );
}

function added(node: Json, value: Json): Json {
  if (isList(node)) return [...node, value];
  if (typeof node !== "object" || node === null) return value;
  // Own keys, as JSON.parse makes them: `__proto__` among them.
  return Object.fromEntries([...Object.entries(node), [JSON.stringify(value).slice(0, 40), value]]);
}

const isList = (node: Json): node is readonly Json[] => Array.isArray(node);
