/** One camera: where its stream is, what is looked at, where what is forbidden. */
import { z } from "zod";
import { labelThresholds } from "./label-thresholds.ts";
import { digits, duration, id, oneOf, point, position, text, whole, yesOrNo } from "./leaves.ts";
import { ruleSchema } from "./rule.ts";

const addressForm = "an address such as rtsp://192.0.2.11/main";

const defaultModel = "street-nano";
const defaultView = { id: "all" } as const;

const cropError = "expected [left, top, right, bottom], four numbers from 0 to 1";
const cropNumber = z.number({ error: cropError });

export const viewSchema = z
  .strictObject({
    id: id({ description: "Name of the view; unique on its camera." }),
    crop: z
      .tuple([cropNumber, cropNumber, cropNumber, cropNumber], { error: cropError })
      .prefault([0, 0, 1, 1])
      .meta({
        description: "The part of the picture that the detector sees.",
        form: "[left, top, right, bottom]",
      }),
    every: duration(
      { min: 100, max: 86_400_000 },
      { description: "How often it is looked at." },
    ).prefault("2s"),
    reuse: duration(
      { min: 0, max: 300_000 },
      {
        description:
          "How long an analysis may be used again while nothing moves in the view, by the sizes of the camera's packets and a tiny picture. A quiet street then costs a third or less. No stage is reached and nothing ends on such a look. `30s` suits a view looked at every 2s; `0s`: every look is analysed.",
      },
    ).prefault("0s"),
    model: text(64, {
      description: "The detector: name of a folder under `models/`.",
    }).prefault(defaultModel),
    thresholds: z.strictObject(labelThresholds).optional().meta({
      description:
        "Scores from which this view believes a label, in place of the model's thresholds: lower where the zone is well seen and what counts is that a thing stays, higher where something is taken for it. `kerbside replay FILE --picture DIR` draws the scores.",
      defaultText: "the model's own",
    }),
    stream: oneOf(["main", "sub"], {
      description: "Which of the camera's streams is looked at.",
    }).prefault("main"),
  })
  .meta({ description: "A crop of the picture that one detector looks at." });

export const zoneSchema = z
  .strictObject({
    id: id({ description: "Name of the zone; unique on its camera." }),
    polygon: z
      .array(point, { error: "expected a list of points [x, y]" })
      .min(3, { error: "expected at least 3 points" })
      .max(200, { error: "expected at most 200 points" })
      .meta({
        description:
          "Corners in order, 0 to 1 of the camera's picture, origin top left. The last is joined to the first.",
        form: "list of [x, y]",
      }),
    within: id({
      description:
        "Name of a view: the corners are shares of its crop instead of the whole picture.",
      defaultText: "the whole picture",
    }).optional(),
    tags: z
      .array(id({ description: "A word." }), { error: "expected a list of words" })
      .prefault([])
      .meta({
        description:
          "What the zone is: `school`, `fire-lane`, `blind-path`, `crossing`, `hospital`, … Some raise the severity and shorten the default of `reportAfter`.",
      }),
    rules: z
      .array(ruleSchema, { error: "expected a list of rules" })
      .max(20, { error: "expected at most 20 rules" })
      .optional()
      .meta({ description: "What the zone watches for. Either this or `rulesFrom`." }),
    rulesFrom: id({
      description: "Takes the rules of another zone of this camera.",
    }).optional(),
  })
  .meta({ description: "A named polygon with rules." });

export const cameraSchema = z
  .strictObject({
    id: id({ description: "Name of the camera; unique on this box." }),
    name: text(100, { description: "What people call it." }).optional(),
    url: text(
      2000,
      {
        description: `Address of the main stream: rtsp, rtsps, http, https or file. A password from \`\${env:NAME}\` is put in as it is: it needs no escapes.`,
        examples: [`rtsp://cam:\${env:CAM_PW}@192.0.2.11/main`],
      },
      addressForm,
    ),
    substream: text(
      2000,
      {
        description:
          "Address of a smaller stream, for views that say `stream: sub`. Evidence comes from the main stream.",
      },
      addressForm,
    ).optional(),
    capture: oneOf(["auto", "rtsp", "ffmpeg"], {
      description:
        "How it is received; `auto` takes our own client, and the system's ffmpeg for what that does not speak.",
    }).prefault("auto"),
    tls: z
      .strictObject({
        ca: text(500, {
          description: "PEM file of the authority that signed the camera's certificate.",
        }).optional(),
        insecure: yesOrNo({
          description: "Accept any certificate, also a self-signed one.",
        }).prefault(false),
      })
      .prefault({})
      .meta({ description: "For rtsps and https." }),
    location: position({
      description: "Where the camera hangs, WGS 84.",
      defaultText: "the device's",
    }).optional(),
    reachMetres: whole(
      { min: 1, max: 2000 },
      { description: "How far away a thing in the picture can be: the error of the position." },
    ).prefault(60),
    calibration: text(500, {
      description:
        "File that `kerbside calibrate` wrote: an event's point is then where the thing stands, with its error ellipse. Relative to this file.",
      defaultText: "none: the camera's position with its reach",
    }).optional(),
    grid: digits(15, {
      description: "Unit grid that the camera looks at; begins with the division.",
      defaultText: "the device's",
    }).optional(),
    watch: yesOrNo({
      description:
        "Whether its pictures are watched for a camera that was moved or is blind. `false` for one that turns by itself: what it shows is judged then, wherever it looks.",
    }).prefault(true),
    masks: z
      .array(
        z
          .array(point, { error: "expected a list of points [x, y]" })
          .min(3, { error: "expected at least 3 points" })
          .max(200, { error: "expected at most 200 points" }),
        { error: "expected a list of polygons" },
      )
      .max(50, { error: "expected at most 50 masks" })
      .prefault([])
      .meta({
        description:
          "Parts of the picture that no kept picture may show, windows of flats for example: polygons, 0 to 1 of the camera's picture. Detectors do see them.",
        form: "list of lists of [x, y]",
      }),
    views: z
      .array(viewSchema, { error: "expected a list of views" })
      .min(1, { error: "expected at least one view" })
      .max(16, { error: "expected at most 16 views" })
      .prefault([defaultView])
      .meta({
        description: "What is looked at, and how often.",
        defaultText: "one view `all` of the whole picture, every 2s",
      }),
    zones: z
      .array(zoneSchema, { error: "expected a list of zones" })
      .max(200, { error: "expected at most 200 zones" })
      .prefault([])
      .meta({ description: "Where what is forbidden." }),
  })
  .meta({ description: "One camera." });

export type CameraDocument = z.output<typeof cameraSchema>;
export type ViewDocument = z.output<typeof viewSchema>;
export type ZoneDocument = z.output<typeof zoneSchema>;
