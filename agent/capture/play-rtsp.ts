/** Plays a camera with our own RTSP client: its packets go straight into the stream's pictures. */

import { CaptureError } from "./capture-error.ts";
import type { Play } from "./play.ts";
import type { PictureBuilder } from "./rtp/picture-builder.ts";
import { findSenderReport, hasBye } from "./rtp/sender-report.ts";
import { parseRtspAddress } from "./rtsp/address.ts";
import { RtspClient } from "./rtsp/rtsp-client.ts";

export const playRtsp: Play = ({ settings, pictures, clock, onPlaying, signal }) => {
  let builder: PictureBuilder | undefined;
  const client = new RtspClient({
    address: parseRtspAddress(settings.url),
    tls: settings.tls,
    clock,
    sink: {
      onTrack: (track) => {
        builder = pictures.open(track);
      },
      onRtp: (bytes, start, end) => builder?.push(bytes, start, end),
      onRtcp: (bytes, start, end) => {
        const report = findSenderReport(bytes, start, end);
        if (report !== undefined) pictures.addReport(report, clock.monoMs());
        if (hasBye(bytes, start, end))
          throw new CaptureError("reset", "the camera ended the stream");
      },
      onPlaying,
      onRoundTrip: (ms) => pictures.noteRoundTrip(ms),
    },
  });
  return client.play(signal);
};
