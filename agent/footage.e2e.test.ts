/**
 * Goal: on real streets the agent finds what parks and does not report what waits or drives.
 * Method: seven cameras at once with real footage, over our own RTSP server and over GStreamer's;
 * YOLOX-nano; zones as an engineer would draw them, and whole pictures. What happens in each clip,
 * where and when, was written down by people who watched it.
 *
 * Only what is truly parked is looped: a looped queue would stand for ever.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ViolationEvent } from "../pipelines/domain/event.ts";
import { boxOverlap, type NormBox } from "../pipelines/domain/geometry.ts";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import { startCameraServerProcess } from "../test-fixtures/camera-server/camera-server-process.ts";
import { footage } from "../test-fixtures/clips/footage.ts";
import { hasGstreamerServer, startGstreamerServer } from "../test-fixtures/gstreamer-server.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import {
  Junction,
  type JunctionCamera,
  type JunctionZone,
  type Polygon,
  wholePicture,
} from "../test-fixtures/junction-file.ts";
import { hasShared } from "../test-fixtures/shared.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "./hub/embedded-broker.ts";

interface Scene extends Omit<JunctionCamera, "url"> {
  readonly clip: string;
  readonly loop: boolean;
}

const zone = (id: string, polygon: Polygon, reportAfter: string): JunctionZone => ({
  id,
  polygon,
  rules: [{ kind: "illegal-parking", warnAfter: "2s", reportAfter }],
});

const scenes: readonly Scene[] = [
  {
    id: "coach",
    clip: "tfl-tooley-standing-coach",
    loop: true,
    zones: [
      zone(
        "bus-stop",
        [
          [0.4, 0.3],
          [0.85, 0.3],
          [0.85, 0.78],
          [0.4, 0.78],
        ],
        "5s",
      ),
    ],
  },
  {
    id: "drive",
    clip: "suburb-red-light-queue",
    loop: true,
    // The car is 30 pixels wide: looked at closely.
    crop: [0.6, 0.2, 1, 0.8],
    zones: [
      zone(
        "drive",
        [
          [0.91, 0.42],
          [1, 0.42],
          [1, 0.56],
          [0.91, 0.56],
        ],
        "5s",
      ),
    ],
  },
  {
    id: "red-light",
    clip: "suburb-red-light-queue",
    loop: false,
    zones: [
      zone(
        "approach",
        [
          [0.38, 0.28],
          [0.52, 0.28],
          [0.68, 0.42],
          [0.68, 0.5],
          [0.5, 0.5],
        ],
        "24s",
      ),
    ],
  },
  {
    id: "hyde-park",
    clip: "tfl-hydepark-queue",
    loop: false,
    zones: [
      zone(
        "left-lane",
        [
          [0, 0.2],
          [0.5, 0.2],
          [0.5, 0.98],
          [0, 0.98],
        ],
        "10s",
      ),
      zone("all", wholePicture, "10s"),
    ],
  },
  {
    id: "a13",
    clip: "tfl-a13-night",
    loop: false,
    zones: [zone("all", wholePicture, "10s")],
  },
  {
    id: "shaftesbury",
    clip: "tfl-shaftesbury-shops-queue",
    loop: false,
    zones: [zone("all", wholePicture, "10s")],
  },
  {
    id: "slow-lanes",
    clip: "slow-lanes-topdown",
    loop: false,
    zones: [zone("all", wholePicture, "10s")],
  },
];

/** The longest clip that is played once takes 25 s. */
const watchMs = 28_000;

/** Where people saw them, in pixels of the clip. */
const coachBox = pixels([192, 107, 285, 203], 352, 288);
const silverCarBox = pixels([157, 99, 183, 118], 352, 288);
const driveCarBox = pixels([600, 157, 630, 185], 640, 352);

interface Server {
  url(path: string): string;
  stop(): Promise<void>;
}

const servers = [
  {
    name: "our own server",
    isHere: async () => true,
    start: (): Promise<Server> =>
      startCameraServerProcess({
        streams: scenes.map(({ id, clip, loop }) => ({
          path: `/${id}`,
          clip: { file: fileOf(clip) },
          loop,
        })),
      }),
  },
  {
    name: "GStreamer's server",
    isHere: hasGstreamerServer,
    start: (): Promise<Server> =>
      startGstreamerServer({
        mounts: scenes.map(({ id, clip, loop }) => ({ path: `/${id}`, file: fileOf(clip), loop })),
      }),
  },
];

