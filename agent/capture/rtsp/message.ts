/**
 * An RTSP message, and the parser of its head: start line and header lines.
 *
 * Lenient where cameras are (bare LF, blanks around names and values, folded lines, missing
 * reason), typed failure with the odd line where nothing can be made of it.
 */
import { CaptureError, quote } from "../capture-error.ts";
import { headerCountMax } from "../limits.ts";

export interface Header {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

interface MessageBase {
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

export interface RtspResponse extends MessageBase {
  readonly kind: "response";
  readonly status: number;
  readonly statusLine: string;
}

export interface RtspRequest extends MessageBase {
  readonly kind: "request";
  readonly method: string;
  readonly uri: string;
}

export type RtspMessage = RtspResponse | RtspRequest;

export type RtspHead = Omit<RtspResponse, "body"> | Omit<RtspRequest, "body">;

/** First value of a header; `name` in lower case. */
export function headerOf(
  message: { readonly headers: readonly Header[] },
  name: string,
): string | undefined {
  return message.headers.find((header) => header.name === name)?.value;
}

/** Reads everything before the empty line; throws a typed failure. */
export function parseHead(text: string): RtspHead {
  const [startLine = "", ...lines] = text.split(/\r?\n|\r/);
  const headers = parseHeaders(lines);
  const response = /^RTSP\/\d+\.\d+\s+(\d{3})(?:\s.*)?$/.exec(startLine);
  if (response !== null) {
    return { kind: "response", status: Number(response[1]), statusLine: startLine.trim(), headers };
  }
  const request = /^([A-Z][A-Z_]{2,31})\s+(\S+)\s+RTSP\/\d+\.\d+\s*$/.exec(startLine);
  if (request !== null) {
    return { kind: "request", method: request[1] ?? "", uri: request[2] ?? "", headers };
  }
  throw new CaptureError("corrupt", `expected an RTSP status line, got ${quote(startLine)}`);
}

function parseHeaders(lines: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      headers[headers.length - 1] = { name: last.name, value: `${last.value} ${line.trim()}` };
      continue;
    }
    const colon = line.indexOf(":");
    // A line without a colon carries nothing that we could use; real cameras have sent some.
    if (colon <= 0) continue;
    if (headers.length >= headerCountMax) {
      throw new CaptureError("corrupt", `more than ${headerCountMax} headers, at ${quote(line)}`);
    }
    headers.push({
      name: line.slice(0, colon).trim().toLowerCase(),
      value: line.slice(colon + 1).trim(),
    });
  }
  return headers;
}

/** Declared size of the body, 0 when absent or nonsense (a body is then read until quiet). */
export function contentLengthOf(head: RtspHead): number {
  const text = headerOf(head, "content-length") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
