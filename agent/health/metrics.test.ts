import assert from "node:assert/strict";
import { test } from "vitest";
import { createMetrics, RunningTotals } from "./metrics.ts";

const versions = { agent: "0.1.0", node: "24.0.0" };

test("every metric has help, a unit in its name and its labels", async () => {
  const { registry } = createMetrics(versions);
  const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith("kerbside_"));
  assert.ok(own.length > 20);
  for (const { name, help } of own) {
    assert.match(help, /\.$/, name);
    assert.match(name, /^kerbside_[a-z_]+$/);
  }
  const text = await registry.metrics();
  assert.match(text, /kerbside_build_info\{version="0.1.0",node="24.0.0"\} 1/);
  assert.match(text, /process_resident_memory_bytes \d/);
});

test("two agents in one process do not share their numbers", async () => {
  const [a, b] = [createMetrics(versions), createMetrics(versions)];
  a.uplink.published.inc();
  assert.match(await a.registry.metrics(), /kerbside_uplink_published_total 1/);
  assert.match(await b.registry.metrics(), /kerbside_uplink_published_total 0/);
});

test("a running total is followed, also when it begins again", async () => {
  const { registry, capture } = createMetrics(versions);
  const totals = new RunningTotals();
  const labels = { camera: "east", stream: "main" };
  for (const total of [10, 25, 25, 4]) totals.countUpTo(capture.bytes, labels, total);
  totals.countUpTo(capture.pictures, labels, 1);
  const text = await registry.metrics();
  assert.match(text, /kerbside_capture_bytes_total\{camera="east",stream="main"\} 29/);
  assert.match(text, /kerbside_capture_pictures_total\{camera="east",stream="main"\} 1/);
});
