/**
 * Reads a session description (SDP) as cameras write it.
 *
 * Order does not matter, unknown lines are skipped, values may be missing; what is bounded is
 * bounded (lines, media). The result is raw: which track is video is `describe.ts`'s decision.
 */
import { CaptureError, quote } from "../capture-error.ts";
import { sdpFormatsMax, sdpLinesMax, sdpMediaMax } from "../limits.ts";

export interface SdpMedia {
  /** `video`, `audio`, `application`, … */
  readonly kind: string;
  readonly protocol: string;
  /** Payload types as written. */
  readonly formats: readonly string[];
  readonly attributes: readonly SdpAttribute[];
}

export interface SdpAttribute {
  readonly name: string;
  readonly value: string;
}

export interface Sdp {
  readonly attributes: readonly SdpAttribute[];
  readonly media: readonly SdpMedia[];
}

export function parseSdp(text: string): Sdp {
  const lines = text.split(/\r\n|\n|\r/, sdpLinesMax + 1);
  if (lines.length > sdpLinesMax) {
    throw new CaptureError("corrupt", `the description has more than ${sdpLinesMax} lines`);
  }
  const session: SdpAttribute[] = [];
  const media: (SdpMedia & { attributes: SdpAttribute[] })[] = [];
  let attributes = session;
  let firstOddLine: string | undefined;
  for (const raw of lines) {
    const line = raw.trim();
    if (line === "") continue;
    const value = line.slice(2).trim();
    if (!/^[a-z]\s*=/i.test(line)) {
      firstOddLine ??= line;
    } else if (line.startsWith("m=")) {
      if (media.length >= sdpMediaMax) {
        throw new CaptureError("corrupt", `the description has more than ${sdpMediaMax} tracks`);
      }
      const [kind = "", , protocol = "", ...named] = value.split(/\s+/, 3 + sdpFormatsMax);
      const formats = [...new Set(named)];
      attributes = [];
      media.push({ kind: kind.toLowerCase(), protocol, formats, attributes });
    } else if (line.startsWith("a=")) {
      const colon = value.indexOf(":");
      attributes.push({
        name: (colon === -1 ? value : value.slice(0, colon)).trim().toLowerCase(),
        value: colon === -1 ? "" : value.slice(colon + 1).trim(),
      });
    }
  }
  if (media.length === 0) {
    const odd = firstOddLine ?? lines.find((line) => line.trim() !== "") ?? "";
    throw new CaptureError("corrupt", `the description names no track: ${quote(odd)}`);
  }
  return { attributes: session, media };
}

export const attributeOf = (
  owner: { readonly attributes: readonly SdpAttribute[] },
  name: string,
): string | undefined => owner.attributes.find((attribute) => attribute.name === name)?.value;

/** Of `a=rtpmap:96 …` and `a=fmtp:96 …`: the text behind the payload type. */
export function formatAttribute(media: SdpMedia, name: string, format: string): string | undefined {
  for (const attribute of media.attributes) {
    if (attribute.name !== name) continue;
    const match = /^(\S+)(?:\s+(.*))?$/s.exec(attribute.value);
    if (match?.[1] === format) return match[2] ?? "";
  }
  return undefined;
}

/** `a=b; c=d;e` → names in lower case; values keep their case, `=` and padding. */
export function formatParameters(text: string): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = Object.create(null);
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    if (equals <= 0) continue;
    parameters[part.slice(0, equals).trim().toLowerCase()] ??= part
      .slice(equals + 1)
      .trim()
      .replaceAll('"', "");
  }
  return parameters;
}
