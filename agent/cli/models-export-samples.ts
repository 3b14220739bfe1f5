/** `kerbside models export-samples`: pictures that a person has judged, for a training. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseDuration } from "../../config/duration.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { parseLabelList } from "../bench/pictures/picture-set.ts";
import { type ExportedSamples, exportSamples } from "../bench/samples/export-samples.ts";
import { systemClock } from "../runtime/clock.ts";
import { StoreReader } from "../store/store-reader.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("models export-samples");

/** For these labels the thing is the matter: dismissed means that it is none. */
const usualNegatives: readonly Label[] = ["stall", "overflowing-bin", "garbage"];

export const modelsExportSamplesCommand: Command = {
  name: "models export-samples",
  summary: "pictures of judged violations, for training a detector",
  usage: `Usage: kerbside models export-samples --out DIR [options]

  --out DIR         gets images/, labels/, ignored/, found/ and about.json (YOLO layout)
  --data DIR        the agent's data folder (default: KERBSIDE_DATA, or ./data)
  --since TIME      only verdicts of the last TIME: 8h, 30d
  --negatives LIST  labels of which a dismissal says that the thing is none
                    (default: ${usualNegatives.join(",")})
  --json            the last line is one JSON object

Pictures are kept where the configuration says samples: { keep: N }; they are masked when they are
kept. Confirmed (or permitted): the box is a label. Dismissed: no box, where the label is one of
--negatives; otherwise doubtful, for a dismissed car may well be a car. ignored/ says where nobody
has judged, found/ what else the detector saw. Pictures that are in DIR already stay as they are.`,
  example: "kerbside models export-samples --data /var/lib/kerbside --out own/market",
  run: runExportSamples,
};

async function runExportSamples(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: "string" },
      data: { type: "string" },
      since: { type: "string" },
      negatives: { type: "string", default: usualNegatives.join(",") },
      json: { type: "boolean", default: false },
    },
  });
  if (values.out === undefined) throw wrongUse("models export-samples takes --out DIR");
  const sinceMs = values.since === undefined ? 0 : sinceOf(values.since);
  const negatives = values.negatives === "" ? [] : parseLabelList("--negatives", values.negatives);
  const dataFolder = dataFolderOf(values.data, io);
  const out = resolve(io.cwd, values.out);
  const reader = new StoreReader(dataFolder);
  try {
    const result = await exportSamples({
      dataFolder,
      out,
      verdicts: reader.verdictsSince(sinceMs),
      negatives: new Set(negatives),
    });
    io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result, out));
  } finally {
    reader.close();
  }
  return exitCodes.done;
}

function readable(result: ExportedSamples, out: string): string {
  const { positive, negative, doubtful, kept, withoutVerdict } = result;
  return [
    `${positive + negative + doubtful} new pictures in ${out}${kept > 0 ? `, ${kept} were there before` : ""}`,
    `confirmed:       ${positive}`,
    `dismissed:       ${negative} without a box, ${doubtful} doubtful (label them by hand)`,
    `without verdict: ${withoutVerdict}, left out`,
    "",
  ].join("\n");
}

function sinceOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw wrongUse(`--since ${text}: expected a duration such as 8h or 30d`);
  return systemClock.wallMs() - ms;
}
