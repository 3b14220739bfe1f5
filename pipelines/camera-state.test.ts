import { describe, expect, test } from "vitest";
import { freshCameraState, parseCameraState, serialiseCameraState } from "./camera-state.ts";
import { cameraId } from "./domain/ids.ts";
import { carAt, looksEvery, rulesWith, runLooks } from "./testing/street.ts";

const east = cameraId("east");
const rules = rulesWith({ warnAfterMs: 20_000, reportAfterMs: 60_000 });
const { state } = runLooks(
  rules,
  looksEvery(2, 90, (s) => [{ box: carAt(0.4) }, { box: carAt(0.05 + ((s * 0.02) % 0.8)) }]),
);

describe("the stored state", () => {
  test("comes back as it was", () => {
    expect(parseCameraState(serialiseCameraState(state), east)).toEqual({ state });
  });

  const rows = [
    { name: "another version", text: '{"version":1}', want: "version 1, this is 3" },
    { name: "no version", text: "{}", want: "version undefined, this is 3" },
    {
      name: "a version without a text",
      text: '{"version":{"toString":1}}',
      want: "version of no sort",
    },
    { name: "no JSON", text: "{", want: "not JSON" },
    { name: "no object", text: "7", want: "no object" },
    { name: "null", text: "null", want: "no object" },
    {
      name: "another camera",
      text: serialiseCameraState(freshCameraState(cameraId("west"))),
      want: "of camera west, not east",
    },
    {
      name: "a part missing",
      text: JSON.stringify({ ...state, presences: undefined }),
      want: "damaged: presences: ",
    },
    {
      name: "a letter changed within a presence",
      text: serialiseCameraState(state).replace('"gap"', '"gbp"'),
      want: "damaged: presences.0.gap: ",
    },
    {
      name: "a number that no clock shows",
      text: serialiseCameraState(state).replace(/"firstSeenAtMs":\d+/, '"firstSeenAtMs":1e300'),
      want: "damaged: ",
    },
  ];
  for (const { name, text, want } of rows) {
    test(`${name}: a fresh state, and the answer says why`, () => {
      const parsed = parseCameraState(text, east);
      expect(parsed.state).toEqual(freshCameraState(east));
      expect(parsed.freshBecause).toContain(want);
    });
  }

  test("of a busy camera stays small", () => {
    const busy = runLooks(
      rules,
      looksEvery(2, 600, (_, index) =>
        Array.from({ length: 60 }, (_, i) => ({
          box: carAt(((i * 7 + index * 3) % 85) / 100, 0.2 + ((i * 13 + index) % 75) / 100),
        })),
      ),
    );
    expect(busy.state.presences.length).toBeLessThanOrEqual(128);
    expect(serialiseCameraState(busy.state).length).toBeLessThan(200_000);
  });
});
