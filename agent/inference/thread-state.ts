/**
 * Where a session's thread is: inside the runtime, or outside in JavaScript; and whether it shall
 * end. Two words of shared memory, each written by one side.
 *
 * Each side writes its own word before it reads the other's, so they cannot miss each other: either
 * the thread sees that it shall end before it goes in, or the agent sees that it is inside.
 */
const inside = 0;
const shallEnd = 1;

export class ThreadState {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
  }

  /** The thread, before it calls the runtime: false when it must end instead. */
  enter(): boolean {
    Atomics.store(this.#words, inside, 1);
    if (Atomics.load(this.#words, shallEnd) === 0) return true;
    Atomics.store(this.#words, inside, 0);
    return false;
  }

  /** The thread, after it: false when it must end now. */
  leave(): boolean {
    Atomics.store(this.#words, inside, 0);
    return Atomics.load(this.#words, shallEnd) === 0;
  }

  /** The agent: where the thread was when it was asked; inside, it ends itself when it comes out. */
  askToEnd(): "inside" | "outside" {
    Atomics.store(this.#words, shallEnd, 1);
    return Atomics.load(this.#words, inside) === 0 ? "outside" : "inside";
  }
}
