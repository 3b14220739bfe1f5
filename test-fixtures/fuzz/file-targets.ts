/** What comes from files and from the hub: configuration, permits, models, commands, state. */
import type { FuzzTargets } from "./fuzz-target.ts";

export const fileTargets: FuzzTargets = {};
