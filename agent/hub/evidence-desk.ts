/**
 * Where evidence arrives at the hub: parts become files, files a set, and a set counts when its
 * manifest bears the signature of its box and every file is what the manifest says.
 *
 * `OUT/evidence/<box>/<violation>/<revision>/` holds what was verified, byte for byte as on the box;
 * `OUT/arriving/` what is not whole, and `OUT/refused/` what did not fit, for a person to see. One
 * part is worked on at a time, and how many wait is bounded: what is too much is dropped and asked
 * for again. What a box is told is on the disk.
 */
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { EvidenceFault } from "../evidence/evidence-fault.ts";
import { manifestFile, manifestSchema, revisionFolder } from "../evidence/manifest.ts";
import { jsonOf } from "../evidence/signing.ts";
import { verifyRevision } from "../evidence/verify-revision.ts";
import { makeFolderDurably } from "../runtime/durable-file.ts";
import { type PartAddress, parsePartTopic } from "../uplink/evidence-topic.ts";
import type { EvidenceWord } from "../uplink/messages.ts";
import { readPartProperties } from "../uplink/part-properties.ts";
import { type DeviceAddress, sourceOf } from "../uplink/topics.ts";
import { ArrivingSet, isPartIntact } from "./arriving-set.ts";
import type { BoxKeys } from "./box-keys.ts";

export interface EvidenceDeskOptions {
  readonly folder: string;
  readonly keys: BoxKeys;
  /** The box is told; several words may become one command. */
  readonly tell: (address: DeviceAddress, word: EvidenceWord) => void;
  readonly print: (line: string) => void;
}

export interface EvidenceTally {
  /** Sets that were verified, and those that did not fit. */
  readonly setCount: number;
  readonly refusedCount: number;
  readonly partCount: number;
}

/** Sets that are on their way at once, of all boxes. */
const setsMax = 2_000;
/** Of all that is on its way. */
const arrivingBytesMax = 8 * 1024 ** 3;
/** Parts in memory: 16 KiB each. */
const waitingMax = 1_024;

export class EvidenceDesk {
  readonly #options: EvidenceDeskOptions;
  readonly #sets = new Map<string, ArrivingSet>();
  #work: Promise<void> = Promise.resolve();
  #waitingCount = 0;
  #setCount = 0;
  #refusedCount = 0;
  #partCount = 0;

  constructor(options: EvidenceDeskOptions) {
    this.#options = options;
  }

  tally(): EvidenceTally {
    return {
      setCount: this.#setCount,
      refusedCount: this.#refusedCount,
      partCount: this.#partCount,
    };
  }

