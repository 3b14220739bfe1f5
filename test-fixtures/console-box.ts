/**
 * A box with its page: real cameras on loopback, the agent as it runs, users with every role.
 *
 * Two cameras send H.264, one H.265: what the page shows as it comes and what it has transcoded.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword } from "../agent/console/password.ts";
import { writeUsers } from "../agent/console/users.ts";
import { demoStreams, login } from "../scripts/demo-junction.ts";
import { AgentProcess, type LogLine } from "./agent-process.ts";
import { startCameraServerProcess } from "./camera-server/camera-server-process.ts";

/** On a machine that is busy with other things, too. */
const startMsMax = 60_000;

export const consoleLogins = {
  viewer: { name: "viewer", password: "only-looks-1" },
  editor: { name: "editor", password: "changes-zones-1" },
  live: { name: "engineer", password: "sees-streets-1" },
} as const;

export interface ConsoleBox {
  readonly agent: AgentProcess;
  readonly url: string;
  readonly file: string;
  readonly dataFolder: string;
  stop(): Promise<void>;
}

export async function startConsoleBox(): Promise<ConsoleBox> {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-console-"));
  const dataFolder = join(folder, "data");
  const [, market] = demoStreams;
  if (market === undefined) throw new Error("the demo has no market");
  const cameras = await startCameraServerProcess({
    streams: [market, { path: "/kerb", clip: { made: { codec: "h265" } } }],
  });
  const file = join(folder, "box.yaml");
  await writeFile(file, configuration(cameras.port));
  await writeUsers(dataFolder, [
    { ...(await userOf("viewer")), roles: ["viewer"] },
    { ...(await userOf("editor")), roles: ["editor"] },
    { ...(await userOf("live")), roles: ["editor", "live"] },
  ]);
  const agent = new AgentProcess({ file, dataFolder, env: { CAM_PW: login.password } });
  try {
    const isServed = ({ message }: LogLine) => message === "the box's page is served";
    const { url } = await agent.line(isServed, startMsMax);
    return {
      agent,
      url: String(url),
      file,
      dataFolder,
      stop: async () => {
        await agent.end();
        await cameras.stop();
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    await agent.end();
    await cameras.stop();
    throw error;
  }
}

async function userOf(who: keyof typeof consoleLogins) {
  const { name, password } = consoleLogins[who];
  return { name, hash: await hashPassword(password) };
}

function configuration(port: number): string {
  return `# The junction of the tests. Comments stay where they are.
version: 1
device: { id: test-junction, division: "445102", place: 牌坊街 × 太平路, location: [116.6470, 23.6700], timezone: Asia/Shanghai }
health: { listen: 127.0.0.1:0 }
console: { listen: 127.0.0.1:0 }
cameras:
  - id: market # the stall and the bin
    url: rtsp://${login.user}:\${env:CAM_PW}@127.0.0.1:${port}/market
    views:
      - { id: kerb, crop: [0.6, 0.38, 1, 0.78], every: 1s, model: street-nano }
      - { id: bins, crop: [0.62, 0.62, 1, 1], every: 1s, model: street-nano }
    zones:
      - id: kerb
        polygon: [[0.6, 0.4], [1, 0.4], [1, 0.78], [0.6, 0.78]]
        rules:
          - { kind: illegal-parking, warnAfter: 3s, reportAfter: 6s, clearAfter: 5s }
      - id: bins
        polygon: [[0.62, 0.5], [1, 0.5], [1, 1], [0.62, 1]]
        rules:
          - { kind: overflowing-bin, warnAfter: 3s, reportAfter: 6s, clearAfter: 5s }
  - id: side
    name: 侧面
    url: rtsp://127.0.0.1:${port}/kerb
    views:
      - { id: all, crop: [0, 0, 1, 1], every: 10s, model: street-nano }
    zones:
      - id: all
        polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
        rules:
          - { kind: illegal-parking, allowed: [{ daily: "06:00-09:00" }], warnAfter: 1m, reportAfter: 5m }
`;
}
