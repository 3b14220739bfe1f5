/**
 * The folder of kept evidence: `DATA/evidence/<violation>/<revision>/`, and the head of its chain.
 *
 * Only whole revisions stand in it, each named by an event. What a crash left half, or what no event
 * names any more, is put aside (`DATA/evidence-aside/`, the newest few are kept for a person). Files
 * that were dropped leave their manifest and a signed note in their place.
 */
import { readdir, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ViolationId, violationId } from "../../pipelines/domain/ids.ts";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import type { Clock } from "../runtime/clock.ts";
import { makeFolderDurably, removeLeftovers } from "../runtime/durable-file.ts";
import { type DeviceKeys, evidenceFolderOf } from "./device-keys.ts";
import { type EvidenceDisk, evidenceDisk, placeFolder } from "./evidence-disk.ts";
import type { EvidenceFile } from "./evidence-file.ts";
import type { DroppedManifest, LedgerStore } from "./ledger-store.ts";
import {
  droppedFile,
  headFile,
  headSchema,
  keysFolder,
  type Manifest,
  manifestFile,
  manifestSchema,
  revisionFolder,
  signatureFile,
} from "./manifest.ts";
import { jsonOf, sha256Hex, signedNote, splitNote } from "./signing.ts";
import { TrustedKeys } from "./trusted-keys.ts";
import { verifyRevision } from "./verify-revision.ts";

export interface KeptRevision {
  readonly manifest: Manifest;
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
  readonly sha256: string;
}

export interface TreeOptions {
  readonly dataFolder: string;
  readonly store: Pick<LedgerStore, "lastManifest" | "manifests" | "forgetManifests">;
  readonly keys: DeviceKeys;
  readonly clock: Clock;
  readonly device: { readonly division: string; readonly id: string };
  readonly timeZone: string;
  readonly disk?: EvidenceDisk;
}

interface ChainEnd {
  readonly number: number;
  readonly sha256: string;
}
type Place = { readonly violationId: string; readonly revision: number };

/** Before anything was ever captured. */
export const noTime = 0;
const manifestBytesMax = 1024 * 1024;
const asideMax = 3;
const forgottenPerRound = 50;

