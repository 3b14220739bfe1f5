/** Random numbers that a seed repeats, so that every run of a fixture is the same. */
import { drawsOf } from "../../pipelines/domain/draws.ts";

export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  bytes(count: number): Buffer;
}

/** `seeds` may be numbers and texts, for example a seed and a path. */
export function seededRandom(...seeds: readonly (number | string)[]): SeededRandom {
  const fraction = drawsOf(hash(seeds.join("\n")));
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    bytes: (count) =>
      Buffer.from(Array.from({ length: count }, () => (fraction() * 2 ** 32) & 0xff)),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
