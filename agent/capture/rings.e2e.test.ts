/**
 * Goal: original packets of all cameras together stay within the bound of the box; one that sends
 * far more than the others shortens its own ring alone, and every look still gets its picture.
 * Method: the fixtures' camera server, two receive threads, a bound that the loud camera alone
 * would fill several times; clips with much noise in them weigh what they are told to.
 */
import { afterEach, expect, test, vi } from "vitest";
import {
  type CameraServer,
  startCameraServer,
} from "../../test-fixtures/camera-server/camera-server.ts";
import { madeClip } from "../../test-fixtures/clips/made-clip.ts";
import {
  settingsOf,
  startCapture,
  strangers,
  type TestCapture,
} from "../../test-fixtures/receiving/test-capture.ts";
import type { StreamStats } from "./stream-stats.ts";

let server: CameraServer | undefined;
let capture: TestCapture | undefined;

afterEach(async () => {
  await capture?.stop();
  await server?.stop();
});

const MiB = 2 ** 20;

test("rings of two threads share one bound, and the loud camera takes nothing from the quiet one", async () => {
  const quietClip = await madeClip({ gopSeconds: 1 });
  const loudClip = await madeClip({
    gopSeconds: 1,
    width: 1_280,
    height: 720,
    bitrateKbit: 12_000,
    pattern: "noise",
  });
  server = await startCameraServer({
    streams: [
      { path: "/quiet", clip: quietClip },
      { path: "/loud", clip: loudClip },
    ],
  });
  const ringBytesMax = 6 * MiB;
  const quiet = { camera: "quiet", url: server.url("/quiet") };
  const loud = { camera: "loud", url: server.url("/loud") };
  const under = startCapture([quiet, loud], { workerCount: 2, ringBytesMax });
  capture = under;
  const both = async (): Promise<readonly StreamStats[]> => under.capture.stats();
  const total = async (): Promise<number> =>
    (await both()).reduce((sum, { ringBytes }) => sum + ringBytes, 0);

  await under.untilPictures("quiet", 8);
  await under.untilPictures("loud", 8);
  expect(await total()).toBeLessThanOrEqual(ringBytesMax);
  expect(await under.stats("loud")).toMatchObject({ isRingShort: true });
  expect(await under.stats("quiet")).toMatchObject({ isRingShort: false });
  await vi.waitFor(
    async () => expect((await under.stats("quiet")).ringReachMs).toBeGreaterThan(4_000),
    { timeout: 15_000, interval: 100 },
  );
  expect(strangers(under.pictures("loud"), loudClip)).toEqual([]);
  expect(strangers(under.pictures("quiet"), quietClip)).toEqual([]);

  // The quiet one goes: its part is the loud one's from now on.
  const { ringBytes } = await under.stats("loud");
  under.capture.update([settingsOf(loud)]);
  const pictures = under.pictures("loud").length;
  await under.untilPictures("loud", pictures + 2);
  expect((await under.stats("loud")).ringBytes).toBeGreaterThan(ringBytes);
  expect(await total()).toBeLessThanOrEqual(ringBytesMax);
  expect(under.story("loud")).toEqual(["connecting", "live"]);
});
