/**
 * Says a change once, counts what repeats, and tells the count once a minute.
 *
 * A camera that is away for a night is one line when it goes and one when it comes back, and a
 * fault that comes a thousand times a minute is two lines, not a thousand. The number of things
 * remembered is bounded; the oldest is forgotten first.
 */
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";

export interface Told {
  /** What repeats: `camera:east`, `store:commit`. */
  readonly key: string;
  /** A new state of the same key is a change and is told at once. */
  readonly state?: string;
  readonly level: "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

interface Remembered {
  readonly told: Told;
  repeatCount: number;
}

const periodMs = 60_000;
const keysMax = 1_000;

export class Repeats {
  readonly #log: Log;
  readonly #clock: Clock;
  /** Insertion order is age. */
  readonly #remembered = new Map<string, Remembered>();
  #cancel: (() => void) | undefined;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  tell(told: Told): void {
    const known = this.#remembered.get(told.key);
    if (known !== undefined && known.told.state === told.state) {
      known.repeatCount += 1;
      return;
    }
    if (known !== undefined) this.#report(known);
    this.#log[told.level](told.fields, told.message);
    this.#remember(told);
  }

  /** Counts that were not told yet are told now. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const known of this.#remembered.values()) this.#report(known);
    this.#remembered.clear();
  }

  #remember(told: Told): void {
    this.#remembered.delete(told.key);
    this.#remembered.set(told.key, { told, repeatCount: 0 });
    const oldest = this.#remembered.entries().next().value;
    if (this.#remembered.size > keysMax && oldest !== undefined) {
      this.#report(oldest[1]);
      this.#remembered.delete(oldest[0]);
    }
    this.#cancel ??= this.#clock.after(periodMs, () => this.#minute());
  }

  #minute(): void {
    this.#cancel = undefined;
    for (const [key, known] of this.#remembered) {
      const isQuiet = known.repeatCount === 0;
      this.#report(known);
      // A state lasts until the next one; a fault without states is over after a quiet minute.
      if (isQuiet && known.told.state === undefined) this.#remembered.delete(key);
    }
    const isCounting = this.#remembered.size > 0;
    if (isCounting) this.#cancel = this.#clock.after(periodMs, () => this.#minute());
  }

  #report(known: Remembered): void {
    if (known.repeatCount === 0) return;
    const { level, fields, message } = known.told;
    this.#log[level]({ ...fields, repeatCount: known.repeatCount }, `${message} (repeated)`);
    known.repeatCount = 0;
  }
}
