/**
 * How the opponent starts ffmpeg for a camera: as a competent engineer would.
 *
 * One thread a camera (many processes share few cores), no sound, nothing scaled that is thrown
 * away, and planes as the model takes them, so that no pixel is touched again behind the pipe.
 */
import type { CropPlace } from "../../capture/decoder/protocol.ts";
import { scalingAlgorithm } from "../../capture/decoder/scaling.ts";
import type { PeerKind } from "./messages.ts";

/**
 * Five pictures a second, as `fps=5` keeps them, but without its repeats: where pictures did not
 * come for a while, that filter fills the gap with copies, which nobody would look at.
 */
const fivePerSecond = "select='isnan(prev_selected_t)+gte(t-prev_selected_t\\,0.19)'";

export function ffmpegArguments(url: string, kind: PeerKind, place: CropPlace): string[] {
  const { contentWidth, contentHeight } = place;
  const scale = `scale=${contentWidth}:${contentHeight}:flags=${scalingAlgorithm(place)}`;
  const isFull = kind === "full-decode";
  const quiet = ["-v", "error", "-nostdin", "-threads", "1", "-filter_threads", "1"];
  const skip = isFull ? [] : ["-skip_frame", "nokey"];
  // A stream of one picture type needs no five seconds of study.
  const input = ["-analyzeduration", "1000000", "-rtsp_transport", "tcp", "-i", url, "-an"];
  const filters = [...(isFull ? [fivePerSecond] : []), scale, "format=gbrp"].join(",");
  // Each picture once: at a constant rate it would repeat them.
  const output = ["-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"];
  return [...quiet, ...skip, ...input, "-vf", filters, ...output];
}
