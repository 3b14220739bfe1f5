/**
 * Input number N of a seed, always the same: so a hang or a crash is replayed by its number alone.
 *
 * The corpus as it is comes first; then mutations of it, and every eighth time an input made by its
 * structure, half of those mutated again.
 */
import fc from "fast-check";
import { drawsOf } from "../../pipelines/domain/draws.ts";
import { corpusFiles } from "./corpus-files.ts";
import { type FuzzTarget, inputBytesMaxDefault } from "./fuzz-target.ts";
import { Mutator } from "./mutator.ts";

/** Made at once: starting fast-check costs more than an input. */
const structuredBlock = 64;
const structuredEvery = 8;

export class InputMaker {
  readonly #seed: number;
  readonly #corpus: readonly Uint8Array[];
  readonly #mutator: Mutator;
  readonly #arbitrary: fc.Arbitrary<Uint8Array> | undefined;
  readonly #bytesMax: number;
  #block: readonly Uint8Array[] = [];
  #blockNumber = -1;

  static async of(target: FuzzTarget, seed: number): Promise<InputMaker> {
    const corpus = [...corpusFiles(target.name), ...(await target.corpus())];
    return new InputMaker(target, corpus, seed);
  }

  private constructor(target: FuzzTarget, corpus: readonly Uint8Array[], seed: number) {
    this.#seed = seed;
    this.#corpus = corpus;
    this.#bytesMax = target.inputBytesMax ?? inputBytesMaxDefault;
    this.#arbitrary = target.arbitrary;
    this.#mutator = new Mutator({
      seeds: corpus,
      bytesMax: this.#bytesMax,
      ...(target.tokens === undefined ? {} : { tokens: target.tokens }),
    });
  }

  /** The first inputs: committed files, then the target's own. */
  get corpusCount(): number {
    return this.#corpus.length;
  }

  /** Valid until the next call. */
  input(number: number): Uint8Array {
    const asItIs = this.#corpus[number];
    if (asItIs !== undefined) return asItIs;
    const draw = drawsOf(Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
    draw(); // The first one still shows how near two numbers are.
    if (this.#arbitrary === undefined || number % structuredEvery !== 0) {
      return this.#mutator.mutated(draw);
    }
    const made = this.#structured(this.#arbitrary, Math.floor(number / structuredEvery));
    if (draw() < 0.5) return made.subarray(0, this.#bytesMax);
    return this.#mutator.mutatedFrom(made, draw);
  }

  #structured(arbitrary: fc.Arbitrary<Uint8Array>, place: number): Uint8Array {
    const block = Math.floor(place / structuredBlock);
    if (block !== this.#blockNumber) {
      const seed = this.#seed ^ Math.imul(block + 1, 0x27d4eb2f);
      this.#block = fc.sample(arbitrary, { seed, numRuns: structuredBlock });
      this.#blockNumber = block;
    }
    return this.#block[place % structuredBlock] ?? new Uint8Array(0);
  }
}
