/**
 * Ids derived from what was seen: the same footage gives the same ids, two things never share one.
 */
import { hash } from "node:crypto";

const idBytes = 10;

/** First 20 hex digits of the SHA-256 over the parts; 80 bits are plenty for one box's life. */
export function derivedId(parts: readonly (string | number)[]): string {
  // Written as text of its own: a part of a longer text is slow to compare, and looks compare ids.
  return hash("sha256", JSON.stringify(parts), "buffer").toString("hex", 0, idBytes);
}
