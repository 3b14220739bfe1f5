/**
 * Events before clips: an event waits for its stills, nobody waits for a clip.
 *
 * Both decode whole pictures and have them looked at for masks, on the same decoder and detector.
 * Who works for a clip asks before each picture; a box that never rests still makes its clips, as
 * each picture waits for `waitMsMax` at most.
 */
import type { Clock } from "../runtime/clock.ts";

const waitMsMax = 1_000;

export class EventsFirst {
  readonly #clock: Clock;
  readonly #waiters = new Set<() => void>();
  #workingCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Pictures of an event are being taken, until `end` is called. */
  begin(): { readonly end: () => void } {
    this.#workingCount += 1;
    let isOver = false;
    return {
      end: () => {
        if (isOver) return;
        isOver = true;
        this.#workingCount -= 1;
        if (this.#workingCount > 0) return;
        for (const wake of this.#waiters) wake();
      },
    };
  }

  /** Resolves when no event is in work, or after a while. */
  async whenFree(): Promise<void> {
    if (this.#workingCount === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.add(resolve);
    const cancel = this.#clock.after(waitMsMax, resolve);
    await promise;
    cancel();
    this.#waiters.delete(resolve);
  }
}
