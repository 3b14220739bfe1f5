/**
 * Goal: looks come back from their pages as they went in, to the bit, and pages stay short.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { labels } from "../../pipelines/domain/label.ts";
import { PageCursor, type PageLook, pageLooksMax, pagesOf } from "./detection-log-page.ts";
import { packDetections, Unpacking } from "./packed-detections.ts";

const share = fc.float({ min: 0, max: 1, noNaN: true });
const detections = fc
  .array(
    fc.record({
      label: fc.constantFrom(...labels),
      score: share,
      box: fc.record({ xMin: share, yMin: share, xMax: share, yMax: share }),
    }),
    { maxLength: 6 },
  )
  .map(detectionsOf);
const t0 = Date.UTC(2026, 4, 1, 8);
const look: fc.Arbitrary<PageLook> = fc.record({
  sourceId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  capturedAtMs: fc
    .oneof({ weight: 9, arbitrary: fc.nat(4_000) }, fc.integer({ min: -(10 ** 12), max: 10 ** 12 }))
    .map((ms) => t0 + ms),
  capturedUncertaintyMs: fc.double({ min: 0, noNaN: true }),
  detections: detections.map(packDetections),
  appearances: fc.option(fc.uint8Array({ minLength: 1, maxLength: 96 })),
});

function looksOfPages(pages: Iterable<Parameters<typeof looksIn>[0]>): readonly PageLook[] {
  return [...pages].flatMap(looksIn);
}

function looksIn(page: ConstructorParameters<typeof PageCursor>[0]): readonly PageLook[] {
  const cursor = new PageCursor(page);
  const looks: PageLook[] = [];
  while (cursor.next()) {
    const { sourceId, capturedAtMs, capturedUncertaintyMs, ...at } = cursor.head;
    const part = (from: number, bytes: number) =>
      Uint8Array.from(page.looks.subarray(from, from + bytes));
    looks.push({
      sourceId,
      capturedAtMs,
      capturedUncertaintyMs,
      detections: part(at.detectionsFrom, at.detectionsBytes),
      appearances: at.appearancesBytes === 0 ? null : part(at.appearancesFrom, at.appearancesBytes),
    });
  }
  return looks;
}

describe("pages of looks", () => {
  test("give back every look, in order, as it was", () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 200 }), (looks) => {
        expect(looksOfPages(pagesOf(looks))).toEqual(looks);
      }),
    );
  });

  test("are short in looks and in time, and say from when to when they are", () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 200 }), (looks) => {
        for (const page of pagesOf(looks)) {
          const times = looksIn(page).map(({ capturedAtMs }) => capturedAtMs);
          expect(times.length).toBe(page.lookCount);
          expect(times.length).toBeLessThanOrEqual(pageLooksMax);
          expect([Math.min(...times), Math.max(...times)]).toEqual([page.fromMs, page.toMs]);
          expect(page.toMs - page.fromMs).toBeLessThanOrEqual(5_000);
        }
      }),
    );
  });

  test("what was handed over together within seconds is one", () => {
    const looks = fc.sample(look, 40).map((each, index) => ({ ...each, capturedAtMs: t0 + index }));
    expect([...pagesOf(looks)].map(({ lookCount }) => lookCount)).toEqual([40]);
  });

  test("a look that is too large to be one is refused, with its size", () => {
    const [each] = fc.sample(look, 1);
    const huge = { ...each, detections: new Uint8Array(70_000) } as PageLook; // A sample of one.
    expect(() => [...pagesOf([huge])]).toThrow("a look holds at most 65535 bytes, got 70000");
  });
});

describe("packed detections", () => {
  const roundTrip = (bytes: Uint8Array, appearances?: Uint8Array) =>
    new Unpacking(bytes.length).next(
      new DataView(bytes.buffer),
      { from: 0, bytes: bytes.length },
      appearances,
    );

  test("come back as they were", () => {
    fc.assert(
      fc.property(detections, (each) => {
        expect(roundTrip(packDetections(each))).toEqual(each);
      }),
    );
  });

  test("of many looks come back one by one from one piece of memory", () => {
    fc.assert(
      fc.property(fc.array(detections), (looks) => {
        const parts = looks.map(packDetections);
        const all = Buffer.concat(parts);
        const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
        const unpacking = new Unpacking(all.length);
        let from = 0;
        const back = parts.map(({ length: bytes }) => {
          const each = unpacking.next(view, { from, bytes });
          from += bytes;
          return each;
        });
        expect(back).toEqual(looks);
      }),
    );
  });

  test("come back with what boxes look like beside them", () => {
    const box = { xMin: 0.1, yMin: 0.1, xMax: 0.2, yMax: 0.2 };
    const plain = detectionsOf([{ label: "signboard", score: 0.5, box }]);
    const appearances = Uint8Array.from({ length: 48 }, (_, index) => index);
    expect(roundTrip(packDetections(plain), appearances)).toEqual({ ...plain, appearances });
  });
});
