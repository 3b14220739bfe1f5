/**
 * Goal: from a camera to a labelled picture: kept, judged by a person at the hub, exported.
 * Method: the agent as a process over real RTSP and MQTT, the commands as a person types them.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, expect, test } from "vitest";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { readLabels } from "./bench/pictures/picture-set.ts";
import { hubAskCommands } from "./cli/hub-ask.ts";
import { modelsExportSamplesCommand } from "./cli/models-export-samples.ts";
import { testIo } from "./cli/testing.ts";
import { startEmbeddedBroker } from "./hub/embedded-broker.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

test("a confirmed violation becomes a picture with its box", async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  const cameras = await startCameraServer({ streams: [{ path: "/a", clip }] });
  undo.push(() => cameras.stop());
  const broker = await startEmbeddedBroker();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  const rules = [{ kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s" }];
  const zones = [{ id: "kerb", polygon: wholePicture, rules }];
  await junction.write({
    hubUrl: broker.url,
    cameras: [{ id: "a", url: cameras.url("/a"), zones }],
  });
  const text = await readFile(junction.file, "utf8");
  await writeFile(junction.file, text.replace(/\}\s*$/, ', "samples": { "keep": 5 } }'));
  const agent = junction.start();
  await hub.until(({ events }) => events.some(({ data }) => data.stage === "reported"), 90_000);
  const violation = hub.events[0]?.data.violation ?? "";

  const samples = join(junction.dataFolder, "samples");
  await agent.until(async () => {
    const kept = await readFile(join(samples, `${violation}.json`), "utf8").catch(() => "");
    return kept.includes('"reported"');
  }, "the picture of what was reported");

  const io = testIo({ cwd: junction.folder });
  const verdict = hubAskCommands.find(({ name }) => name === "hub verdict");
  expect(await verdict?.run([violation, "confirmed", "--url", broker.url], io), io.err()).toBe(0);
  const args = ["--data", junction.dataFolder, "--out", "own", "--json"];
  expect(await modelsExportSamplesCommand.run(args, io)).toBe(0);
  expect(io.out()).toContain('"positive":1');

  const own = join(junction.folder, "own");
  expect(await readdir(join(own, "images"))).toEqual([`${violation}.jpg`]);
  const [box, ...more] = (await readLabels(join(own, "labels"), violation)) ?? [];
  expect(more).toEqual([]);
  // The car stands in the first of four cells, and the tiny detector says the inner half of it.
  expect(box?.classNumber).toBe(0);
  expect(box?.box.xMin).toBeCloseTo(0.125, 1);
  expect(box?.box.yMax).toBeCloseTo(0.375, 1);
  const { width, height } = await sharp(join(own, "images", `${violation}.jpg`)).metadata();
  expect([width, height]).toEqual([clip.width, clip.height]);
});
