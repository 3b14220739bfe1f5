/** The page for metrics and health, and the file in the data folder that says where it is. */
import type { AgentConfig } from "../config/agent-config.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import { type HealthServerOptions, startHealthServer } from "./health/health-server.ts";
import { writeAgentFile } from "./runtime/agent-file.ts";

export interface HealthPage {
  close(): Promise<void>;
}

export async function openHealthPage(
  { health, file, device }: AgentConfig,
  {
    dataFolder,
    nowMs,
    ...server
  }: Omit<HealthServerOptions, "host" | "port"> & {
    readonly dataFolder: string;
    readonly nowMs: number;
  },
): Promise<HealthPage> {
  const page =
    health.listen === undefined
      ? undefined
      : await startHealthServer({ ...health.listen, ...server });
  const url = page === undefined ? undefined : new URL(page.url);
  try {
    await writeAgentFile(dataFolder, {
      pid: process.pid,
      startedAt: rfc3339(nowMs, device.timeZone),
      configurationFile: file,
      health: url === undefined ? null : { host: url.hostname, port: Number(url.port) },
    });
  } catch (error) {
    await page?.close();
    throw error;
  }
  return { close: async () => page?.close() };
}
