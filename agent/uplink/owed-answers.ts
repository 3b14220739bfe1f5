/**
 * What was handed to the broker and not answered yet, by the identifier it was sent under.
 *
 * An answer to what was never sent is no answer. A broker that owes something and answers nothing
 * for a while has gone, whatever its pings say: `onSilent` is then called once.
 */
export interface OwedAnswersOptions {
  readonly silentAfterMs: number;
  readonly onSilent: () => void;
}

interface Owed {
  readonly answer: (reasonCode: number) => void;
  readonly lost: (error: Error) => void;
}

export class OwedAnswers {
  readonly #options: OwedAnswersOptions;
  /** By its payload: the object itself is the key, before it has an identifier and after. */
  readonly #byPayload = new Map<unknown, Owed>();
  readonly #payloads = new Map<number, unknown>();
  #otherCount = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OwedAnswersOptions) {
    this.#options = options;
  }

  /** Something else than a message waits for its answer. */
  get isAsking(): boolean {
    return this.#otherCount > 0;
  }

  /** Resolves with the reason code; rejects when the connection ends first. */
  published(payload: unknown): Promise<number> {
    return new Promise((answer, lost) => {
      this.#byPayload.set(payload, { answer, lost });
      this.#watch();
    });
  }

  /** It goes under this identifier from now on. */
  sent(payload: unknown, messageId: number): void {
    if (this.#byPayload.has(payload)) this.#payloads.set(messageId, payload);
  }

  /** False: nothing was sent under this identifier. */
  acknowledged(messageId: number, reasonCode: number): boolean {
    const payload = this.#payloads.get(messageId);
    const owed = this.#byPayload.get(payload);
    if (owed === undefined) return false;
    this.#payloads.delete(messageId);
    this.#byPayload.delete(payload);
    this.#answered();
    owed.answer(reasonCode);
    return true;
  }

  /** The one message that waits alone for its answer gets this one. */
  answerOnly(reasonCode: number): void {
    const [owed, ...others] = this.#byPayload.values();
    if (others.length > 0) return;
    this.#byPayload.clear();
    this.#payloads.clear();
    owed?.answer(reasonCode);
  }

  /** Of the one message that waits alone. */
  onlyMessageId(): number | undefined {
    const [messageId, ...others] = this.#payloads.keys();
    return others.length > 0 || this.#byPayload.size > 1 ? undefined : messageId;
  }

  /** Something else that the broker must answer. */
  async during<Value>(asked: Promise<Value>): Promise<Value> {
    this.#otherCount += 1;
    this.#watch();
    try {
      return await asked;
    } finally {
      this.#otherCount -= 1;
      this.#answered();
    }
  }

  /** This one will not be answered. */
  lose(payload: unknown, error: Error): void {
    this.#byPayload.get(payload)?.lost(error);
    this.#byPayload.delete(payload);
  }

  /** The connection is over: nothing is answered any more. */
  loseAll(why: string): void {
    for (const { lost } of this.#byPayload.values()) lost(new Error(why));
    this.#byPayload.clear();
    this.#payloads.clear();
    this.#stopWatching();
  }

  /** Every answer begins the wait anew; what is asked meanwhile does not. */
  #answered(): void {
    this.#stopWatching();
    if (this.#byPayload.size + this.#otherCount > 0) this.#watch();
  }

  #watch(): void {
    const { silentAfterMs, onSilent } = this.#options;
    this.#timer ??= setTimeout(onSilent, silentAfterMs);
  }

  #stopWatching(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
