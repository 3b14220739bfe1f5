/**
 * Pictures of writing that nobody can read: strokes set like Chinese characters and Latin letters.
 *
 * Signs, bins and boards carry them; no real word, brand or number ever appears.
 */
import type { Colour, Texture } from "../shape.ts";
import type { Dice } from "./dice.ts";

interface SignTextureOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Drawn from the dice when undefined. */
  readonly background?: Colour | undefined;
  readonly ink?: Colour | undefined;
  readonly lines: number;
  /** All lines of one size: writing that runs down. */
  readonly isColumn?: boolean;
  /** Colour of a frame around all. */
  readonly frame?: Colour | undefined;
}

/** Background and ink as shops choose them. */
const schemes: readonly [readonly [Colour, Colour], ...(readonly [Colour, Colour])[]] = [
  [
    [0.75, 0.07, 0.07],
    [0.95, 0.85, 0.2],
  ],
  [
    [0.75, 0.07, 0.07],
    [0.95, 0.95, 0.93],
  ],
  [
    [0.92, 0.92, 0.9],
    [0.75, 0.07, 0.07],
  ],
  [
    [0.08, 0.2, 0.5],
    [0.95, 0.95, 0.93],
  ],
  [
    [0.06, 0.35, 0.2],
    [0.95, 0.95, 0.93],
  ],
  [
    [0.95, 0.75, 0.1],
    [0.6, 0.05, 0.05],
  ],
  [
    [0.12, 0.11, 0.11],
    [0.9, 0.8, 0.5],
  ],
  [
    [0.35, 0.2, 0.12],
    [0.92, 0.85, 0.7],
  ],
  [
    [0.9, 0.45, 0.08],
    [0.97, 0.97, 0.95],
  ],
  [
    [0.93, 0.93, 0.91],
    [0.1, 0.25, 0.55],
  ],
];

export function signTexture(dice: Dice, options: SignTextureOptions): Texture {
  const { widthPx, heightPx, lines, frame, isColumn = false } = options;
  const scheme = dice.pick(schemes);
  const background = options.background ?? scheme[0];
  const ink = options.ink ?? scheme[1];
  const canvas = new Canvas(widthPx, heightPx, background);
  const margin = heightPx * 0.1;
  const hasTitle = lines > 1 && !isColumn;
  const unit = (heightPx - 2 * margin) / (hasTitle ? lines + 0.6 : lines);
  let top = margin;
  for (let line = 0; line < lines; line += 1) {
    const size = line === 0 && hasTitle ? unit * 1.6 : unit;
    writeLine(canvas, dice, { top: top + size * 0.08, size: size * 0.84, ink });
    top += size;
  }
  if (frame !== undefined) {
    const width = Math.max(1, heightPx * 0.05);
    canvas.rect(0, 0, widthPx, width, frame);
    canvas.rect(0, heightPx - width, widthPx, heightPx, frame);
    canvas.rect(0, 0, width, heightPx, frame);
    canvas.rect(widthPx - width, 0, widthPx, heightPx, frame);
  }
  return canvas.texture();
}

/** Characters from the left margin to the right one, sometimes with a badge before them. */
function writeLine(
  canvas: Canvas,
  dice: Dice,
  { top, size, ink }: { top: number; size: number; ink: Colour },
): void {
  const isLatin = dice.chance(0.25);
  const step = size * (isLatin ? 0.68 : 1.08);
  const room = canvas.width - size * 0.3;
  const count = Math.max(1, Math.floor(Math.min(room / step, isLatin ? 14 : 9)));
  const start = (canvas.width - count * step) / 2;
  for (let index = 0; index < count; index += 1) {
    const left = start + index * step;
    if (index === 0 && count > 3 && dice.chance(0.3)) {
      canvas.disc(left + size / 2, top + size / 2, size * 0.45, ink);
    } else if (isLatin) letter(canvas, dice, left, top, size, ink);
    else character(canvas, dice, left, top, size, ink);
  }
}

