/**
 * Collects inputs of one model until a batch is worth leaving: pure, time comes in with each call.
 *
 * A batch leaves when it is full or its first member has waited `waitMs`; which model goes first
 * is decided by the earliest deadline. What may wait here is bounded by the slots that hold the
 * inputs.
 */
export interface BatchMember {
  /** Members of one batch share it. */
  readonly modelTag: string;
  readonly deadlineMonoMs: number;
}

interface Waiting<Member> {
  readonly member: Member;
  readonly dueAtMonoMs: number;
}

export class Batcher<Member extends BatchMember> {
  readonly #sizeMax: number;
  readonly #waitMs: number;
  /** By model, each in the order of arrival. */
  readonly #waiting = new Map<string, Waiting<Member>[]>();

  constructor({ sizeMax, waitMs }: { readonly sizeMax: number; readonly waitMs: number }) {
    if (!(Number.isInteger(sizeMax) && sizeMax >= 1 && waitMs >= 0)) {
      throw new RangeError(
        `a batch holds 1 or more and waits 0 or more, got ${sizeMax}, ${waitMs}`,
      );
    }
    this.#sizeMax = sizeMax;
    this.#waitMs = waitMs;
  }

  get waitingCount(): number {
    let count = 0;
    for (const queue of this.#waiting.values()) count += queue.length;
    return count;
  }

  add(member: Member, nowMonoMs: number): void {
    const waiting = { member, dueAtMonoMs: nowMonoMs + this.#waitMs };
    const queue = this.#waiting.get(member.modelTag);
    if (queue === undefined) this.#waiting.set(member.modelTag, [waiting]);
    else queue.push(waiting);
  }

  /** A batch that may leave now and that somebody can run. */
  take(
    nowMonoMs: number,
    canRun: (modelTag: string) => boolean = () => true,
  ): readonly Member[] | undefined {
    let chosen: Waiting<Member>[] | undefined;
    let deadlineMonoMs = Number.POSITIVE_INFINITY;
    for (const [modelTag, queue] of this.#waiting) {
      const isReady = queue.length >= this.#sizeMax || (queue[0]?.dueAtMonoMs ?? 0) <= nowMonoMs;
      const earliest = Math.min(...queue.map(({ member }) => member.deadlineMonoMs));
      if (!isReady || earliest >= deadlineMonoMs || !canRun(modelTag)) continue;
      chosen = queue;
      deadlineMonoMs = earliest;
    }
    const batch = chosen?.splice(0, this.#sizeMax).map(({ member }) => member);
    const [first] = batch ?? [];
    if (chosen?.length === 0 && first !== undefined) this.#waiting.delete(first.modelTag);
    return batch;
  }

  /** When `take` should be asked again, if nothing is added before; undefined when nothing waits. */
  nextDueAtMonoMs(): number | undefined {
    let earliest: number | undefined;
    for (const [first] of this.#waiting.values()) {
      if (first === undefined) continue;
      earliest = Math.min(earliest ?? first.dueAtMonoMs, first.dueAtMonoMs);
    }
    return earliest;
  }

  /** Everything that waits; afterwards nothing does. */
  clear(): readonly Member[] {
    const members = [...this.#waiting.values()].flat().map(({ member }) => member);
    this.#waiting.clear();
    return members;
  }
}
