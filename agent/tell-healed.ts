/** A repaired database: the hub must know, because a gap in the sequence may follow. */
import type { DeviceConfig } from "../config/agent-config.ts";
import { storeEvent } from "./box-events.ts";
import type { Log } from "./runtime/log.ts";
import type { SqliteStore } from "./store/sqlite-store.ts";

export async function tellHealed(
  store: Pick<SqliteStore, "healed" | "appendEvent">,
  {
    device,
    log,
    nowMs,
  }: { readonly device: DeviceConfig; readonly log: Log; readonly nowMs: number },
): Promise<void> {
  if (store.healed === undefined) return;
  const { what: fault, reason, damagedFile, mayMiss, lastSequence, atMs, ...healed } = store.healed;
  const saved = {
    events: healed.savedEventCount,
    waiting: healed.savedWaitingCount,
    cameras: healed.savedCameraCount,
  };
  const facts = { fault, reason, saved, mayMiss, damagedFile, lastSequence };
  log.error(facts, `${sentences[fault]}: ${reason}. ${remedy}`);
  const data = {
    what: reason,
    sequenceContinued: healed.isSequenceContinued,
    fault,
    saved,
    mayMiss: mayMiss ?? null,
  };
  await store.appendEvent(storeEvent({ device, nowMs: atMs }, lastSequence, data), nowMs);
}

const sentences = {
  damaged: "the database was damaged and is repaired",
  lost: "the database was lost and is begun anew",
  behind: "the database is older than it was and goes on in a new range of sequences",
} as const;

const remedy =
  "The agent goes on by itself. When it happens again, or nobody touched the data folder: look at the kernel log (dmesg) for this disk and replace it";
