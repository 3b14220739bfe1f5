/**
 * What is known of a camera's sight, kept over restarts: its references, its state, what the hub was
 * told. One file a camera; one that is damaged or belongs to other zones is as good as none.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { directions, planeWords } from "../calibration/moved/edge-picture.ts";
import { sightStates } from "../calibration/moved/sight.ts";
import type { SavedSight } from "../calibration/moved/sight-watch.ts";
import { readBoundedText } from "./runtime/bounded-file.ts";
import { writeDurably } from "./runtime/durable-file.ts";

export interface KeptSight {
  /** Of the zones, the stream and the picture's shape: others need a reference of their own. */
  readonly key: string;
  readonly saved: SavedSight;
  /** What the hub was told last. */
  readonly told: string;
}

const fileBytesMax = 1024 * 1024;
const planeBytes = directions * planeWords * 4;

const planes = z
  .base64()
  .transform((text) => Uint8Array.from(Buffer.from(text, "base64")))
  .refine(({ length }) => length === planeBytes);
const reference = z.object({
  planes,
  usual: z.object({ edgeCount: z.number(), strength: z.number(), fineness: z.number() }),
  usedAtMs: z.number(),
});
const move = z.object({ dx: z.number(), dy: z.number(), turn: z.number(), growth: z.number() });
const keptSchema = z.object({
  schema: z.literal(1),
  key: z.string(),
  told: z.string(),
  sight: z.object({ state: z.enum(sightStates), sinceMs: z.number(), move: move.nullable() }),
  references: z
    .object({ first: reference, others: z.array(reference).max(8), tall: z.number().positive() })
    .nullable(),
  unproven: z.object({ mean: z.number(), fromMs: z.number().optional() }).optional(),
});

export async function readSight(
  dataFolder: string,
  cameraId: string,
): Promise<KeptSight | undefined> {
  const text = await readBoundedText(pathOf(dataFolder, cameraId), fileBytesMax).catch(() => "");
  const { data } = keptSchema.safeParse(jsonOf(text));
  if (data === undefined) return undefined;
  const { key, told, sight, references, unproven } = data;
  return {
    key,
    told,
    saved: {
      sight: { ...sight, move: sight.move ?? undefined },
      references: references ?? undefined,
      unproven: unproven && { mean: unproven.mean, fromMs: unproven.fromMs },
    },
  };
}

export async function writeSight(
  dataFolder: string,
  cameraId: string,
  { key, told, saved: { sight, references, unproven } }: KeptSight,
): Promise<void> {
  await mkdir(folderOf(dataFolder), { recursive: true, mode: 0o700 });
  const written = (kept: NonNullable<typeof references>["first"]) => ({
    ...kept,
    planes: Buffer.from(kept.planes).toString("base64"),
  });
  const file = {
    schema: 1,
    key,
    told,
    sight: { ...sight, move: sight.move ?? null },
    references:
      references === undefined
        ? null
        : {
            first: written(references.first),
            others: references.others.map(written),
            tall: references.tall,
          },
    unproven,
  };
  await writeDurably(pathOf(dataFolder, cameraId), `${JSON.stringify(file)}\n`);
}

function folderOf(dataFolder: string): string {
  return join(dataFolder, "sight");
}

/** A camera's id is safe in file names. */
function pathOf(dataFolder: string, cameraId: string): string {
  return join(folderOf(dataFolder), `${cameraId}.json`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
