/** A secret that somebody echoes in another form is still found, and nothing else is touched. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { hiderOf } from "./secret-spellings.ts";

const secret = 'p@ss/w"ord#1 ü';
const hide = hiderOf([secret]);

const rows: readonly { readonly name: string; readonly echo: string }[] = [
  { name: "as it is", echo: secret },
  { name: "in an address", echo: encodeURIComponent(secret) },
  { name: "in an address, small digits", echo: encodeURIComponent(secret).toLowerCase() },
  { name: "in a path", echo: encodeURI(secret) },
  { name: "in a form", echo: encodeURIComponent(secret).replaceAll("%20", "+") },
  { name: "in JSON", echo: JSON.stringify({ secret }) },
  { name: "in JSON in JSON", echo: JSON.stringify(JSON.stringify({ secret })) },
  { name: "in hexadecimal", echo: Buffer.from(secret).toString("hex") },
  { name: "in large hexadecimal", echo: Buffer.from(secret).toString("hex").toUpperCase() },
  { name: "in base64", echo: Buffer.from(secret).toString("base64") },
];
for (const { name, echo } of rows) {
  test(`a secret is hidden ${name}`, () => {
    const text = hide(`before ${echo} behind`);
    assert.ok(!text.includes(echo), text);
    assert.match(text, /^before .*\*\*\*.* behind$/);
  });
}

test("a secret is hidden in the base64 of whatever stands around it", () => {
  const word = fc.string({ minLength: 8, maxLength: 20, unit: "grapheme-ascii" });
  fc.assert(
    fc.property(word, fc.string(), fc.string(), (known, before, behind) => {
      const login = Buffer.from(`${before}${known}${behind}`).toString("base64");
      const text = hiderOf([known])(login);
      // At most the characters that it shares with its neighbours are left.
      assert.ok(text.includes("***"), text);
    }),
  );
});

test("a short one hides nothing, and no secrets change nothing", () => {
  assert.equal(hiderOf(["ab"])("abc"), "abc");
  assert.equal(hiderOf([])("text"), "text");
});
