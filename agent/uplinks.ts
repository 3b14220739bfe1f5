/** The uplink of a configuration: settings in, secrets revealed on their way into the connection. */
import type { AgentConfig, HubConfig } from "../config/agent-config.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Store } from "./store/store.ts";
import type { EvidenceSending } from "./uplink/evidence-sender.ts";
import type { StatusMessage } from "./uplink/messages.ts";
import type { mqttConnect } from "./uplink/mqtt-connection.ts";
import { sourceOf } from "./uplink/topics.ts";
import { Uplink, type UplinkOptions } from "./uplink/uplink.ts";

/** Boxes that were away for long do not all come back in the same second. */
const startJitterMs = 60_000;

export function makeUplink(
  config: AgentConfig,
  hub: HubConfig,
  parts: {
    readonly connect: typeof mqttConnect;
    readonly random: () => number;
    readonly store: Store;
    readonly clock: Clock;
    readonly agentVersion: string;
    /** Of the key that signs evidence: SPKI, PEM. */
    readonly publicKey?: string | null;
    /** Absent: pictures stay on the box. */
    readonly evidence?: Omit<EvidenceSending, "bytesPerSecondMax">;
  } & Pick<UplinkOptions, "doers" | "onState" | "onHeld" | "onFlowing" | "onParked" | "onSent">,
): Uplink {
  const { agentVersion, clock, connect, evidence, publicKey = null, ...rest } = parts;
  const address = { division: config.device.division, device: config.device.id };
  return new Uplink({
    ...rest,
    clock,
    address,
    connect: connect({
      url: `${hub.protocol}://${hostOf(hub)}:${hub.port}${hub.path}`,
      ...(hub.user === undefined ? {} : { user: hub.user }),
      ...(hub.password === undefined ? {} : { password: hub.password.reveal() }),
      ...(hub.caFile === undefined ? {} : { caFile: hub.caFile }),
      ...(hub.certFile === undefined ? {} : { certificateFile: hub.certFile }),
      ...(hub.keyFile === undefined ? {} : { keyFile: hub.keyFile }),
      ...(hub.serverName === undefined ? {} : { serverName: hub.serverName }),
      protocol: hub.protocolVersion,
      clientId: hub.clientId,
      keepAliveSeconds: Math.max(1, Math.round(hub.keepAliveMs / 1_000)),
      connectTimeoutMs: hub.connectTimeoutMs,
    }),
    drainPerSecondMax: hub.drainPerSecond,
    ...(evidence === undefined
      ? {}
      : { evidence: { ...evidence, bytesPerSecondMax: hub.uploadBytesPerSecond } }),
    waitsForHub: hub.acknowledge,
    startJitterMs,
    statusMessage: (online, reason): StatusMessage => ({
      source: sourceOf(address),
      online,
      at: rfc3339(clock.wallMs(), config.device.timeZone),
      reason,
      versions: { agent: agentVersion, node: process.versions.node },
      configuration: config.configurationHash,
      publicKey,
      cameras: config.cameras.length,
    }),
  });
}

function hostOf({ host }: HubConfig): string {
  return host.includes(":") ? `[${host}]` : host;
}
