/**
 * Goal: a list of clips tells which of them are right, and is a gate for a change; on real streets
 * what is due is told, and what waits or drives is not, through the detector that ships.
 * Method: a made clip with the detector of the tests; the real clips of
 * `test-fixtures/footage-cases`, whose content was written down by people who watched them.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cellClip } from "../../test-fixtures/clips/cell-clip.ts";
import { hasShared, sharedFolder } from "../../test-fixtures/shared.ts";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

// A clip of half a minute takes as long where other work has the cores.
vi.setConfig({ testTimeout: 300_000 });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-cases-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface PrintedCase {
  readonly name: string;
  readonly due: number;
  readonly found: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
  readonly isAsExpected: boolean;
}

async function cases(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const io = testIo({ cwd: folder, env: { KERBSIDE_DATA: join(folder, "data"), ...env } });
  const code = await runLine(["replay", "--cases", ...args], io);
  const json = (): { readonly cases: readonly PrintedCase[] } =>
    JSON.parse(io.out()) as { readonly cases: readonly PrintedCase[] }; // The command's own.
  return { code, out: io.out(), err: io.err(), json };
}

describe("a made clip", () => {
  const models = () => ({ KERBSIDE_MODELS: join(folder, "models") });
  beforeAll(async () => {
    await writeTinyDetector(join(folder, "models"), { withWeights: true });
    const rules = [{ kind: "illegal-parking", warnAfter: "2s", reportAfter: "4s" }];
    const polygon = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    const camera = {
      id: "east",
      url: "rtsp://192.0.2.11/main",
      views: [{ id: "all", every: "500ms", model: "tiny" }],
      zones: [{ id: "kerb", polygon, rules }],
    };
    const device = { id: "test", division: "445102", location: [116.647, 23.67] };
    const config = { version: 1, device, cameras: [camera] };
    await writeFile(join(folder, "kerb.yaml"), JSON.stringify(config));
  });

  async function listWith(violations: readonly object[], more: object = {}): Promise<string> {
    const clip = await cellClip({ seconds: 8, cars: [{ cell: 2 }] });
    const entry = { name: "stands", clip, config: "kerb.yaml", violations, ...more };
    await writeFile(join(folder, "cases.yaml"), JSON.stringify({ cases: [entry] }));
    return "cases.yaml";
  }
  const due = { zone: "kerb", warnedAt: "2s", reportedAt: "4s" };

  test("what is due and told is right", async () => {
    const { code, out } = await cases(models(), await listWith([due]));
    expect([code, out]).toEqual([0, expect.stringMatching(/stands +16 +1 +1 +0 +0 +right/)]);
  });

  test("what nobody expects fails the gate", async () => {
    const { code, out, json } = await cases(models(), await listWith([]), "--json");
    expect([code, json().cases[0]?.wrong]).toEqual([
      1,
      ["illegal-parking kerb warned@2", "illegal-parking kerb reported@4"],
    ]);
    expect(JSON.parse(out)).toMatchObject({ isAsExpected: false });
  });

  test("what is known not to work passes it, with its reason", async () => {
    const violations = [due, { ...due, zone: "far" }];
    const list = await listWith(violations, { allow: { missed: 2 }, why: "too far" });
    const { code, out } = await cases(models(), list);
    expect([code, out]).toEqual([0, expect.stringContaining("as known: too far")]);
  });

  test("a case that is not there is wrong use", async () => {
    const { code, err } = await cases(models(), await listWith([due]), "nowhere");
    expect([code, err]).toEqual([2, expect.stringContaining("there are stands")]);
  });
});

/** Violations that are due, and the fewest that must be found. */
type ClipDue = readonly [name: string, due: number, foundMin: number];

function holdsAsListed(listName: string, clips: readonly ClipDue[]): void {
  const list = join(import.meta.dirname, "../../test-fixtures/footage-cases", listName);
  for (const [name, due, foundMin] of clips) {
    test(`${name}: what is due is told, and nothing else, as far as its list allows`, async () => {
      const footage = join(sharedFolder() ?? "", "footage");
      const { code, json, err } = await cases({}, list, name, "--footage", footage, "--json");
      const [found] = json().cases;
      expect([code, found?.isAsExpected], err + JSON.stringify(found)).toEqual([0, true]);
      expect(found?.due).toBe(due);
      expect(found?.found).toBeGreaterThanOrEqual(foundMin);
    });
  }
}

describe.skipIf(!hasShared)("real clips", () => {
  holdsAsListed("cases.yaml", [
    ["red-light-queue", 3, 3],
    ["private-drive", 1, 1],
    ["near-lane", 0, 0],
    ["parked-row", 9, 5],
    ["left-carriageway", 0, 0],
    ["queue-moves-off", 0, 0],
    ["growing-queue", 3, 3],
    ["dense-creep", 0, 0],
    ["standing-coach", 2, 2],
    ["rain-at-night", 0, 0],
    ["shopping-street", 0, 0],
    ["night-road", 0, 0],
    ["slow-lanes", 0, 0],
    ["crossing", 0, 0],
    ["empty-car-park", 0, 0],
    ["people-indoors", 0, 0],
  ]);
});

describe.skipIf(!hasShared)("real clips, a second detector", () => {
  beforeAll(async () => {
    const io = testIo({ cwd: folder, env: { KERBSIDE_DATA: join(folder, "data") } });
    const weights = join(sharedFolder() ?? "", "models/deimv2-femto-416.onnx");
    const code = await runLine(["models", "add", "deimv2-femto", "--file", weights], io);
    if (code !== 0) throw new Error(io.err());
  });

  holdsAsListed("second-detector.yaml", [
    ["red-light-queue", 3, 3],
    ["parked-row", 9, 4],
  ]);
});
