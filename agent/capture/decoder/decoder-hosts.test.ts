/** The supervisor with more than one host: when another is started, who gets what, who ends. */
import { describe, expect, test } from "vitest";
import {
  crop,
  pictureOf,
  settle,
  startedHost,
  watched,
} from "../../../test-fixtures/fake-decoder-host.ts";
import type { DecoderHostOptions } from "./decoder-host.ts";

describe("more than one host", () => {
  const pictures = 220;
  /** Each picture finds what came before it still in work. */
  async function crowded(options: DecoderHostOptions = {}) {
    const made = startedHost({ hostsMax: 2, ...options });
    made.host(0).ready();
    watched(made.decoder.decode(pictureOf("first"), [crop]));
    for (let count = 0; count < pictures; count++) {
      watched(made.decoder.decode(pictureOf(`camera-${count}`), [crop]));
      made.host(0).answer();
      await settle();
    }
    return made;
  }

  test("is started when nearly all pictures find the first at work", async () => {
    const { decoder, hosts } = await crowded();
    expect(hosts).toHaveLength(2);
    expect(decoder.stats()).toMatchObject({
      decodedCount: pictures,
      queuedCount: 1,
      restartCount: 0,
    });
  });

  test("is not started for pictures that come one by one, nor beyond what is allowed", async () => {
    const calm = startedHost({ hostsMax: 2 });
    calm.host(0).ready();
    for (let count = 0; count < 300; count++) {
      watched(calm.decoder.decode(pictureOf("east"), [crop]));
      // Two in three meet another camera's.
      watched(calm.decoder.decode(pictureOf("west"), [crop]));
      watched(calm.decoder.decode(pictureOf("south"), [crop]));
      while (calm.host(0).sent.length > 0) calm.host(0).answer();
    }
    // All cameras at once, as after a loss of power.
    for (let count = 0; count < 60; count++) {
      watched(calm.decoder.decode(pictureOf(`camera-${count}`), [crop]));
    }
    while (calm.host(0).sent.length > 0) calm.host(0).answer();
    expect(calm.hosts).toHaveLength(1);
    expect((await crowded({ hostsMax: 1 })).hosts).toHaveLength(1);
  });

  test("work side by side, and a picture goes where least stands before it", async () => {
    const { decoder, host } = await crowded({ sentPicturesMax: 3 });
    host(1).ready();
    host(0).answer();
    const camerasOf = (index: number) => host(index).sent.map(({ request }) => request.bytes);
    watched(decoder.decode(pictureOf("long", new Uint8Array(5_000)), [crop]));
    for (let count = 0; count < 3; count++) watched(decoder.decode(pictureOf("east"), [crop]));
    expect(camerasOf(0)).toHaveLength(1);
    expect(camerasOf(1)).toHaveLength(3);
  });

  test("a death costs the picture of that host alone, and the other takes what waits", async () => {
    const { decoder, host, deaths } = await crowded();
    host(1).ready();
    host(0).answer();
    const states = ["east", "west", "north", "south"].map((id) =>
      watched(decoder.decode(pictureOf(id), [crop])),
    );
    host(0).die();
    for (let count = 0; count < 3; count++) host(1).answer();
    await settle();
    expect(states.map(({ text }) => text)).toEqual([
      "camera east: picture not decoded (host-died): it ended with SIGSEGV",
      "decoded",
      "decoded",
      "decoded",
    ]);
    expect(deaths).toEqual(["east: it ended with SIGSEGV"]);
    expect(decoder.stats()).toMatchObject({ isReady: true, queuedCount: 0 });
  });

  test("a camera whose pictures end both is set aside", async () => {
    const { decoder, host, setAside } = await crowded();
    host(1).ready();
    host(0).answer();
    for (let count = 0; count < 2; count++) watched(decoder.decode(pictureOf("poison"), [crop]));
    host(0).die();
    host(1).die();
    await settle();
    expect(setAside).toEqual([["poison", 300_000]]);
  });

  test("the second ends when it had nothing to do for long, and comes back when needed", async () => {
    const { clock, decoder, hosts, host } = await crowded();
    host(1).ready();
    host(0).answer();
    for (let minute = 0; minute < 11; minute++) {
      expect(host(1).isKilled).toBe(minute >= 10);
      watched(decoder.decode(pictureOf("east"), [crop]));
      host(0).answer();
      await clock.advance(60_000);
    }
    expect([host(0).isKilled, host(1).isKilled]).toEqual([false, true]);
    expect(decoder.stats()).toMatchObject({ restartCount: 0, isReady: true, queuedCount: 0 });
    watched(decoder.decode(pictureOf("west"), [crop]));
    for (let count = 0; count < pictures; count++) {
      watched(decoder.decode(pictureOf("east"), [crop]));
      host(0).answer();
      await settle();
    }
    expect(hosts).toHaveLength(3);
  });
});
