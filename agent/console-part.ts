/**
 * The box's page, put together: what the running agent gives it, and the server behind its address.
 *
 * Nothing of it exists unless the configuration names an address. It holds no part of the agent up: a
 * viewer's pictures come from rings that are there anyhow, history is read beside the store.
 */
import { readFile } from "node:fs/promises";
import type { AgentConfig } from "../config/agent-config.ts";
import type { CameraState } from "../pipelines/camera-state.ts";
import type { CameraId } from "../pipelines/domain/ids.ts";
import type { Decoder } from "./capture/decoder/decoder.ts";
import type { PictureSource, SpanSource } from "./capture/encoded-picture.ts";
import { allRoutes } from "./console/all-routes.ts";
import type { ConfigurationPort, ConsolePorts } from "./console/console-ports.ts";
import { DayHistory } from "./console/day-history.ts";
import { LiveSockets } from "./console/live/live-socket.ts";
import { startConsoleServer } from "./console/server.ts";
import { maskedPictures } from "./console-picture.ts";
import { replayForConsole, verifyOne } from "./console-queries.ts";
import type { HealthMessage } from "./health/health-report.ts";
import type { RegionsOfPicture } from "./masking.ts";
import { doRegularly } from "./regular-duty.ts";
import { explainViolation } from "./replay/explain-violation.ts";
import { whyHeld } from "./replay/held-text.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import { StoreReader } from "./store/store-reader.ts";

export interface ConsoleParts {
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly agentVersion: string;
  readonly configuration?: ConfigurationPort;
  readonly pictures: PictureSource;
  readonly spans: SpanSource | undefined;
  readonly decoder: Decoder;
  readonly regionsOf: RegionsOfPicture;
  readonly ruleState: (camera: CameraId) => CameraState | undefined;
  readonly health: () => HealthMessage | undefined;
  readonly testEvent: (note: string) => Promise<void>;
}

export interface ConsolePart {
  close(): Promise<void>;
}

const dayPeriod = { afterMs: 10_000, everyMs: 60_000 };

export async function openConsole(
  config: () => AgentConfig,
  parts: ConsoleParts,
): Promise<ConsolePart | undefined> {
  const { console: page } = config();
  const { configuration, dataFolder, clock, log } = parts;
  if (page === undefined || configuration === undefined) return undefined;
  const stopping = new AbortController();
  const day = new DayHistory();
  const { signal } = stopping;
  doRegularly({ clock, log, signal }, dayPeriod, async () => {
    const health = parts.health();
    const { user, system } = process.cpuUsage();
    if (health !== undefined) day.add(health, clock.wallMs(), (user + system) / 1_000);
  });
  const ports = portsOf(config, { ...parts, configuration }, day);
  const live = new LiveSockets(ports);
  const tls = page.tls && {
    cert: await readFile(page.tls.certFile),
    key: await readFile(page.tls.keyFile),
  };
  const server = await startConsoleServer({
    ...page.listen,
    tls,
    routes: allRoutes(ports),
    openLive: (upgrade) => live.open(upgrade),
    dataFolder,
    clock,
    log,
  });
  log.info({ url: server.url }, "the box's page is served");
  return {
    close: async () => {
      stopping.abort();
      live.stop();
      await server.close();
    },
  };
}

function portsOf(
  config: () => AgentConfig,
  parts: ConsoleParts & { readonly configuration: ConfigurationPort },
  day: DayHistory,
): ConsolePorts {
  const { dataFolder, clock, log, agentVersion, configuration, spans } = parts;
  return {
    clock,
    log,
    dataFolder,
    agentVersion,
    config,
    health: parts.health,
    day: () => day.points(),
    configuration,
    openStore: () => new StoreReader(dataFolder),
    ruleState: parts.ruleState,
    maskedPicture: maskedPictures(config, parts),
    live: spans,
    whyHeld,
    explain: async (violation, language) => {
      const asked = { folder: dataFolder, violation, config: config(), language };
      return (await explainViolation(asked)).text;
    },
    verifyEvidence: (violation) => verifyOne(dataFolder, violation),
    replay: (changed, span) => replayForConsole(changed, span, { dataFolder, agentVersion }),
    testEvent: async (note) => {
      if (config().hub === undefined) return false;
      await parts.testEvent(note);
      return true;
    },
  };
}
