/**
 * Goal: the agent on a disk that somebody else fills: what is kept gives way, health says what is
 * missing, it runs on the little that is left, and without a byte it says what to do.
 * Method: the agent as a process, its data folder a small disk of its own (root alone may make one).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const mayMount = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;
const mebibyte = 2 ** 20;

test.skipIf(!mayMount)("a full disk: what is kept gives way, and it is told", async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  const cameras = await startCameraServer({ streams: [{ path: "/a", clip }] });
  undo.push(() => cameras.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  const disk = junction.dataFolder;
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]);
  undo.push(() => execFileSync("umount", ["-l", disk]));
  const fill = (leftBytes: number) => {
    rmSync(join(disk, "somebody-else"), { force: true });
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(
      join(disk, "somebody-else"),
      Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)),
    );
  };
  const rules = [{ kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s" }];
  const zones = [{ id: "kerb", polygon: wholePicture, rules }];
  await junction.write({
    cameras: [{ id: "a", url: cameras.url("/a"), zones }],
    sections: { limits: { freeDisk: "8MiB" } },
  });
  const samples = join(disk, "samples");
  mkdirSync(samples);
  for (const name of ["one", "two"]) {
    for (const ending of ["jpg", "json"]) writeFileSync(join(samples, `${name}.${ending}`), "{}");
  }
  const agent = junction.start();
  await agent.line(({ message }) => message === "reported");

  fill(6 * mebibyte);
  const low = await agent.health();
  expect(low.disk).toMatchObject({ floorBytes: 8 * mebibyte, sparing: ["samples"] });
  const problem = low.problems.find(({ code }) => code === "disk-low");
  expect(problem).toMatchObject({ severity: "failing" });
  expect(problem?.detail).toMatch(/limits\.freeDisk is 8 MiB; given up: kept pictures/);
  await agent.line(({ message }) => message.startsWith("the disk is nearly full"));
  expect(readdirSync(samples).length).toBeLessThan(4);
  rmSync(join(disk, "somebody-else"));
  expect((await agent.health()).disk?.sparing).toEqual([]);
  expect(await agent.stop()).toMatchObject({ code: 0 });

  // Without a byte the store cannot open: one clear line, and the service manager tries again.
  fill(0);
  const onFull = junction.start();
  expect(await onFull.ended).toMatchObject({ code: 3 });
  expect(onFull.plainLines.join("\n")).toMatch(/the disk is full .*\n {2}Free space on this disk/);
  fill(2 * mebibyte);
  const onLittle = junction.start();
  await onLittle.running();
  await onLittle.line(({ message }) => message.startsWith("the disk is nearly full"));
  expect(await onLittle.stop(), onLittle.log()).toMatchObject({ code: 0 });
});
