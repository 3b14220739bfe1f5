/**
 * Shows that stills and clips show the moment that they claim: cameras send pictures that say which
 * one they are, and every picture of the evidence is read and compared.
 *
 * H.264 and H.265, with and without B-frames, keyframes from half a second to eight seconds apart,
 * and looks at a substream. Where Debian's Chromium is installed, it plays one clip of each. The last line of `--json` holds the numbers.
 */
import { parseArgs } from "node:util";
import { hasChromium } from "../test-fixtures/chromium-plays.ts";
import { type FrameCase, type FrameResult, proveFrames } from "../test-fixtures/frame-proof.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    looks: { type: "string", default: "12" },
  },
});
const common = { looks: Number(values.looks), clipMs: 5_000, isPlayed: hasChromium };
const hd = { width: 1_920, height: 1_080 };
const cases: readonly FrameCase[] = [
  { ...common, name: "H.264", clip: {} },
  { ...common, name: "H.264, 1080p, B-frames", clip: { ...hd, bFrames: 3, gopPictures: 50 } },
  { ...common, name: "H.264, keyframes 8 s apart", clip: { gopPictures: 200 } },
  { ...common, name: "H.265, B-frames", clip: { codec: "h265", bFrames: 3, gopPictures: 50 } },
  { ...common, name: "looks at a substream", clip: {}, isSubstream: true },
];
const results: FrameResult[] = [];
for (const one of cases) {
  const result = await proveFrames(one);
  results.push(result);
  process.stderr.write(`${line(result)}\n`);
}
const isGood = results.every(
  ({ stillsWrong, clipsWithoutMoment, clipPicturesWrong, complaints, played }) =>
    played?.isWhole !== false &&
    played?.hasMoment !== false &&
    stillsWrong === 0 &&
    clipsWithoutMoment === 0 &&
    clipPicturesWrong === 0 &&
    complaints.length === 0,
);
if (values.json) process.stdout.write(`${JSON.stringify({ isGood, results })}\n`);
process.exitCode = isGood ? 0 : 1;

function line(result: FrameResult): string {
  const { name, stills, stillsWrong, exact, distanceMsMax } = result;
  const { clips, clipsWithoutMoment, clipPictures, clipPicturesWrong, clipMsMin } = result;
  return [
    `${name}: ${stills} stills, ${stillsWrong} wrong, ${exact} exact, others up to ${distanceMsMax} ms away`,
    `${clips} clips of ${clipMsMin} ms and more, ${clipsWithoutMoment} without their moment`,
    `${clipPictures} pictures, ${clipPicturesWrong} at a wrong time`,
    playedText(result),
    ...result.complaints,
  ].join("; ");
}

function playedText({ played }: FrameResult): string {
  if (played === undefined) return "no browser here";
  const { isWhole, hasMoment } = played;
  return `Chromium ${isWhole ? "plays it" : "does not play it"} and shows ${hasMoment ? "the moment" : "another moment"}`;
}
