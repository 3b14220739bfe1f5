/**
 * What can go wrong with a camera, as values: set at run time or by a script, one stream at a time.
 *
 * A fault lasts until it is taken away (`stall` ends by itself, `switch-clip` happens once).
 */
import type { Clip } from "../clips/clip.ts";

export type Fault =
  /** The connection stays open; nothing is sent any more, not even replies. */
  | { readonly kind: "freeze" }
  /** As `freeze`, for a while; then what was held comes at once, or (`skip`) only what is new, after a gap. */
  | { readonly kind: "stall"; readonly forMs: number; readonly afterwards?: "burst" | "skip" }
  /** Each connection is reset so long after its PLAY. */
  | { readonly kind: "reset"; readonly everyMs: number }
  | { readonly kind: "packet-loss"; readonly ratio: number }
  /** `rtp`: payloads are random; `stream`: random bytes between the frames; `reply`: instead of replies. */
  | { readonly kind: "garbage"; readonly where: "rtp" | "stream" | "reply" }
  /** Sender reports (not RTP times) are so much off from now on. */
  | { readonly kind: "clock-jump"; readonly byMs: number }
  /** The connection is closed as soon as its stream is known; for path `*`, when it is accepted. */
  | { readonly kind: "refuse" }
  | { readonly kind: "unauthorised" }
  | { readonly kind: "not-found" }
  | { readonly kind: "error-status"; readonly status: number; readonly reason: string }
  | { readonly kind: "redirect"; readonly to: string }
  /** The next picture is cut in the middle of its first packet and the connection closed. */
  | { readonly kind: "half-frame" }
  /** Content-Length of DESCRIBE is wrong by so much. */
  | { readonly kind: "wrong-content-length"; readonly byBytes: number }
  /** The body of DESCRIBE says 4 GB and does not end. */
  | { readonly kind: "endless-body" }
  /** Replies carry one header line of so many bytes. */
  | { readonly kind: "huge-header"; readonly bytes: number }
  /** Replies never stop sending headers. */
  | { readonly kind: "endless-header" }
  /** Every picture is announced by a frame header that says 65,535 bytes, which do not come. */
  | { readonly kind: "length-lie" }
  /** Replies come one byte at a time. */
  | { readonly kind: "slow-replies"; readonly byteEveryMs: number }
  /** The pictures of another clip follow, with continuous timestamps and new parameter sets in band. */
  | { readonly kind: "switch-clip"; readonly clip: Clip };

export interface ScriptedFault {
  /** From the start of the server. */
  readonly atMs: number;
  readonly fault: Fault;
  /** Taken away after so long; default: never. */
  readonly forMs?: number;
}

export type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { readonly kind: Kind }>;

/** The faults that are on. At most one of each kind. */
export class FaultBoard {
  #active: readonly Fault[] = [];

  get<Kind extends Fault["kind"]>(kind: Kind): FaultOf<Kind> | undefined {
    return this.#active.find((fault): fault is FaultOf<Kind> => fault.kind === kind);
  }

  get isClear(): boolean {
    return this.#active.length === 0;
  }

  replaceAll(faults: readonly Fault[]): void {
    this.#active = faults;
  }

  add(fault: Fault): void {
    this.#active = [...this.#active.filter(({ kind }) => kind !== fault.kind), fault];
  }

  remove(kind: Fault["kind"]): void {
    this.#active = this.#active.filter((fault) => fault.kind !== kind);
  }
}
