/**
 * Ids derived from what was seen: the same footage gives the same ids, two things never share one.
 */
import { createHash } from "node:crypto";

/** First 20 hex digits of the SHA-256 over the parts; 80 bits are plenty for one box's life. */
export function derivedId(parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 20);
}
