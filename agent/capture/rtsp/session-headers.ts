/**
 * The small headers of SETUP and PLAY: Session, Transport, RTP-Info, Public.
 *
 * Real cameras leave out what they like and put blanks, quotes and `0x` where they like; what
 * cannot be read is absent, never an error.
 */
import { sessionTimeoutMsDefault } from "../limits.ts";

export interface SessionHeader {
  readonly id: string;
  readonly timeoutMs: number;
  readonly isTimeoutGiven: boolean;
}

export function parseSession(text: string | undefined): SessionHeader | undefined {
  const [id = "", ...rest] = (text ?? "").split(";").map((part) => part.trim());
  if (id === "") return undefined;
  const seconds = Number(parametersOf(rest)["timeout"]);
  const isTimeoutGiven = Number.isFinite(seconds) && seconds > 0;
  return {
    id,
    timeoutMs: isTimeoutGiven ? Math.round(seconds * 1_000) : sessionTimeoutMsDefault,
    isTimeoutGiven,
  };
}

export interface TransportHeader {
  readonly isTcp: boolean;
  /** Channels of RTP and RTCP, where the server named them. */
  readonly rtpChannel: number | undefined;
  readonly rtcpChannel: number | undefined;
  readonly ssrc: number | undefined;
}

export function parseTransport(text: string | undefined): TransportHeader {
  const [protocol = "", ...rest] = (text ?? "").split(";").map((part) => part.trim());
  const parameters = parametersOf(rest);
  const channels = /^(\d{1,3})(?:\s*-\s*(\d{1,3}))?$/.exec(parameters["interleaved"] ?? "");
  const rtpChannel = channelNumber(channels?.[1]);
  const rtcpChannel =
    channelNumber(channels?.[2]) ?? (rtpChannel === undefined ? undefined : rtpChannel + 1);
  return {
    isTcp: /\/TCP\b/i.test(protocol) || rtpChannel !== undefined,
    rtpChannel,
    rtcpChannel,
    ssrc: hexNumber(parameters["ssrc"]),
  };
}

export interface RtpInfo {
  readonly url: string;
  readonly sequence: number | undefined;
  readonly rtpTime: number | undefined;
}

/** One entry a track; addresses may hold `;` and `,` themselves. */
export function parseRtpInfo(text: string | undefined): RtpInfo[] {
  return (text ?? "")
    .split(/,\s*(?=url\s*=)/i)
    .map((entry) => entry.trim())
    .filter((entry) => /^url\s*=/i.test(entry))
    .map((entry) => {
      const tail = /;\s*(?:seq|rtptime|ssrc)\s*=.*$/is.exec(entry)?.[0] ?? "";
      const parameters = parametersOf(tail.split(";").map((part) => part.trim()));
      return {
        url: entry
          .slice(0, entry.length - tail.length)
          .replace(/^url\s*=\s*/i, "")
          .replaceAll('"', "")
          .trim(),
        sequence: wholeNumber(parameters["seq"], 0xffff),
        rtpTime: wholeNumber(parameters["rtptime"], 0xffff_ffff),
      };
    });
}

/** The entry of our track: by address, by its end, or the only one there is. */
export function rtpInfoOfTrack(
  entries: readonly RtpInfo[],
  controlUri: string,
): RtpInfo | undefined {
  return (
    entries.find(({ url }) => url === controlUri) ??
    entries.find(({ url }) => url !== "" && controlUri.endsWith(`/${url}`)) ??
    (entries.length === 1 ? entries[0] : undefined)
  );
}

export const parsePublic = (text: string | undefined): ReadonlySet<string> =>
  new Set((text ?? "").split(/[\s,]+/).map((method) => method.toUpperCase()));

function parametersOf(parts: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const part of parts) {
    const equals = part.indexOf("=");
    if (equals <= 0) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    parameters[name] ??= part
      .slice(equals + 1)
      .trim()
      .replaceAll('"', "");
  }
  return parameters;
}

function wholeNumber(text: string | undefined, max: number): number | undefined {
  const digits = /^\d{1,10}(?!\d)/.exec(text ?? "")?.[0];
  return digits !== undefined && Number(digits) <= max ? Number(digits) : undefined;
}

function hexNumber(text: string | undefined): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text?.trim() ?? "")?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

function channelNumber(text: string | undefined): number | undefined {
  return wholeNumber(text, 255);
}
