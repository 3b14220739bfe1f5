/**
 * Keeps what MQTT.js remembers about packets small.
 *
 * Its encoder keeps the encoded length of every packet below 16 KiB, once per length, as a piece of
 * the pool that Node cuts small buffers from: each holds 64 KiB of the pool for as long as the
 * process runs, up to 1 GiB when events come in all lengths. Asked for side by side they share it:
 * 256 KiB for all. The packet numbers, which it encodes all at once (7 MB), it encodes as needed.
 */
import { createRequire } from "node:module";

/** Of the encoder's module, what is used here. */
interface PacketEncoder {
  readonly writeToStream: {
    (packet: object, stream: { write(chunk: unknown): boolean }): boolean;
    cacheNumbers: boolean;
  };
}

/** One more than the longest length that is kept. */
const keptLengthEnd = 16_384;
const topic = "t";
/** Beside the payload: the topic behind its own length. */
const headBytes = 2 + topic.length;
const nobody = { write: () => true };

let isDone = false;

/** Once a process, before the first packet. Takes some forty milliseconds. */
export function sharePacketLengths(): void {
  if (isDone) return;
  isDone = true;
  const { writeToStream } = encoderOfMqtt();
  writeToStream.cacheNumbers = false;
  const bytes = Buffer.alloc(keptLengthEnd);
  for (let length = headBytes; length < keptLengthEnd; length++) {
    const payload = bytes.subarray(0, length - headBytes);
    const packet = { cmd: "publish", qos: 0, dup: false, retain: false, topic, payload };
    writeToStream(packet, nobody);
  }
}

/** The copy that the client itself encodes with. */
function encoderOfMqtt(): PacketEncoder {
  const ofMqtt = createRequire(createRequire(import.meta.url).resolve("mqtt"));
  return ofMqtt("mqtt-packet") as PacketEncoder; // Has no types where it lies.
}
