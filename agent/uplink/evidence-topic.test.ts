import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePartTopic, partBytes, partCountOf, partTopic } from "./evidence-topic.ts";

const box = "kerbside/v1/445102/cz-paifang-03/evidence";

test("a topic is read as it was written", () => {
  const of = {
    address: { division: "445102", device: "cz-paifang-03" },
    violation: "072deb69b05defd6cad3",
    revision: 2,
    file: "clip-warned.mp4",
    part: 3,
    partCount: 12,
  };
  const topic = `${box}/072deb69b05defd6cad3/2/clip-warned.mp4/3of12`;
  expect(partTopic(of)).toBe(topic);
  expect(parsePartTopic(topic)).toEqual(of);
});

const wrong = [
  "v1/1/../1of1",
  "v1/1/..%2f/1of1",
  "../1/a.jpg/1of1",
  "v1/1/a..jpg/1of1",
  "v1/1/.a/1of1",
  "v1/1/A.jpg/1of1",
  "v1/1/a\\b/1of1",
  "v1/1/a\u0000/1of1",
  `v1/1/${"a".repeat(65)}/1of1`,
  `${"v".repeat(65)}/1/a.jpg/1of1`,
  "v1/0/a.jpg/1of1",
  "v1/01/a.jpg/1of1",
  "v1/10000/a.jpg/1of1",
  "v1/1/a.jpg/0of1",
  "v1/1/a.jpg/2of1",
  "v1/1/a.jpg/1of4097",
  "v1/1/a.jpg/1of99999999999",
  "v1/1/a.jpg/1",
  "v1/1/a.jpg/1of1/more",
  "v1//a.jpg/1of1",
];
for (const rest of wrong) {
  test(`refused: ${JSON.stringify(rest)}`.slice(0, 80), () => {
    expect(parsePartTopic(`${box}/${rest}`)).toBeUndefined();
  });
}

test("no topic, however it is made, names a file outside its folder", () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom("..", ".", "a", "1", "1of1", "/", "%2e%2e"));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const found = parsePartTopic(`${box}/${pieces.join("/")}`);
      if (found === undefined) return;
      for (const name of [found.violation, found.file]) {
        expect(name).toMatch(/^[a-z0-9]/);
        expect(name).not.toMatch(/[/\\]|\.\./);
      }
    }),
  );
});

test("a file has one part at least, and all but the last are full", () => {
  const counts = [0, 1, partBytes, partBytes + 1, 3 * partBytes].map(partCountOf);
  expect(counts).toEqual([1, 1, 1, 2, 3]);
});
