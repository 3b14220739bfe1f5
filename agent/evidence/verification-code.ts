/**
 * The code that stands on a composite: it ties the page to the pictures that it was made of.
 *
 * The first 16 hex digits of the SHA-256 over the event's id and, in the order of the page, each
 * picture's SHA-256 in hex, a newline behind each. Whoever has the files can make it again.
 */
import { createHash } from "node:crypto";

export function verificationCode(eventId: string, sha256s: readonly string[]): string {
  const text = [eventId, ...sha256s].map((line) => `${line}\n`).join("");
  const digits = createHash("sha256").update(text).digest("hex").slice(0, 16).toUpperCase();
  return digits.replace(/(.{4})(?=.)/g, "$1 ");
}
