/**
 * The laws of shared analyses, on random views of random pictures: every look is served, at no
 * lower resolution than alone, by no more analyses than looks, the same in whatever order they come.
 *
 * What the decoder really cuts and scales (`placeCrop`) is the judge, not the plan's own sums.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { placeCrop } from "../capture/decoder/crop-place.ts";
import {
  cutOf,
  type ModelInput,
  type PictureShape,
  planAnalyses,
  type WantedCrop,
} from "./crop-plan.ts";

const hd: PictureShape = { width: 1920, height: 1080, pixelAspect: 1 };
const square: ModelInput = { inputWidth: 448, inputHeight: 448, fit: "letterbox-top-left" };

interface NamedLook {
  readonly name: string;
  readonly view: WantedCrop;
}

function look(
  name: string,
  [xMin, yMin, xMax, yMax]: readonly [number, number, number, number],
  changes: Partial<WantedCrop> = {},
): NamedLook {
  const crop = { xMin, yMin, xMax, yMax };
  return { name, view: { crop, detectorKey: "one", model: square, shape: hd, ...changes } };
}

const namesOf = (looks: readonly NamedLook[]): string =>
  looks
    .map(({ name }) => name)
    .toSorted()
    .join("");

describe("of the looks that are due together", () => {
  const rows: {
    readonly name: string;
    readonly looks: readonly NamedLook[];
    readonly want: readonly string[];
  }[] = [
    { name: "one is alone", looks: [look("a", [0, 0, 1, 1])], want: ["a"] },
    {
      name: "the same crops share, also before the picture's size is known",
      looks: ["a", "b"].map((name) => look(name, [0, 0.3, 1, 1], { shape: undefined })),
      want: ["ab"],
    },
    {
      name: "strips of one width share what is as wide: their height costs nothing",
      looks: [look("a", [0, 0, 1, 0.5]), look("b", [0, 0.4, 1, 1]), look("c", [0, 0.9, 1, 1])],
      want: ["abc"],
    },
    {
      name: "strips do not while the picture's size is unknown",
      looks: [
        look("a", [0, 0, 1, 0.5], { shape: undefined }),
        look("b", [0, 0.4, 1, 1], { shape: undefined }),
      ],
      want: ["a", "b"],
    },
    {
      name: "a small crop does not share a large one: it would lose resolution",
      looks: [look("a", [0, 0, 1, 1]), look("b", [0.4, 0.4, 0.6, 0.6])],
      want: ["a", "b"],
    },
    {
      name: "another detector shares nothing",
      looks: [look("a", [0, 0, 1, 1]), look("b", [0, 0, 1, 1], { detectorKey: "two" })],
      want: ["a", "b"],
    },
    {
      name: "pictures of another size share nothing but the same crop",
      looks: [
        look("a", [0, 0, 1, 0.5]),
        look("b", [0, 0.4, 1, 1], { shape: { ...hd, width: 1280, height: 720 } }),
      ],
      want: ["a", "b"],
    },
    {
      name: "crops that differ by less than the decoder cuts share",
      looks: [look("a", [0, 0, 0.5, 0.5]), look("b", [0, 0, 0.5003, 0.5])],
      want: ["ab"],
    },
  ];
  test.for(rows)("$name", ({ looks, want }) => {
    expect(planAnalyses(looks).map((analysis) => namesOf(analysis.looks))).toEqual(want);
  });

  test("the analysis of the first comes first", () => {
    const looks = [look("b", [0.5, 0.5, 1, 1]), look("a", [0, 0, 0.2, 1])];
    expect(planAnalyses(looks).map((analysis) => namesOf(analysis.looks))).toEqual(["b", "a"]);
  });
});

const anySpan = fc
  .tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, length]) => [from / 20, Math.min(20, from + length) / 20] as const);
const anyCrop: fc.Arbitrary<NormBox> = fc
  .record({ x: anySpan, y: anySpan })
  .map(({ x, y }) => ({ xMin: x[0], yMin: y[0], xMax: x[1], yMax: y[1] }));
const anyShape: fc.Arbitrary<PictureShape> = fc.constantFrom(
  hd,
  { width: 704, height: 576, pixelAspect: 16 / 11 },
  { width: 640, height: 360, pixelAspect: 1 },
  { width: 1079, height: 1921, pixelAspect: 1 },
);
const anyModel: fc.Arbitrary<ModelInput> = fc.constantFrom(
  square,
  { inputWidth: 640, inputHeight: 384, fit: "letterbox-centre" },
  { inputWidth: 320, inputHeight: 320, fit: "stretch" },
);
const anyLooks: fc.Arbitrary<readonly NamedLook[]> = fc
  .record({
    shape: fc.option(anyShape, { nil: undefined, freq: 8 }),
    models: fc.tuple(anyModel, anyModel),
    views: fc.array(fc.record({ crop: anyCrop, detector: fc.constantFrom(0, 0, 1) }), {
      minLength: 1,
      maxLength: 7,
    }),
  })
  .map(({ shape, models, views }) =>
    views.map(({ crop, detector }, index) => ({
      name: `${index}`,
      view: { crop, shape, model: models[detector] ?? square, detectorKey: `${detector}` },
    })),
  );

describe("on any views", () => {
  test("every look is in one analysis of its detector that covers its crop", () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const plan = planAnalyses(looks);
        expect(plan.length).toBeLessThanOrEqual(looks.length);
        expect(namesOf(plan.flatMap((analysis) => analysis.looks))).toBe(namesOf(looks));
        for (const { crop, looks: members, isMerged } of plan) {
          expect(new Set(members.map(({ view }) => view.detectorKey)).size).toBe(1);
          for (const { view } of members) {
            const { shape } = view;
            const own = !isMerged || shape === undefined ? view.crop : cutOf(view.crop, shape);
            expect(covers(crop, own)).toBe(true);
            expect(isMerged || covers(view.crop, crop)).toBe(true);
          }
        }
      }),
    );
  });

  test("none is seen with fewer input pixels a picture pixel than alone", () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        for (const { crop, looks: members } of planAnalyses(looks)) {
          for (const { view } of members) {
            if (view.shape === undefined) continue;
            const alone = placed(view.crop, view.model, view.shape);
            const shared = placed(crop, view.model, view.shape);
            // Contents are rounded down to whole pixels, each for itself.
            expect((shared.contentWidth + 1) / shared.cropWidth).toBeGreaterThan(
              alone.contentWidth / alone.cropWidth - 1e-9,
            );
            expect((shared.contentHeight + 1) / shared.cropHeight).toBeGreaterThan(
              alone.contentHeight / alone.cropHeight - 1e-9,
            );
          }
        }
      }),
    );
  });

  test("the order in which they come does not matter", () => {
    const shuffled = anyLooks.chain((looks) =>
      fc.tuple(
        fc.constant(looks),
        fc.shuffledSubarray([...looks], { minLength: looks.length, maxLength: looks.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([looks, others]) => {
        const sets = (some: readonly NamedLook[]): string[] =>
          planAnalyses(some)
            .map((analysis) => `${JSON.stringify(analysis.crop)} ${namesOf(analysis.looks)}`)
            .toSorted();
        expect(sets(others)).toEqual(sets(looks));
      }),
    );
  });

  test("what is said to be cut is what the decoder cuts", () => {
    fc.assert(
      fc.property(anyCrop, anyShape, (crop, shape) => {
        const { cropX, cropY, cropWidth, cropHeight } = placed(crop, square, shape);
        const cut = cutOf(crop, shape);
        expect(cut.xMin).toBeCloseTo(cropX / shape.width, 9);
        expect(cut.yMin).toBeCloseTo(cropY / shape.height, 9);
        expect(cut.xMax).toBeCloseTo((cropX + cropWidth) / shape.width, 9);
        expect(cut.yMax).toBeCloseTo((cropY + cropHeight) / shape.height, 9);
        expect(cutOf(cut, shape)).toEqual(cut);
      }),
    );
  });
});

function placed(
  crop: NormBox,
  { inputWidth: width, inputHeight: height, fit }: ModelInput,
  shape: PictureShape,
) {
  const into = new Uint8Array(0);
  const request = { crop, width, height, fit, fill: 0, channels: "rgb", into } as const;
  return placeCrop(request, shape.width, shape.height, shape.pixelAspect);
}

const covers = (outer: NormBox, inner: NormBox): boolean =>
  outer.xMin <= inner.xMin &&
  outer.yMin <= inner.yMin &&
  outer.xMax >= inner.xMax &&
  outer.yMax >= inner.yMax;
