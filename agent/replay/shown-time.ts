/** An instant as people read it, to the second: `2026-07-01 08:10:00`. */
import { rfc3339 } from "../../pipelines/domain/instant.ts";

/** `timeZone`: a name, or an offset such as `+08:00`. */
export function shownTime(atMs: number, timeZone: string): string {
  return rfc3339(atMs, timeZone).replace("T", " ").replace(/\..*$/, "");
}
