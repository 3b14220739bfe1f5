/**
 * What becomes of pictures in which nothing has changed: looks that repeat the last analysis.
 *
 * The fake decoder draws the tiny pictures; one arrives every two seconds.
 */
import { describe, expect, test } from "vitest";
import { type NormBox, wholePicture } from "../../pipelines/domain/geometry.ts";
import { viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { job, loopOf } from "../../test-fixtures/fake-loop.ts";
import type { CropRequest, Picture, PictureSizes, PlacedCrop, ViewJob } from "./ports.ts";
import { tinySize } from "./quiet-picture.ts";
import { type Moment, tinyStreet } from "./quiet-testing.ts";

const everyMs = 2_000;
const reusing = (changes: Partial<ViewJob> = {}) =>
  job("east", { everyMs, reuseMs: 30_000, ...changes });
const somebody: Moment = { patches: [{ x: 40, y: 20, width: 2, height: 5, levels: 20 }] };

async function street(views: readonly ViewJob[], mayReuse: (look: Look) => boolean = () => true) {
  const now: { moment: Moment; fails: boolean } = { moment: {}, fails: false };
  const decoded: (readonly CropRequest[])[] = [];
  const decoder = {
    decode: async (picture: Picture, crops: readonly CropRequest[]) => {
      decoded.push(crops);
      if (now.fails) throw new Error("damaged");
      for (const { width, into } of crops) {
        if (width !== tinySize.width) continue;
        into.set(tinyStreet({ seed: picture.pictureNumber, ...now.moment }));
      }
      return crops.map(placed);
    },
  };
  const made = await loopOf(views, { decoder, mayReuse });
  let sizes: PictureSizes | undefined;
  const pictures = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      await made.picture("east", sizes === undefined ? {} : { sizes });
      await made.clock.advance(everyMs);
    }
  };
  return { ...made, now, decoded, pictures, send: (each: PictureSizes) => (sizes = each) };
}

function placed({ crop, width, height }: CropRequest): PlacedCrop {
  const content = { contentX: 0, contentY: 0, contentWidth: width, contentHeight: height };
  return { ...content, pictureWidth: 1920, pictureHeight: 1080, crop };
}

const isReused = (look: Look | undefined): boolean => look?.isReused === true;

describe("a view that may use an analysis again", () => {
  test("decodes a tiny picture beside its own, and looks that were not analysed say so", async () => {
    const { looks, loop, decoded, pictures } = await street([reusing()]);
    await pictures(60);
    expect(looks).toHaveLength(60);
    expect(looks.slice(0, 6).some(isReused)).toBe(false);
    expect(looks.slice(6, 20).every(isReused)).toBe(true);
    expect(decoded[0]?.map(({ width }) => width)).toEqual([4, tinySize.width]);
    const savedCount = looks.filter(isReused).length;
    expect(loop.stats()).toMatchObject({
      metCount: 60,
      inWorkCount: 0,
      savedCounts: { packets: 0, picture: savedCount },
    });
    expect(loop.stats().batchCount).toBe(60 - savedCount);
    expect(savedCount).toBeGreaterThan(45);
    for (const [index, look] of looks.entries()) {
      expect(look.capturedAtMs - (looks[index - 1]?.capturedAtMs ?? 0)).toBeGreaterThan(0);
    }
  });

  test("is analysed when something changes, and when the rules want it", async () => {
    let isWanted = false;
    const { looks, now, pictures } = await street([reusing()], () => !isWanted);
    await pictures(10);
    expect(isReused(looks.at(-1))).toBe(true);
    now.moment = somebody;
    await pictures(1);
    expect(isReused(looks.at(-1))).toBe(false);
    await pictures(10);
    expect(isReused(looks.at(-1))).toBe(true);
    isWanted = true;
    await pictures(3);
    expect(looks.slice(-3).some(isReused)).toBe(false);
  });

  test("asks the rules with what it would say", async () => {
    const asked: Look[] = [];
    const { looks, pictures } = await street([reusing()], (look) => asked.push(look) > 0);
    await pictures(10);
    const again = looks.find(isReused);
    expect(again).toEqual({ ...looks[5], capturedAtMs: again?.capturedAtMs, isReused: true });
    expect(asked[0]).toEqual(again);
  });

  test("is analysed after a look that was lost", async () => {
    const { looks, missed, now, pictures } = await street([reusing()]);
    await pictures(10);
    now.fails = true;
    await pictures(1);
    now.fails = false;
    expect(missed).toHaveLength(1);
    await pictures(1);
    expect(isReused(looks.at(-1))).toBe(false);
  });

  test("is analysed anew when its crop changes, and never without a bound or anybody to ask", async () => {
    const { looks, loop, pictures } = await street([reusing()]);
    await pictures(10);
    await loop.update([reusing({ crop: { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 } })]);
    await pictures(1);
    expect(isReused(looks.at(-1))).toBe(false);
    const { reuseMs: _, ...without } = reusing();
    const unbound = await street([without]);
    await unbound.pictures(20);
    expect(unbound.looks.some(isReused)).toBe(false);
    expect(unbound.decoded.every((crops) => crops.length === 1)).toBe(true);
  });

  test("waits for the other view that its analysis serves", async () => {
    const half: NormBox = { xMin: 0, yMin: 0, xMax: 1, yMax: 0.5 };
    const views = [
      reusing({ crop: wholePicture }),
      job("east", { viewId: viewId("gate"), everyMs, crop: wholePicture }),
      reusing({ viewId: viewId("bin"), crop: half, model: reusing().model }),
    ];
    const { looks, pictures } = await street(views);
    await pictures(20);
    const of = (id: string) => looks.filter((look) => look.viewId === id);
    expect(of("gate").some(isReused)).toBe(false);
    expect(of("kerb").some(isReused)).toBe(false);
    expect(looks).toHaveLength(60);
  });
});

describe("packets that are believed", () => {
  const group = (bytes: number): PictureSizes => ({
    isUnbroken: true,
    betweenCount: 49,
    betweenBytes: 49 * bytes,
    betweenBytesMax: 2 * bytes,
    keyBytes: 90_000,
  });

  test("save the decoding, too; a change that they show is decoded", async () => {
    const { looks, loop, decoded, now, pictures, send } = await street([reusing()]);
    send(group(1_000));
    await pictures(40);
    for (let passer = 0; passer < 10; passer += 1) {
      now.moment = somebody;
      send(group(1_500));
      await pictures(1);
      now.moment = {};
      await pictures(1);
      send(group(1_000));
      await pictures(6);
    }
    await pictures(6);
    const decodedBefore = decoded.length;
    const looksBefore = looks.length;
    await pictures(30);
    expect(looks.length - looksBefore).toBe(30);
    expect(decoded.length - decodedBefore).toBeLessThan(4);
    expect(loop.stats().savedCounts.packets).toBeGreaterThan(25);
    now.moment = somebody;
    send(group(1_500));
    await pictures(1);
    expect(isReused(looks.at(-1))).toBe(false);
    expect(loop.stats().packetsWrongCount).toBe(0);
  });
});
