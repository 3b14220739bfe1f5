/** The short form of `npm run proof:frames`: evidence shows the moment that it claims. */
import { expect, test } from "vitest";
import { proveFrames } from "../../test-fixtures/frame-proof.ts";

const rows = [
  { name: "B-frames", clip: { bFrames: 2, gopPictures: 25 } },
  { name: "looks at a substream", clip: { gopPictures: 25 }, isSubstream: true },
];
for (const row of rows) {
  test.concurrent(`stills and clips show their moment: ${row.name}`, {
    timeout: 60_000,
  }, async () => {
    const result = await proveFrames({ ...row, looks: 2, clipMs: 1_500 });
    expect(result).toMatchObject({
      stills: 2,
      stillsWrong: 0,
      exact: row.isSubstream === true ? 0 : 2,
      clips: 2,
      clipsWithoutMoment: 0,
      clipPicturesWrong: 0,
      complaints: [],
    });
    expect(result.distanceMsMax).toBeLessThanOrEqual(1_000);
    expect(result.clipMsMin).toBeGreaterThan(2_000);
  });
}
