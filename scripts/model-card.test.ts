/**
 * Goal: no figure of a model's card was written by hand.
 * Method: the tables of each committed card are made again from its measurements and compared; the
 * making itself is tried on small measurements.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifestSchema, modelTag } from "../models/manifest.ts";
import { tinyDetectorManifest } from "../test-fixtures/tiny-detector.ts";
import { withTables } from "./model-card.ts";
import { cardTables, measuredLabels, readMeasurements } from "./model-card-tables.ts";

const cards = readdirSync("models").filter((name) =>
  existsSync(join("models", name, "measurements.json")),
);

describe.each(cards)("%s", (name) => {
  const read = (file: string) => readFileSync(join("models", name, file), "utf8");
  const measurements = readMeasurements(read("measurements.json"));
  const manifest = manifestSchema.parse(JSON.parse(read("manifest.json")));

  test("the card's tables are those of its measurements", () => {
    const card = read("README.md");
    expect(withTables(card, cardTables(measurements, manifest))).toBe(card);
  });

  test("each network is small enough to be committed, and the one of the manifest", () => {
    const files = [manifest, ...(manifest.variants ?? [])].map(({ file }) => file);
    for (const { bytes } of files) expect(bytes).toBeLessThanOrEqual(5_000_000);
    for (const { name: file, sha256 } of files) {
      const bytes = readFileSync(join("models", name, file));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
  });

  test("the measurements are of the weights that are here", () => {
    expect(measurements.model).toBe(modelTag(manifest));
    expect(manifest.measured).toEqual(measuredLabels(measurements, manifest));
  });
});

const tiny = tinyDetectorManifest();

function figures(ap50: number) {
  const recalls = { recallAtPrecision90: 0.61, recallAtPrecision80: 0.7 };
  return {
    ap50,
    ap50Low: ap50 - 0.02,
    ap50High: ap50 + 0.02,
    ap: 0.4,
    choices: [{ precision: 0.9, threshold: 0.50004, recall: 0.61 }],
    ...recalls,
    truths: 36,
    pictures: 20,
  };
}

function measured(results: Readonly<Record<string, object>>) {
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    { command: `kerbside ${name}`, result },
  ]);
  return readMeasurements(
    JSON.stringify({ model: modelTag(tiny), results: Object.fromEntries(rows) }),
  );
}

const evaluation = (labels: object, more: object = {}) => ({
  model: modelTag(tiny),
  pictures: 20,
  labels,
  ...more,
});

test("an aim is reached or missed, and a label without one has none", () => {
  const tables = cardTables(
    measured({ bins: evaluation({ bin: figures(0.88), garbage: figures(0.5), car: figures(1) }) }),
    tiny,
  );
  const lines = tables.get("accuracy")?.split("\n") ?? [];
  expect(lines.slice(2)).toEqual([
    "| bin | 0.880 (0.860 to 0.900) | 0.87 reached | 0.400 | 0.610 | 0.60 reached | 0.700 | 36 |",
    "| garbage | 0.500 (0.480 to 0.520) | 0.66 missed | 0.400 | 0.610 |  | 0.700 | 36 |",
    "| car | 1.000 (0.980 to 1.020) |  | 0.400 | 0.610 |  | 0.700 | 36 |",
  ]);
  expect(tables.get("commands")).toContain("| bins | `kerbside bins` |");
});

test("a threshold says which fold it comes from, or that it is the default", () => {
  const manifest = {
    ...tiny,
    thresholds: { person: 0.5, car: 0.3 },
    thresholdPrecision: { person: 0.9 },
  };
  const fold = evaluation({ person: figures(0.7) }, { against: "other@0123456789ab" });
  const results = measured({ "fold-agreement": fold });
  const table = cardTables(results, manifest).get("thresholds");
  expect(table).toContain("| person | 0.500 | 0.9 | 0.610 | 36 | agreement |");
  expect(table).toContain("| car | 0.300 |  |  |  | nothing: the default |");
  const other = { ...manifest, thresholds: { person: 0.4, car: 0.3 } };
  expect(() => cardTables(results, other)).toThrow("no fold offers 0.4 for person");
});

test("what was measured on labels is not called agreement", () => {
  const both = measured({
    bins: evaluation({ person: figures(0.7) }),
    agreement: evaluation({ person: figures(0.7), car: figures(0.7), "car+bus": figures(0.6) }),
  });
  expect(measuredLabels(both, tiny)).toEqual({ car: "agreement", person: "labels" });
});

test("footage says boxes a picture, clip by clip and over all", () => {
  const footage = {
    pictures: 8,
    labels: { bin: { threshold: 0.5, boxes: 2, boxesPerPicture: 0.25 } },
    clips: { "a.mp4": { pictures: 4, boxes: { bin: 2 } }, "b.mp4": { pictures: 4, boxes: {} } },
  };
  const lines = cardTables(measured({ footage }), tiny).get("footage")?.split("\n") ?? [];
  expect(lines.slice(2)).toEqual([
    "| a.mp4 | 4 | 0.50 |",
    "| b.mp4 | 4 | 0.00 |",
    "| all | 8 | 0.25 |",
  ]);
});

test("a crop stands beside the whole frame, a variant beside the weights", () => {
  const figuresOfCrop = { whole25: 0.1, crop25: 0.5, whole50: 0.4, crop50: 0.6, truths: 9 };
  const tables = cardTables(
    measured({
      "crops-bins": { labels: { bin: figuresOfCrop } },
      bins: evaluation({ bin: figures(0.8) }),
      "int8-bins": evaluation({ bin: figures(0.79) }),
      cost: {
        costRatio: 1.04,
        processor: "slow",
        cost: {
          against: "other@0",
          cpuMsPerImage: 10.4,
          againstCpuMsPerImage: 10,
          inputSize: "448 × 448",
          againstInputSize: "416 × 416",
        },
      },
    }),
    tiny,
  );
  expect(tables.get("crops")).toContain("| bin | 0.100 | 0.500 | 0.400 | 0.600 | 9 |");
  expect(tables.get("int8")).toContain("| bin | val | 0.800 | 0.790 | −0.010 |");
  expect(tables.get("cost")).toContain(
    "| other@0 | 1.040 | ≤ 1.05 reached | 10.4 ms, 448 × 448 | 10.0 ms, 416 × 416 |",
  );
});

test("without a variant the card says so", () => {
  expect(cardTables(measured({}), tiny).get("int8")).toBe("None comes with these weights.");
});

test("a table goes between its marks, whatever stood there", () => {
  const tables = new Map([["a", "| x |"]]);
  const want = "before\n<!-- table: a -->\n| x |\n<!-- end -->\nafter\n";
  expect(withTables("before\n<!-- table: a -->\n<!-- end -->\nafter\n", tables)).toBe(want);
  expect(withTables(want, tables)).toBe(want);
  expect(withTables(want.replace("| x |", "| old |\n| older |"), tables)).toBe(want);
});

test("a table without a place and a place without a table are faults", () => {
  expect(() => withTables("", new Map([["a", "x"]]))).toThrow("no place for a");
  expect(() => withTables("<!-- table: b -->\n<!-- end -->\n", new Map())).toThrow(
    "wants a table b",
  );
});
