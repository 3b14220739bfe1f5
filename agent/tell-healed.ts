/** A damaged database was put aside: the hub must know, because a gap in the sequence may follow. */
import type { DeviceConfig } from "../config/agent-config.ts";
import { storeEvent } from "./box-events.ts";
import type { Log } from "./runtime/log.ts";
import type { SqliteStore } from "./store/sqlite-store.ts";

export async function tellHealed(
  store: SqliteStore,
  {
    device,
    log,
    nowMs,
  }: { readonly device: DeviceConfig; readonly log: Log; readonly nowMs: number },
): Promise<void> {
  if (store.healed === undefined) return;
  const { reason, isSequenceContinued } = store.healed;
  log.error({ ...store.healed }, "the database was damaged; a new one is begun");
  const data = { what: reason, sequenceContinued: isSequenceContinued };
  await store.appendEvent(storeEvent({ device, nowMs }, data), nowMs);
}
