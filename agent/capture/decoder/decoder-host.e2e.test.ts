/**
 * The real decoder host, with pictures that system ffmpeg made and scales for comparison.
 *
 * Goal: colours and geometry are right whatever a camera sends (bit depth, chroma, range, matrix),
 * and a host that is killed, hangs or is fed rubbish costs what it may cost and no more.
 */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { AccessUnit, Clip } from "../../../test-fixtures/clips/clip.ts";
import { madeClip, madeClipFile } from "../../../test-fixtures/clips/made-clip.ts";
import { runTool } from "../../../test-fixtures/run-tool.ts";
import type { Codec, EncodedPicture } from "../encoded-picture.ts";
import type { CropRequest, DecodedCrop } from "./decoder.ts";
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

function pictureOf(codec: Codec, ...units: readonly Uint8Array[]): EncodedPicture {
  return {
    cameraId: cameraId("east"),
    stream: "main",
    codec,
    parameterSets: new Uint8Array(0),
    units,
    pictureNumber: 1,
    capturedAtMs: 0,
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}

const cropOf = (changes: Partial<CropRequest> = {}): CropRequest => ({
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  width: 160,
  height: 160,
  fit: "letterbox-top-left",
  fill: 114,
  channels: "rgb",
  ...changes,
});

async function decodeOne(
  decoder: DecoderHost,
  picture: EncodedPicture,
  crop: CropRequest,
): Promise<DecodedCrop> {
  const [decoded] = await decoder.decode(picture, [crop]);
  if (decoded === undefined) throw new Error("no crop came back");
  return decoded;
}

const h264 = ["-c:v", "libx264", "-crf", "12"];
const h265 = ["-c:v", "libx265", "-crf", "12", "-x265-params", "log-level=none"];
const mjpeg = ["-c:v", "mjpeg", "-q:v", "2"];

interface Source {
  readonly name: string;
  readonly codec: Codec;
  readonly encode: readonly string[];
  readonly size?: string;
  /** How system ffmpeg is told to read the colours. */
  readonly matrix?: string;
  readonly range?: string;
}
const sources: readonly Source[] = [
  { name: "H.264", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] },
  { name: "H.264 4:2:2", codec: "h264", encode: ["-pix_fmt", "yuv422p", ...h264] },
  { name: "H.264 4:4:4", codec: "h264", encode: ["-pix_fmt", "yuv444p", ...h264] },
  { name: "H.264 10-bit", codec: "h264", encode: ["-pix_fmt", "yuv420p10le", ...h264] },
  {
    name: "H.264 full range",
    codec: "h264",
    encode: ["-pix_fmt", "yuvj420p", ...h264],
    range: "pc",
  },
  {
    name: "H.264 marked BT.709",
    codec: "h264",
    encode: ["-pix_fmt", "yuv420p", "-colorspace", "bt709", ...h264],
    matrix: "bt709",
  },
  {
    name: "H.264 of 720 lines, not marked",
    codec: "h264",
    size: "1280x720",
    encode: ["-pix_fmt", "yuv420p", ...h264],
    matrix: "bt709",
  },
  { name: "H.265", codec: "h265", encode: ["-pix_fmt", "yuv420p", ...h265] },
  { name: "H.265 10-bit", codec: "h265", encode: ["-pix_fmt", "yuv420p10le", ...h265] },
  { name: "MJPEG", codec: "mjpeg", encode: ["-pix_fmt", "yuvj420p", ...mjpeg], range: "pc" },
  { name: "MJPEG 4:2:2", codec: "mjpeg", encode: ["-pix_fmt", "yuvj422p", ...mjpeg], range: "pc" },
];

const formats = { h264: "h264", h265: "hevc", mjpeg: "mjpeg" } as const;

