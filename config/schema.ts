/**
 * The whole configuration file as one schema.
 *
 * Types, defaults, the JSON Schema for editors and the reference page are made from it; what
 * takes more than one value to judge is in `checks/`.
 */
import { z } from "zod";
import { cameraSchema } from "./schema/camera.ts";
import { consoleSchema } from "./schema/console.ts";
import { deviceSchema } from "./schema/device.ts";
import { evidenceSchema } from "./schema/evidence.ts";
import { hubSchema } from "./schema/hub.ts";
import { text } from "./schema/leaves.ts";
import { severitySchema, surgeSchema } from "./schema/severity.ts";
import {
  decoderSchema,
  healthSchema,
  inferenceSchema,
  limitsSchema,
  logSchema,
  samplesSchema,
} from "./schema/system.ts";

const versionError = "expected 1";

export const documentSchema = z
  .strictObject({
    version: z.literal(1, { error: versionError }).meta({
      description: "Version of this form of file.",
    }),
    include: z
      .union([z.string(), z.array(z.string())], {
        error: "expected the name of a file, or a list of names",
      })
      .optional()
      .meta({
        description:
          "Other files that are parts of this one, relative to it. Their cameras follow the own ones.",
        form: "file or list of files",
      }),
    device: deviceSchema,
    hub: hubSchema.optional(),
    cameras: z
      .array(cameraSchema, { error: "expected a list of cameras" })
      .min(1, { error: "expected at least one camera" })
      .max(256, { error: "expected at most 256 cameras" })
      .meta({ description: "The cameras of this box." }),
    calendar: text(500, {
      description: "Public holidays: the built-in `cn`, or a JSON file of the same form.",
    }).prefault("cn"),
    matters: text(500, {
      description: "Matter codes: a built-in table, or a JSON file of the same form.",
    }).prefault("gb-t-47678.5-2026"),
    permits: text(500, {
      description:
        "Permit list, CSV or YAML: what may stand where and when. Read again with the configuration.",
      defaultText: "none is kept",
    }).optional(),
    regions: z
      .union([z.string(), z.array(z.string()).min(1).max(20)], {
        error: "expected the name of a GeoJSON file, or a list of names",
      })
      .optional()
      .meta({
        description:
          "The city's unit grids, communities, streets and divisions (polygons with `code` and `name`) and named places (points with `name`), WGS 84. Events then say in which a thing stands and what is near.",
        form: "file or list of files",
        defaultText: "none: events carry the grid that the camera or the device names",
      }),
    severity: severitySchema,
    surge: surgeSchema,
    limits: limitsSchema,
    health: healthSchema,
    console: consoleSchema,
    log: logSchema,
    inference: inferenceSchema,
    evidence: evidenceSchema,
    samples: samplesSchema,
    decoder: decoderSchema,
  })
  .meta({ title: "Kerbside configuration", description: "Configuration of one box." });

export type ConfigDocument = z.output<typeof documentSchema>;
