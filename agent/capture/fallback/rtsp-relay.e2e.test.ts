/**
 * Goal: a camera that sends faster than ffmpeg reads fills no memory.
 * Method: the relay between a server that pours and a client that never reads, over real sockets.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startMaliciousCameras } from "../../../test-fixtures/malicious-cameras.ts";
import { systemClock } from "../../runtime/clock.ts";
import { RtspRelay } from "./rtsp-relay.ts";

test("what nobody reads ends the relay's connection, with the reason", async () => {
  const cameras = await startMaliciousCameras();
  const relay = new RtspRelay({ url: cameras.url("giant-frames"), clock: systemClock });
  const door = new URL(await relay.open());
  const client = connect(Number(door.port), "127.0.0.1").pause();
  client.on("error", () => undefined);
  client.write(`PLAY ${door.href} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  await expect.poll(() => relay.failure?.message, { timeout: 10_000 }).toContain("nobody reads");
  const closed = once(client, "close");
  client.resume();
  await closed;
  relay.close();
  await cameras.stop();
});
