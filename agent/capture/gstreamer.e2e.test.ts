/**
 * Goal: a server that others wrote is received as our own is: TCP, Basic and Digest, H.264 and
 * H.265, with its own packetisation, reports and time-outs.
 */
import { afterEach, describe, expect, test } from "vitest";
import { madeClip, madeClipFile } from "../../test-fixtures/clips/made-clip.ts";
import {
  type GstreamerServer,
  hasGstreamerServer,
  startGstreamerServer,
} from "../../test-fixtures/gstreamer-server.ts";
import {
  startCapture,
  strangers,
  type TestCapture,
} from "../../test-fixtures/receiving/test-capture.ts";

let server: GstreamerServer | undefined;
let capture: TestCapture | undefined;

afterEach(async () => {
  await capture?.stop();
  await server?.stop();
});

const hasGstreamer = await hasGstreamerServer();

describe.skipIf(!hasGstreamer)("GStreamer's server", () => {
  for (const scheme of ["basic", "digest"] as const) {
    test(`${scheme} login, H.264 and H.265`, async () => {
      const h264 = { gopSeconds: 1, bFrames: 2 };
      const h265 = { codec: "h265", gopSeconds: 1 } as const;
      server = await startGstreamerServer({
        mounts: [
          { path: "/h264", file: await madeClipFile(h264) },
          // A mount of its own: a client that joins a shared one makes a gap for the others.
          { path: "/group", file: await madeClipFile(h264) },
          { path: "/h265", file: await madeClipFile(h265) },
        ],
        credentials: { user: "cam", password: "pa$s w", scheme },
      });
      capture = startCapture([
        { camera: "h264", url: server.url("/h264") },
        { camera: "h265", url: server.url("/h265") },
        { camera: "group", url: server.url("/group"), everyMs: 500 },
        { camera: "missing", url: server.url("/none") },
      ]);
      await capture.untilPictures("h264", 6);
      await capture.untilPictures("h265", 6);
      await capture.untilPictures("group", 12);
      await capture.untilStates("missing", ["connecting", "failed not-found"]);
      expect(strangers(capture.pictures("h264"), await madeClip(h264))).toEqual([]);
      expect(strangers(capture.pictures("group"), await madeClip(h264))).toEqual([]);
      expect(strangers(capture.pictures("h265"), await madeClip(h265))).toEqual([]);
      for (const name of ["h264", "h265"]) {
        expect(await capture.stats(name)).toMatchObject({
          state: "live",
          lostPackets: 0,
          widthPx: 320,
        });
        expect(capture.pictures(name).at(-1)?.clockSource).toBe("sender-report");
      }
    });
  }
});
