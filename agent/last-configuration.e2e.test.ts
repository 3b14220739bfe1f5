/**
 * Goal: a box that had a good configuration runs on it whatever became of the file, says what is
 * wrong, and takes the next good one without a restart; a box that never had one ends with 2.
 * Method: the agent as a process, started again and again on a file that changes.
 */
import { rm, writeFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import { freePort } from "../test-fixtures/free-port.ts";
import { Junction } from "../test-fixtures/junction-file.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const problemOf = async (agent: AgentProcess) =>
  (await agent.health()).problems.find(({ code }) => code === "configuration-refused");

test("a wrong file, and one that is gone, at a start: the last good one runs and says why", async () => {
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  const camera = { url: `rtsp://127.0.0.1:${await freePort()}/away`, zones: [] };
  const writeGood = (id: string) => junction.write({ cameras: [{ id, ...camera }] });
  const writeWrong = () => writeFile(junction.file, "version: 1\ncameras: [ { id: a, url: 7 } ]\n");

  await writeWrong();
  expect(await junction.start().ended, "none ever ran").toMatchObject({ code: 2 });

  await writeGood("first");
  const good = junction.start();
  await good.running();
  expect(await problemOf(good)).toBeUndefined();
  await writeWrong();
  good.signal("SIGHUP");
  await good.line(({ message }) => message.includes("not used; the old one goes on"));
  expect((await problemOf(good))?.detail).toMatch(
    /the one before runs: .*junction\.yaml:1:1 device /,
  );
  expect(await good.stop()).toMatchObject({ code: 0 });

  const onLast = junction.start();
  await onLast.running();
  const refusal = await onLast.line(({ level }) => level === "error");
  expect(refusal.message).toBe("the configuration is not used; the one that ran last does");
  const faults = JSON.stringify(refusal["err"]);
  expect(faults).toMatch(/device/);
  expect(faults).toMatch(/junction\.yaml:2:\d+ {2}cameras\[0\]\.url/);
  const health = await onLast.health();
  expect(health.status).not.toBe("ok");
  expect(health.cameras.map((one) => one.camera)).toEqual(["first"]);
  expect((await problemOf(onLast))?.detail).toMatch(
    /^the file is not right, the one of \d{4}-.* runs: .*junction\.yaml.*\(and \d+ more\)$/,
  );

  // Corrected: without a restart, and from now on this is the one that ran last.
  await writeGood("second");
  onLast.signal("SIGHUP");
  await onLast.line(({ message }) => message === "the new configuration runs");
  await onLast.until(async () => (await problemOf(onLast)) === undefined, "no problem any more");
  await rm(junction.file);
  expect(await onLast.stop("SIGKILL"), "as a power cut").toMatchObject({ signal: "SIGKILL" });
  const withoutFile = junction.start();
  await withoutFile.running();
  expect((await withoutFile.health()).cameras.map((one) => one.camera)).toEqual(["second"]);
  const gone = await withoutFile.line(({ level }) => level === "error");
  expect(JSON.stringify(gone["err"])).toMatch(/the configuration does not exist/);
  expect(await withoutFile.stop()).toMatchObject({ code: 0 });
});
