/** How the box is, now and over the last day. */
import type { ConsolePorts } from "./console-ports.ts";
import { type Route, route } from "./routes.ts";

const hourMs = 3_600_000;
const violationsMax = 5_000;

export function healthRoutes(ports: ConsolePorts): readonly Route[] {
  const { health, day, clock, config, configuration } = ports;
  return [
    route({
      method: "GET",
      path: "/api/health",
      role: "viewer",
      handle: () => {
        const nowMs = clock.wallMs();
        return {
          json: {
            health: health() ?? null,
            device: { id: config().device.id, place: config().device.place ?? "" },
            refused: configuration.refused() ?? null,
            day: day(),
            eventsByHour: eventsByHour(ports, nowMs),
            nowMs,
          },
        };
      },
    }),
  ];
}

/** Changes of the last 24 hours, the oldest hour first. */
function eventsByHour({ openStore }: ConsolePorts, nowMs: number): readonly number[] {
  const counts = Array.from({ length: 24 }, () => 0);
  const store = openStore();
  try {
    for (const { updatedAtMs } of store.violations({
      sinceMs: nowMs - 24 * hourMs,
      countMax: violationsMax,
    })) {
      const hour = 23 - Math.floor((nowMs - updatedAtMs) / hourMs);
      if (hour >= 0 && hour < 24) counts[hour] = (counts[hour] ?? 0) + 1;
    }
  } finally {
    store.close();
  }
  return counts;
}