/** One keyframe with every colour and fine detail. */
function encoded({ codec, encode, size = "640x352" }: Source): Promise<Buffer> {
  const input = ["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=${size}:rate=1`];
  return runTool("ffmpeg", [...input, "-frames:v", "1", ...encode, "-f", formats[codec], "-"]);
}

/** The same cut and size by system ffmpeg, as red, green and blue planes of the content alone. */
async function reference(unit: Buffer, source: Source, decoded: DecodedCrop): Promise<Buffer> {
  const { crop, pictureWidth: width, pictureHeight: height } = decoded;
  const cut = [
    (crop.xMax - crop.xMin) * width,
    (crop.yMax - crop.yMin) * height,
    crop.xMin * width,
    crop.yMin * height,
  ].map(Math.round);
  const colours = `in_color_matrix=${source.matrix ?? "bt601"}:in_range=${source.range ?? "tv"}`;
  const { contentWidth, contentHeight } = decoded;
  const factor = Math.min((cut[0] ?? 0) / contentWidth, (cut[1] ?? 0) / contentHeight);
  const algorithm = factor < 2 ? "bilinear" : "area";
  const scaled = `${contentWidth}:${contentHeight}:flags=${algorithm}:${colours}`;
  const filters = `crop=${cut.join(":")},scale=${scaled},format=gbrp`;
  const input = ["-v", "error", "-f", formats[source.codec], "-i", "-", "-frames:v", "1"];
  const output = ["-vf", filters, "-f", "rawvideo", "-"];
  const planes = await runTool("ffmpeg", [...input, ...output], { input: unit });
  const size = planes.length / 3;
  return Buffer.concat([planes.subarray(2 * size), planes.subarray(0, 2 * size)]);
}

/** Mean and largest difference over the content of all three planes. */
function difference(decoded: DecodedCrop, { width, height }: CropRequest, wanted: Buffer) {
  const { contentX, contentY, contentWidth, contentHeight } = decoded;
  let [sum, largest] = [0, 0];
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < contentHeight; y++) {
      for (let x = 0; x < contentWidth; x++) {
        const ours = decoded.planes[(plane * height + contentY + y) * width + contentX + x] ?? 0;
        const theirs = wanted[(plane * contentHeight + y) * contentWidth + x] ?? 0;
        sum += Math.abs(ours - theirs);
        largest = Math.max(largest, Math.abs(ours - theirs));
      }
    }
  }
  return { mean: sum / wanted.length, largest };
}

describe("colours and geometry are those of system ffmpeg", () => {
  test.for(sources)("of $name", async (source) => {
    const unit = await encoded(source);
    const crop = cropOf();
    const decoded = await decodeOne(started(), pictureOf(source.codec, unit), crop);
    const { mean, largest } = difference(decoded, crop, await reference(unit, source, decoded));
    expect(mean).toBeLessThan(0.6);
    expect(largest).toBeLessThanOrEqual(6);
  });

  const source: Source = { name: "H.264", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] };
  const crops: readonly (readonly [string, Partial<CropRequest>])[] = [
    [
      "the lower part, in the middle",
      { crop: { xMin: 0, yMin: 0.35, xMax: 1, yMax: 1 }, fit: "letterbox-centre" },
    ],
    ["an upright part", { crop: { xMin: 0.6, yMin: 0.1, xMax: 0.8, yMax: 0.97 } }],
    [
      "a part that is stretched",
      { crop: { xMin: 0.2, yMin: 0.2, xMax: 0.9, yMax: 0.6 }, fit: "stretch" },
    ],
    ["an input as wide as no vector register", { width: 75, height: 101 }],
  ];
  test.for(crops)("in %s", async ([, changes]) => {
    const unit = await encoded(source);
    const crop = cropOf(changes);
    const decoded = await decodeOne(started(), pictureOf("h264", unit), crop);
    const { mean, largest } = difference(decoded, crop, await reference(unit, source, decoded));
    expect(mean).toBeLessThan(0.6);
    expect(largest).toBeLessThanOrEqual(6);
    expectFill(decoded, crop);
  });

  test("in all crops of one picture, in the order of planes that each asks for", async () => {
    const unit = await encoded(source);
    const asked = [
      cropOf(),
      cropOf({ channels: "bgr", fill: 7 }),
      cropOf({ width: 64, height: 32 }),
    ];
    const [rgb, bgr, small] = await started().decode(pictureOf("h264", unit), asked);
    if (rgb === undefined || bgr === undefined || small === undefined) throw new Error("crops");
    const plane = 160 * rgb.contentHeight;
    const planesOf = ({ planes }: DecodedCrop) =>
      [0, 1, 2].map((index) =>
        Buffer.from(planes.subarray(index * 160 * 160, index * 160 * 160 + plane)),
      );
    expect(planesOf(bgr)).toEqual(planesOf(rgb).toReversed());
    expect(bgr.planes.at(-1)).toBe(7);
    expect(small).toMatchObject({ contentWidth: 58, contentHeight: 32 });
  });

  test("when the camera enlarges instead of shrinking", async () => {
    const unit = await encoded({ ...source, size: "64x48" });
    const decoded = await decodeOne(started(), pictureOf("h264", unit), cropOf());
    expect(decoded).toMatchObject({ contentWidth: 160, contentHeight: 120, pictureWidth: 64 });
    // testsrc2 begins with its brightest bar at the left, and has colours in all planes.
    expect(new Set(decoded.planes.subarray(0, 160 * 120)).size).toBeGreaterThan(20);
  });
});

function expectFill(decoded: DecodedCrop, { width, height, fill }: CropRequest): void {
  const { contentX, contentY, contentWidth, contentHeight, planes } = decoded;
  const outside = planes.filter((_, index) => {
    const [x, y] = [index % width, Math.floor(index / width) % height];
    const isInside =
      x >= contentX && x < contentX + contentWidth && y >= contentY && y < contentY + contentHeight;
    return !isInside;
  });
  expect(outside.every((byte) => byte === fill)).toBe(true);
  expect(outside.length).toBe(3 * (width * height - contentWidth * contentHeight));
}

