/**
 * How the opponent starts ffmpeg for a camera: as a competent engineer would.
 *
 * One thread a camera (many processes share few cores), no sound, nothing scaled that is thrown
 * away, and planes as the model takes them, so that no pixel is touched again behind the pipe.
 */
import type { CropPlace } from "../../capture/decoder/protocol.ts";
import { scalingAlgorithm } from "../../capture/decoder/scaling.ts";
import type { PeerKind } from "./messages.ts";

/** Pictures a second that `full-decode` keeps. */
const keptPerSecond = 5;

export function ffmpegArguments(url: string, kind: PeerKind, place: CropPlace): string[] {
  const { contentWidth, contentHeight } = place;
  const scale = `scale=${contentWidth}:${contentHeight}:flags=${scalingAlgorithm(place)}`;
  const threads = ["-threads", "1", "-filter_threads", "1"];
  const input = ["-rtsp_transport", "tcp", "-i", url, "-an", "-sn", "-dn"];
  const output = ["-f", "rawvideo", "pipe:1"];
  const quiet = ["-v", "error", "-nostdin"];
  switch (kind) {
    case "full-decode": {
      const filters = `fps=${keptPerSecond},${scale},format=gbrp`;
      return [...quiet, ...threads, ...input, "-vf", filters, ...output];
    }
    case "keyframes-only": {
      const skip = ["-skip_frame", "nokey"];
      // Each picture once: at a constant rate it would repeat them.
      const asTheyCome = ["-vsync", "passthrough"];
      const filters = `${scale},format=gbrp`;
      return [...quiet, ...threads, ...skip, ...input, "-vf", filters, ...asTheyCome, ...output];
    }
  }
}
