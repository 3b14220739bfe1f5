/**
 * What is signed: the manifest of one revision, the end of the device's chain, what was dropped.
 *
 * A manifest names each of its files by size and hash, and by hash the manifest before it, of its
 * violation and of the device. Within version 1 only additions are made; a reader that checks
 * signatures never writes the JSON anew, so nothing depends on its spelling.
 */
import { z } from "zod";
import { kinds, stages } from "../../pipelines/domain/kind.ts";
import { evidenceRoles } from "./evidence-file.ts";

export const manifestFile = "manifest.json";
export const signatureFile = "manifest.sig";
/** Beside a manifest whose files are gone. */
export const droppedFile = "dropped";
/** In the tree: how long the chain is. */
export const headFile = "head";
/** In the tree: statements of the device's keys. */
export const keysFolder = "keys";

const instant = z.iso.datetime({ offset: true });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const keyId = z.string().regex(/^[0-9a-f]{32}$/);
const violation = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const device = z.object({ division: z.string(), id: z.string() });

const fileSchema = z.object({
  name: z.string().regex(/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{0,63}$/),
  role: z.enum(evidenceRoles),
  mediaType: z.string(),
  bytes: z.int().nonnegative(),
  sha256,
  capturedAt: instant,
  /** Of a clip: its last picture. */
  capturedTo: instant.optional(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  /** `exact`: the picture whose detection it documents; `keyframe`: the nearest one, so far away. */
  frame: z.enum(["exact", "keyframe"]).optional(),
  distanceMs: z.number().optional(),
  masked: z
    .object({
      heads: z.int().nonnegative(),
      plates: z.int().nonnegative(),
      polygons: z.int().nonnegative(),
      plateEstimate: z.boolean(),
    })
    .optional(),
  /** Id of the hub's key that alone opens it. */
  sealedFor: z.string().optional(),
});

export const manifestSchema = z.object({
  what: z.literal("kerbside-evidence"),
  version: z.literal(1),
  /** Of the device's chain: 1, 2, 3 … */
  number: z.int().positive(),
  device,
  key: keyId,
  event: z.string(),
  violation,
  revision: z.int().positive(),
  stage: z.enum(stages),
  kind: z.enum(kinds),
  camera: z.string(),
  createdAt: instant,
  complete: z.boolean(),
  failed: z.array(z.int()),
  enforceable: z.boolean(),
  versions: z.record(z.string(), z.string()),
  files: z.array(fileSchema).max(64),
  previous: z.object({
    violation: z
      .object({ number: z.int().positive(), revision: z.int().positive(), sha256 })
      .nullable(),
    device: z.object({ number: z.int().positive(), sha256 }).nullable(),
  }),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

export const headSchema = z.object({
  what: z.literal("kerbside-evidence-head"),
  version: z.literal(1),
  device,
  key: keyId,
  /** The oldest manifest that is still there, and the newest. */
  first: z.int().positive(),
  last: z.int().positive(),
  /** Of the newest manifest. */
  sha256,
  at: instant,
});

export const droppedSchema = z.object({
  what: z.literal("kerbside-evidence-dropped"),
  version: z.literal(1),
  number: z.int().positive(),
  /** Of the manifest whose files are gone. */
  sha256,
  key: keyId,
  reason: z.enum(["age", "bytes", "disk", "damaged"]),
  at: instant,
});

/** Signed by the key before it and by itself: whoever trusts one of them may trust the other. */
export const rotationSchema = z.object({
  what: z.literal("kerbside-key-rotation"),
  version: z.literal(1),
  from: keyId,
  to: keyId,
  /** SPKI, PEM. */
  fromPublicKey: z.string(),
  toPublicKey: z.string(),
  /** The first manifest that the new key signs; those before it are the old key's. */
  firstManifest: z.int().positive(),
  at: instant,
});
export type Rotation = Readonly<z.infer<typeof rotationSchema>>;

export function manifestText(manifest: Manifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(manifestSchema.parse(manifest), null, 2)}\n`);
}

export const revisionFolder = (revision: number): string => String(revision).padStart(4, "0");
