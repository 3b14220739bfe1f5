/**
 * Traceability of one day: every file that an event names lies where it says and is what it says,
 * and every manifest of the day is the one that its event names.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { violationEventType } from "../../pipelines/domain/event.ts";
import { evidenceFolderOf } from "../evidence/device-keys.ts";
import { droppedFile, manifestFile, manifestSchema, revisionFolder } from "../evidence/manifest.ts";
import { jsonOf, sha256Hex } from "../evidence/signing.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import type { StoreReader } from "../store/store-reader.ts";

export interface Audit {
  readonly day: string;
  readonly events: number;
  /** With complete evidence. */
  readonly complete: number;
  /** Files that the events of the day name and that are there; what was dropped is not counted. */
  readonly pictures: number;
  readonly dropped: number;
  readonly faults: readonly string[];
}

interface NamedEvidence {
  readonly complete?: boolean;
  readonly items?: readonly { readonly name: string; readonly sha256: string }[];
  readonly manifest?: { readonly sha256: string; readonly number: number } | null;
}

const manifestBytesMax = 1024 * 1024;
/** A violation changes at most some days after its first event: events are read back so far. */
const eventsPerRead = 500;

export async function auditDay(
  reader: Pick<StoreReader, "events">,
  { dataFolder, day }: { readonly dataFolder: string; readonly day: string },
): Promise<Audit> {
  const tree = evidenceFolderOf(dataFolder);
  const faults: string[] = [];
  const namedManifests = new Map<string, string>();
  let [events, complete, pictures, dropped] = [0, 0, 0, 0];
  for (const { id, time, data } of violationEvents(reader)) {
    const evidence = data.evidence ?? {};
    const place = `${data.violation}/${revisionFolder(data.revision)}`;
    if (evidence.manifest) namedManifests.set(place, evidence.manifest.sha256);
    // The local date: instants carry the site's offset.
    if (!time.startsWith(day)) continue;
    events += 1;
    if (evidence.complete === true) complete += 1;
    if (!evidence.manifest) continue;
    const found = await checkEvent(join(tree, place), id, evidence);
    faults.push(...found.faults);
    pictures += found.pictures;
    if (found.isDropped) dropped += 1;
  }
  faults.push(...(await checkManifests(tree, day, namedManifests)));
  return { day, events, complete, pictures, dropped, faults };
}

async function checkEvent(folder: string, id: string, evidence: NamedEvidence) {
  const faults: string[] = [];
  let pictures = 0;
  const manifest = await readBounded(join(folder, manifestFile), manifestBytesMax).catch(
    () => undefined,
  );
  const isDropped = (await stat(join(folder, droppedFile)).catch(() => undefined)) !== undefined;
  if (manifest === undefined) faults.push(`event ${id}: its manifest is not there`);
  else if (sha256Hex(manifest) !== evidence.manifest?.sha256) {
    faults.push(`event ${id}: names another manifest than the one that is there`);
  }
  for (const { name, sha256 } of isDropped ? [] : (evidence.items ?? [])) {
    const found = await hashOf(join(folder, name));
    if (found === sha256) pictures += 1;
    else
      faults.push(
        `event ${id}: ${name} ${found === undefined ? "is not there" : "is another file"}`,
      );
  }
  return { faults, pictures, isDropped };
}

/** Back from the folder to the event. */
async function checkManifests(
  tree: string,
  day: string,
  named: ReadonlyMap<string, string>,
): Promise<string[]> {
  const faults: string[] = [];
  for (const violation of await foldersIn(tree)) {
    for (const revision of await foldersIn(join(tree, violation))) {
      const place = `${violation}/${revision}`;
      const bytes = await readBounded(join(tree, place, manifestFile), manifestBytesMax).catch(
        () => undefined,
      );
      const manifest = manifestSchema.safeParse(bytes === undefined ? undefined : jsonOf(bytes));
      // Keys lie in a folder too; what is no manifest is for verify to say.
      if (bytes === undefined || !manifest.success) continue;
      if (!manifest.data.createdAt.startsWith(day)) continue;
      if (named.get(place) === sha256Hex(bytes)) continue;
      faults.push(`${place}: no event names this manifest`);
    }
  }
  return faults;
}

function* violationEvents(reader: Pick<StoreReader, "events">) {
  for (let afterSequence = 0; ; ) {
    const rows = reader.events({ afterSequence, countMax: eventsPerRead });
    for (const { payload } of rows) {
      const event = jsonOf(payload) as StoredEvent | undefined; // The store keeps only JSON objects.
      if (event?.type === violationEventType) yield event;
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    afterSequence = last.sequence;
  }
}

interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: {
    readonly violation: string;
    readonly revision: number;
    readonly evidence?: NamedEvidence;
  };
}

async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer); // No encoding.
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