const startCode = Buffer.from([0, 0, 0, 1]);
const annexB = (nals: readonly Uint8Array[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [startCode, nal]));

function groupOf(clip: Clip, codec: Codec, units: readonly AccessUnit[]): EncodedPicture {
  return {
    ...pictureOf(codec, ...units.map(({ nals }) => annexB(nals))),
    parameterSets: annexB(clip.parameterSets),
  };
}

describe("of a group", () => {
  const rows = [
    { codec: "h264", bFrames: 0 },
    { codec: "h264", bFrames: 2 },
    { codec: "h265", bFrames: 0 },
    { codec: "h265", bFrames: 3 },
  ] as const;
  test.for(rows)("the last unit's picture comes out: $codec, B-frames $bFrames", async (row) => {
    const options = { ...row, bitrateKbit: 1_000 };
    const clip = await madeClip(options);
    const decoder = started();
    const crop = cropOf();
    const file = await madeClipFile(options);
    const filters = "scale=160:120:flags=area:in_range=tv,format=gbrp";
    const output = ["-vf", filters, "-f", "rawvideo", "-"];
    const all = await runTool("ffmpeg", ["-v", "error", "-i", file, ...output]);
    const pictureBytes = 3 * 160 * 120;
    const shown = clip.accessUnits.map(({ ptsMs }) => ptsMs).toSorted((a, b) => a - b);
    for (const last of [0, 1, 2, 7, 20]) {
      const units = clip.accessUnits.slice(0, last + 1);
      const decoded = await decodeOne(decoder, groupOf(clip, row.codec, units), crop);
      const index = shown.indexOf(units.at(-1)?.ptsMs ?? -1);
      const planes = all.subarray(index * pictureBytes, (index + 1) * pictureBytes);
      const third = pictureBytes / 3;
      const wanted = Buffer.concat([planes.subarray(2 * third), planes.subarray(0, 2 * third)]);
      expect(difference(decoded, crop, wanted).mean).toBeLessThan(1);
    }
  });

  test("that begins in the middle the picture is damaged, not invented", async () => {
    const clip = await madeClip();
    const broken = groupOf(clip, "h264", clip.accessUnits.slice(0, 1));
    const [unit = new Uint8Array(0)] = broken.units;
    const half = { ...broken, units: [unit.subarray(0, unit.length / 2)] };
    const decoder = started();
    await expect(decoder.decode(half, [cropOf()])).rejects.toThrow(/\((damaged|no-picture)\)/);
    await expect(decoder.decode(broken, [cropOf()])).resolves.toHaveLength(1);
  });
});

test("cameras of different sizes and codecs take turns in one host", async () => {
  const decoder = started();
  const pictures = await Promise.all(
    sources.slice(0, 9).map(async (source) => pictureOf(source.codec, await encoded(source))),
  );
  const sizes = await Promise.all(
    [...pictures, ...pictures].map(async (picture) => {
      const { pictureWidth, pictureHeight } = await decodeOne(decoder, picture, cropOf());
      return `${pictureWidth}x${pictureHeight}`;
    }),
  );
  expect(new Set(sizes)).toEqual(new Set(["640x352", "1280x720"]));
  expect(decoder.stats()).toMatchObject({ decodedCount: 18, restartCount: 0 });
});

describe("a host that is", () => {
  const source: Source = { name: "", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] };

  test("killed with pictures in flight costs at most the one in work", async () => {
    const gone: string[] = [];
    const decoder = started({ onHostGone: (why) => gone.push(why) });
    const picture = pictureOf("h264", await encoded({ ...source, size: "1920x1080" }));
    await decoder.decode(picture, [cropOf()]);
    const pid = decoder.stats().pid;
    if (pid === undefined) throw new Error("no host");
    const pictures = Array.from({ length: 12 }, () => decoder.decode(picture, [cropOf()]));
    process.kill(pid, "SIGKILL");
    const results = await Promise.allSettled(pictures);
    const lost = results.filter(({ status }) => status === "rejected");
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ reason: { code: "DECODER_FAILED" } });
    expect(gone).toEqual(["it ended with SIGKILL"]);
    expect(decoder.stats().pid).not.toBe(pid);
  });

  test("stopped in its tracks is replaced", async () => {
    const decoder = started({ pictureMsMax: 400 });
    const picture = pictureOf("h264", await encoded(source));
    await decoder.decode(picture, [cropOf()]);
    const pid = decoder.stats().pid;
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
    const pid = decoder.stats().pid ?? 0;
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
         console.log(decoder.stats().pid);
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
    expect(readFileSync(`/proc/${decoder.stats().pid}/environ`, "utf8")).toBe("");
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
