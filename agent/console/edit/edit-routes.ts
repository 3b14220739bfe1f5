/** Everything that changes the configuration from the page: zones, calibration, installation. */
import type { ConsolePorts } from "../console-ports.ts";
import type { Route } from "../routes.ts";
import { whatIfRoutes } from "../what-if/what-if-routes.ts";
import { calibrateRoutes } from "./calibrate-routes.ts";
import { ConfigurationEditor } from "./configuration-editor.ts";
import { installRoutes } from "./install-routes.ts";
import { zoneRoutes } from "./zone-routes.ts";

export function editRoutes(ports: ConsolePorts): readonly Route[] {
  const editor = new ConfigurationEditor(ports);
  return [
    ...zoneRoutes(ports, editor),
    ...whatIfRoutes(ports, editor),
    ...calibrateRoutes(ports, editor),
    ...installRoutes(ports, editor),
  ];
}
