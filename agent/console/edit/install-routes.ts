/**
 * The guided first start: what is missing, the device, the hub with a test event that comes through,
 * cameras by address or found on the local network.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { ConfigurationEdit } from "../../../config/edit/edit-configuration.ts";
import type { JsonObject } from "../../../config/edit/json-value.ts";
import { makeFolderDurably, writeDurably } from "../../runtime/durable-file.ts";
import { testEventType } from "../../uplink/messages.ts";
import type { ConsolePorts } from "../console-ports.ts";
import { ConsoleRefusal, type Route, route } from "../routes.ts";
import type { ConfigurationEditor } from "./configuration-editor.ts";
import { discoverCameras } from "./onvif-discovery.ts";
import { readinessOf } from "./readiness.ts";
import { savedAnswer } from "./zone-routes.ts";

const version = z.string().max(64);
const plain = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !text.includes("${"), { error: "a variable is written on the box" });
const secret = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\r\n\0]+$/);

const deviceBody = z.strictObject({
  version,
  place: plain(200).optional(),
  location: z.tuple([z.number(), z.number()]).optional(),
  division: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
});
const hubBody = z.strictObject({
  version,
  url: plain(500).regex(/^(?:mqtts?|wss?):\/\//),
  user: plain(200).optional(),
  password: secret.optional(),
});
const cameraBody = z.strictObject({
  version,
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/),
  name: plain(100).optional(),
  /** No file, no password: that has a field of its own. */
  url: plain(1_000).regex(/^(?:rtsps?|https?):\/\/[^@\s]+$/),
  user: z
    .string()
    .regex(/^[^\s:@/$]{1,100}$/)
    .optional(),
  password: secret.optional(),
});

/** Behind the newest event: more have not come since the test was asked for. */
const lookedAtMax = 2_000;
const testPattern = /^page [0-9a-f]{8}$/;

export function installRoutes(ports: ConsolePorts, editor: ConfigurationEditor): readonly Route[] {
  const { clock, config, health } = ports;
  const save = async (edit: ConfigurationEdit, user: string, wanted: string) =>
    savedAnswer(await editor.save(edit, { version: wanted, user }));
  return [
    route({
      method: "GET",
      path: "/api/install",
      role: "editor",
      handle: () => {
        const { device, hub } = config();
        const { position } = device;
        return {
          json: {
            version: editor.read().version,
            steps: readinessOf(config(), health()),
            device: {
              id: device.id,
              division: device.division,
              place: device.place ?? "",
              location: position ? [position.longitude, position.latitude] : null,
            },
            hub: hub && {
              address: `${hub.protocol}://${hub.host}:${hub.port}`,
              isAcknowledging: hub.acknowledge,
            },
          },
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/install/device",
      role: "editor",
      body: deviceBody,
      handle: ({ body: { version: wanted, ...device } }, { user }) =>
        save({ sections: { device: given(device) } }, user, wanted),
    }),
    route({
      method: "POST",
      path: "/api/install/hub",
      role: "editor",
      body: hubBody,
      handle: async ({ body: { version: wanted, password, ...hub } }, { user }) => {
        const written = password && { password: await keepSecret(ports, "hub", password) };
        return await save({ sections: { hub: { ...given(hub), ...written } } }, user, wanted);
      },
    }),
    route({
      method: "POST",
      path: "/api/install/camera",
      role: "editor",
      body: cameraBody,
      handle: async ({ body }, { user: editorName }) => {
        const { id, name, user, password } = body;
        const word = password && (await keepSecret(ports, `camera-${id}`, password));
        const login = user === undefined ? "" : `${user}${word ? `:${word}` : ""}@`;
        const url = body.url.replace("://", `://${login}`);
        const camera: JsonObject = { id, ...(name === undefined ? {} : { name }), url, zones: [] };
        return await save({ added: [camera] }, editorName, body.version);
      },
    }),
    route({
      method: "POST",
      path: "/api/install/discover",
      role: "editor",
      handle: async ({ signal }) => {
        const cameras = await discoverCameras(clock, signal).catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          throw new ConsoleRefusal(503, `the local network cannot be asked: ${why}`);
        });
        return { json: { cameras } };
      },
    }),
    route({
      method: "POST",
      path: "/api/install/test-event",
      role: "editor",
      handle: async () => {
        const note = `page ${randomUUID().slice(0, 8)}`;
        if (!(await ports.testEvent(note))) {
          throw new ConsoleRefusal(422, "no hub is configured: events stay in this box");
        }
        return { json: { note } };
      },
    }),
    route({
      method: "GET",
      path: "/api/install/test-event",
      role: "editor",
      handle: ({ query }) => {
        const note = query.get("note") ?? "";
        if (!testPattern.test(note))
          throw new ConsoleRefusal(400, "expected the note of a test event");
        return { json: { state: stateOfTest(ports, note), uplink: health()?.uplink ?? null } };
      },
    }),
  ];
}

/** `answered`: it left the outbox, on the word of the hub, or of its broker where the hub gives none. */
function stateOfTest(
  { openStore }: ConsolePorts,
  note: string,
): "unknown" | "waiting" | "answered" {
  const store = openStore();
  try {
    let seen = 0;
    for (const { event, outbox } of store.newestEvents()) {
      const data = event["data"] as { readonly note?: unknown } | undefined; // of whatever event
      if (event["type"] === testEventType && data?.note === note) {
        return outbox === undefined ? "answered" : "waiting";
      }
      seen += 1;
      if (seen >= lookedAtMax) break;
    }
    return "unknown";
  } finally {
    store.close();
  }
}

/** A password goes into a file of its own; the configuration names the file. */
async function keepSecret(
  { dataFolder }: ConsolePorts,
  name: string,
  text: string,
): Promise<string> {
  const folder = join(dataFolder, "secrets");
  await makeFolderDurably(folder);
  const file = join(folder, `${name}-${randomUUID().slice(0, 8)}`);
  await writeDurably(file, text);
  return `\${file:${file}}`;
}

function given(values: Readonly<Record<string, unknown>>): JsonObject {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as JsonObject; // as the schema of the body says
}