/** One or two parts side by side or one over the other, each some strokes on a grid. */
function character(
  canvas: Canvas,
  dice: Dice,
  left: number,
  top: number,
  size: number,
  ink: Colour,
): void {
  const width = size * 0.9;
  const halves = dice.pick(["whole", "beside", "beside", "over"] as const);
  const share = dice.between(0.35, 0.5);
  const parts = {
    whole: [[0, 0, 1, 1]],
    beside: [
      [0, 0, share, 1],
      [share + 0.06, 0, 1, 1],
    ],
    over: [
      [0, 0, 1, share],
      [0, share + 0.06, 1, 1],
    ],
  }[halves];
  for (const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] of parts) {
    const x = (value: number): number => left + (x0 + (x1 - x0) * value) * width;
    const y = (value: number): number => top + (y0 + (y1 - y0) * value) * size;
    const thick = size * 0.1;
    const levels = 2 + dice.below(3);
    for (let level = 0; level < levels; level += 1) {
      const at = (level + 0.5) / levels;
      canvas.line(x(dice.between(0, 0.15)), y(at), x(dice.between(0.85, 1)), y(at), thick, ink);
    }
    const at = dice.between(0.35, 0.65);
    canvas.line(x(at), y(0), x(at), y(dice.between(0.7, 1)), thick, ink);
    if (dice.chance(0.5)) {
      canvas.line(x(0.05), y(0.1), x(0.05), y(0.95), thick, ink);
      canvas.line(x(0.95), y(0.1), x(0.95), y(0.95), thick, ink);
    }
    if (dice.chance(0.6)) {
      canvas.line(x(at), y(0.5), x(0), y(1), thick, ink);
      canvas.line(x(at), y(0.5), x(1), y(1), thick, ink);
    }
  }
}

function letter(
  canvas: Canvas,
  dice: Dice,
  left: number,
  top: number,
  size: number,
  ink: Colour,
): void {
  const [x0, x1, y0, y1] = [left, left + size * 0.5, top + size * 0.1, top + size * 0.9];
  const middle = (y0 + y1) / 2;
  const thick = size * 0.13;
  const strokes = [
    [x0, y0, x0, y1],
    [x1, y0, x1, y1],
    [x0, y0, x1, y0],
    [x0, middle, x1, middle],
    [x0, y1, x1, y1],
    [x0, y1, x1, y0],
    [x0, y0, x1, y1],
  ] as const;
  canvas.line(...strokes[0], thick, ink);
  for (let index = 0; index < 2; index += 1) {
    canvas.line(...dice.pick(strokes), thick, ink);
  }
}

class Canvas {
  readonly width: number;
  readonly #height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number, background: Colour) {
    this.width = Math.round(width);
    this.#height = Math.round(height);
    this.#pixels = new Uint8Array(this.width * this.#height * 3);
    this.rect(0, 0, this.width, this.#height, background);
  }

  rect(x0: number, y0: number, x1: number, y1: number, colour: Colour): void {
    this.#paint([x0, y0, x1, y1], colour, () => 1);
  }

  disc(x: number, y: number, radius: number, colour: Colour): void {
    this.#paint([x - radius, y - radius, x + radius, y + radius], colour, (px, py) =>
      cover(radius - Math.hypot(px - x, py - y)),
    );
  }

  line(x0: number, y0: number, x1: number, y1: number, thick: number, colour: Colour): void {
    const half = thick / 2;
    const around = half + 1;
    const box = [
      Math.min(x0, x1) - around,
      Math.min(y0, y1) - around,
      Math.max(x0, x1) + around,
      Math.max(y0, y1) + around,
    ] as const;
    const [dx, dy] = [x1 - x0, y1 - y0];
    const square = Math.max(dx * dx + dy * dy, 1e-6);
    this.#paint(box, colour, (x, y) => {
      const share = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / square));
      return cover(half - Math.hypot(x - x0 - share * dx, y - y0 - share * dy));
    });
  }

  texture(): Texture {
    return { width: this.width, height: this.#height, pixels: this.#pixels };
  }

  #paint(
    [x0, y0, x1, y1]: readonly [number, number, number, number],
    colour: Colour,
    coverAt: (x: number, y: number) => number,
  ): void {
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(this.#height, Math.ceil(y1)); y += 1) {
      for (let x = Math.max(0, Math.floor(x0)); x < Math.min(this.width, Math.ceil(x1)); x += 1) {
        const share = coverAt(x + 0.5, y + 0.5);
        if (share <= 0) continue;
        const offset = (y * this.width + x) * 3;
        colour.forEach((value, channel) => {
          const before = this.#pixels[offset + channel] ?? 0;
          this.#pixels[offset + channel] = Math.round(before + (value * 255 - before) * share);
        });
      }
    }
  }
}

/** How much of a pixel lies inside, by its distance from the edge. */
function cover(inside: number): number {
  return Math.min(1, Math.max(0, inside + 0.5));
}
