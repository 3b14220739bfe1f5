/**
 * Goal: a camera that does not see its zones is not judged, what was told of it is withdrawn, the
 * hub is told, and all of it survives a restart.
 * Method: a decoder that shows a drawn street from wherever the test turns the camera; virtual time.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pictureHeight, pictureWidth } from "../calibration/moved/edge-picture.ts";
import type { AgentConfig } from "../config/agent-config.ts";
import { changed, loadWritten, rightFile } from "../config/testing/written.ts";
import { drawsOf } from "../pipelines/domain/draws.ts";
import { cameraId } from "../pipelines/domain/ids.ts";
import type { CropRequest, DecodedCrop } from "./capture/decoder/decoder.ts";
import type { EncodedPicture } from "./capture/encoded-picture.ts";
import type { StreamStats } from "./capture/stream-stats.ts";
import { SimulatedClock } from "./runtime/clock.ts";
import { SightKeeper } from "./sight-keeper.ts";
import { cameraEventSchema } from "./uplink/camera-event.ts";

const east = cameraId("east");
const minuteMs = 60_000;

class Box {
  readonly clock: SimulatedClock;
  readonly dataFolder: string;
  readonly events: Record<string, unknown>[] = [];
  readonly decodedCounts: number[] = [];
  misplacedCount = 0;
  /** Where the camera looks, in cells; what its stream says. */
  dx = 0;
  isLive = true;
  isDark = false;
  config: AgentConfig;
  keeper: SightKeeper;
  #number = 0;

  constructor(dataFolder: string, clock = new SimulatedClock()) {
    this.dataFolder = dataFolder;
    this.clock = clock;
    this.config = configOf(rightFile);
    this.keeper = this.#make();
  }

  async restart(): Promise<void> {
    await this.keeper.stop();
    this.keeper = this.#make();
    await this.keeper.start();
  }

  /** A look every two seconds, as the loop makes them. */
  async look(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 2_000) {
      await this.clock.advance(2_000);
      // Files are read and written in the world's own time.
      await new Promise((resolve) => setImmediate(resolve));
      if (!this.isLive) continue;
      const crop = { xMin: 0, yMin: 0.3, xMax: 1, yMax: 1 };
      const request = {
        crop,
        width: 4,
        height: 4,
        fit: "stretch",
        fill: 0,
        channels: "rgb",
      } as const;
      const crops = await this.keeper.decode(this.picture(), [request]);
      if (crops.length !== 1) throw new Error(`the loop got ${crops.length} crops`);
    }
  }

  /** Nobody looks at it. */
  async rest(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5_000) {
      await this.clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  picture(): EncodedPicture {
    this.#number += 1;
    return {
      cameraId: east,
      stream: "main",
      codec: "h264",
      parameterSets: new Uint8Array(0),
      units: [],
      pictureNumber: this.#number,
      capturedAtMs: this.clock.wallMs(),
      capturedUncertaintyMs: 40,
      clockSource: "sender-report",
    };
  }

  told(): unknown[] {
    return this.events.map((event) => {
      const { data } = cameraEventSchema.parse({ ...event, sequence: "0".repeat(20) });
      return [data.state, data.move !== null, data.mayReregister];
    });
  }

  #make(): SightKeeper {
    const { clock, dataFolder } = this;
    return new SightKeeper({
      config: () => this.config,
      clock,
      dataFolder,
      log: {
        debug() {},
        info() {},
        warn() {},
        error: (_, message) => {
          throw new Error(message);
        },
      },
      capture: {
        newestPicture: async () => this.picture(),
        stats: async () => [this.#stats()],
      },
      decoder: { decode: async (_, crops) => this.#decode(crops) },
      store: { appendEvent: async (event) => this.events.push({ ...event }) },
      onMisplaced: () => {
        this.misplacedCount += 1;
      },
      onAppended: () => {},
    });
  }

  #stats(): StreamStats {
    const state = this.isLive ? ("live" as const) : ("failed" as const);
    return { cameraId: east, stream: "main", state } as StreamStats; // What is asked for.
  }

  #decode(crops: readonly CropRequest[]): readonly DecodedCrop[] {
    this.decodedCounts.push(crops.length);
    return crops.map(({ crop, width, height }) => {
      const planes = new Uint8Array(3 * width * height);
      if (width === pictureWidth) this.#draw(planes.subarray(width * height, 2 * width * height));
      const content = { contentX: 0, contentY: 0, contentWidth: width, contentHeight: height };
      return { planes, ...content, pictureWidth: 1_920, pictureHeight: 1_080, crop };
    });
  }

  #draw(grey: Uint8Array): void {
    const draw = drawsOf(6);
    const noise = drawsOf(this.#number);
    grey.fill(100);
    for (let box = 0; box < 140; box += 1) {
      const x = Math.floor(draw() * 320) - 60 + this.dx;
      const y = Math.floor(draw() * (pictureHeight - 4));
      const [right, bottom] = [x + 5 + draw() * 30, Math.min(pictureHeight, y + 4 + draw() * 20)];
      const shade = 30 + draw() * 200;
      for (let row = y; row < bottom; row += 1) {
        const [from, to] = [Math.max(0, x), Math.min(pictureWidth, right)];
        if (to > from) grey.fill(shade, row * pictureWidth + from, row * pictureWidth + to);
      }
    }
    for (const [cell, value] of grey.entries()) {
      grey[cell] = (this.isDark ? 4 : value) + noise() * 3;
    }
  }
}

