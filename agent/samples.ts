/** Keeping pictures of violations, where the configuration asks for it. */
import type { AgentConfig } from "../config/agent-config.ts";
import { samplesFolderOf } from "./evidence/sample-folder.ts";
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
  if (limits === undefined) return undefined;
  return new SampleKeeper({
    ...parts,
    folder: samplesFolderOf(dataFolder),
    limits,
    onEnd: (end) => metrics.samples.inc({ end }),
    masksOf: (cameraId) => config().cameras.find(({ id }) => id === cameraId)?.masks ?? [],
  });
}
