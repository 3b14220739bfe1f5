/**
 * The hub as a test sees it: the real small hub, with every event it accepted in the order of its
 * coming.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import { type Hub, startHub } from "../agent/hub/hub.ts";
import type { Finding, LedgerSummary } from "../agent/hub/ledger.ts";
import { cameraEventSchema } from "../agent/uplink/camera-event.ts";
import { type ViolationEvent, violationEventType } from "../pipelines/domain/event.ts";

type CameraEvent = z.infer<typeof cameraEventSchema>;

const waitMsDefault = 20_000;
const lookEveryMs = 25;

export class HubProbe {
  readonly #hub: Hub;
  readonly #findings: readonly Finding[];

  private constructor(hub: Hub, findings: readonly Finding[]) {
    this.#hub = hub;
    this.#findings = findings;
  }

  static async start(url: string): Promise<HubProbe> {
    const findings: Finding[] = [];
    const hub = await startHub({
      url,
      clientId: "hub-probe",
      // As a hub that must not miss anything while it is cut off.
      keepsSession: true,
      acknowledges: true,
      print: () => {},
      onFinding: (finding) => findings.push(finding),
    });
    return new HubProbe(hub, findings);
  }

  /** Violation events, doubles removed, in the order of their coming. */
  get events(): readonly ViolationEvent[] {
    return this.#findings
      .filter((finding) => finding.outcome === "accepted")
      .map(({ event }) => event)
      .filter((event): event is ViolationEvent => event.type === violationEventType);
  }

  /** Told of cameras that do not see their zones, in the order of their coming. */
  get cameraEvents(): readonly CameraEvent[] {
    return this.#findings
      .filter((finding) => finding.outcome === "accepted")
      .flatMap(({ event }) => cameraEventSchema.safeParse(event).data ?? []);
  }

  get summary(): LedgerSummary {
    return this.#hub.summary();
  }

  async until(isReached: (hub: HubProbe) => boolean, timeoutMs = waitMsDefault): Promise<void> {
    const endsAtMs = performance.now() + timeoutMs;
    while (!isReached(this)) {
      if (performance.now() > endsAtMs) {
        const had = this.events.map(({ id, data }) => `${id} ${data.camera} ${data.stage}`);
        throw new Error(
          `not within ${timeoutMs} ms: ${String(isReached)}; had:\n${had.join("\n")}`,
        );
      }
      await wait(lookEveryMs);
    }
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }
}
