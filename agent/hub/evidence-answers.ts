/** The hub's word on files of evidence, collected for a moment as those on events are. */
import type { EvidenceWord } from "../uplink/messages.ts";
import { type DeviceAddress, sourceOf, topicOf } from "../uplink/topics.ts";

const collectMs = 50;
const wordsPerCommandMax = 500;

export class EvidenceAnswers {
  readonly #publish: (topic: string, command: object) => Promise<unknown>;
  #waiting = new Map<string, { readonly address: DeviceAddress; readonly words: EvidenceWord[] }>();
  #timer: NodeJS.Timeout | undefined;
  #commandCount = 0;

  constructor(publish: (topic: string, command: object) => Promise<unknown>) {
    this.#publish = publish;
  }

  add(address: DeviceAddress, word: EvidenceWord): void {
    const key = sourceOf(address);
    const waiting = this.#waiting.get(key) ?? { address, words: [] };
    const { reason, ...rest } = word;
    waiting.words.push(reason === undefined ? rest : { ...rest, reason: reason.slice(0, 200) });
    this.#waiting.set(key, waiting);
    this.#timer ??= setTimeout(() => void this.flush(), collectMs);
  }

  /** What does not get through is not repeated: the box asks again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (const { address, words } of all) {
      for (let start = 0; start < words.length; start += wordsPerCommandMax) {
        this.#commandCount += 1;
        const files = words.slice(start, start + wordsPerCommandMax);
        const id = `evidence-${this.#commandCount}`;
        const command = { command: "acknowledge-evidence", id, files };
        await this.#publish(topicOf(address, "command"), command).catch(() => {});
      }
    }
  }
}
