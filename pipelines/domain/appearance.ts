/**
 * What a box looks like, as 48 numbers: the mean red, green and blue of each cell of a 4 × 4 grid.
 *
 * Enough to tell one signboard from another, far too little to show anybody or anything. Compared
 * so that light matters little: brightness by its pattern alone, colour by its share.
 */
const cellCount = 16;
export const appearanceBytes = cellCount * 3;

/** 96 hex digits of the box at `index`; undefined where nothing was taken of it. */
export function appearanceAt(all: Uint8Array | undefined, index: number): string | undefined {
  const bytes = all?.subarray(index * appearanceBytes, (index + 1) * appearanceBytes);
  if (bytes?.length !== appearanceBytes || bytes.every((value) => value === 0)) return undefined;
  return Array.from(bytes, (value) => value.toString(16).padStart(2, "0")).join("");
}

/** 0 (the same) to about 1 (nothing in common). */
export function appearanceDistance(a: string, b: string): number {
  const [first, second] = [cellsOf(a), cellsOf(b)];
  let pattern = 0;
  let colour = 0;
  for (let cell = 0; cell < cellCount; cell += 1) {
    pattern += (first.bright[cell] ?? 0) * (second.bright[cell] ?? 0);
    for (let channel = 0; channel < 2; channel += 1) {
      const at = cell * 2 + channel;
      colour += Math.abs((first.colour[at] ?? 0) - (second.colour[at] ?? 0));
    }
  }
  const flat = Math.min(first.contrast, second.contrast) / contrastFull;
  // Two plain boards have no pattern to compare.
  const patternWeight = Math.min(1, flat) * 0.5;
  const patternDistance = (1 - Math.max(-1, Math.min(1, pattern))) / 2;
  const colourDistance = Math.min(1, (colour / (cellCount * 2)) * colourScale);
  return patternWeight * patternDistance + (1 - patternWeight) * colourDistance;
}

/** Standard deviation of brightness from which on the pattern says as much as the colours. */
const contrastFull = 24;
const colourScale = 5;

interface Cells {
  /** Deviations from the mean, of length one together. */
  readonly bright: readonly number[];
  readonly contrast: number;
  /** Red and blue as shares of the cell's brightness, against the whole box's: lamps tint all alike. */
  readonly colour: readonly number[];
}

function cellsOf(hex: string): Cells {
  const values = Array.from({ length: appearanceBytes }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
  const cells = Array.from({ length: cellCount }, (_, index) => {
    const [red = 0, green = 0, blue = 0] = values.slice(index * 3, index * 3 + 3);
    const sum = red + green + blue + 24;
    return { brightness: (red + green + blue) / 3, red: red / sum, blue: blue / sum };
  });
  const mean = cells.reduce((total, { brightness }) => total + brightness, 0) / cellCount;
  const deviations = cells.map(({ brightness }) => brightness - mean);
  const length = Math.hypot(...deviations);
  return {
    bright: deviations.map((value) => (length === 0 ? 0 : value / length)),
    contrast: length / Math.sqrt(cellCount),
    colour: cells.flatMap(({ red, blue }) => [red, blue]),
  };
}
