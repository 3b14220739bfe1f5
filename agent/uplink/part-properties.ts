/**
 * What an MQTT 5 broker carries beside a part: the file's size and hash, and the part's own.
 *
 * They let a hub refuse early; what counts is the signed manifest. MQTT 3.1.1 has none of them, and
 * the topic and the manifest say enough.
 */
import { createHash } from "node:crypto";

export interface PartProperties {
  readonly bytes: number;
  readonly sha256: string;
  readonly partSha256: string;
}

const hex = /^[0-9a-f]{64}$/;
const digits = /^\d{1,9}$/;

export function partProperties(
  file: { readonly bytes: number; readonly sha256: string },
  part: Uint8Array,
): Readonly<Record<string, string>> {
  return { bytes: String(file.bytes), sha256: file.sha256, "part-sha256": sha256Of(part) };
}

/** Undefined: it came without, or with others than ours. */
export function readPartProperties(found: unknown): PartProperties | undefined {
  const of = new Map(Object.entries(typeof found === "object" && found !== null ? found : {}));
  const [bytes, sha256, partSha256] = ["bytes", "sha256", "part-sha256"].map((name) =>
    of.get(name),
  );
  if (typeof bytes !== "string" || !digits.test(bytes)) return undefined;
  if (typeof sha256 !== "string" || !hex.test(sha256)) return undefined;
  if (typeof partSha256 !== "string" || !hex.test(partSha256)) return undefined;
  return { bytes: Number(bytes), sha256, partSha256 };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
