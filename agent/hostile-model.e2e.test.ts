/**
 * Goal: a detector that is broken or hostile costs a line that says so, and nothing else: the ones
 * that run go on.
 * Method: the agent as a process with one detector; reloads that name others, and the same ones
 * under `kerbside models`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { OnnxModel } from "../models/graph/onnx-proto.ts";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { shortDetector, unknownDetector } from "../test-fixtures/hostile-detectors.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { runTool } from "../test-fixtures/run-tool.ts";
import {
  tinyDetectorBytes,
  tinyDetectorManifest,
  tinyDetectorModel,
} from "../test-fixtures/tiny-detector.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** It names the machine's own file as its weights. */
function thiefDetector(): OnnxModel {
  const model = tinyDetectorModel();
  const value = { dims: [16], dataType: 2, name: "passwd", dataLocation: 1 };
  const externalData = [{ key: "location", value: "etc/passwd" }];
  const attribute = [{ name: "value", type: 4, t: { ...value, externalData } }];
  const constant = { opType: "Constant", input: [], output: ["loot"], attribute };
  model.graph.node = [constant, ...model.graph.node];
  return model;
}

const rows: readonly { name: string; weights: () => Uint8Array; says: RegExp }[] = [
  {
    name: "garbage",
    weights: () => Buffer.from("no model at all"),
    says: /the file is not an ONNX model/,
  },
  {
    name: "thief",
    weights: () => tinyDetectorBytes(thiefDetector()),
    says: /the values of passwd are in another file than the graph/,
  },
  {
    name: "unknown",
    weights: () => tinyDetectorBytes(unknownDetector()),
    says: /was tried in a process of its own and failed: .*NoSuchOperator/,
  },
  {
    name: "short",
    weights: () => tinyDetectorBytes(shortDetector()),
    says: /was tried in a process of its own and failed: output output is \[1, 3, 7\]/,
  },
];

test("a hostile detector costs a line; the one that runs goes on", async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  const cameras = await startCameraServer({ streams: [{ path: "/a", clip }] });
  undo.push(() => cameras.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  const zone = {
    id: "all",
    polygon: wholePicture,
    rules: [{ kind: "illegal-parking", warnAfter: "1h", reportAfter: "2h" }],
  };
  await junction.write({ cameras: [{ id: "a", url: cameras.url("/a"), zones: [zone] }] });
  const good = await readFile(junction.file, "utf8");
  const agent = junction.start();
  await agent.running();
  const looksMet = async () => (await agent.health()).cameras[0]?.looksMet ?? 0;

  for (const { name, weights, says } of rows) {
    const bytes = weights();
    const folder = join(junction.modelsFolder, name);
    await mkdir(folder);
    const manifest = { ...tinyDetectorManifest(bytes), name };
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    await writeFile(join(folder, "tiny.onnx"), bytes);
    const said = agent.lines.length;
    await writeFile(junction.file, good.replace('"model": "tiny"', `"model": "${name}"`));
    agent.signal("SIGHUP");
    const isRefusal = (line: (typeof agent.lines)[number]) =>
      agent.lines.indexOf(line) >= said && line.level === "error";
    const { message, err } = await agent.line(isRefusal);
    expect(message).toMatch(/not used; the old one goes on/);
    expect(JSON.stringify(err)).toMatch(says);
    const before = await looksMet();
    await agent.until(async () => (await looksMet()) >= before + 2, `looks beside ${name}`);
  }

  const verify = ["models", "verify", "unknown", "--data", junction.dataFolder];
  const cli = join(import.meta.dirname, "cli/main.ts");
  const env = `KERBSIDE_MODELS=${junction.modelsFolder}`;
  await expect(runTool("env", [env, process.execPath, cli, ...verify])).rejects.toThrow(
    /ended with 2: kerbside models verify: model unknown was tried .* failed: .*\n +It is not used/,
  );
}, 120_000);
