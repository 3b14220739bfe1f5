/**
 * The hub's word on events, collected for a moment: a burst of events is a few commands a box.
 *
 * A box is told only after `beforeTelling` (what was received is on disk). An answer that does not
 * get through is not repeated: the box sends its event again, and is told again.
 */
import type { CommandMessage } from "../uplink/messages.ts";
import { type DeviceAddress, sourceOf, topicOf } from "../uplink/topics.ts";
import type { Finding } from "./ledger.ts";

type Acknowledge = Extract<CommandMessage, { command: "acknowledge" }>;
type Answer = Acknowledge["events"][number];

export interface AnswersOptions {
  readonly beforeTelling: () => Promise<void>;
  readonly publish: (topic: string, command: Acknowledge) => Promise<unknown>;
  /** `beforeTelling` failed; nobody was told. */
  readonly onFailed: (error: unknown) => void;
}

const collectMs = 50;
/** A box reads commands of up to 256 KiB; these are at most a third of that. */
const answersPerCommandMax = 100;
const reasonLengthMax = 200;

export class Answers {
  readonly #options: AnswersOptions;
  #waiting = new Map<string, { readonly address: DeviceAddress; readonly events: Answer[] }>();
  #timer: NodeJS.Timeout | undefined;
  #commandCount = 0;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  add(finding: Finding): void {
    const { address } = finding;
    const answer = answerTo(finding);
    if (address === undefined || answer === undefined) return;
    const key = sourceOf(address);
    const waiting = this.#waiting.get(key) ?? { address, events: [] };
    waiting.events.push(answer);
    this.#waiting.set(key, waiting);
    this.#timer ??= setTimeout(() => void this.flush(), collectMs);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting = new Map();
    try {
      await this.#options.beforeTelling();
    } catch (error) {
      this.#options.onFailed(error);
      return;
    }
    const commands = all.flatMap(({ address, events }) => this.#commandsFor(address, events));
    await Promise.all(
      commands.map(({ topic, command }) => this.#options.publish(topic, command).catch(() => {})),
    );
  }

  #commandsFor(
    address: DeviceAddress,
    events: readonly Answer[],
  ): { readonly topic: string; readonly command: Acknowledge }[] {
    const topic = topicOf(address, "command");
    return Array.from({ length: Math.ceil(events.length / answersPerCommandMax) }, (_, index) => {
      const start = index * answersPerCommandMax;
      this.#commandCount += 1;
      const command = {
        command: "acknowledge" as const,
        id: `ack-${this.#commandCount}`,
        events: events.slice(start, start + answersPerCommandMax),
      };
      return { topic, command };
    });
  }
}

/** Undefined for what needs none: what is no event, and an event whose id cannot be read. */
export function answerTo(finding: Finding): Answer | undefined {
  switch (finding.outcome) {
    case "accepted":
      return { id: finding.event.id, outcome: "accepted" };
    case "duplicate":
      return { id: finding.id, outcome: "duplicate" };
    case "rejected": {
      const { id, problem } = finding;
      if (id === null) return undefined;
      return { id, outcome: "rejected", reason: problem.slice(0, reasonLengthMax) };
    }
    case "live":
      return undefined;
  }
}
