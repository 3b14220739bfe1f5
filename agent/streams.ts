/**
 * Which streams are received for a configuration, and where: the main stream of each camera
 * always (it fills the ring for evidence), the substream where a view looks at it.
 *
 * The one place that reveals a camera's password, on its way into receiving.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { AgentConfig, CameraAddress, CameraConfig } from "../config/agent-config.ts";
import type { StreamName } from "./capture/encoded-picture.ts";
import type { StreamSettings } from "./capture/stream-settings.ts";

/** Nobody looks at the stream: the period only matters for how far pictures may lie apart. */
const everyMsUnwatched = 10_000;

export function streamsOf(config: AgentConfig): readonly StreamSettings[] {
  return config.cameras.flatMap((camera) => {
    const main = streamOf(config, camera, "main", camera.main);
    const isSubWatched = camera.rules.views.some(({ stream }) => stream === "sub");
    return camera.substream === undefined || !isSubWatched
      ? [main]
      : [main, streamOf(config, camera, "sub", camera.substream)];
  });
}

function streamOf(
  { limits }: AgentConfig,
  camera: CameraConfig,
  stream: StreamName,
  address: CameraAddress,
): StreamSettings {
  const periods = camera.rules.views
    .filter((view) => view.stream === stream)
    .map(({ everyMs }) => everyMs);
  const { caFile, insecure } = camera.tls;
  return {
    cameraId: camera.id,
    stream,
    url: urlOf(address),
    shownUrl: address.display,
    secrets: address.secrets.map((secret) => secret.reveal()),
    everyMs: Math.min(everyMsUnwatched, ...periods),
    ringSeconds: limits.ringMs / 1_000,
    ...(limits.ringBytes === undefined ? {} : { ringBytes: limits.ringBytes }),
    tls: {
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") }),
      isSelfSignedAllowed: insecure,
    },
    transport: transports[camera.capture],
  };
}

const transports = { auto: "auto", rtsp: "tcp", ffmpeg: "ffmpeg" } as const;

function urlOf({ protocol, host, port, path, user, password }: CameraAddress): string {
  if (protocol === "file") return pathToFileURL(path).href;
  const login =
    user === undefined
      ? ""
      : `${encodeURIComponent(user)}:${encodeURIComponent(password?.reveal() ?? "")}@`;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${protocol}://${login}${name}:${port}${path}`;
}
