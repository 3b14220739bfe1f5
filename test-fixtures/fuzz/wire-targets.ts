/** What comes over the wire from cameras, and what the decoder host says. */
import type { FuzzTargets } from "./fuzz-target.ts";

export const wireTargets: FuzzTargets = {
  "session-headers": async () => (await import("./targets/session-headers.ts")).sessionHeaders,
};
