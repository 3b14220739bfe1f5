/** The cameras that can be watched; the pictures themselves come over the WebSocket. */
import type { ConsolePorts } from "../console-ports.ts";
import { type Route, route } from "../routes.ts";

export function liveRoutes({ config, live }: ConsolePorts): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/live",
      role: "live",
      handle: () => ({
        json: {
          cameras:
            live === undefined
              ? []
              : config().cameras.map(({ id, name }) => ({ id, name: name ?? id })),
        },
      }),
    }),
  ];
}
