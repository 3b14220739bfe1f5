/**
 * The memory for original packets of the whole box: who needs how much of it, and who gets how
 * much.
 *
 * Lives in the main thread, above all receive workers. While everything fits, a ring keeps what it
 * has and gets what it asks for; otherwise each gets its share (`ring-shares.ts`). What is granted
 * is never more than the total. Both calls say whether anybody's grant has changed.
 */
import { ringBytesDefault } from "../limits.ts";
import { type StreamSettings, streamKey } from "../stream-settings.ts";
import { type RingNeed, ringShares } from "./ring-shares.ts";

/** By stream key. */
export type RingGrants = ReadonlyMap<string, number>;

export class RingBudget {
  readonly #bytesMax: number;
  /** Insertion order is the order of shares. */
  #needs = new Map<string, RingNeed>();
  #grants = new Map<string, number>();

  constructor({ bytesMax }: { readonly bytesMax: number }) {
    if (!(bytesMax > 0)) throw new RangeError(`bytesMax must be above 0, got ${bytesMax}`);
    this.#bytesMax = bytesMax;
  }

  get grants(): RingGrants {
    return this.#grants;
  }

  /** The streams there are from now on; what is known of those that stay is kept. */
  set(streams: readonly StreamSettings[]): boolean {
    const needs = new Map<string, RingNeed>();
    for (const settings of streams) {
      const key = streamKey(settings);
      const asStarted = { needBytes: settings.ringBytes ?? ringBytesDefault, floorBytes: 0 };
      needs.set(key, this.#needs.get(key) ?? asStarted);
    }
    this.#needs = needs;
    return this.#divide();
  }

  /** A stream that has gone needs nothing. */
  need(key: string, need: RingNeed): boolean {
    if (!this.#needs.has(key)) return false;
    this.#needs.set(key, need);
    return this.#divide();
  }

  #divide(): boolean {
    const entries = [...this.#needs];
    const kept = entries.map(([key, { needBytes }]) =>
      Math.max(needBytes, this.#grants.get(key) ?? 0),
    );
    const isEnough = kept.reduce((sum, bytes) => sum + bytes, 0) <= this.#bytesMax;
    const shares = isEnough
      ? kept
      : ringShares(
          this.#bytesMax,
          entries.map(([, need]) => need),
        );
    const grants = new Map(entries.map(([key], index) => [key, shares[index] ?? 0]));
    const before = this.#grants;
    this.#grants = grants;
    const hasSameStreams = grants.size === before.size;
    return !hasSameStreams || [...grants].some(([key, bytes]) => before.get(key) !== bytes);
  }
}
