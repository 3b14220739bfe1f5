/**
 * What the worker is at, in memory that outlives it: number and bytes of its input, and since when.
 *
 * A worker in an endless loop answers no message; whoever watches it reads here what to blame.
 */
const numberSlot = 0;
const lengthSlot = 1;
/** Milliseconds since `epochMs`; 0 between inputs. */
const startedSlot = 2;
/** As the system names the thread; 0 where it does not. */
const threadSlot = 3;
const headBytes = 16;

export class SharedInput {
  readonly buffer: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #epochMs: number;

  constructor(options: {
    readonly buffer: SharedArrayBuffer;
    readonly epochMs: number;
  }) {
    this.buffer = options.buffer;
    this.#epochMs = options.epochMs;
    this.#head = new Int32Array(options.buffer, 0, headBytes / 4);
    this.#bytes = new Uint8Array(options.buffer, headBytes);
  }

  static sized(bytesMax: number, epochMs: number): SharedInput {
    return new SharedInput({ buffer: new SharedArrayBuffer(headBytes + bytesMax), epochMs });
  }

  begin(number: number, input: Uint8Array): void {
    const kept = input.subarray(0, this.#bytes.length);
    this.#bytes.set(kept);
    this.#head[lengthSlot] = kept.length;
    Atomics.store(this.#head, numberSlot, number);
    Atomics.store(this.#head, startedSlot, Math.max(1, Date.now() - this.#epochMs));
  }

  set thread(id: number) {
    Atomics.store(this.#head, threadSlot, id);
  }

  get thread(): number {
    return Atomics.load(this.#head, threadSlot);
  }

  end(): void {
    Atomics.store(this.#head, startedSlot, 0);
  }

  get number(): number {
    return Atomics.load(this.#head, numberSlot);
  }

  get input(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(0, this.#head[lengthSlot] ?? 0));
  }

  /** How long it has been at it; 0 between inputs. */
  busyMs(): number {
    const started = Atomics.load(this.#head, startedSlot);
    return started === 0 ? 0 : Date.now() - this.#epochMs - started;
  }
}
