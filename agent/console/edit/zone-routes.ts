/**
 * Zones and rules: the form of a camera, a proposal with its messages and its difference, saving,
 * the way back, reading the file again.
 */
import { writtenCameras } from "../../../config/edit/written-configuration.ts";
import type { Finding } from "../../../config/finding.ts";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { ConsolePorts } from "../console-ports.ts";
import { type ConsoleAnswer, ConsoleRefusal, type Route, route } from "../routes.ts";
import type { ConfigurationEditor, Proposal, Saved } from "./configuration-editor.ts";
import { editBody, editBytesMax, editOf, rollbackBody } from "./edit-body.ts";
import { metreScale } from "./metre-scale.ts";
import { ruleForm } from "./rule-form.ts";

export function zoneRoutes(ports: ConsolePorts, editor: ConfigurationEditor): readonly Route[] {
  const { configuration } = ports;
  const form = ruleForm();
  return [
    route({
      method: "GET",
      path: "/api/edit",
      role: "editor",
      handle: async () => {
        const written = editor.read();
        const cameras = [...writtenCameras(written)].map(([id, { camera }]) => ({
          id,
          name: typeof camera["name"] === "string" ? camera["name"] : null,
          zones: camera["zones"] ?? [],
          views: camera["views"] ?? [],
          masks: camera["masks"] ?? [],
          isCalibrated: typeof camera["calibration"] === "string",
        }));
        return {
          json: {
            version: written.version,
            cameras,
            refused: configuration.refused() ?? null,
            history: await editor.history(),
          },
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/edit/form",
      role: "editor",
      handle: () => ({ json: form }),
    }),
    route({
      method: "GET",
      path: "/api/edit/picture/:camera",
      role: "editor",
      handle: async ({ params }) => {
        const camera = knownCamera(ports, params["camera"]);
        const picture = await ports.maskedPicture(camera);
        if (picture === undefined)
          throw new ConsoleRefusal(503, "the camera has sent no picture yet");
        return { bytes: picture.jpeg, type: "image/jpeg" };
      },
    }),
    route({
      method: "GET",
      path: "/api/edit/scale/:camera",
      role: "editor",
      handle: ({ params }) => {
        const id = knownCamera(ports, params["camera"]);
        const found = ports.config().cameras.find((camera) => camera.id === id);
        return { json: { scale: found?.calibration ? metreScale(found.calibration) : null } };
      },
    }),
    route({
      method: "POST",
      path: "/api/edit/propose",
      role: "editor",
      body: editBody,
      bodyBytesMax: editBytesMax,
      handle: async ({ body }) => {
        const proposal = await editor.propose(editOf(body.cameras, editor.read()));
        return { json: proposalAnswer(proposal, body.version) };
      },
    }),
    route({
      method: "POST",
      path: "/api/edit/save",
      role: "editor",
      body: editBody,
      bodyBytesMax: editBytesMax,
      handle: async ({ body }, { user }) => {
        const edit = editOf(body.cameras, editor.read());
        return savedAnswer(await editor.save(edit, { version: body.version, user }));
      },
    }),
    route({
      method: "POST",
      path: "/api/edit/rollback",
      role: "editor",
      body: rollbackBody,
      handle: async ({ body: { id, version } }, { user }) => {
        const saved = await editor.rollBack(id, { version, user });
        if (saved === undefined)
          throw new ConsoleRefusal(404, "that configuration is not kept any more");
        return savedAnswer(saved);
      },
    }),
    route({
      method: "POST",
      path: "/api/edit/reload",
      role: "editor",
      handle: async () => ({ json: await configuration.reload() }),
    }),
  ];
}

function knownCamera(ports: ConsolePorts, asked: string | undefined) {
  const found = ports.config().cameras.find(({ id }) => id === asked);
  if (found === undefined) throw new ConsoleRefusal(404, "this box has no such camera");
  return cameraId(found.id);
}

/** Names of folders are nobody's business in a browser. */
function shown({ file, line, column, path, message }: Finding) {
  return { file: file.split("/").at(-1) ?? file, line, column, path, message };
}

function proposalAnswer({ version, errors, warnings, diff }: Proposal, wanted: string) {
  return {
    isCurrent: version === wanted,
    version,
    errors: errors.map(shown),
    warnings: warnings.map(shown),
    diff: diff.map(({ file, lines }) => ({ file: file.split("/").at(-1) ?? file, lines })),
  };
}

export function savedAnswer(saved: Saved): ConsoleAnswer {
  if (saved.outcome === "refused") {
    return { json: { outcome: "refused", errors: saved.errors.map(shown) } };
  }
  return { json: saved };
}
