/**
 * Small files that the agent finds where it wrote them once, or that a person names; the length of
 * an input says which of them it is.
 *
 * Holds for every input: what is damaged is as good as none; a truth that a person named is refused
 * with one line; nothing else is thrown.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readSamples } from "../../../agent/evidence/sample-folder.ts";
import { findTuning, tuningKey } from "../../../agent/inference/tuning-store.ts";
import { readTruth } from "../../../agent/replay/truth.ts";
import { AgentError } from "../../../agent/runtime/agent-error.ts";
import { isProcessThere, readAgentFile } from "../../../agent/runtime/agent-file.ts";
import { tinyDetectorManifest } from "../../tiny-detector.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileJson, type Json } from "../hostile-values.ts";

const manifest = tinyDetectorManifest();
const settings = { sessions: 3, threads: 1, batch: 2, provider: "cpu" };
const box = { xMin: 0.1, yMin: 0.2, xMax: 0.3, yMax: 0.4 };
const documents: readonly Json[] = [
  {
    pid: 4_242,
    startedAt: "2026-03-01T08:00:00+08:00",
    configurationFile: "/etc/kerbside/box.yaml",
    health: { host: "127.0.0.1", port: 9_468 },
  },
  {
    schema: 2,
    tunings: [
      {
        key: JSON.parse(JSON.stringify(tuningKey(manifest))) as Json, // Ours.
        measuredAt: "2026-01-02T03:04:05.000Z",
        choice: "tiny",
        measured: [{ name: "tiny", cpuMsPerImage: 4, ratio: 1, fault: null }],
        settings,
        tried: [{ settings, imagesPerSecond: 100, cpuMsPerImage: 4 }],
      },
    ],
  },
  {
    schema: 1,
    violation: "v-1",
    stage: "warned",
    kind: "illegal-parking",
    subKind: "motor-vehicle",
    camera: "east",
    view: "kerb",
    zone: "bus-stop",
    capturedAt: "2026-03-01T08:00:00+08:00",
    model: "tiny@0123456789ab",
    crop: box,
    own: 0,
    found: [{ label: "car", score: 0.8, box }],
    masked: { heads: 0, plates: 1, polygons: 0 },
  },
  {
    violations: [
      { kind: "illegal-parking", zone: "kerb", box, warnedAtMs: 1_000, reportedAtMs: null },
    ],
  },
];

const folder = mkdtempSync(join(tmpdir(), "kerbside-fuzz-files-"));
const folders = { modelsFolder: join(folder, "models"), dataFolder: folder };
const samples = join(folder, "samples");
const paths = ["agent.json", "models/tiny/tuning.json", "samples/v-1.json", "truth.json"].map(
  (name) => join(folder, name),
);
for (const name of ["models/tiny", "samples"]) mkdirSync(join(folder, name), { recursive: true });

/** In the order of `paths`. */
const readers: readonly (() => Promise<void>)[] = [
  async () => {
    const agent = await readAgentFile(folder);
    if (agent !== undefined) isProcessThere(agent);
  },
  async () => {
    const tuning = await findTuning(manifest, folders);
    if (typeof tuning === "object" && tuning.settings.sessions > 1_024) throw new Error("sessions");
  },
  async () => {
    for await (const { sample } of readSamples(samples)) {
      if (sample.found.some(({ score }) => !(score >= 0 && score <= 1))) throw new Error("a score");
    }
  },
  async () => {
    try {
      await readTruth(join(folder, "truth.json"));
    } catch (error) {
      const isSaid = error instanceof AgentError && error.message.length < 3_000;
      if (!isSaid || /\p{Cc}/u.test(error.message)) throw error;
    }
  },
];

export const ownFiles: FuzzTarget = {
  name: "own-files",
  corpus: () => documents.map((document) => Buffer.from(JSON.stringify(document))),
  tokens: ['"pid":-1', "1e999", "null", '"__proto__":', "\\ud800", "9007199254740993"],
  arbitrary: fc.constant(documents).chain(hostileJson),
  run: async (bytes) => {
    const role = bytes.length % readers.length;
    writeFileSync(paths[role] ?? "", bytes);
    await readers[role]?.();
  },
  isExpected: () => false,
  memoryBoundBytes: 32 * 1_024 * 1_024,
  testInputs: 60,
  stop: async () => rmSync(folder, { recursive: true, force: true }),
};
