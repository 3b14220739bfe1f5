/**
 * Letters as little squares, five by seven: a plot that reads the same on a box without fonts.
 *
 * sharp draws text with the machine's fonts, and a junction box has none.
 */

/** Columns from left to right, the lowest bit on top. Letters without a glyph are left blank. */
const glyphs: Readonly<Record<string, string>> = {
  "0": "3e5149453e",
  "1": "00427f4000",
  "2": "4261514946",
  "3": "2141454b31",
  "4": "1814127f10",
  "5": "2745454539",
  "6": "3c4a494930",
  "7": "0171090503",
  "8": "3649494936",
  "9": "064949291e",
  a: "2054545478",
  b: "7f48444438",
  c: "3844444420",
  d: "384444487f",
  e: "3854545418",
  f: "087e090102",
  g: "0c5252523e",
  h: "7f08040478",
  i: "00447d4000",
  j: "2040443d00",
  k: "7f10284400",
  l: "00417f4000",
  m: "7c04180478",
  n: "7c08040478",
  o: "3844444438",
  p: "7c14141408",
  q: "081414187c",
  r: "7c08040408",
  s: "4854545420",
  t: "043f444020",
  u: "3c4040207c",
  v: "1c2040201c",
  w: "3c4030403c",
  x: "4428102844",
  y: "0c5050503c",
  z: "4464544c44",
  "-": "0808080808",
  "+": "08083e0808",
  "=": "1414141414",
  ".": "0060600000",
  ",": "0050300000",
  ":": "0036360000",
  "(": "001c224100",
  ")": "0041221c00",
  "@": "324979413e",
  "/": "2010080402",
};

const columns = 5;
/** Width of a letter with the space behind it, in squares. */
const advance = columns + 1;

export interface PixelText {
  readonly text: string;
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
  /** Side of a square. */
  readonly size: number;
  readonly colour: string;
}

export function pixelTextWidth(text: string, size: number): number {
  return text.length * advance * size;
}

/** The text as one SVG path. */
export function pixelText({ text, x, y, size, colour }: PixelText): string {
  const squares = Array.from(text.toLowerCase()).flatMap((letter, index) => {
    const glyph = glyphs[letter] ?? "";
    return Array.from({ length: columns }, (_, column) => {
      const bits = Number.parseInt(glyph.slice(2 * column, 2 * column + 2) || "0", 16);
      return Array.from({ length: 7 }, (_, row) =>
        (bits >> row) & 1
          ? `M${x + (index * advance + column) * size} ${y + row * size}h${size}v${size}h${-size}z`
          : "",
      ).join("");
    });
  });
  return `<path fill="${colour}" d="${squares.join("")}"/>`;
}