export class EvidenceTree {
  readonly #options: TreeOptions;
  readonly #disk: EvidenceDisk;
  readonly #folder: string;
  readonly #workFolder: string;
  readonly #asideFolder: string;
  #head: ChainEnd | undefined;
  #first = 1;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#disk = options.disk ?? evidenceDisk;
    this.#folder = evidenceFolderOf(options.dataFolder);
    this.#workFolder = join(options.dataFolder, "evidence-work");
    this.#asideFolder = join(options.dataFolder, "evidence-aside");
  }

  /** The newest manifest of the device; undefined: the next one is its first. */
  get head(): ChainEnd | undefined {
    return this.#head;
  }

  /** The store says where the chain ends; where it lost its memory, the folder does. */
  async open(): Promise<void> {
    const { store } = this.#options;
    await makeFolderDurably(this.#folder);
    removeLeftovers(this.#folder);
    const last = await store.lastManifest();
    const written = await this.#readHead();
    this.#first = written?.first ?? 1;
    const known = Math.max(last?.number ?? 0, 0);
    this.#head = last && { number: last.number, sha256: last.sha256 };
    if (written !== undefined && written.last > known) this.#head = await this.#newestThere();
    if (this.#head !== undefined && this.#head.sha256 !== written?.sha256) await this.#saveHead();
  }

  async place(
    manifest: Manifest,
    made: {
      readonly text: Uint8Array;
      readonly signature: Uint8Array;
      readonly files: readonly EvidenceFile[];
    },
  ): Promise<void> {
    await placeFolder(this.#disk, {
      workFolder: this.#workFolder,
      evidenceFolder: this.#folder,
      violation: manifest.violation,
      revision: revisionFolder(manifest.revision),
      files: [
        { name: manifestFile, bytes: made.text },
        { name: signatureFile, bytes: made.signature },
        ...made.files,
      ],
    });
  }

  /** From now on the chain ends with it. */
  async writeHead({ manifest: { number }, sha256 }: KeptRevision): Promise<void> {
    this.#head = { number, sha256 };
    await this.#saveHead();
  }

  async lastOfViolation(violation: string): Promise<Manifest["previous"]["violation"]> {
    const names = (await namesIn(join(this.#folder, violation))).toSorted();
    const newest = names.at(-1);
    if (newest === undefined) return null;
    const found = await this.#read(join(violation, newest));
    if (found === undefined) return null;
    const { number, revision } = found.manifest;
    return { number, revision, sha256: found.sha256 };
  }

  /** What the last run wrote for an event and did not come to tell the store. */
  async wholeRevision(eventId: string): Promise<KeptRevision | undefined> {
    const place = placeOf(eventId);
    if (place === undefined) return undefined;
    const path = pathOf(place);
    try {
      const trusted = new TrustedKeys([this.#options.keys]);
      const { manifest, sha256 } = await verifyRevision(this.#folder, path, trusted);
      const follows =
        manifest.number === (this.#head?.number ?? 0) + 1 &&
        manifest.previous.device?.sha256 === this.#head?.sha256;
      const found = await this.#read(path);
      if (follows && manifest.event === eventId && found?.sha256 === sha256) return found;
    } catch {
      // Not there, or not whole: both are put aside below.
    }
    await this.discard(place);
    return undefined;
  }

  /** How many half-written folders were put aside. */
  async heal(): Promise<number> {
    let count = 0;
    for (const name of await namesIn(this.#workFolder)) {
      await this.#putAside(join(this.#workFolder, name), name);
      count += 1;
    }
    return count;
  }

  /** Out of the tree: no event names it. */
  async discard({ violationId: violation, revision }: Place): Promise<void> {
    const path = join(this.#folder, pathOf({ violationId: violation, revision }));
    if ((await stat(path).catch(() => undefined)) === undefined) return;
    await this.#putAside(path, `${violation}.${revisionFolder(revision)}`);
    await removeEmpty(join(this.#folder, violation));
  }

  /** The note first: a folder without its files and without a note would be a fault. */
  async removeFiles(row: DroppedManifest): Promise<void> {
    const folder = join(this.#folder, pathOf(row));
    const names = await namesIn(folder);
    if (!names.includes(manifestFile)) return;
    const { keys, timeZone } = this.#options;
    const note = {
      what: "kerbside-evidence-dropped",
      version: 1,
      number: row.number,
      sha256: row.sha256,
      key: keys.id,
      reason: row.dropReason ?? "bytes",
      at: rfc3339(row.droppedAtMs ?? this.#options.clock.wallMs(), timeZone),
    };
    const bytes = signedNote(note, (text) => keys.sign(text));
    await this.#disk.replaceFile(join(folder, droppedFile), bytes);
    const kept = new Set([manifestFile, signatureFile, droppedFile]);
    for (const name of names) {
      if (!kept.has(name)) await this.#disk.remove(join(folder, name));
    }
  }

  /** The oldest manifests whose files are long gone: the chain begins later from now on. */
  async forgetOldest(beforeMs: number): Promise<void> {
    const { store } = this.#options;
    const query = { afterNumber: this.#first - 1, countMax: forgottenPerRound };
    const first = this.#first;
    for (const row of await store.manifests(query)) {
      const isOld = row.droppedAtMs !== undefined && row.droppedAtMs < beforeMs;
      if (!isOld || row.number === this.#head?.number) break;
      await this.#disk.remove(join(this.#folder, pathOf(row)));
      await removeEmpty(join(this.#folder, row.violationId));
      this.#first = row.number + 1;
    }
    if (this.#first === first) return;
    await this.#saveHead();
    await store.forgetManifests(this.#first);
  }

  async #saveHead(): Promise<void> {
    const { keys, device, clock, timeZone } = this.#options;
    if (this.#head === undefined) return;
    const head = {
      what: "kerbside-evidence-head",
      version: 1,
      device,
      key: keys.id,
      first: this.#first,
      last: this.#head.number,
      sha256: this.#head.sha256,
      at: rfc3339(clock.wallMs(), timeZone),
    };
    const bytes = signedNote(head, (text) => keys.sign(text));
    await this.#disk.replaceFile(join(this.#folder, headFile), bytes);
  }

  async #readHead() {
    const bytes = await readBounded(join(this.#folder, headFile), manifestBytesMax).catch(
      () => undefined,
    );
    if (bytes === undefined) return undefined;
    const parsed = headSchema.safeParse(jsonOf(splitNote(bytes).text));
    return parsed.success ? parsed.data : undefined;
  }

  /** Reads every manifest: only where the store's memory was lost. */
  async #newestThere(): Promise<ChainEnd | undefined> {
    let newest: ChainEnd | undefined;
    for (const violation of await namesIn(this.#folder)) {
      if (violation === headFile || violation === keysFolder) continue;
      for (const revision of await namesIn(join(this.#folder, violation))) {
        const found = await this.#read(join(violation, revision));
        if (found === undefined || found.manifest.number <= (newest?.number ?? 0)) continue;
        newest = { number: found.manifest.number, sha256: found.sha256 };
      }
    }
    return newest;
  }

  async #read(path: string): Promise<KeptRevision | undefined> {
    try {
      const folder = join(this.#folder, path);
      const text = await readBounded(join(folder, manifestFile), manifestBytesMax);
      const signature = await readBounded(join(folder, signatureFile), manifestBytesMax);
      const manifest = manifestSchema.parse(jsonOf(text));
      return { manifest, text, signature, sha256: sha256Hex(text) };
    } catch {
      return undefined;
    }
  }

  async #putAside(path: string, name: string): Promise<void> {
    await this.#disk.makeFolder(this.#asideFolder);
    const stamp = String(Math.floor(this.#options.clock.wallMs())).padStart(15, "0");
    await this.#disk.rename(path, join(this.#asideFolder, `${stamp}-${name}`));
    const older = (await namesIn(this.#asideFolder)).toSorted().slice(0, -asideMax);
    for (const each of older) await this.#disk.remove(join(this.#asideFolder, each));
  }
}

/** An event's id is `{violation}.{revision}`. */
function placeOf(eventId: string): { violationId: ViolationId; revision: number } | undefined {
  const [, violation, revision] = /^([a-z0-9][a-z0-9-]*)\.(\d{1,4})$/.exec(eventId) ?? [];
  if (violation === undefined) return undefined;
  return { violationId: violationId(violation), revision: Number(revision) };
}

const pathOf = ({ violationId: violation, revision }: Place) =>
  join(violation, revisionFolder(revision));

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** A folder that holds something stays. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}
