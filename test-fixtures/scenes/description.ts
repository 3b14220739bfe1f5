/**
 * What a scene is: plain data, from a YAML file or written in a test, checked once here.
 *
 * A picture is a function of this and a time alone: nothing that happened before is needed to draw
 * it, so hours cost nothing when a picture is asked for once a minute. Lengths are metres, times
 * are milliseconds from the start of the scene. x runs along the street, y across it: 0 is the near
 * kerb, the far one is at `street.roadM`. Headings are degrees clockwise from +y, so that traffic
 * along the street has 90 or 270.
 */
import { z } from "zod";
import type { ThingLook } from "./objects/thing-look.ts";

const degrees = z.number().min(-360).max(360);
const share = z.number().min(0).max(1);
const timeMs = z.number().int().min(0);
const seed = z.number().int().min(0);
const place = z.tuple([z.number(), z.number()]);

const cameraSchema = z.strictObject({
  xM: z.number().default(0),
  yM: z.number().default(-2),
  heightM: z.number().min(0.5).max(30).default(5),
  headingDeg: degrees.default(35),
  pitchDeg: z.number().min(-20).max(80).default(18),
  fieldOfViewDeg: z.number().min(15).max(130).default(75),
});

export const facadeStyles = ["shops", "flats", "offices", "wall", "park"] as const;
export const pavements = ["slabs", "brick", "pavers", "concrete"] as const;

const streetSchema = z.strictObject({
  seed: seed.default(1),
  roadM: z.number().min(3).max(40).default(10),
  lanes: z.number().int().min(1).max(8).default(2),
  nearPavementM: z.number().min(0.5).max(20).default(4),
  farPavementM: z.number().min(0.5).max(20).default(4),
  pavement: z.enum(pavements).default("slabs"),
  near: z.enum(facadeStyles).default("shops"),
  far: z.enum(facadeStyles).default("shops"),
  storeys: z.number().int().min(1).max(14).default(4),
  /** Middles of pedestrian crossings. */
  crossings: z.array(z.number()).default([]),
  /** Rows of marked bays at a kerb. */
  bays: z
    .array(
      z.strictObject({
        side: z.enum(["near", "far"]),
        fromM: z.number(),
        toM: z.number(),
      }),
    )
    .default([]),
  /** Where a side street leaves on the far side. */
  sideStreet: z.strictObject({ fromM: z.number(), toM: z.number() }).optional(),
  yellowKerb: z.boolean().default(false),
  wear: share.default(0.5),
});

const lightSchema = z.strictObject({
  /** Local time at the start, 0 to 24. */
  hour: z.number().min(0).max(24).default(11),
  /** Whether the sun moves on with the scene. */
  moves: z.boolean().default(true),
  cloud: share.default(0.4),
  /** Where the sun stands at noon, clockwise from +y. */
  noonDeg: degrees.default(150),
});

const weatherSchema = z.strictObject({
  rain: share.default(0),
  fog: share.default(0),
  wet: share.default(0),
  /** Of the camera: sensor noise at day, how far a gust moves the pole, softness of the lens. */
  noise: share.default(0.2),
  shake: share.default(0),
  blur: share.default(0),
  /** How much of the picture the encoder gave up: 0 none, 1 blocks that anybody sees. */
  compression: share.default(0),
  /** When lamps come on it switches to grey and to a light of its own, which nobody else sees. */
  infrared: z.boolean().default(false),
});

const lookSchema = z.custom<ThingLook>(
  (value) => typeof value === "object" && value !== null && "kind" in value && "seed" in value,
  "a look has a kind and a seed",
);

/** From `atMs` on it is on the way to, or at, the place of the next step. */
const stepSchema = z.strictObject({
  atMs: timeMs,
  place,
  /** Default: the way it moves; where it stands, the way it came. */
  headingDeg: degrees.optional(),
});

const thingSchema = z.strictObject({
  id: z.string().min(1),
  look: lookSchema,
  /** For one that stays where it is. */
  place: place.optional(),
  zM: z.number().default(0),
  headingDeg: degrees.default(0),
  scale: z.number().min(0.2).max(3).default(1),
  fromMs: timeMs.default(0),
  untilMs: timeMs.optional(),
  /** For one that moves: straight between the steps, at rest before the first and after the last. */
  steps: z.array(stepSchema).optional(),
  /** Looks that replace the first one from their time on: a bin that fills. */
  becomes: z.array(z.strictObject({ atMs: timeMs, look: lookSchema })).default([]),
});

const trafficSchema = z.strictObject({
  seed: seed.default(1),
  vehiclesPerMinute: z.number().min(0).max(60).default(0),
  twoWheelersPerMinute: z.number().min(0).max(60).default(0),
  personsPerMinute: z.number().min(0).max(60).default(0),
});

export const sceneSchema = z.strictObject({
  name: z.string().min(1),
  seed: seed.default(1),
  durationMs: timeMs.default(60_000),
  picture: z
    .strictObject({
      width: z.number().int().min(64).max(1_920).multipleOf(2).default(1_280),
      height: z.number().int().min(64).max(1_080).multipleOf(2).default(720),
    })
    .prefault({}),
  camera: cameraSchema.prefault({}),
  street: streetSchema.prefault({}),
  light: lightSchema.prefault({}),
  weather: weatherSchema.prefault({}),
  things: z.array(thingSchema).default([]),
  /** Passers-by that no rule is about. */
  traffic: trafficSchema.optional(),
});

export type Scene = z.output<typeof sceneSchema>;
/** What one writes: everything but the name may be left out. */
export type SceneDescription = z.input<typeof sceneSchema>;
export type Street = Scene["street"];
export type SceneThing = Scene["things"][number];

export function sceneOf(description: SceneDescription): Scene {
  return sceneSchema.parse(description);
}
