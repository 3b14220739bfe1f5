/**
 * Ids derived from what was seen: the same footage gives the same ids, two things never share one.
 */
import { hash } from "node:crypto";

/** First 20 hex digits of the SHA-256 over the parts; 80 bits are plenty for one box's life. */
export function derivedId(parts: readonly (string | number)[]): string {
  return hash("sha256", JSON.stringify(parts), "hex").slice(0, 20);
}
