/**
 * Goal: a person's word at the hub ends a matter on the box, for good, over the real way.
 *
 * Method: the whole agent as a process with a camera, mosquitto, and `kerbside hub verdict` as an
 * integrator types it. A car stands for the whole test; the agent is killed in between.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { startMosquitto } from "../test-fixtures/mosquitto.ts";
import { runLine } from "./cli/main.ts";
import { testIo } from "./cli/testing.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** A car that stands there for ever, watched by an agent that tells a hub. */
async function standingCar() {
  const clip = await loadClip(
    await cellClip({ seconds: 10, cars: [{ cell: 0, from: 0, until: 10 }] }),
  );
  const camera = await startCameraServer({ streams: [{ path: "/east", clip }] });
  undo.push(() => camera.stop());
  const broker = await startMosquitto();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  await junction.write({
    hubUrl: broker.url,
    cameras: [
      {
        id: "east",
        url: camera.url("/east"),
        zones: [
          {
            id: "kerb",
            polygon: wholePicture,
            rules: [
              { kind: "illegal-parking", warnAfter: "1s", reportAfter: "1h", clearAfter: "1s" },
            ],
          },
        ],
      },
    ],
  });
  const say = async (...args: readonly string[]) => {
    const io = testIo({ cwd: junction.folder });
    const code = await runLine(["hub", ...args, "--url", broker.url, "--json"], io);
    return { code, ...JSON.parse(io.out() === "" ? "{}" : io.out()), err: io.err() };
  };
  return { hub, junction, say };
}

const storyOf = ({ events }: HubProbe) =>
  events.map(({ data }) => `${data.stage} ${data.endReason ?? ""}`.trim());

test("dismissed at the hub: withdrawn, answered, and quiet over a power cut", async () => {
  const { hub, junction, say } = await standingCar();
  const first = junction.start();
  await hub.until(({ events }) => events.length === 1);
  const violation = hub.events[0]?.data.violation ?? "";

  const word = ["verdict", violation, "dismissed", "--reason", "a loading bay", "--id", "c-1"];
  const accepted = await say(...word, "--case-no", "2026-17");
  expect(accepted).toMatchObject({
    code: 0,
    outcome: "accepted",
    command: "c-1",
    violation,
    caseNo: "2026-17",
  });
  await hub.until(({ events }) => events.length === 2);
  expect(storyOf(hub)).toEqual(["warned", "withdrawn verdict"]);
  expect(hub.events[1]?.data).toMatchObject({ violation, revision: 2, caseNo: "2026-17" });

  // The broker delivers at least once; the hub may ask twice, or be mistaken.
  const again = await say(...word, "--case-no", "2026-17");
  expect(again).toMatchObject({ code: 0, outcome: "duplicate" });
  const unknown = await say("verdict", "nobody", "confirmed");
  expect(unknown).toMatchObject({ code: 1, outcome: "rejected" });

  await first.stop("SIGKILL");
  const second = junction.start();
  await second.line(({ message }) => message === "running", 60_000);
  await wait(5_000);
  const late = await say("verdict", violation, "confirmed");
  expect(late).toMatchObject({ code: 0, outcome: "accepted" });
  expect(await say("test")).toMatchObject({ code: 0, outcome: "done" });
  await hub.until(({ summary }) => summary.eventCount === 3);
  await second.stop();
  expect(storyOf(hub)).toEqual(["warned", "withdrawn verdict"]);
  expect(hub.summary).toMatchObject({ lostCount: 0, rejectedCount: 0, outOfOrderCount: 0 });
});

test("a permit list that is read again withdraws what it covers, without a restart", async () => {
  const { hub, junction } = await standingCar();
  const agent = junction.start();
  await hub.until(({ events }) => events.length === 1);
  const list = "number,kinds,camera,zone,from\nP-17,illegal-parking,east,kerb,2020-01-01\n";
  await writeFile(join(junction.folder, "permits.csv"), list);
  const document: object = JSON.parse(await readFile(junction.file, "utf8"));
  await writeFile(junction.file, JSON.stringify({ ...document, permits: "./permits.csv" }));
  agent.signal("SIGHUP");
  await hub.until(({ events }) => events.length === 2);
  await wait(3_000);
  await agent.stop();
  expect(storyOf(hub)).toEqual(["warned", "withdrawn permit"]);
});
