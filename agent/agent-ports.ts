/**
 * Where the agent touches the world, each as one function: the real ones, unless somebody brings
 * others.
 *
 * A simulation brings all of them and runs the same composition root; nothing else in `agent.ts`
 * may reach a socket, a disk, a process or a thread.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import { Capture, type CaptureOptions } from "./capture/capture.ts";
import type { RunnableDecoder } from "./capture/decoder/decoder.ts";
import { FfmpegDecoder } from "./capture/decoder/decoder-ffmpeg.ts";
import { automaticHostsMax, DecoderHost } from "./capture/decoder/decoder-host.ts";
import { openConsole } from "./console-part.ts";
import { type EvidenceRoom, openEvidence } from "./evidence-room.ts";
import { type MachineState, readMachine } from "./health/machine.ts";
import { openHealthPage } from "./health-page.ts";
import { type StartSession, startSessionThread } from "./inference/session-link.ts";
import { removeAgentFile } from "./runtime/agent-file.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import { makeSampleKeeper } from "./samples.ts";
import { SightKeeper, type SightKeeperOptions } from "./sight-keeper.ts";
import { type OpenStoreOptions, openStore, type SqliteStore } from "./store/sqlite-store.ts";
import { mqttConnect } from "./uplink/mqtt-connection.ts";

/** What the rest of the agent uses of receiving. */
export type Receiving = Pick<Capture, "start" | "update" | "newestPicture" | "stats" | "stop"> &
  Partial<Pick<Capture, "pictures">>;

export interface AgentPorts {
  openStore(options: OpenStoreOptions): Promise<SqliteStore>;
  receive(options: CaptureOptions): Receiving;
  decode(config: AgentConfig, parts: { readonly clock: Clock; readonly log: Log }): RunnableDecoder;
  readonly startSession: StartSession;
  readonly connect: typeof mqttConnect;
  readonly keepSamples: typeof makeSampleKeeper;
  readonly openEvidence: (...args: Parameters<typeof openEvidence>) => Promise<EvidenceRoom>;
  readonly watchSight: (options: SightKeeperOptions) => SightKeeper | undefined;
  readonly openHealthPage: typeof openHealthPage;
  /** Absent: the box serves no page, whatever the configuration says. */
  readonly openConsole?: typeof openConsole;
  /** Nobody finds the page any more. */
  readonly hideHealthPage: (dataFolder: string) => Promise<void>;
  readonly readMachine: (dataFolder: string) => Promise<MachineState>;
  readonly random: () => number;
}

export const realPorts: AgentPorts = {
  openStore,
  receive: (options) => new Capture(options),
  decode: makeDecoder,
  startSession: startSessionThread,
  connect: mqttConnect,
  keepSamples: makeSampleKeeper,
  openEvidence,
  watchSight: (options) => new SightKeeper(options),
  openHealthPage,
  openConsole,
  hideHealthPage: removeAgentFile,
  readMachine,
  random: Math.random,
};

function makeDecoder(
  { decoder }: AgentConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): RunnableDecoder {
  const hostsMax = automaticHostsMax();
  if (decoder === "ffmpeg") return new FfmpegDecoder({ runningMax: hostsMax });
  return new DecoderHost({
    clock,
    hostsMax,
    onHostGone: (why, cameraId) =>
      log.warn({ camera: cameraId, why }, "the decoder ended; it starts again"),
    onSetAside: (cameraId, untilMs) =>
      log.error(
        { camera: cameraId, until: new Date(untilMs).toISOString() },
        "pictures of this camera end the decoder; it is not looked at for a while",
      ),
  });
}
