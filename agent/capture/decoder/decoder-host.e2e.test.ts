/**
 * The real decoder host as a process: one that is killed, hangs or is fed rubbish costs what it may
 * cost and no more, and it can reach nothing but its own code.
 */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import {
  cropOf,
  encoded,
  h264,
  pictureOf,
  type Source,
  sources,
} from "../../../test-fixtures/encoded-pictures.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import { DecoderHost, type DecoderHostOptions } from "./decoder-host.ts";
import { nodeAvHost } from "./host-link.ts";

const decoders: DecoderHost[] = [];
afterEach(async () => {
  for (const decoder of decoders.splice(0)) await decoder.stop();
});

function started(options: DecoderHostOptions = {}): DecoderHost {
  const decoder = new DecoderHost(options);
  decoders.push(decoder);
  decoder.start();
  return decoder;
}

test("cameras of different sizes and codecs take turns in one host", async () => {
  const decoder = started();
  const pictures = await Promise.all(
    sources.slice(0, 9).map(async (source) => pictureOf(source.codec, await encoded(source))),
  );
  const sizes = await Promise.all(
    [...pictures, ...pictures].map(async (picture) => {
      const [crop] = await decoder.decode(picture, [cropOf()]);
      return `${crop?.pictureWidth}x${crop?.pictureHeight}`;
    }),
  );
  expect(new Set(sizes)).toEqual(new Set(["640x352", "1280x720"]));
  expect(decoder.stats()).toMatchObject({ decodedCount: 18, restartCount: 0 });
});

test("hosts decode side by side, and one that is killed costs its own picture alone", async () => {
  const decoder = started({ hostsMax: 2 });
  const source: Source = { name: "", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] };
  const picture = pictureOf("h264", await encoded({ ...source, size: "1920x1080" }));
  const many = (count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => decoder.decode(picture, [cropOf()])));
  await many(1);
  expect(decoder.stats().pids).toHaveLength(1);
  // A burst is not enough: nearly all of some hundred pictures find the host at work.
  await many(40);
  expect(decoder.stats().pids).toHaveLength(1);
  for (let burst = 0; burst < 8; burst++) await many(40);
  const [first = 0, second = 0] = decoder.stats().pids;
  expect(second).toBeGreaterThan(0);
  const pictures = many(30);
  await sleep(20);
  process.kill(second, "SIGKILL");
  const lost = (await pictures).filter(({ status }) => status === "rejected");
  expect(lost.length).toBeLessThanOrEqual(1);
  expect(decoder.stats().pids[0]).toBe(first);
  await decoder.stop();
  expect([first, second].map((pid) => isAlive(pid))).toEqual([false, false]);
});

describe("a host that is", () => {
  const source: Source = { name: "", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] };

  test("killed with pictures in flight costs at most the one in work", async () => {
    const gone: string[] = [];
    const decoder = started({ onHostGone: (why) => gone.push(why) });
    const picture = pictureOf("h264", await encoded({ ...source, size: "1920x1080" }));
    await decoder.decode(picture, [cropOf()]);
    const pid = decoder.stats().pids[0];
    if (pid === undefined) throw new Error("no host");
    const pictures = Array.from({ length: 12 }, () => decoder.decode(picture, [cropOf()]));
    process.kill(pid, "SIGKILL");
    const results = await Promise.allSettled(pictures);
    const lost = results.filter(({ status }) => status === "rejected");
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ reason: { code: "DECODER_FAILED" } });
    expect(gone).toEqual(["it ended with SIGKILL"]);
    expect(decoder.stats().pids[0]).not.toBe(pid);
  });

  test("stopped in its tracks is replaced", async () => {
    const decoder = started({ pictureMsMax: 400 });
    const picture = pictureOf("h264", await encoded(source));
    await decoder.decode(picture, [cropOf()]);
    const pid = decoder.stats().pids[0];
    if (pid === undefined) throw new Error("no host");
    process.kill(pid, "SIGSTOP");
    const results = await Promise.allSettled([
      decoder.decode(picture, [cropOf()]),
      decoder.decode(picture, [cropOf()]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(decoder.stats().failedCounts["host-hung"]).toBe(1);
    expect(isAlive(pid)).toBe(false);
  });

  test("fed rubbish rejects it and goes on", async () => {
    const decoder = started();
    const good = pictureOf("h264", await encoded(source));
    const rubbish = Array.from({ length: 150 }, (_, index) => rubbishPicture(good, index));
    const results = await Promise.allSettled(
      rubbish.map(async (picture) => {
        await sleep(0);
        return decoder.decode(picture, [cropOf()]);
      }),
    );
    const codes = results.map((result) =>
      result.status === "fulfilled" ? "decoded" : (result.reason as { code: string }).code,
    );
    expect(codes.filter((code) => code !== "decoded" && code !== "DECODER_FAILED")).toEqual([]);
    await expect(
      decoder.decode({ ...good, cameraId: cameraId("west") }, [cropOf()]),
    ).resolves.toHaveLength(1);
  });

  test("stopped with its decoder leaves no process", async () => {
    const decoder = started();
    await decoder.decode(pictureOf("h264", await encoded(source)), [cropOf()]);
    const pid = decoder.stats().pids[0] ?? 0;
    await decoder.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("orphaned ends by itself", async () => {
    const script = join(import.meta.dirname, "decoder-host.ts");
    const parent = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `const { DecoderHost } = await import(${JSON.stringify(script)});
         const decoder = new DecoderHost();
         decoder.start();
         console.log(decoder.stats().pids[0]);
         setInterval(() => undefined, 1000);`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    await sleep(500);
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    for (let turn = 0; turn < 50 && isAlive(pid); turn++) await sleep(100);
    expect(isAlive(pid)).toBe(false);
  });

  test("running has no environment, and may read its own code alone", async () => {
    const decoder = started();
    await decoder.decode(pictureOf("h264", await encoded(source)), [cropOf()]);
    expect(readFileSync(`/proc/${decoder.stats().pids[0]}/environ`, "utf8")).toBe("");
    const { file, args } = nodeAvHost();
    const flags = args.slice(0, -1);
    const ask = `JSON.stringify([
      process.permission.has("fs.read", "/etc/hostname"),
      process.permission.has("fs.read", ${JSON.stringify(join(import.meta.dirname, "../../../package.json"))}),
      process.permission.has("fs.write"),
      process.permission.has("child"),
      process.permission.has("worker"),
    ])`;
    const { stdout } = spawnSync(file, [...flags, "-p", ask], { encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual([false, false, false, false, false]);
  });
});

/** Random bytes, cut units and flipped bits, the same every time. */
function rubbishPicture(good: EncodedPicture, index: number): EncodedPicture {
  let state = index * 2_654_435_761 + 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  const codec = (["h264", "h265", "mjpeg"] as const)[index % 3] ?? "h264";
  const unit = Buffer.from(good.units[0] ?? []);
  if (index % 4 === 0) unit.set(unit.map(() => random(256)));
  for (let count = 0; count < 1 + random(40); count++) unit[random(unit.length)] = random(256);
  const units = [unit.subarray(0, 1 + random(unit.length))];
  return { ...good, cameraId: cameraId(`camera-${index}`), codec, units };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
