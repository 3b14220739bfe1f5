import { expect, test } from "vitest";
import type { AgentConfig } from "../config/agent-config.ts";
import { openHealthPage } from "./health-page.ts";
import { silentLog } from "./runtime/log.ts";

test("a data folder that takes no file keeps the page from nothing", async () => {
  const lines: string[] = [];
  const config = {
    health: { listen: { host: "127.0.0.1", port: 0 } },
    file: "/c/t.yaml",
    device: { timeZone: "Asia/Shanghai" },
  } as AgentConfig; // No more of it is asked for.
  const page = await openHealthPage(config, {
    dataFolder: "/proc/none",
    nowMs: 0,
    log: { ...silentLog, warn: (_, message) => void lines.push(message) },
    metrics: async () => "",
    metricsContentType: "text/plain",
    health: () => ({}),
    isReady: () => true,
  });
  await page.close();
  expect(lines).toEqual(["agent.json cannot be written: kerbside status will not find the agent"]);
});
