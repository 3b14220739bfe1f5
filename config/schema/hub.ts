/** Where events go. Without this part the box keeps everything to itself. */
import { z } from "zod";
import { byteSize, duration, text, whole, yesOrNo } from "./leaves.ts";

const protocolError = "expected one of auto, 5, 3.1.1";

export const hubSchema = z
  .strictObject({
    url: text(
      500,
      {
        description: "Address of the broker: mqtt, mqtts, ws or wss.",
        examples: ["mqtts://hub.example.city:8883"],
      },
      "an address such as mqtts://hub.example.city",
    ),
    user: text(200, { description: "User name at the broker." }).optional(),
    password: text(4096, {
      description: `Password at the broker; write it as \`\${env:NAME}\` or \`\${file:NAME}\`.`,
    }).optional(),
    ca: text(500, {
      description: "PEM file of the authority that signed the broker's certificate.",
      defaultText: "the system's authorities",
    }).optional(),
    cert: text(500, { description: "PEM file of the box's own certificate." }).optional(),
    key: text(500, { description: "PEM file of the key to `cert`." }).optional(),
    serverName: text(253, {
      description: "Name that the broker's certificate bears, when it is not the host's.",
    }).optional(),
    clientId: text(128, {
      description: "MQTT client id.",
      defaultText: "kerbside-DIVISION-DEVICE",
    }).optional(),
    protocol: z
      .union([z.literal("auto"), z.literal("5"), z.literal(5), z.literal("3.1.1")], {
        error: protocolError,
      })
      .transform((value) => (value === 5 ? "5" : value))
      .prefault("auto")
      .meta({
        description: "MQTT version; `auto` takes 5, and 3.1.1 when the broker knows no better.",
        form: "auto, 5 or 3.1.1",
      }),
    acknowledge: yesOrNo({
      description: "An event counts as delivered on the hub's word, not on the broker's.",
    }).prefault(false),
    drainPerSecond: whole(
      { min: 1, max: 1000 },
      { description: "Most events a second after an outage." },
    ).prefault(20),
    uploadLimit: byteSize(
      { min: 16 * 1024, max: 1024 ** 3 },
      {
        description:
          "Most bytes a second for pictures, so that the link stays free for others. Events go first in any case.",
      },
    ).prefault("512KiB"),
    keepAlive: duration(
      { min: 5_000, max: 600_000 },
      { description: "How often the connection proves that it lives." },
    ).prefault("30s"),
    connectTimeout: duration(
      { min: 1_000, max: 120_000 },
      { description: "Longest wait for the broker's answer." },
    ).prefault("15s"),
  })
  .meta({ description: "Where events go. Left out: the box keeps everything to itself." });
