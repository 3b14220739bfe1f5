/**
 * Chooses how a stream is played: our own client for RTSP, system ffmpeg for everything else and
 * for cameras that turn out to need it.
 */
import { CaptureError, quote } from "./capture-error.ts";
import type { Play } from "./play.ts";
import { playRtsp } from "./play-rtsp.ts";
import { NeedsFallback } from "./rtsp/reply-failure.ts";

export const playStream: Play = async (input) => {
  const { url, transport = "auto" } = input.settings;
  const isRtsp = /^rtsps?:/i.test(url);
  if (!isRtsp && transport === "tcp") {
    throw new CaptureError(
      "codec-unsupported",
      `only ffmpeg plays ${quote(url)}, and it is switched off`,
    );
  }
  if (!isRtsp || transport === "ffmpeg") return playFallback(input);
  try {
    return await playRtsp(input);
  } catch (error) {
    if (!(error instanceof NeedsFallback) || transport === "tcp") throw error;
    return playFallback(input);
  }
};

/** Loaded when the first camera needs it: most boxes never do. */
const playFallback: Play = async (input) => {
  const { playFfmpeg } = await import("./fallback/play-ffmpeg.ts");
  return playFfmpeg(input);
};
