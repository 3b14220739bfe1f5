/** What a reply that is not 200 means for the stream. */
import { CaptureError, quote } from "../capture-error.ts";
import type { RtspResponse } from "./message.ts";

/** Our client cannot play this camera, system ffmpeg may. */
export class NeedsFallback extends CaptureError {
  constructor(detail: string) {
    super("codec-unsupported", detail);
  }
}

export const isRedirect = ({ status }: RtspResponse): boolean =>
  [301, 302, 303, 305, 307, 308].includes(status);

/** Undefined for a success; redirects are not judged here. */
export function failureOfReply(reply: RtspResponse): CaptureError | undefined {
  const { status } = reply;
  const line = quote(reply.statusLine);
  if (status >= 200 && status < 400) return undefined;
  switch (status) {
    case 401:
    case 403:
    case 407:
      return new CaptureError("unauthorised", `the camera does not accept the login: ${line}`);
    case 404:
    case 410:
      return new CaptureError("not-found", `the camera does not know the address: ${line}`);
    case 408:
      return new CaptureError("timeout", `the camera gave up: ${line}`);
    case 415:
      return new CaptureError("codec-unsupported", `the camera has no such media: ${line}`);
    case 461:
      return new NeedsFallback(`the camera does not send over TCP: ${line}`);
    default:
      return new CaptureError("refused", `the camera refuses: ${line}`);
  }
}
