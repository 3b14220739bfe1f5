/**
 * The evidence topic in the published contract: one part of a file, made by the code that sends it.
 *
 * Its payload is bytes, so what JSON Schema can say of it is its size; the rest stands in the topic
 * and, with MQTT 5, in user properties.
 */
import { partBytes, partCountOf, partsMax, partTopic } from "../uplink/evidence-topic.ts";
import { partProperties, sha256Of } from "../uplink/part-properties.ts";

const message = { $ref: "#/components/messages/evidence-part" };

export const evidenceChannel = {
  address: "kerbside/v1/{division}/{device}/evidence/{violation}/{revision}/{file}/{part}",
  parameters: {
    division: { description: "Administrative division of the box: six digits." },
    device: { description: "The box's id in its configuration." },
    violation: { description: "`data.violation` of the event it belongs to." },
    revision: { description: "`data.revision` of that event." },
    file: {
      description: "Name of the file in the manifest; manifest.json and manifest.sig come first.",
    },
    part: {
      description: `NUMBERofCOUNT, from 1, as in 3of12. Part n begins at byte (n - 1) * ${partBytes}; all but the last have ${partBytes} bytes. At most ${partsMax}.`,
    },
  },
  messages: { "evidence-part": message },
};

export const evidenceOperation = {
  action: "send",
  channel: { $ref: "#/channels/evidence" },
  messages: [{ $ref: "#/channels/evidence/messages/evidence-part" }],
  bindings: { mqtt: { qos: 1, retain: false, bindingVersion: "0.2.0" } },
};

const example = Buffer.from("the bytes of a picture");

export function evidencePart(): object {
  const file = { bytes: example.byteLength, sha256: sha256Of(example) };
  const topic = partTopic({
    address: { division: "445102", device: "cz-paifang-03" },
    violation: "072deb69b05defd6cad3",
    revision: 2,
    file: "reported.jpg",
    part: 1,
    partCount: partCountOf(example.byteLength),
  });
  return {
    name: "evidence-part",
    title: "One part of a file of evidence",
    summary: `Bytes, behind their event. For example on ${topic}.`,
    contentType: "application/octet-stream",
    headers: {
      type: "object",
      description:
        "MQTT 5 user properties. MQTT 3.1.1 has none: topic, payload and the signed manifest say enough.",
      properties: {
        bytes: { type: "string", description: "Size of the whole file." },
        sha256: { type: "string", description: "SHA-256 of the whole file, lower-case hex." },
        "part-sha256": { type: "string", description: "SHA-256 of this part's payload." },
      },
    },
    payload: { type: "string", format: "binary", maxLength: partBytes },
    examples: [
      {
        name: "one-part",
        summary: topic,
        headers: partProperties(file, example),
        payload: example.toString("utf8"),
      },
    ],
  };
}
