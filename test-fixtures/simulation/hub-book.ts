/**
 * The hub of a simulated world: what arrived, in which order, and what a person says about it.
 *
 * Judges on arrival what only the order of arrival can tell: sequences without a gap that nobody
 * explained, and one content an id.
 */
import type { Draws } from "./draws.ts";
import type { WorldPlan } from "./plan.ts";
import type { Witness } from "./witness.ts";
import type { WorldTime } from "./world-time.ts";

interface Arrived {
  readonly id: string;
  readonly sequence: string;
  readonly type: string;
  readonly data: {
    readonly violation?: string;
    readonly stage?: string;
    readonly firstSequence?: number;
    readonly lastSequence?: number;
  };
}

export interface Verdict {
  readonly id: string;
  readonly violation: string;
  readonly verdict: "confirmed" | "dismissed" | "permitted";
  /** When the box said that it is kept, true time. */
  acceptedAtMs?: number;
  isAnswered: boolean;
}

export class HubBook {
  /** By id: what it said, without the mark of its age. */
  readonly contents = new Map<string, string>();
  readonly sequences = new Map<number, string>();
  /** Numbers that a notice explained. */
  readonly dropped = new Set<number>();
  readonly verdicts = new Map<string, Verdict>();
  /** Numbers that the broker refused, or lost: these may come later than those behind them. */
  readonly excused = new Set<number>();
  /** A command of it goes to the box. */
  onCommand: (command: object) => void = () => {};
  #highest = 0;
  #testCount = 0;
  readonly #plan: WorldPlan;
  readonly #time: WorldTime;
  readonly #witness: Witness;
  readonly #draws: Draws;

  constructor(
    plan: WorldPlan,
    parts: { readonly time: WorldTime; readonly witness: Witness; readonly draws: Draws },
  ) {
    this.#plan = plan;
    this.#time = parts.time;
    this.#witness = parts.witness;
    this.#draws = parts.draws;
  }

  start(): void {
    for (const atMs of this.#plan.hub.testEventsMs) {
      this.#time.after(atMs - this.#time.nowMs, () => {
        this.#testCount += 1;
        this.onCommand({ command: "test-event", id: `test-${this.#testCount}`, note: "is it on?" });
      });
    }
  }

  event(text: string): void {
    const content = text.replace('{"historical":true,', "{");
    const event = JSON.parse(content) as Arrived;
    const sequence = Number(event.sequence);
    this.#witness.tell(`hub: ${sequence} ${event.id} ${event.data.stage ?? event.type}`);
    const known = this.contents.get(event.id);
    if (known !== undefined && known !== content) {
      this.#witness.breaks("one id, one content", `${event.id} came with two contents`);
    }
    const other = this.sequences.get(sequence);
    const isNotice = event.type === "city.kerbside.dropped.v1";
    if (other !== undefined && other !== event.id && !isNotice) {
      this.#witness.breaks("one number, one event", `${sequence} was ${other}, now ${event.id}`);
    }
    this.contents.set(event.id, content);
    this.sequences.set(sequence, event.id);
    if (isNotice) {
      const { firstSequence = 0, lastSequence = 0 } = event.data;
      for (let at = firstSequence; at <= lastSequence; at++) this.dropped.add(at);
    }
    this.#checkOrder(sequence);
    if (known === undefined) this.#consider(event);
    this.#acknowledge(event.id, known !== undefined);
  }

  result(text: string): void {
    const { command, outcome } = JSON.parse(text) as { command: string; outcome: string };
    const verdict = this.verdicts.get(command);
    if (verdict === undefined) return;
    this.#witness.tell(`hub: ${command} (${verdict.verdict}) is ${outcome}`);
    verdict.isAnswered = true;
    if (outcome === "accepted" || outcome === "duplicate") {
      verdict.acceptedAtMs ??= this.#time.nowMs;
    }
  }

  #checkOrder(sequence: number): void {
    for (let at = this.#highest + 1; at < sequence; at++) {
      if (this.dropped.has(at) || this.excused.has(at) || this.sequences.has(at)) continue;
      this.#witness.breaks("rows leave in their order", `${sequence} came before ${at}`);
    }
    this.#highest = Math.max(this.#highest, sequence);
  }

  #acknowledge(id: string, isKnown: boolean): void {
    if (!this.#plan.waitsForHub) return;
    const isCalm = this.#time.nowMs >= this.#plan.calmFromMs;
    if (!isCalm && this.#draws.is(this.#plan.hub.silentRatio)) return;
    const outcome = isKnown ? "duplicate" : "accepted";
    this.onCommand({ command: "acknowledge", id: `ack-${id}`, events: [{ id, outcome }] });
  }

  /** A person looks at it, after a while; asked again until the box answers. */
  #consider({ data: { violation, stage } }: Arrived): void {
    if (violation === undefined || (stage !== "warned" && stage !== "reported")) return;
    if (!this.#draws.is(this.#plan.hub.verdictRatio)) return;
    const verdict: Verdict = {
      id: `word-${violation}-${stage}`,
      violation,
      verdict: this.#draws.one(["confirmed", "dismissed", "dismissed", "permitted"]),
      isAnswered: false,
    };
    if ([...this.verdicts.values()].some((other) => other.violation === violation)) return;
    this.verdicts.set(verdict.id, verdict);
    const say = () => {
      if (verdict.isAnswered || this.#time.nowMs > this.#plan.endMs - 120_000) return;
      this.#witness.tell(`hub says: ${violation} is ${verdict.verdict}`);
      const { id } = verdict;
      const until = new Date(this.#time.nowMs + 3 * 86_400_000).toISOString().slice(0, 10);
      const more =
        verdict.verdict === "permitted"
          ? { until }
          : verdict.verdict === "dismissed"
            ? { reason: "nothing there" }
            : {};
      this.onCommand({ command: "verdict", id, violation, verdict: verdict.verdict, ...more });
      this.#time.after(120_000, say);
    };
    this.#time.after(this.#draws.between(1_000, 240_000), say);
  }
}