for (const { name, isHere, start } of servers) {
  const canRun = hasShared && (await isHere());
  describe.skipIf(!canRun)(`real footage over ${name}`, () => {
    let server: Server;
    let broker: EmbeddedBroker;
    let hub: HubProbe;
    let junction: Junction;
    let agent: AgentProcess;

    beforeAll(async () => {
      junction = await Junction.make("yolox-nano");
      server = await start();
      broker = await startEmbeddedBroker();
      hub = await HubProbe.start(broker.url);
      await junction.write({
        hubUrl: broker.url,
        cameras: scenes.map(({ id, crop, zones }) => ({
          id,
          url: server.url(`/${id}`),
          every: "1s",
          zones,
          ...(crop === undefined ? {} : { crop }),
        })),
      });
      agent = junction.start();
      for (const { id } of scenes) {
        await agent.line(({ camera, message }) => camera === id && message.startsWith("camera li"));
      }
      await wait(watchMs);
    }, 90_000);

    afterAll(async () => {
      await junction?.remove();
      await hub?.stop();
      await broker?.stop();
      await server?.stop();
    });

    const eventsOf = (camera: string) => hub.events.filter(({ data }) => data.camera === camera);
    const at = (camera: string, box: NormBox, overlapMin: number) =>
      eventsOf(camera).filter(({ data }) => boxOverlap(data.box, box) >= overlapMin);

    test("the coach is found, once, also behind the lorry that passes", () => {
      const coach = at("coach", coachBox, 0.6);
      expect(coach.map(stageOf), told(eventsOf("coach"))).toEqual(["warned", "reported"]);
      expect(violationsOf(coach)).toHaveLength(1);
      const others = eventsOf("coach").filter((event) => !coach.includes(event));
      for (const { data } of others) {
        expect(boxOverlap(data.box, silverCarBox), "the silver car behind it").toBeGreaterThan(0.3);
      }
      expect(violationsOf(others).length).toBeLessThanOrEqual(1);
    });

    test("the car on the private drive is found, once", () => {
      const its = eventsOf("drive");
      expect(its.map(stageOf), told(its)).toEqual(["warned", "reported"]);
      expect(violationsOf(its)).toHaveLength(1);
      expect(boxOverlap(its[1]?.data.box ?? driveCarBox, driveCarBox)).toBeGreaterThan(0.3);
    });

    const silent = scenes.filter(({ loop }) => !loop);
    for (const { id, clip } of silent) {
      test(`${clip}: what waits or drives is not reported`, () => {
        const reported = eventsOf(id).filter(
          (event) => event.data.stage === "reported" && isInFirstPlay(agent, event),
        );
        expect(reported, told(eventsOf(id))).toEqual([]);
      });
    }

    test("the queues were seen: they are warned of", () => {
      expect(eventsOf("hyde-park").length).toBeGreaterThanOrEqual(1);
      expect(eventsOf("red-light").length).toBeGreaterThanOrEqual(1);
    });

    test("the hub understood every event and missed none", async () => {
      expect(hub.summary).toMatchObject({ rejectedCount: 0, lostCount: 0, outOfOrderCount: 0 });
      const { inference, cameras } = await agent.health();
      expect(inference).toMatchObject({ sessionRestarts: 0, decoderRestarts: 0 });
      for (const { camera, looksMet } of cameras) expect(looksMet, camera).toBeGreaterThan(6);
    });
  });
}

function fileOf(clip: string): string {
  const file = footage(clip);
  if (file === undefined) throw new Error(`footage ${clip} is missing`);
  return file;
}

/** A server may play the clip again to whom connects again after its end. */
function isInFirstPlay({ lines }: AgentProcess, { data }: ViolationEvent): boolean {
  const lost = lines.find(({ camera, level }) => camera === data.camera && level === "warn");
  return lost?.time === undefined || Date.parse(data.reportedAt ?? "") < Date.parse(lost.time);
}

function pixels(
  [xMin, yMin, xMax, yMax]: readonly [number, number, number, number],
  width: number,
  height: number,
): NormBox {
  return { xMin: xMin / width, yMin: yMin / height, xMax: xMax / width, yMax: yMax / height };
}

function stageOf({ data }: ViolationEvent): string {
  return data.stage;
}

function violationsOf(events: readonly ViolationEvent[]): readonly string[] {
  return [...new Set(events.map(({ data }) => data.violation))];
}

function told(events: readonly ViolationEvent[]): string {
  return events.map(({ data }) => JSON.stringify(data)).join("\n");
}
