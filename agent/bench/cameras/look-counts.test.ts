import { expect, test } from "vitest";
import {
  countsBetween,
  countsTogether,
  evidenceMs,
  lookCounts,
  madeCount,
  missedCount,
  perKind,
} from "./look-counts.ts";

const page = (
  met: number,
  late: number,
  lost: number,
): string => `# HELP kerbside_looks_met_total Looks.
# TYPE kerbside_looks_met_total counter
kerbside_looks_met_total{camera="camera-1",view="street"} ${met}
kerbside_looks_met_total{camera="camera-2",view="street"} 5
kerbside_looks_missed_total{camera="camera-1",view="street",reason="late"} ${late}
kerbside_looks_missed_total{camera="camera-2",view="street",reason="stale"} 1
kerbside_looks_saved_total{by="packets"} 4
kerbside_capture_lost_packets_total{camera="camera-1",stream="main"} ${lost}
kerbside_camera_live{camera="camera-1",stream="main"} 1
kerbside_camera_live{camera="camera-2",stream="main"} 0
kerbside_look_latency_seconds_sum{stage="whole"} 1.5e-3
kerbside_evidence_seconds_sum{of="queue"} ${met / 100}
kerbside_evidence_seconds_sum{of="all"} ${met / 10}
kerbside_evidence_seconds_count{of="all"} ${met}
kerbside_evidence_seconds_count{of="queue"} ${met}
process_cpu_seconds_total 12.5
`;

test("looks are read from the metrics page, reasons that nobody has yet as 0", () => {
  const counts = lookCounts(page(10, 3, 7));
  expect(counts.met).toBe(15);
  expect(counts.liveCount).toBe(1);
  expect(counts.missed).toMatchObject({ late: 3, stale: 1, "decode-failed": 0 });
  expect(counts.left).toEqual({ "lost-packets": 7, "looks-not-logged": 0, "events-dropped": 0 });
  expect(counts.saved).toEqual({ packets: 4 });
});

test("what came between two readings, of several windows together", () => {
  const window = countsBetween(lookCounts(page(10, 3, 7)), lookCounts(page(40, 5, 7)));
  expect(window).toMatchObject({ met: 30, missed: { late: 2, stale: 0 } });
  expect(window.left["lost-packets"]).toBe(0);
  const both = countsTogether([window, window]);
  expect(both.met).toBe(60);
  expect(missedCount(both)).toBe(4);
  // A look that came late cost as much.
  expect(madeCount(both)).toBe(64);
});

test("a look counts for each kind of its view", () => {
  expect(perKind(3, ["illegal-parking", "street-vending"])).toEqual({
    "illegal-parking": 3,
    "street-vending": 3,
  });
});

test("what events waited for their evidence is a mean of what came between", () => {
  const window = countsBetween(lookCounts(page(10, 3, 7)), lookCounts(page(40, 5, 7)));
  expect(evidenceMs(window)).toEqual({ queue: 10, all: 100 });
  expect(evidenceMs(countsBetween(lookCounts(""), lookCounts("")))).toBeNull();
});
