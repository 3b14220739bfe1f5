/**
 * The text of a file, or where it stops being text: people save files in old encodings, and name
 * pictures by mistake.
 */
import type { Place } from "./source-node.ts";

export type DecodedText =
  | string
  | { readonly place: Pick<Place, "line" | "column">; readonly message: string };

export function decodeText(bytes: Uint8Array): DecodedText {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return {
      place: positionOf(bytes, nul),
      message: "this is not a text file: it holds a zero byte",
    };
  }
  try {
    // Removes a byte order mark as well.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return {
      place: positionOf(bytes, firstBadByte(bytes)),
      message: "this is not text in UTF-8: save the file in that encoding",
    };
  }
}

function positionOf(bytes: Uint8Array, offset: number): Pick<Place, "line" | "column"> {
  const before = bytes.subarray(0, offset);
  let line = 1;
  for (const byte of before) if (byte === 0x0a) line += 1;
  const column = new TextDecoder().decode(before.subarray(before.lastIndexOf(0x0a) + 1)).length + 1;
  return { line, column };
}

/** Halving: a prefix decodes as a stream exactly when it holds no bad byte. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (decodesSoFar(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return good;
}

function decodesSoFar(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
