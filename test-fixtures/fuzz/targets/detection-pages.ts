/**
 * A page of the detection log as the disk gives it back: the input is its looks; count and first
 * time are those of the page that it was made from, or the input's first bytes.
 *
 * Holds for every input: it is known as unsound, or every look in it lies within it; detections that
 * are taken for sound are fit for the rules.
 */

import { isSoundPage, PageCursor, pagesOf } from "../../../agent/store/detection-log-page.ts";
import { areSound, packDetections, Unpacking } from "../../../agent/store/packed-detections.ts";
import { stepCamera } from "../../../pipelines/camera.ts";
import { freshCameraState } from "../../../pipelines/camera-state.ts";
import { detectionsOf } from "../../../pipelines/domain/detections.ts";
import { carAt, lookAt, morningMs, rulesOf } from "../../../pipelines/testing/street.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const rules = rulesOf();
const packed = packDetections(
  detectionsOf([
    { label: "car", score: 0.8, box: carAt(0.4) },
    { label: "person", score: 0.5, box: carAt(0.6) },
  ]),
);
const appearances = new Uint8Array(96).fill(7);

/** Its count of looks in the first byte. */
function pageOf(lookCount: number): Buffer {
  const looks = Array.from({ length: lookCount }, (_, index) => ({
    sourceId: 1 + (index % 3),
    capturedAtMs: morningMs + index * 70,
    capturedUncertaintyMs: 40,
    detections: index % 2 === 0 ? packed : new Uint8Array(0),
    appearances: index % 4 === 0 ? appearances : null,
  }));
  const [page] = pagesOf(looks);
  return Buffer.concat([Uint8Array.of(lookCount), page?.looks ?? new Uint8Array(0)]);
}

export const detectionPages: FuzzTarget = {
  name: "detection-pages",
  corpus: () => [1, 2, 7, 40, 64].map(pageOf),
  tokens: [
    Uint8Array.of(0, 0, 0xc0, 0x7f),
    Uint8Array.of(0, 0, 0x80, 0x7f),
    Uint8Array.of(0, 0, 0x80, 0xff),
    Uint8Array.of(0xff, 0xff),
    Uint8Array.of(21, 0),
    Uint8Array.of(96, 0),
  ],
  run: (bytes) => {
    const looks = Buffer.from(bytes.subarray(1));
    const page = { lookCount: bytes[0] ?? 0, fromMs: morningMs, looks };
    if (!isSoundPage(page)) return;
    const cursor = new PageCursor(page);
    const unpacking = new Unpacking(looks.length);
    let state = freshCameraState(rules.cameraId);
    let seen = 0;
    while (cursor.next()) {
      const { head, view } = cursor;
      const end = head.appearancesFrom + head.appearancesBytes;
      if (end > looks.length) throw new Error("a look outside of its page");
      const range = { from: head.detectionsFrom, bytes: head.detectionsBytes };
      const detections = unpacking.next(view, range);
      if (!areSound(detections) || seen >= 4) continue;
      seen += 1;
      const { capturedAtMs } = head;
      state = stepCamera(rules, state, lookAt(0, [], { capturedAtMs, detections })).state;
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 32 * 1_024 * 1_024,
  testInputs: 500,
};
