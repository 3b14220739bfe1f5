/** What the store may hold, from a configuration. */
import type { AgentConfig } from "../config/agent-config.ts";
import type { OpenStoreOptions } from "./store/sqlite-store.ts";

export function storeLimits({ limits }: AgentConfig): NonNullable<OpenStoreOptions["limits"]> {
  return {
    outboxRowsMax: limits.outboxRows,
    outboxBytesMax: limits.outboxBytes,
    outboxAgeMsMax: limits.outboxAgeMs,
    lookRowsMax: limits.detectionLogRows,
    lookBytesMax: limits.detectionLogBytes,
    lookAgeMsMax: limits.detectionLogAgeMs,
  };
}
