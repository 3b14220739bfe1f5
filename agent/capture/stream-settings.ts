/**
 * What receiving must know of one stream of one camera; the composition root makes it from the
 * configuration.
 */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { StreamName } from "./encoded-picture.ts";

export interface StreamSettings {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  /** rtsp, rtsps, http, https or file; may hold user and password, which leave it at once. */
  readonly url: string;
  /** The address as it may be shown. Default: `url` without its login. */
  readonly shownUrl?: string;
  /** What nobody may see of it besides the login's password: tokens in path and query. */
  readonly secrets?: readonly string[];
  /** Shortest period of the views that look at this stream. */
  readonly everyMs: number;
  /** What the ring should reach back, as far as its bytes allow. */
  readonly ringSeconds?: number;
  readonly ringBytes?: number;
  readonly tls?: TlsSettings;
  /** `auto`: our own client, system ffmpeg where that does not speak the camera's language. */
  readonly transport?: "auto" | "tcp" | "ffmpeg";
}

export interface TlsSettings {
  /** PEM text of the authority that signed the camera's certificate. */
  readonly ca?: string;
  /** Accepts any certificate: only when the configuration says so. */
  readonly isSelfSignedAllowed?: boolean;
}

/** Names a stream in maps and messages. */
export const streamKey = ({
  cameraId,
  stream,
}: {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
}): string => `${cameraId}/${stream}`;
