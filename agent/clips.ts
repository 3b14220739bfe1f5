/** Clips of violations, put together: pictures from the rings, masks, and a decoder host of their own. */
import type { AgentConfig } from "../config/agent-config.ts";
import { ClipHost, NoClips } from "./capture/decoder/clip-host.ts";
import type { Decoder } from "./capture/decoder/decoder.ts";
import type { SpanSource } from "./capture/encoded-picture.ts";
import { ClipMaker } from "./evidence/clip.ts";
import { ClipMasks } from "./evidence/clip-masks.ts";
import type { ClipMaking } from "./evidence/clips-of-violations.ts";
import type { RegionsOfPicture } from "./masking.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";

export interface ClipsParts {
  readonly spans: SpanSource;
  readonly decoder: Decoder;
  readonly regionsOf: RegionsOfPicture;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked before each picture that is looked at: events go first. */
  readonly whenFree: () => Promise<void>;
}

export interface Clips {
  readonly make: ClipMaking;
  stop(): Promise<void>;
}

/** Of one violation's bytes, for each of its two clips. */
const bytesShare = 3 / 16;

export function makeClips(
  config: () => AgentConfig,
  { spans, decoder, regionsOf, clock, log, whenFree }: ClipsParts,
): Clips {
  const encoder =
    config().decoder === "ffmpeg"
      ? new NoClips()
      : new ClipHost({
          clock,
          onHostGone: (why, cameraId) =>
            log.warn(
              { camera: cameraId, why },
              "the process that makes clips ended; it starts again",
            ),
        });
  const maker = new ClipMaker({ pictures: spans, encoder, clock });
  // Any detector that knows people will do: no look is asked about here.
  const pass = {
    regions: (picture: Parameters<RegionsOfPicture>[0]) => regionsOf(picture, { model: "" }, null),
  };
  const masks = new ClipMasks({ decoder, pass, whenFree });
  return {
    make: ({ cameraId, ...moment }) =>
      maker.make({
        ...moment,
        cameraId,
        regionsAt: (atMs, span) => masks.regionsAt(atMs, span),
        polygons: config().cameras.find(({ id }) => id === cameraId)?.masks ?? [],
        fileBytesMax: Math.floor(config().evidence.violationBytesMax * bytesShare),
      }),
    stop: async () => {
      maker.stop();
      await encoder.stop();
    },
  };
}

/** A simulated camera has no packets. */
export function spansOf(receiving: Partial<SpanSource>): SpanSource | undefined {
  return hasSpans(receiving) ? receiving : undefined;
}

function hasSpans(receiving: Partial<SpanSource>): receiving is SpanSource {
  return receiving.pictures !== undefined;
}
