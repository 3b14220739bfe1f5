/**
 * What a detector is: where it comes from, what goes in, how to read what comes out.
 *
 * One `manifest.json` a folder under `models/`. It names the weights by SHA-256 and never holds
 * them; a file with another hash is another model. Everything that decoding needs is in here, so a
 * manifest can be sent to a worker thread as it is. Unknown keys are errors.
 */
import { z } from "zod";
import { type LabelThresholds, labels } from "../pipelines/domain/label.ts";

/** The picture input of every prepared graph. */
export const preparedInputName = "pixels";

const label = z.enum(labels);
const ratio = z.number().min(0).max(1);
const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);
const sidePx = z.int().min(32).max(4096);
const tensorName = z.string().min(1).max(500);
const text = z.string().min(1).max(2_000);
/** More would be no detector for a box; a picture of 4096 × 4096 in strides of 8 has 344,064. */
const cellsMax = 400_000;
/** Values of one picture's answer. */
const outputValuesMax = 50_000_000;

const input = z.strictObject({
  /** Name of the picture input in the file. */
  name: tensorName,
  width: sidePx,
  height: sidePx,
  layout: z.literal("nchw"),
  /** `uint8`: the conversion is in the graph already, and nothing is left to put in front of it. */
  type: z.enum(["float32", "uint8"]),
  /** Order of the planes. */
  channels: z.enum(["rgb", "bgr"]),
  /** The graph wants (byte / divideBy - mean) / std, a mean and a std for each plane. */
  divideBy: z.number().positive(),
  mean: threeNumbers,
  std: threeNumbers.refine((values) => values.every((value) => value > 0), "must be above 0"),
  fit: z.enum(["letterbox-top-left", "letterbox-centre", "stretch"]),
  /** 0..255, fills what a letterbox leaves. */
  fill: z.int().min(0).max(255),
});

/** A second input that asks in which size boxes are wanted: int64 [N, 2] = width, height. */
const sizeInput = z.strictObject({
  name: tensorName,
  type: z.literal("int64"),
  order: z.literal("width-height"),
});

const classCount = z.int().min(1).max(10_000);

const decoder = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("yolox-grid"),
    /** float32 [N, cells, 5 + classes]: centre, log size, objectness, class scores. */
    output: tensorName,
    strides: z.array(z.int().min(1).max(256)).min(1).max(8),
    classCount,
    /** Of a cell's labels above their thresholds: the best (default), or each. */
    labelsPerCell: z.enum(["best", "all"]).optional(),
  }),
  z.strictObject({
    kind: z.literal("detr"),
    /** int64 [N, queries] */
    labels: tensorName,
    /** float32 [N, queries, 4]: left, top, right, bottom in input pixels */
    boxes: tensorName,
    /** float32 [N, queries], falling */
    scores: tensorName,
    classCount,
  }),
]);

const golden = z.strictObject({
  output: tensorName,
  /** Sum over the whole tensor of one picture. */
  sum: z.number().optional(),
  /** The first values of the tensor. */
  first: z.array(z.number()).min(1).max(16),
});

/** What the format itself can hold in one file. */
const weightsBytesMax = 2 ** 31 - 1;

const file = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*\.onnx$/, "must be a plain name ending in .onnx"),
  bytes: z.int().positive().max(weightsBytesMax),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"),
});

const words = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be lower-case words with hyphens");

/** The same network in other numbers: what goes in, comes out and counts is the same. */
const variant = z.strictObject({
  name: words,
  file,
  golden: z.array(golden).min(1).max(64),
  /**
   * What lost more than a point: AP50 on pictures held out from training, by label or by labels
   * judged as one. Tuning does not choose a variant that loses anything.
   */
  loses: z.record(z.string().min(1).max(100), ratio).optional(),
});

