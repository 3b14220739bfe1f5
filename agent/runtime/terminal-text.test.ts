import fc from "fast-check";
import { expect, test } from "vitest";
import { terminalJson, terminalText } from "./terminal-text.ts";

const rows = [
  {
    name: "plain text stays",
    text: "east/bus-stop 牌坊街 × 太平路",
    want: "east/bus-stop 牌坊街 × 太平路",
  },
  { name: "an escape sequence loses its escape", text: "\u001b[2Jx", want: "\u{FFFD}[2Jx" },
  { name: "a line end does not begin a line", text: "a\r\nb", want: "a\u{FFFD}\u{FFFD}b" },
  { name: "an 8-bit control is one too", text: "a\u009b31m", want: "a\u{FFFD}31m" },
  { name: "the reading direction stays", text: "a\u202eb", want: "a\u{FFFD}b" },
  { name: "half a character is no character", text: "a\ud800b", want: "a\u{FFFD}b" },
];
for (const { name, text, want } of rows) test(name, () => expect(terminalText(text)).toBe(want));

test("a long text is cut", () => {
  expect(terminalText("x".repeat(500), 10)).toBe("xxxxxxxxx…");
});

test("no text moves a terminal's cursor, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(terminalText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(terminalJson(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("JSON means the same after it was made safe", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(terminalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