function configOf(text: string): AgentConfig {
  const result = loadWritten(text);
  if (!result.ok) throw new Error("the written file is wrong");
  return result.config;
}

let box: Box;
beforeEach(async () => {
  box = new Box(mkdtempSync(join(tmpdir(), "kerbside-sight-")));
  await box.keeper.start();
});
afterEach(() => box.keeper.stop());

test("a small picture rides along every ten seconds, and the loop gets what it asked for", async () => {
  await box.look(2 * minuteMs);
  const beside = box.decodedCounts.filter((count) => count === 2).length;
  expect(beside).toBe(12);
  expect(box.keeper.pose(east).word).toBe("in-place");
  expect(box.events).toEqual([]);
});

test("a camera that was moved is not judged, its violations go, the hub is told at once", async () => {
  await box.look(2 * minuteMs);
  box.dx = 5;
  await box.look(30_000);
  expect(box.keeper.isSeeing(east)).toBe(false);
  expect(box.keeper.pose(east).word).toBe("moved");
  expect(box.misplacedCount).toBe(1);
  expect(box.told()).toEqual([["moved", true, true]]);
  expect(box.keeper.problems()).toEqual([
    {
      camera: "east",
      isMoved: true,
      detail: expect.stringContaining("2.6 % further to the right"),
    },
  ]);
  box.dx = 0;
  await box.look(minuteMs);
  expect(box.keeper.isSeeing(east)).toBe(true);
  expect(box.told().slice(1)).toEqual([["seeing", false, false]]);
  expect(box.keeper.problems()).toEqual([]);
});

test("a restart knows that it was moved, and where it was", async () => {
  await box.look(2 * minuteMs);
  box.dx = 8;
  await box.look(minuteMs);
  await box.restart();
  expect(box.keeper.isSeeing(east)).toBe(false);
  await box.look(minuteMs);
  expect(box.told()).toHaveLength(1);
  box.dx = 0;
  await box.look(minuteMs);
  expect(box.keeper.pose(east).word).toBe("in-place");
  expect(box.told()).toHaveLength(2);
});

test("one that was moved while the agent was off is found", async () => {
  await box.look(2 * minuteMs);
  box.dx = 8;
  await box.restart();
  await box.look(30_000);
  expect(box.keeper.pose(east).word).toBe("moved");
});

test("a damaged file is as good as none", async () => {
  await box.look(2 * minuteMs);
  await box.keeper.stop();
  const path = join(box.dataFolder, "sight", "east.json");
  writeFileSync(path, readFileSync(path, "utf8").slice(0, 900));
  box.dx = 8;
  await box.restart();
  writeFileSync(path, "{");
  await box.restart();
  await box.look(2 * minuteMs);
  expect(box.keeper.pose(east).word).toBe("in-place");
});

test("zones that are drawn anew are a new registration", async () => {
  await box.look(2 * minuteMs);
  box.dx = 8;
  await box.look(minuteMs);
  box.config = configOf(changed("[0.1, 0.6]", "[0.14, 0.6]"));
  await box.look(2 * minuteMs);
  expect(box.keeper.pose(east).word).toBe("in-place");
  expect(box.told().at(-1)).toEqual(["seeing", false, false]);
});

test("a dark camera is told after ten minutes, and violations stay", async () => {
  await box.look(2 * minuteMs);
  box.isDark = true;
  await box.look(2 * minuteMs);
  expect(box.keeper.isSeeing(east)).toBe(false);
  expect(box.told()).toEqual([]);
  await box.look(10 * minuteMs);
  expect(box.told()).toEqual([["dark", false, false]]);
  expect(box.misplacedCount).toBe(0);
});

test("a camera that sends nothing is told as away after ten minutes, and when it is back", async () => {
  await box.look(2 * minuteMs);
  box.isLive = false;
  await box.look(9 * minuteMs);
  expect(box.told()).toEqual([]);
  await box.look(2 * minuteMs);
  expect(box.told()).toEqual([["away", false, false]]);
  box.isLive = true;
  await box.look(minuteMs);
  expect(box.told().slice(1)).toEqual([["seeing", false, false]]);
});

test("a camera that nobody looks at is looked at all the same", async () => {
  await box.rest(5 * minuteMs);
  expect(box.decodedCounts.length).toBeGreaterThan(6);
  expect(box.decodedCounts.every((count) => count === 1)).toBe(true);
});

test("a camera that turns by itself is not watched", async () => {
  box.config = configOf(changed("id: east", "id: east\n    watch: false"));
  await box.restart();
  await box.look(2 * minuteMs);
  box.dx = 9;
  await box.look(2 * minuteMs);
  expect(box.keeper.isSeeing(east)).toBe(true);
  expect(box.keeper.pose(east).word).toBe("unknown");
  expect(box.decodedCounts.every((count) => count === 1)).toBe(true);
});
