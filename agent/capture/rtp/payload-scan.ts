/**
 * Looks into the payload of one RTP packet: which NAL units begin in it, and does it fit its unit?
 *
 * Nothing is put together here: the ring keeps packets as they came, and a picture is assembled
 * only when somebody looks at it (`assemble.ts`). H.264: single units, STAP-A, FU-A. H.265: single
 * units, AP, FU, without decoding order numbers. JPEG: whole pictures, from the fallback.
 */
import type { Codec } from "../encoded-picture.ts";
import { aggregateUnitsMax } from "../limits.ts";
import type { ParameterSets } from "./parameter-sets.ts";
import type { UnitFacts } from "./unit-facts.ts";

export type ScanResult = "ok" | "damaged" | "unsupported";

export class PayloadScan {
  readonly #codec: Codec;
  readonly #facts: UnitFacts;
  readonly #sets: ParameterSets;
  #isFragmentOpen = false;

  constructor(codec: Codec, facts: UnitFacts, sets: ParameterSets) {
    this.#codec = codec;
    this.#facts = facts;
    this.#sets = sets;
  }

  /** Packets are missing: a fragment that was open cannot be completed. */
  breakFragment(): void {
    this.#isFragmentOpen = false;
  }

  get isFragmentOpen(): boolean {
    return this.#isFragmentOpen;
  }

  scan(bytes: Uint8Array, start: number, end: number): ScanResult {
    switch (this.#codec) {
      case "h264":
        return this.#scanH264(bytes, start, end);
      case "h265":
        return this.#scanH265(bytes, start, end);
      case "mjpeg":
        this.#facts.addJpeg();
        return end > start ? "ok" : "damaged";
    }
  }

  #scanH264(bytes: Uint8Array, start: number, end: number): ScanResult {
    if (end <= start) return "ok"; // Some cameras send an empty packet to carry the marker.
    const type = (bytes[start] ?? 0) & 0x1f;
    if (type >= 1 && type <= 23) {
      this.#isFragmentOpen = false;
      this.#unitH264(bytes, start, end);
      return "ok";
    }
    if (type === 24) {
      this.#isFragmentOpen = false;
      return this.#aggregate(bytes, start + 1, end);
    }
    if (type === 28) {
      if (end - start < 3) return "damaged";
      const head = bytes[start + 1] ?? 0;
      if ((head & 0x80) !== 0)
        this.#facts.addH264(((bytes[start] ?? 0) & 0xe0) | (head & 0x1f), bytes, start + 2, end);
      return this.#fragment(head);
    }
    return type === 25 || type === 26 || type === 27 || type === 29 ? "unsupported" : "damaged";
  }

  #scanH265(bytes: Uint8Array, start: number, end: number): ScanResult {
    if (end <= start) return "ok";
    if (end - start < 3) return "damaged";
    const type = ((bytes[start] ?? 0) >> 1) & 0x3f;
    if (type < 48) {
      this.#isFragmentOpen = false;
      this.#unitH265(bytes, start, end);
      return "ok";
    }
    if (type === 48) {
      this.#isFragmentOpen = false;
      return this.#aggregate(bytes, start + 2, end);
    }
    if (type === 49) {
      if (end - start < 4) return "damaged";
      const head = bytes[start + 2] ?? 0;
      if ((head & 0x80) !== 0)
        this.#facts.addH265(fragmentHeadH265(bytes, start), bytes, start + 3, end);
      return this.#fragment(head);
    }
    return type === 50 ? "unsupported" : "damaged";
  }

  #fragment(head: number): ScanResult {
    const isStart = (head & 0x80) !== 0;
    if (!isStart && !this.#isFragmentOpen) return "damaged";
    this.#isFragmentOpen = (head & 0x40) === 0;
    return "ok";
  }

  #aggregate(bytes: Uint8Array, start: number, end: number): ScanResult {
    let at = start;
    let units = 0;
    while (at < end) {
      units += 1;
      if (at + 2 > end || units > aggregateUnitsMax) return "damaged";
      const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      if (size === 0 || at + size > end) return "damaged";
      if (this.#codec === "h264") this.#unitH264(bytes, at, at + size);
      else this.#unitH265(bytes, at, at + size);
      at += size;
    }
    return "ok";
  }

  #unitH264(bytes: Uint8Array, start: number, end: number): void {
    if (this.#sets.offer(bytes, start, end)) return;
    this.#facts.addH264(bytes[start] ?? 0, bytes, start + 1, end);
  }

  #unitH265(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 3 || this.#sets.offer(bytes, start, end)) return;
    this.#facts.addH265(
      ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0),
      bytes,
      start + 2,
      end,
    );
  }
}

/** The header that the whole unit had, from that of its first fragment. */
const fragmentHeadH265 = (bytes: Uint8Array, start: number): number =>
  ((((bytes[start] ?? 0) & 0x81) | (((bytes[start + 2] ?? 0) & 0x3f) << 1)) << 8) |
  (bytes[start + 1] ?? 0);
