/**
 * A data folder with kept evidence, as the ledger makes it, on a store in memory: what tests of
 * verifying, of crashes and of retention begin with.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DeviceKeys,
  evidenceFolderOf,
  openDeviceKeys,
} from "../agent/evidence/device-keys.ts";
import type { EvidenceFile, EvidenceOfRevision } from "../agent/evidence/evidence-file.ts";
import { DeviceLedger, type LedgerOptions } from "../agent/evidence/ledger.ts";
import { SimulatedClock } from "../agent/runtime/clock.ts";
import { silentLog } from "../agent/runtime/log.ts";
import { MemoryStore } from "../agent/store/memory-store.ts";
import { revisionOf, t0 } from "../agent/store/sample-rows.ts";
import { cameraId, eventId, violationId } from "../pipelines/domain/ids.ts";
import type { Stage } from "../pipelines/domain/kind.ts";

export const device = { division: "445102", id: "box" };

/** Bytes that are different in every file. */
export function fileOf(name: string, seed: number, byteCount = 700): EvidenceFile {
  const bytes = Uint8Array.from({ length: byteCount }, (_, index) => (seed * 31 + index * 7) % 251);
  return {
    name,
    role: "warned",
    mediaType: "image/jpeg",
    bytes,
    capturedAtMs: t0 + seed,
    width: 1280,
    height: 720,
    frame: "exact",
    protection: { masked: { heads: 2, plates: 1, polygons: 0, plateEstimate: true } },
  };
}

export function evidenceOf(
  violation: string,
  revision: number,
  more: Partial<EvidenceOfRevision> = {},
): EvidenceOfRevision {
  const id = violationId(violation);
  return {
    eventId: eventId(id, revision),
    violationId: id,
    revision,
    stage: stageOf(revision),
    kind: "illegal-parking",
    cameraId: cameraId("east"),
    files: [fileOf("view.jpg", revision), fileOf("close-up.jpg", revision + 100)],
    complete: true,
    failed: [],
    enforceable: true,
    ...more,
  };
}

const stageOf = (revision: number): Stage =>
  (["warned", "reported", "cleared"] as const)[(revision - 1) % 3] ?? "warned";

export interface Box {
  readonly dataFolder: string;
  readonly evidenceFolder: string;
  readonly store: MemoryStore;
  readonly keys: DeviceKeys;
  readonly clock: SimulatedClock;
  readonly ledger: DeviceLedger;
  /** Commits the event held, and hands its evidence over. */
  readonly keep: (
    violation: string,
    revision: number,
    more?: Partial<EvidenceOfRevision>,
  ) => Promise<void>;
}

export async function openBox(
  given: Partial<LedgerOptions> & { readonly store?: MemoryStore } = {},
): Promise<Box> {
  const dataFolder = given.dataFolder ?? mkdtempSync(join(tmpdir(), "kerbside-evidence-"));
  const store = given.store ?? new MemoryStore();
  const clock = new SimulatedClock({ wallMs: t0 });
  const keys = await openDeviceKeys(dataFolder);
  const ledger = new DeviceLedger({
    keys,
    clock,
    log: silentLog,
    device,
    timeZone: "Asia/Shanghai",
    versions: () => ({ agent: "1.0.0", configuration: "c0ffee" }),
    keepMsMax: 30 * 86_400_000,
    keepBytesMax: 1024 ** 3,
    onReleased: () => {},
    ...given,
    dataFolder,
    store,
  });
  return {
    dataFolder,
    evidenceFolder: evidenceFolderOf(dataFolder),
    store,
    keys,
    clock,
    ledger,
    keep: async (violation, revision, more) => {
      await hold(store, violation, revision);
      await ledger.keep(evidenceOf(violation, revision, more));
    },
  };
}

export async function hold(store: MemoryStore, violation: string, revision: number): Promise<void> {
  const row = revisionOf(violation, revision, stageOf(revision), { isHeld: true });
  await store.commit({ cameraStates: [], revisions: [row], nowMs: t0 });
}
