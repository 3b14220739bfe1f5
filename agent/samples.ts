/** Keeping pictures of violations, where the configuration asks for it; else none is left. */
import type { AgentConfig } from "../config/agent-config.ts";
import { samplesFolderOf, tidySamples } from "./evidence/sample-folder.ts";
import { SampleKeeper, type SampleKeeperOptions } from "./evidence/sample-keeper.ts";
import type { Metrics } from "./health/metrics.ts";

export function makeSampleKeeper(
  config: () => AgentConfig,
  {
    dataFolder,
    metrics,
    ...parts
  }: Pick<SampleKeeperOptions, "pictures" | "decoder" | "clock" | "log"> & {
    readonly dataFolder: string;
    readonly metrics: Metrics;
  },
): SampleKeeper | undefined {
  const limits = config().samples;
  if (limits === undefined) {
    const none = { limits: { countMax: 0, bytesMax: 0, ageMsMax: 0 }, nowMs: parts.clock.wallMs() };
    tidySamples(samplesFolderOf(dataFolder), none).catch((error: unknown) =>
      parts.log.warn({ err: error }, "pictures that were kept cannot be removed"),
    );
    return undefined;
  }
  const keeper = new SampleKeeper({
    ...parts,
    folder: samplesFolderOf(dataFolder),
    limits,
    onEnd: (end) => metrics.samples.inc({ end }),
    masksOf: (cameraId) => config().cameras.find(({ id }) => id === cameraId)?.masks ?? [],
  });
  keeper.start();
  return keeper;
}
