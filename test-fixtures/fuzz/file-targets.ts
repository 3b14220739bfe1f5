/** What comes from files and from the hub: configuration, permits, models, commands, state. */
import type { FuzzTargets } from "./fuzz-target.ts";

export const fileTargets: FuzzTargets = {
  configuration: async () => (await import("./targets/configuration.ts")).configuration,
  "permit-list": async () => (await import("./targets/permit-list.ts")).permitList,
  "data-tables": async () => (await import("./targets/data-tables.ts")).dataTables,
  "hub-commands": async () => (await import("./targets/hub-commands.ts")).hubCommands,
  "box-messages": async () => (await import("./targets/box-messages.ts")).boxMessages,
  "camera-state": async () => (await import("./targets/camera-state.ts")).cameraStates,
  "detection-pages": async () => (await import("./targets/detection-pages.ts")).detectionPages,
  "model-manifest": async () => (await import("./targets/model-manifest.ts")).modelManifest,
  "onnx-graph": async () => (await import("./targets/onnx-graph.ts")).onnxGraph,
  "detector-output": async () => (await import("./targets/detector-output.ts")).detectorOutput,
  "onnx-session": async () => (await import("./targets/onnx-session.ts")).onnxSession,
  "own-files": async () => (await import("./targets/own-files.ts")).ownFiles,
};
