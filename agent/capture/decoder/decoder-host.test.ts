/**
 * The supervisor with a host that does as the test says and a clock that stands still: every
 * picture comes back once, and what a host does to itself costs the picture in work alone.
 */
import { describe, expect, test } from "vitest";
import {
  crop,
  pictureOf,
  settle,
  startedHost,
  watched,
} from "../../../test-fixtures/fake-decoder-host.ts";
import { limits } from "./protocol.ts";

describe("a picture", () => {
  test("waits until the host is ready and comes back as crops with their place", async () => {
    const { decoder, host } = startedHost();
    const into = new Uint8Array(24);
    const decoded = decoder.decode(pictureOf("east"), [{ ...crop, into }]);
    expect(host(0).sent).toHaveLength(0);
    host(0).ready();
    host(0).answer();
    const [result] = await decoded;
    expect(result).toEqual({
      planes: into,
      contentX: 0,
      contentY: 0,
      contentWidth: 4,
      contentHeight: 2,
      pictureWidth: 200,
      pictureHeight: 100,
      crop: { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 },
    });
    expect(into.every((byte) => byte === 9)).toBe(true);
  });

  test("is sent while the one before it is in work, but no more than that", () => {
    const { decoder, host } = startedHost();
    host(0).ready();
    for (let count = 0; count < 5; count++) watched(decoder.decode(pictureOf("east"), [crop]));
    expect(host(0).sent).toHaveLength(2);
    host(0).answer();
    expect(host(0).sent).toHaveLength(2);
    expect(decoder.stats().queuedCount).toBe(4);
  });

  test("that is damaged rejects alone", async () => {
    const { decoder, host, deaths } = startedHost();
    host(0).ready();
    const first = watched(decoder.decode(pictureOf("east"), [crop]));
    const second = watched(decoder.decode(pictureOf("west"), [crop]));
    host(0).answer({ failure: "damaged" });
    host(0).answer();
    await settle();
    expect(first.text).toBe("camera east: picture not decoded (damaged): the text");
    expect(second.text).toBe("decoded");
    expect(deaths).toEqual([]);
    expect(decoder.stats().failedCounts.damaged).toBe(1);
  });

  test("beyond the queue's end is refused", async () => {
    const { decoder } = startedHost({ queuePicturesMax: 2 });
    const states = [1, 2, 3].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
    await settle();
    expect(states.map(({ text }) => text.slice(0, 52))).toEqual([
      "open",
      "open",
      "camera east: picture not decoded (queue-full): 2 pic",
    ]);
  });

  test("beyond what the protocol takes is refused", async () => {
    const { decoder } = startedHost();
    const state = watched(
      decoder.decode(pictureOf("east", new Uint8Array(limits.requestBytesMax + 1)), [crop]),
    );
    await settle();
    expect(state.text).toMatch(/camera east: picture not decoded \(too-large\)/);
  });

  test("with a target of the wrong size is a mistake in the program", async () => {
    const { decoder } = startedHost();
    const into = new Uint8Array(5);
    await expect(decoder.decode(pictureOf("east"), [{ ...crop, into }])).rejects.toThrow(
      RangeError,
    );
  });
});

