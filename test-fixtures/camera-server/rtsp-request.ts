/**
 * Reads what an RTSP client sends: requests, and between them interleaved frames (its RTCP).
 *
 * Bounded: a client that sends more than a request may hold is an error of the test, and thrown.
 */

export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RtspInput {
  readonly requests: readonly RtspRequest[];
  /** Interleaved frames that came between the requests. */
  readonly frameCount: number;
}

const requestBytesMax = 64 * 1_024;

export class RtspRequestReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): RtspInput {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const requests: RtspRequest[] = [];
    let frameCount = 0;
    while (this.#rest.length > 0) {
      if (this.#rest[0] === 0x24) {
        if (!this.#skipFrame()) break;
        frameCount++;
      } else if (this.#rest[0] === 0x0d || this.#rest[0] === 0x0a) {
        this.#rest = this.#rest.subarray(1);
      } else {
        const request = this.#takeRequest();
        if (request === undefined) break;
        requests.push(request);
      }
    }
    return { requests, frameCount };
  }

  #skipFrame(): boolean {
    if (this.#rest.length < 4) return false;
    const end = 4 + this.#rest.readUInt16BE(2);
    if (this.#rest.length < end) return false;
    this.#rest = this.#rest.subarray(end);
    return true;
  }

  #takeRequest(): RtspRequest | undefined {
    const headEnd = this.#rest.indexOf("\r\n\r\n");
    if (headEnd === -1) {
      if (this.#rest.length > requestBytesMax) throw new Error("request without an end");
      return undefined;
    }
    const [requestLine = "", ...lines] = this.#rest.toString("utf8", 0, headEnd).split("\r\n");
    const [method = "", url = "", version = ""] = requestLine.split(" ");
    if (!version.startsWith("RTSP/1.")) throw new Error(`not an RTSP request: ${requestLine}`);
    const headers = new Map(lines.map(headerOf));
    const bodyEnd = headEnd + 4 + Number(headers.get("content-length") ?? 0);
    if (!(bodyEnd <= headEnd + requestBytesMax)) throw new Error("request body is too long");
    if (this.#rest.length < bodyEnd) return undefined;
    const body = this.#rest.toString("utf8", headEnd + 4, bodyEnd);
    this.#rest = this.#rest.subarray(bodyEnd);
    return { method, url, headers, body };
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}
