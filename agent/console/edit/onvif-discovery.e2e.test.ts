/** A camera of our own on loopback: the question reaches it, its answers are told once. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { discoverCameras } from "./onvif-discovery.ts";

const answer =
  "<d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/East</d:Scopes><d:XAddrs>http://203.0.113.9/</d:XAddrs></d:ProbeMatch>";

test("what answers the question is told, each address once, noise never", async () => {
  const camera = createSocket("udp4");
  camera.bind(0, "127.0.0.1");
  await once(camera, "listening");
  let question = "";
  camera.on("message", (bytes, { port }) => {
    question = bytes.toString();
    for (const text of ["noise", answer, answer]) camera.send(text, port, "127.0.0.1");
  });
  const to = { host: "127.0.0.1", port: camera.address().port };
  const found = await discoverCameras(systemClock, new AbortController().signal, to);
  expect(question).toContain("NetworkVideoTransmitter");
  expect(found).toEqual([{ address: "127.0.0.1", name: "East", hardware: null }]);
  camera.close();
});