describe("a host", () => {
  test("that dies costs the picture in work; those behind it are decoded by the next", async () => {
    const { decoder, host, deaths, restart } = startedHost();
    host(0).ready();
    const states = ["east", "west", "north"].map((id) =>
      watched(decoder.decode(pictureOf(id), [crop])),
    );
    host(0).die();
    const next = await restart();
    for (let count = 0; count < 2; count++) next.answer();
    await settle();
    expect(states.map(({ text }) => text)).toEqual([
      "camera east: picture not decoded (host-died): it ended with SIGSEGV",
      "decoded",
      "decoded",
    ]);
    expect(deaths).toEqual(["east: it ended with SIGSEGV"]);
    expect(decoder.stats().restartCount).toBe(1);
  });

  test("that hangs is killed after its time, which grows with the picture", async () => {
    const { clock, decoder, host } = startedHost({ pictureMsMax: 2_000 });
    host(0).ready();
    const state = watched(decoder.decode(pictureOf("east", new Uint8Array(1024 * 1024)), [crop]));
    await clock.advance(2_400);
    expect(host(0).isKilled).toBe(false);
    await clock.advance(200);
    expect(host(0).isKilled).toBe(true);
    expect(state.text).toMatch(/host-hung/);
  });

  test("has its whole time for each picture, however long the queue is", async () => {
    const { clock, decoder, host } = startedHost({ pictureMsMax: 2_000 });
    host(0).ready();
    const states = [1, 2, 3].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
    for (let count = 0; count < 3; count++) {
      await clock.advance(1_900);
      host(0).answer();
    }
    await settle();
    expect(states.every(({ text }) => text === "decoded")).toBe(true);
  });

  test("that grows too large is replaced, and no picture is lost by it", async () => {
    const { decoder, host, restart, deaths } = startedHost({ hostBytesMax: 200_000 * 1024 });
    host(0).ready();
    const states = [1, 2].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
    host(0).answer({ residentKilobytes: 200_001 });
    await settle();
    expect(host(0).isKilled).toBe(true);
    (await restart()).answer();
    await settle();
    expect(states.map(({ text }) => text)).toEqual(["decoded", "decoded"]);
    expect(deaths).toEqual([]);
  });

  test("that does not start rejects what waits, and is tried ever more slowly", async () => {
    const { clock, decoder, hosts, host, deaths } = startedHost();
    const state = watched(decoder.decode(pictureOf("east"), [crop]));
    host(0).die("it did not start: no such file");
    await settle();
    expect(state.text).toMatch(/host-died\): it did not start: no such file/);
    for (let count = 1; count < 12; count++) {
      await clock.advance(10_000);
      host(count).die("it did not start: no such file");
    }
    const startedCount = hosts.length;
    await clock.advance(4_900);
    expect(hosts.length).toBe(startedCount);
    expect(deaths.every((text) => text.startsWith("nobody"))).toBe(true);
  });

  test("that says nothing after its start is killed", async () => {
    const { clock, host } = startedHost({ startMsMax: 15_000 });
    await clock.advance(15_000);
    expect(host(0).isKilled).toBe(true);
  });
});

describe("a camera that kills hosts", () => {
  test("is set aside the second time, named, and comes back", async () => {
    const { clock, decoder, host, restart, setAside } = startedHost();
    host(0).ready();
    watched(decoder.decode(pictureOf("poison"), [crop]));
    host(0).die();
    const second = await restart();
    watched(decoder.decode(pictureOf("poison"), [crop]));
    const waiting = watched(decoder.decode(pictureOf("poison"), [crop]));
    const other = watched(decoder.decode(pictureOf("good"), [crop]));
    second.die();
    await settle();
    expect(setAside).toEqual([["poison", 300_000]]);
    expect(waiting.text).toMatch(/set-aside/);
    const refused = watched(decoder.decode(pictureOf("poison"), [crop]));
    const third = await restart();
    third.answer();
    await settle();
    expect(refused.text).toMatch(/set aside for 5 more min/);
    expect(other.text).toBe("decoded");
    expect(decoder.stats().setAside).toEqual(["poison"]);

    await clock.advance(300_000);
    const back = watched(decoder.decode(pictureOf("poison"), [crop]));
    third.answer();
    await settle();
    expect(back.text).toBe("decoded");
  });
});

test("a stopped decoder leaves nothing open and starts nothing", async () => {
  const { clock, decoder, hosts, host } = startedHost();
  host(0).ready();
  const states = [1, 2, 3].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
  await decoder.stop();
  expect(host(0).isKilled).toBe(true);
  expect(states.every(({ text }) => text.includes("stopped"))).toBe(true);
  await clock.advance(60_000);
  expect(hosts).toHaveLength(1);
  await expect(decoder.decode(pictureOf("east"), [crop])).rejects.toMatchObject({
    code: "DECODER_FAILED",
  });
});