  /** False: no part of anything; whoever asked reads it as another message. */
  offer(topic: string, payload: Uint8Array, userProperties: unknown): boolean {
    const part = parsePartTopic(topic);
    if (part === undefined) return false;
    const properties = readPartProperties(userProperties);
    // The box goes on from what is here when it hears nothing, or is asked for it.
    if (this.#waitingCount >= waitingMax || !isPartIntact(payload, properties)) return true;
    this.#waitingCount += 1;
    this.#work = this.#work
      .then(() => this.#take(part, payload, properties))
      .catch((error: unknown) => this.#failed(part, error))
      .finally(() => {
        this.#waitingCount -= 1;
      });
    return true;
  }

  /** In turn with the parts: what comes behind a status is verified with its key. */
  noteKey(address: DeviceAddress, pem: string | null): void {
    if (pem === null) return;
    this.#work = this.#work
      .then(() => this.#options.keys.note(address, pem))
      .catch(() => this.#options.print(`hub: the key of ${address.device} cannot be kept`));
  }

  /** Everything that was offered is done. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #take(
    part: PartAddress,
    payload: Uint8Array,
    properties: ReturnType<typeof readPartProperties>,
  ): Promise<void> {
    this.#partCount += 1;
    const isLast = part.part === part.partCount;
    if (await this.#isKept(part)) {
      if (isLast) this.#tell(part, { outcome: "duplicate" });
      return;
    }
    const set = await this.#setOf(part);
    if (set === undefined) return;
    const outcome = await set.take(part, payload, properties);
    switch (outcome.what) {
      case "taken":
        return;
      case "again":
        // Once for what is behind a gap, not once a part.
        if (isLast) this.#tell(part, { outcome: "again", fromPart: outcome.fromPart });
        return;
      case "refused":
        this.#refusedCount += 1;
        this.#options.print(`REFUSED    ${lineOf(part)}: ${outcome.reason}`);
        if (isLast) this.#tell(part, { outcome: "rejected", reason: outcome.reason });
        return;
      case "whole":
        this.#tell(part, { outcome: "accepted" });
        if (set.isWorthALook) await this.#finish(part, set);
    }
  }

  /** When everything is there that the manifest names: verified, and put where it is kept. */
  async #finish(part: PartAddress, set: ArrivingSet): Promise<void> {
    const text = await readFile(join(set.folder, manifestFile));
    const manifest = manifestSchema.safeParse(jsonOf(text));
    if (manifest.success && manifest.data.files.some(({ name }) => !set.has(name))) return;
    const keys = this.#options.keys.of(part.address);
    if (keys === undefined) {
      this.#options.print(`evidence   ${lineOf(part)} waits: its box has not said its public key`);
      return;
    }
    const fault = await faultIn(part, set.folder, keys);
    const place = await this.#placeOf(fault === undefined ? "evidence" : "refused", part);
    await rm(place, { recursive: true, force: true });
    await rename(set.folder, place);
    this.#sets.delete(keyOf(part));
    if (fault === undefined) {
      this.#setCount += 1;
      this.#options.print(`evidence   ${lineOf(part)} verified`);
      return;
    }
    this.#refusedCount += 1;
    this.#options.print(`REFUSED    ${lineOf(part)}: ${fault}`);
  }

  async #setOf(part: PartAddress): Promise<ArrivingSet | undefined> {
    const key = keyOf(part);
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const bytes = [...this.#sets.values()].reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    if (this.#sets.size >= setsMax || bytes > arrivingBytesMax) {
      // The oldest gives way: whoever sends it asks again, and begins it anew.
      const [oldest] = this.#sets.entries();
      if (oldest === undefined) return undefined;
      this.#sets.delete(oldest[0]);
      await rm(oldest[1].folder, { recursive: true, force: true });
    }
    const set = await ArrivingSet.open(this.#path("arriving", part));
    this.#sets.set(key, set);
    return set;
  }

  async #isKept(part: PartAddress): Promise<boolean> {
    const place = this.#path("evidence", part);
    const text = await readFile(join(place, manifestFile)).catch(() => undefined);
    return text !== undefined;
  }

  async #placeOf(room: "evidence" | "refused", part: PartAddress): Promise<string> {
    const place = this.#path(room, part);
    await makeFolderDurably(join(place, ".."));
    return place;
  }

  /** Every piece was checked by `parsePartTopic`: none leaves the folder. */
  #path(room: "arriving" | "evidence" | "refused", part: PartAddress): string {
    const { address, violation, revision } = part;
    const box = `${address.division}-${address.device}`;
    return join(this.#options.folder, room, box, violation, revisionFolder(revision));
  }

  #tell(part: PartAddress, word: Pick<EvidenceWord, "outcome" | "fromPart" | "reason">): void {
    const { address, violation, revision, file } = part;
    this.#options.tell(address, { violation, revision, file, ...word });
  }

  #failed(part: PartAddress, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.print(`evidence   ${lineOf(part)} cannot be kept: ${why}`);
  }
}

async function faultIn(
  { address, violation, revision }: PartAddress,
  folder: string,
  keys: Parameters<typeof verifyRevision>[2],
): Promise<string | undefined> {
  try {
    const { manifest } = await verifyRevision(folder, "", keys);
    const { device } = manifest;
    if (device.division !== address.division || device.id !== address.device) {
      return `the manifest is of ${device.division}/${device.id}`;
    }
    if (manifest.violation !== violation || manifest.revision !== revision) {
      return `the manifest is of ${manifest.violation}, revision ${manifest.revision}`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof EvidenceFault) return error.message;
    throw error;
  }
}

const keyOf = ({ address, violation, revision }: PartAddress): string =>
  `${sourceOf(address)}/${violation}/${revision}`;

const lineOf = ({ address, violation, revision, file }: PartAddress): string =>
  `${address.device} ${violation} revision ${revision} ${file}`;
