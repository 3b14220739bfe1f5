/**
 * The hub of the benchmark: a real broker, and the small hub behind it with a look at the clock for
 * each event that it accepts.
 */
import { violationEventType } from "../../../pipelines/domain/event.ts";
import { startMosquitto } from "../../../test-fixtures/mosquitto.ts";
import { startEmbeddedBroker } from "../../hub/embedded-broker.ts";
import { startHub } from "../../hub/hub.ts";

export interface Arrival {
  readonly kind: string;
  readonly stage: string;
  /** Wall clock of the picture in which a threshold was crossed. */
  readonly capturedAtMs: number;
  /** Wall clock at the hub. */
  readonly arrivedAtMs: number;
}

export interface Arrivals {
  readonly url: string;
  readonly broker: string;
  /** Violation events that came so far, doubles removed. */
  readonly events: readonly Arrival[];
  stop(): Promise<void>;
}

export async function startArrivals(): Promise<Arrivals> {
  const broker = await anyBroker();
  const events: Arrival[] = [];
  try {
    const hub = await startHub({
      url: broker.url,
      clientId: "bench-hub",
      keepsSession: true,
      acknowledges: true,
      print: () => {},
      onFinding: (finding) => {
        if (finding.outcome !== "accepted" || finding.event.type !== violationEventType) return;
        const { time, data } = finding.event;
        if (!("stage" in data)) return;
        events.push({
          kind: data.kind,
          stage: data.stage,
          capturedAtMs: Date.parse(time),
          arrivedAtMs: Date.now(),
        });
      },
    });
    return {
      url: broker.url,
      broker: broker.name,
      events,
      stop: async () => {
        await hub.stop();
        await broker.stop();
      },
    };
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

/** mosquitto where it is installed, else a broker in this process. */
async function anyBroker() {
  try {
    return { name: "mosquitto", ...(await startMosquitto()) };
  } catch {
    return { name: "aedes", ...(await startEmbeddedBroker()) };
  }
}
