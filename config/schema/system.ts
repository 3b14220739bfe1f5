/** The box's own household: limits, health page, log, inference. */
import { z } from "zod";
import { decoderNames, logLevels } from "../agent-config.ts";
import { byteSize, duration, listenAddress, oneOf, whole } from "./leaves.ts";

const dayMs = 86_400_000;
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

export const limitsSchema = z
  .strictObject({
    ringTime: duration(
      { min: 1_000, max: 600_000 },
      { description: "Original video kept in memory for each stream." },
    ).prefault("5s"),
    ringSize: byteSize(
      { min: mebibyte, max: 24 * mebibyte },
      {
        description: "Memory for the original video of each stream.",
        defaultText: "as the bit rate asks for `ringTime`",
      },
    ).optional(),
    ringTotal: byteSize(
      { min: 8 * mebibyte, max: 64 * gibibyte },
      {
        description:
          "Memory for the original video of all streams together. When they need more, each keeps its share.",
        defaultText: "a quarter of the machine's memory, at most `1GiB`",
      },
    ).optional(),
    outboxRows: whole(
      { min: 100, max: 10_000_000 },
      { description: "Most events that wait for the hub." },
    ).prefault(200_000),
    outboxSize: byteSize(
      { min: mebibyte, max: 1024 * gibibyte },
      { description: "Most bytes that wait for the hub." },
    ).prefault("1GiB"),
    outboxAge: duration(
      { min: 3_600_000, max: 365 * dayMs },
      { description: "Longest that an event waits for the hub." },
    ).prefault("30d"),
    detectionLogRows: whole(
      { min: 1_000, max: 100_000_000 },
      { description: "Most looks that the detection log remembers." },
    ).prefault(2_000_000),
    detectionLogSize: byteSize(
      { min: mebibyte, max: 1024 * gibibyte },
      { description: "Most bytes that the detection log takes." },
    ).prefault("1GiB"),
    detectionLogAge: duration(
      { min: 3_600_000, max: 365 * dayMs },
      { description: "Longest that the detection log remembers." },
    ).prefault("2d"),
    freeDisk: byteSize(
      { min: mebibyte, max: 1024 * gibibyte },
      {
        description:
          "Free space of the data folder's disk below which kept pictures go, then the detection log, then events that the hub has; below a quarter of it updates and warnings that wait for the hub.",
      },
    ).prefault("256MiB"),
  })
  .prefault({})
  .meta({ description: "What memory and disk may hold. What is dropped at a limit is said." });

export const healthSchema = z
  .strictObject({
    listen: listenAddress({
      description: "Where health and metrics are served; `false` serves them nowhere.",
    }).prefault("127.0.0.1:9468"),
    tellBlindAfter: duration(
      { min: 60_000, max: dayMs },
      {
        description:
          "How long a camera is blocked, dark, out of focus, frozen or away before the hub is told. One that was moved is told at once.",
      },
    ).prefault("10m"),
  })
  .prefault({})
  .meta({ description: "Health page and metrics." });

export const logSchema = z
  .strictObject({
    level: oneOf(logLevels, { description: "Least important thing that is logged." }).prefault(
      "info",
    ),
  })
  .prefault({})
  .meta({ description: "The log on standard error." });

function countOrAuto(max: number, description: string) {
  const error = `expected a whole number from 1 to ${max}, or auto`;
  return z
    .union([z.literal("auto"), z.int({ error }).min(1, { error }).max(max, { error })], { error })
    .prefault("auto")
    .meta({ description, form: "whole number or auto" });
}

export const inferenceSchema = z
  .strictObject({
    workers: countOrAuto(
      64,
      "Inference sessions; `auto`: as `kerbside models tune` found, else a core less than there are.",
    ),
    threads: countOrAuto(64, "Threads of each session; `auto`: as tuned, else 1."),
    batchMax: countOrAuto(64, "Most crops in one batch; `auto`: as tuned, else 1."),
    batchWait: duration(
      { min: 0, max: 10_000 },
      { description: "Longest that a crop waits for others." },
    ).prefault("50ms"),
  })
  .prefault({})
  .meta({ description: "How the detectors run." });

export const samplesSchema = z
  .strictObject({
    keep: whole(
      { min: 0, max: 100_000 },
      {
        description:
          "Most pictures that are kept, one a violation, with heads, plates and the cameras' `masks` made unrecognisable. 0 keeps none, and removes what was kept at the next start.",
      },
    ).prefault(0),
    size: byteSize(
      { min: mebibyte, max: 1024 * gibibyte },
      { description: "Most bytes of them." },
    ).prefault("500MiB"),
    age: duration(
      { min: 3_600_000, max: 365 * dayMs },
      { description: "Longest that one is kept." },
    ).prefault("30d"),
  })
  .prefault({})
  .meta({
    description:
      "Pictures of violations kept in the data folder for `kerbside models export-samples`. They never leave the box by themselves.",
  });

export const decoderSchema = oneOf(decoderNames, {
  description:
    "What decodes pictures: `node-av` in a child process, or system `ffmpeg`, a process a picture: slow, where the package's licence or platform stands in the way.",
}).prefault("node-av");
