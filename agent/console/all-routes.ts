/** Every route of the page, in one list: what is not named here does not exist. */
import type { ConsolePorts } from "./console-ports.ts";
import { editRoutes } from "./edit/edit-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { liveRoutes } from "./live/live-routes.ts";
import type { Route } from "./routes.ts";

export function allRoutes(ports: ConsolePorts): readonly Route[] {
  return [
    ...liveRoutes(ports),
    ...eventRoutes(ports),
    ...healthRoutes(ports),
    ...editRoutes(ports),
  ];
}
