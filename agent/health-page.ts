/**
 * The page for metrics and health, and the file in the data folder that says where it is. Without
 * the file (a full disk) the agent runs all the same: `kerbside status` alone does not find it.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import { type HealthServerOptions, startHealthServer } from "./health/health-server.ts";
import { writeAgentFile } from "./runtime/agent-file.ts";
import type { Log } from "./runtime/log.ts";

export interface HealthPage {
  close(): Promise<void>;
}

export async function openHealthPage(
  { health, file, device }: AgentConfig,
  {
    dataFolder,
    nowMs,
    log,
    ...server
  }: Omit<HealthServerOptions, "host" | "port"> & {
    readonly dataFolder: string;
    readonly nowMs: number;
    readonly log: Log;
  },
): Promise<HealthPage> {
  const page =
    health.listen === undefined
      ? undefined
      : await startHealthServer({ ...health.listen, ...server });
  const url = page === undefined ? undefined : new URL(page.url);
  await writeAgentFile(dataFolder, {
    pid: process.pid,
    startedAt: rfc3339(nowMs, device.timeZone),
    configurationFile: file,
    health: url === undefined ? null : { host: url.hostname, port: Number(url.port) },
  }).catch((error: unknown) => {
    log.warn(
      { err: error },
      "agent.json cannot be written: kerbside status will not find the agent",
    );
  });
  return { close: async () => page?.close() };
}
