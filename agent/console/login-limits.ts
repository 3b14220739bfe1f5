/**
 * How often somebody may try a password: per address and per user, a few at once and then one now
 * and then. Bounded: when too many are remembered, the oldest are forgotten.
 *
 * A user is locked for one address alone, so that a stranger cannot lock an engineer out; over all
 * addresses a user has a wider limit, which a distributed guess runs into.
 */
import type { Clock } from "../runtime/clock.ts";

interface Bucket {
  tokens: number;
  atMonoMs: number;
}

/** So many at once, then one every so often. */
const limits = {
  address: { burst: 10, everyMs: 30_000 },
  pair: { burst: 5, everyMs: 60_000 },
  user: { burst: 50, everyMs: 10_000 },
} as const;
const rememberedMax = 2_000;
const triesMax = 2;

export class LoginLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  #trying = 0;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Runs one try, or does not and answers undefined. A right password costs nothing. */
  async attempt(
    { address, user }: { readonly address: string; readonly user: string },
    run: () => Promise<boolean>,
  ): Promise<boolean | undefined> {
    const buckets = [
      this.#bucket(`address ${address}`, limits.address),
      this.#bucket(`pair ${address} ${user}`, limits.pair),
      this.#bucket(`user ${user}`, limits.user),
    ];
    if (this.#trying >= triesMax || buckets.some(({ tokens }) => tokens < 1)) return undefined;
    for (const bucket of buckets) bucket.tokens -= 1;
    this.#trying += 1;
    try {
      const isRight = await run();
      if (isRight) for (const bucket of buckets) bucket.tokens += 1;
      return isRight;
    } finally {
      this.#trying -= 1;
    }
  }

  #bucket(key: string, { burst, everyMs }: (typeof limits)[keyof typeof limits]): Bucket {
    const nowMs = this.#clock.monoMs();
    const { tokens, atMonoMs } = this.#buckets.get(key) ?? { tokens: burst, atMonoMs: nowMs };
    const bucket = {
      tokens: Math.min(burst, tokens + (nowMs - atMonoMs) / everyMs),
      atMonoMs: nowMs,
    };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > rememberedMax) {
      this.#buckets.delete(this.#buckets.keys().next().value ?? "");
    }
    return bucket;
  }
}
