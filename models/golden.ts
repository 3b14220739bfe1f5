/**
 * Numbers that tell whether a model still says what it said when its manifest was written.
 *
 * They are for one made-up picture whose bytes are exact on every machine, so that no resizer and
 * no picture decoder has a part in them.
 */
import type { ModelOutputs } from "./decode/model-output.ts";
import type { Manifest } from "./manifest.ts";

/** Processors differ in the last digits of a sum; another model differs in the first. */
const goldenTolerance = 1e-3;

/** `channel * 31 + row * 7 + column * 3`, modulo 256, as planes. */
export function syntheticPicture(input: {
  readonly width: number;
  readonly height: number;
}): Uint8Array {
  const planes = new Uint8Array(3 * input.width * input.height);
  let at = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row < input.height; row++) {
      for (let column = 0; column < input.width; column++) {
        planes[at++] = (channel * 31 + row * 7 + column * 3) % 256;
      }
    }
  }
  return planes;
}

/** What differs from the manifest's numbers, one line each; empty when all agree. */
export function goldenDifferences({ golden }: Manifest, outputs: ModelOutputs): string[] {
  return golden.flatMap(({ output, sum, first }) => {
    const values = numbersOf(outputs[output]?.data);
    const lines = first.flatMap((expected, index) =>
      difference(`${output}[${index}]`, values[index], expected),
    );
    if (sum !== undefined) {
      const actual = values.reduce((total, value) => total + value, 0);
      lines.unshift(...difference(`sum of ${output}`, actual, sum));
    }
    return lines;
  });
}

function difference(name: string, actual: number | undefined, expected: number): string[] {
  // Relative for large numbers, absolute for small ones: zero stays comparable.
  const allowed = goldenTolerance * Math.max(1, Math.abs(expected));
  const isNear = actual !== undefined && Math.abs(actual - expected) <= allowed;
  return isNear ? [] : [`${name} is ${actual ?? "missing"}, expected ${expected}`];
}

function numbersOf(data: unknown): readonly number[] {
  if (data instanceof Float32Array) return Array.from(data);
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  return [];
}
