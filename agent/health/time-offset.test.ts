/** Answers of real tools: chrony 4.3, systemd 252, adjtimex 1.29, busybox 1.35. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fromChrony, fromKernel, fromTimesyncd, readTimeOffset } from "./time-offset.ts";

const chronySlow =
  "7F000001,127.0.0.1,9,1795416188.188619676,0.299998730,0.000000017,0.000002430,0.026,0.001,0.217,0.000004654,0.000001686,1.0,Normal\n";
const timesync = (offset: string, delay = "52.298ms", distance = "1.548ms") =>
  `       Server: 192.0.2.8 (ntp.example)
Poll interval: 34min 8s (min: 32s; max 34min 8s)
         Leap: normal
      Version: 4
      Stratum: 2
    Reference: C0000208
    Precision: 1us (-20)
Root distance: ${distance} (max: 5s)
       Offset: ${offset}
        Delay: ${delay}
       Jitter: 4.124ms
 Packet count: 108
    Frequency: +12.201ppm
`;
const busybox = (offset: number, maxError: number, status: string) =>
  `    mode:         0
-o  offset:       ${offset} us
-f  freq.adjust:  0 (65536 = 1ppm)
    maxerror:     ${maxError}
    esterror:     16000000
    status:       ${status}
-p  timeconstant: 2
    precision:    1 us
`;
const adjtimex = `         mode: 0
       offset: -1250000
    frequency: 0
     maxerror: 34000
     esterror: 1000
       status: 8193
time_constant: 2
`;

const rows = [
  { name: "chrony, slow", seen: fromChrony(chronySlow), want: [-299.99873, 300.002743] },
  {
    name: "chrony that waits for its servers",
    seen: fromChrony(
      "00000000,,0,0.000000000,0,0,0,0,0,0,1.000000000,1.000000000,0.0,Not synchronised",
    ),
    want: undefined,
  },
  {
    name: "chrony that is not there",
    seen: fromChrony("506 Cannot talk to daemon\n"),
    want: undefined,
  },
  { name: "timesyncd, fast", seen: fromTimesyncd(timesync("-59us")), want: [0.059, 27.756] },
  {
    name: "timesyncd, slow by much",
    seen: fromTimesyncd(timesync("+1min 2.5s", "0", "3.2s")),
    want: [-62_500, 65_700],
  },
  {
    name: "timesyncd without an answer yet",
    seen: fromTimesyncd("Server: n/a\n"),
    want: undefined,
  },
  {
    name: "a span of another version",
    seen: fromTimesyncd(timesync("+1 fortnight")),
    want: undefined,
  },
  { name: "the kernel, in nanoseconds", seen: fromKernel(adjtimex), want: [1.25, 35.25] },
  {
    name: "the kernel, in microseconds",
    seen: fromKernel(busybox(900, 21_500, "1 (PLL)")),
    want: [-0.9, 22.4],
  },
  {
    name: "a kernel whose clock nobody keeps",
    seen: fromKernel(busybox(0, 16_000_000, "64 (UNSYNC)")),
    want: undefined,
  },
];
for (const { name, seen, want } of rows) {
  test(`${name}: ${want === undefined ? "nothing is known" : "offset and bound"}`, () => {
    expect(seen === undefined).toBe(want === undefined);
    expect(seen?.offsetMs ?? 0).toBeCloseTo(want?.[0] ?? 0, 5);
    expect(seen?.boundMs ?? 0).toBeCloseTo(want?.[1] ?? 0, 5);
  });
}

const folder = mkdtempSync(join(tmpdir(), "kerbside-offset-"));
afterAll(() => rmSync(folder, { recursive: true }));
function tool(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("the first that answers is believed; nobody is no answer", async () => {
  const none = join(folder, "none");
  const tools = { chronyc: none, timedatectl: none, adjtimex: none, busybox: none };
  expect(await readTimeOffset(tools)).toBeUndefined();
  const silent = tool("chronyc", "echo '506 Cannot talk to daemon'; exit 1");
  // Its end says that something is not right; what it prints counts.
  const kernel = tool("adjtimex", `cat <<'END'\n${adjtimex}END\nexit 5`);
  const found = await readTimeOffset({ ...tools, chronyc: silent, adjtimex: kernel });
  expect(found?.offsetMs).toBeCloseTo(1.25, 6);
});