export const manifestSchema = z
  .strictObject({
    schema: z.literal(1),
    name: words,
    version: text,
    summary: text,
    source: z.strictObject({
      text,
      repository: z.url({ protocol: /^https$/ }),
      commit: z.string().regex(/^[0-9a-f]{7,40}$/),
      path: text,
    }),
    licence: text,
    /** The weights. */
    file,
    input,
    sizeInput: sizeInput.optional(),
    decoder,
    /** The model's class number → our label. Classes that are not here are dropped before NMS. */
    classes: z.record(z.string().regex(/^\d+$/), label),
    /**
     * On what each label's worth on street pictures was measured: boxes drawn by people, or the
     * agreement with another detector. A label that is not here was never measured.
     */
    measured: z.partialRecord(label, z.enum(["labels", "agreement"])).optional(),
    /** Lowest score of each label that `classes` uses. */
    thresholds: z.partialRecord(label, ratio),
    /** What share of the boxes was right at these thresholds, on pictures held out from training. */
    thresholdPrecision: z.partialRecord(label, ratio).optional(),
    /** Labels that the model mixes up on one thing: NMS treats them as one. */
    groups: z.array(z.array(label).min(2).max(100)).max(100),
    /** `group`: boxes of one group suppress each other; `label`: only boxes of one label. */
    nms: z.strictObject({ scope: z.enum(["group", "label"]), iou: ratio }),
    /** What the graph says to the synthetic picture of `golden.ts`. */
    golden: z.array(golden).min(1).max(64),
    /** `models tune` says which of these, or the weights above, a processor runs fastest. */
    variants: z.array(variant).max(16).optional(),
  })
  .superRefine((manifest, context) => {
    const { variants = [], input: picture } = manifest;
    const weights = [manifest, ...variants];
    for (const taken of [weights.map((one) => one.name), weights.map((one) => one.file.name)]) {
      const twice = taken.find((name, index) => taken.indexOf(name) !== index);
      if (twice === undefined) continue;
      context.addIssue({ code: "custom", path: ["variants"], message: `${twice} is there twice` });
    }
    const { divideBy, mean, std } = picture;
    const isAsItIs = [divideBy, ...mean, ...std].join() === "1,0,0,0,1,1,1";
    if (picture.type === "uint8" && !(picture.name === preparedInputName && isAsItIs)) {
      context.addIssue({
        code: "custom",
        path: ["input"],
        message: `bytes go in as they are: ${preparedInputName}, divided by 1, mean 0, std 1`,
      });
    }
    const used = new Set(Object.values(manifest.classes));
    for (const name of used) {
      if (manifest.thresholds[name] === undefined) {
        context.addIssue({ code: "custom", path: ["thresholds"], message: `${name} has none` });
      }
    }
    for (const index of Object.keys(manifest.classes)) {
      if (Number(index) >= manifest.decoder.classCount) {
        context.addIssue({
          code: "custom",
          path: ["classes", index],
          message: `the model has ${manifest.decoder.classCount} classes`,
        });
      }
    }
    const grouped = manifest.groups.flat();
    if (new Set(grouped).size !== grouped.length) {
      context.addIssue({ code: "custom", path: ["groups"], message: "a label is in two groups" });
    }
    if (manifest.decoder.kind === "yolox-grid") {
      const { strides, classCount: classes } = manifest.decoder;
      const area = manifest.input.width * manifest.input.height;
      const cells = strides.reduce((sum, stride) => sum + area / stride ** 2, 0);
      if (cells > cellsMax || cells * (5 + classes) > outputValuesMax) {
        context.addIssue({
          code: "custom",
          path: ["decoder", "strides"],
          message: `${cells} cells of ${classes} classes, at most ${cellsMax} cells and ${outputValuesMax} values are read`,
        });
      }
      for (const stride of manifest.decoder.strides) {
        if (manifest.input.width % stride !== 0 || manifest.input.height % stride !== 0) {
          context.addIssue({
            code: "custom",
            path: ["decoder", "strides"],
            message: `${stride} does not divide ${manifest.input.width} × ${manifest.input.height}`,
          });
        }
      }
    }
  });

export type Manifest = z.infer<typeof manifestSchema> & {
  /** Which of its variants this is; the weights themselves have no such name. */
  readonly variant?: string;
};

/** As it is typed: `street-nano`, and `street-nano:int8` for its variant. */
export function variantName({ name, variant }: Manifest): string {
  return variant === undefined ? name : `${name}:${variant}`;
}

/**
 * Name and first 12 digits of the weights' hash: what looks and events say they were seen with.
 * `street-nano@0123456789ab`, of a variant `street-nano:int8@0123456789ab`.
 */
export function modelTag(manifest: Manifest): string {
  return `${variantName(manifest)}@${manifest.file.sha256.slice(0, 12)}`;
}

/** Itself first. */
export function withVariants(manifest: Manifest): readonly Manifest[] {
  const names = (manifest.variants ?? []).map(({ name }) => name);
  return [manifest, ...names.flatMap((name) => variantOf(manifest, name) ?? [])];
}

/** The manifest as if these were the only weights; undefined when it has no such variant. */
export function variantOf(manifest: Manifest, variant: string): Manifest | undefined {
  const { variants = [], ...rest } = manifest;
  const found = variants.find(({ name }) => name === variant);
  return found && { ...rest, variant, file: found.file, golden: found.golden };
}

/**
 * The same weights asked for every box from this score up. To measure: what a threshold would be
 * worth is seen only in what lies below it.
 */
export function withLowestScore(manifest: Manifest, score: number): Manifest {
  const labels = Object.keys(manifest.thresholds);
  return { ...manifest, thresholds: Object.fromEntries(labels.map((label) => [label, score])) };
}

/** Its own thresholds, but for these labels. */
export function withThresholds(manifest: Manifest, thresholds: LabelThresholds): Manifest {
  return { ...manifest, thresholds: { ...manifest.thresholds, ...thresholds } };
}
