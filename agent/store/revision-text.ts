/**
 * A revision as it crosses to the store's thread: event as text, instants whole, first sight read.
 */
import { eventText } from "./event-text.ts";
import type { RevisionText } from "./protocol.ts";
import type { RevisionRow } from "./store.ts";

export function revisionText({ event, ...row }: RevisionRow): RevisionText {
  const occurredAtMs = Math.round(row.occurredAtMs);
  return {
    ...row,
    occurredAtMs,
    firstSeenAtMs: firstSeenAtMs(event) ?? occurredAtMs,
    event: eventText(event),
  };
}

/** As the event says it. */
function firstSeenAtMs(event: Readonly<Record<string, unknown>>): number | undefined {
  const data = event["data"];
  if (typeof data !== "object" || data === null || !("firstSeenAt" in data)) return undefined;
  const parsed = Date.parse(String(data.firstSeenAt));
  return Number.isNaN(parsed) ? undefined : parsed;
}
