/**
 * Goal: no secret of the configuration leaves the agent but towards the one it is for.
 * Method: the agent as a process, with a canary in every place where a secret can stand, through
 * good days and bad ones (cameras that refuse, that echo the login, whose TLS is wrong; a broker
 * that goes and comes; reloads, a wrong file, a wrong password, a crash with its stack). Everything
 * that comes out of it is kept and searched for every canary in every form: standard error, all
 * topics and payloads, the health page, the data folder, command lines and environments of its
 * children, and what the commands print. The modes of what it wrote are looked at beside that.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentProcess, LogLine } from "../test-fixtures/agent-process.ts";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { Canaries, type Sighting } from "../test-fixtures/canaries.ts";
import { makeCertificates } from "../test-fixtures/certificates.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { startEchoingHttp, startEchoingRtsp } from "../test-fixtures/echoing-cameras.ts";
import { modesIn } from "../test-fixtures/file-modes.ts";
import { freePort } from "../test-fixtures/free-port.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { type Mosquitto, startMosquitto } from "../test-fixtures/mosquitto.ts";
import { ProcessWatch } from "../test-fixtures/process-watch.ts";
import { runLine } from "./cli/main.ts";
import { testIo } from "./cli/testing.ts";

const secret = {
  eastUser: "canary-East.user",
  east: 'canary/East"p@ss%1 ü',
  sub: "canary:Sub@stream+2",
  west: "canary-West&wrong#3",
  token: "canary.Token/query=4",
  path: "canary-Path-key-5",
  echo: "canary-Echo-rtsp-6",
  web: "canary-Web+http/7",
  tls: "canary-Tls-before-8",
  relayed: "canary-Relayed-9",
  hub: "canary-Hub~pass!10",
  late: "canary-Late-reload-11",
  wrong: "canary-Wrong-hub-12",
  misplaced: "canary-Misplaced-13",
} as const;
const canaries = new Canaries(secret);

/** On a machine that does much else meanwhile. */
const patienceMs = 60_000;

const undo: (() => Promise<unknown>)[] = [];
const sightings: Sighting[] = [];
const kept = { topics: 0, payloads: 0, pages: 0, printed: 0, logLines: 0, processes: 0 };
let modes: readonly string[] = [];
let crash: AgentProcess;
const heardLogins: string[] = [];

const look = (where: string, text: string): void => {
  sightings.push(...canaries.findIn(where, text));
};

const says = (agent: AgentProcess, fits: (line: LogLine) => boolean) =>
  agent.line(fits, patienceMs);

/** Stand in the files of the configuration themselves, and so in the copy that is kept of them. */
const written = new Set(["sub", "west", "token", "relayed", "late"]);
const copyFile = "last-configuration.json";

function lookInData(folder: string): void {
  const found = canaries.findInFolder(folder);
  sightings.push(
    ...found.filter(({ where, canary }) => !(where.endsWith(copyFile) && written.has(canary))),
  );
}

beforeAll(async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  const streams = [
    { path: "/east", clip, credentials: { user: secret.eastUser, password: secret.east } },
    { path: "/sub", clip, credentials: { user: "cam", password: secret.sub } },
    { path: "/west", clip, credentials: { user: "cam", password: "another" } },
    { path: `/live?token=${secret.token}`, clip },
    { path: `/${secret.path}`, clip },
    { path: "/relayed", clip, credentials: { user: "cam", password: secret.relayed } },
  ];
  const cameras = await startCameraServer({ streams });
  undo.push(() => cameras.stop());
  const certificates = await makeCertificates();
  undo.push(() => certificates.remove());
  const tls = await certificates.read(certificates.wrongName);
  const tlsCameras = await startCameraServer({ streams: [{ path: "/tls", clip }], tls });
  undo.push(() => tlsCameras.stop());
  const rtsp = await startEchoingRtsp();
  undo.push(() => rtsp.stop());
  const web = await startEchoingHttp();
  undo.push(() => web.stop());
  const broker = await startMosquitto({ users: { box: secret.hub, listener: "listens" } });
  undo.push(() => broker.stop());
  await listenToAll(broker);

  const junction = await Junction.make();
  undo.push(() => junction.remove());
  await mkdir(join(junction.folder, "secrets"));
  const secretFile = (name: string, text: string) =>
    writeFile(join(junction.folder, "secrets", name), `${text}\n`, { mode: 0o600 });
  await secretFile("hub", secret.hub);
  await secretFile("path-key", secret.path);
  const at = (path: string, port = cameras.port) => `127.0.0.1:${port}${path}`;
  const west = (password: string) => ({
    id: "west",
    url: `rtsp://cam:${encodeURIComponent(password)}@${at("/west")}`,
  });
  const views = [{ id: "all", every: "1s", model: "tiny" }];
  // A part of the configuration in a file of its own, with its own secrets.
  const included = (password: string) =>
    writeFile(
      join(junction.folder, "more.yaml"),
      JSON.stringify({
        hub: {
          url: broker.url,
          user: "box",
          password: `\${file:secrets/hub}`,
          acknowledge: false,
        },
        cameras: [
          { views, ...west(password) },
          { id: "keyed", views, url: `rtsp://${at("/")}\${file:secrets/path-key}` },
        ],
      }),
    );
  await included(secret.west);
  await writeFile(
    junction.file,
    JSON.stringify({
      version: 1,
      include: "more.yaml",
      device: { id: "test-junction", division: "445102", location: [116.647, 23.67] },
      health: { listen: "127.0.0.1:0" },
      log: { level: "debug" },
      cameras: [
        {
          id: "east",
          url: `rtsp://\${env:CAM_USER}:\${env:CAM_PW}@${at("/east")}`,
          substream: `rtsp://cam:${encodeURIComponent(secret.sub)}@${at("/sub")}`,
          views: [
            { id: "all", every: "500ms", model: "tiny" },
            { id: "small", every: "500ms", model: "tiny", stream: "sub" },
          ],
          zones: [
            {
              id: "kerb",
              polygon: wholePicture,
              rules: [{ kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s" }],
            },
          ],
        },
        { id: "token", url: `rtsp://${at("/live?token=")}${secret.token}` },
        { id: "echo", url: `rtsp://cam:\${env:ECHO_PW}@${at("/x", rtsp.port)}` },
        { id: "web", url: `http://cam:\${env:WEB_PW}@${at(`/v?token=${secret.token}`, web.port)}` },
        { id: "tls", url: `rtsps://cam:\${env:TLS_PW}@${at("/tls", tlsCameras.port)}` },
        { id: "away", url: `rtsp://cam:\${env:TLS_PW}@${at("/gone", await freePort())}` },
        {
          id: "relayed",
          url: `rtsp://cam:${secret.relayed}@${at("/relayed")}`,
          capture: "ffmpeg",
        },
      ].map((camera) => ({ views, ...camera })),
    }),
  );
  const preload = join(junction.folder, "crash.mjs");
  await writeFile(
    preload,
    `process.on("SIGUSR2", () => {
       const url = "rtsp://cam:" + encodeURIComponent(process.env.CAM_PW) + "@127.0.0.1/x";
       const cause = Object.assign(new Error("it was " + process.env.ECHO_PW), { url });
       throw Object.assign(new Error("no " + process.env.CAM_PW, { cause }), { args: ["-i", url] });
     });`,
  );
  const env = {
    CAM_USER: secret.eastUser,
    CAM_PW: secret.east,
    ECHO_PW: secret.echo,
    WEB_PW: secret.web,
    TLS_PW: secret.tls,
  };
  // The tiny detectors of the test, as the agent itself finds them.
  const commandEnv = { ...env, KERBSIDE_MODELS: join(junction.folder, "models") };
  const command = async (...args: string[]) => {
    const io = testIo({ env: commandEnv, cwd: junction.folder });
    await runLine(args, io);
    kept.printed += io.out().length + io.err().length;
    look(`kerbside ${args[0]} ${args[1]}`, io.out() + io.err());
    return io.out();
  };
  const data = ["--data", junction.dataFolder];

  // A good day for some cameras, a bad one for the others.
  const agent = junction.start({ env });
  const watch = new ProcessWatch(agent.pid);
  undo.push(async () => watch.stop());
  const failed = (camera: string) =>
    says(agent, (line) => line.camera === camera && line.message.startsWith("camera lost"));
  await says(agent, ({ message }) => message === "reported");
  await Promise.all(["west", "echo", "web", "tls", "away"].map(failed));
  for (const camera of ["token", "keyed", "relayed"]) {
    await says(agent, (line) => line.camera === camera && line.message.startsWith("camera live"));
  }
  heardLogins.push(rtsp.heard(), web.heard());
  const pages = async () => {
    for (const path of ["/metrics", "/health", "/ready"] as const) {
      const text = (await (await agent.ask(path))?.text()) ?? "";
      kept.pages += text.length;
      look(path, text);
    }
  };
  await pages();
  const listed = JSON.parse(await command("events", "list", ...data, "--json")) as object;
  const [violation = "none"] = /[0-9a-f]{20}/.exec(JSON.stringify(listed)) ?? [];
  await command("status", ...data);
  await command("status", "--json", ...data);
  await command("events", "export", ...data);
  await command("explain", violation, ...data);
  await command("explain", violation, "--json", "--config", junction.file, ...data);
  await command("check", junction.file);
  await command("check", junction.file, "--json");
  await command("permits", "list", junction.file);

  // The broker goes and comes.
  await broker.kill();
  await says(
    agent,
    ({ message }) => message.startsWith("hub: ") && /lost|refused|nothing/.test(message),
  );
  await broker.restart();
  await listenToAll(broker);

  // Secrets where none belong: the file is refused.
  const wrongFile = {
    version: 1,
    device: { id: "east", divison: secret.misplaced, location: { secret: secret.misplaced } },
    hub: { url: `mqtts://box:${secret.misplaced}@hub`, password: [secret.misplaced] },
    cameras: [{ id: "east", url: `gopher://cam:${secret.misplaced}@h`, pasword: secret.misplaced }],
  };
  const rightText = await readFile(junction.file);
  await writeFile(junction.file, JSON.stringify(wrongFile));
  agent.signal("SIGHUP");
  await says(agent, ({ message }) => message.startsWith("the new configuration is not used"));
  await command("check", junction.file);
  await command("check", junction.file, "--json");
  await writeFile(junction.file, rightText);

  // A password that is new with a reload, and wrong as well.
  await included(secret.late);
  const lostBefore = agent.lines.filter(({ camera }) => camera === "west").length;
  agent.signal("SIGHUP");
  await says(agent, ({ message }) => message === "the new configuration runs");
  await agent.until(
    () => agent.lines.filter(({ camera }) => camera === "west").length > lostBefore,
    "the camera with the new password",
    patienceMs,
  );
  await agent.until(
    () => agent.lines.filter(({ message }) => message.startsWith("hub: online")).length === 2,
    "the hub again",
    patienceMs,
  );
  await pages();
  modes = await modesIn(junction.dataFolder);
  lookInData(junction.dataFolder);
  await agent.stop();
  lookInData(junction.dataFolder);
  kept.logLines += agent.lines.length + agent.plainLines.length;
  look("the log", agent.log());
  look("the broker's topics and payloads", heardText());
  kept.processes += watch.seen.size;
  for (const [where, text] of watch.seen) look(where, text);

  // The hub does not let it in, and then it crashes.
  await secretFile("hub", secret.wrong);
  crash = junction.start({ env: { ...env, NODE_OPTIONS: `--import=${preload}` } });
  await says(crash, ({ message }) => message.startsWith("hub: the broker"));
  crash.signal("SIGUSR2");
  await crash.ended;
  kept.logLines += crash.lines.length;
  look("the log of a crash", crash.log());
  look("the broker's log", broker.log());
  await rm(junction.file);
  await command("run", junction.file, "--data", join(junction.folder, "new-data"));
}, 120_000);

afterAll(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const heard: string[] = [];
const heardText = (): string => heard.join("\n");

/** As somebody who may read everything at the broker. */
async function listenToAll(broker: Mosquitto): Promise<void> {
  const login = { username: "listener", password: "listens", reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(broker.url, login);
  client.on("error", () => {});
  client.on("message", (topic, payload, packet) => {
    kept.topics += 1;
    kept.payloads += payload.length;
    heard.push(`${topic} ${payload.toString("latin1")} ${JSON.stringify(packet.properties)}`);
  });
  await client.subscribeAsync("#");
  undo.push(() => client.endAsync(true));
}

test("no secret is in any output, in any form", () => {
  expect(sightings).toEqual([]);
});

test("there was enough to look at", () => {
  expect(heardLogins.map((text) => /\bbasic /i.test(text))).toEqual([true, true]);
  expect(kept.topics).toBeGreaterThanOrEqual(5);
  expect(kept.payloads).toBeGreaterThan(3_000);
  expect(kept.pages).toBeGreaterThan(10_000);
  expect(kept.printed).toBeGreaterThan(3_000);
  expect(kept.logLines).toBeGreaterThan(30);
  // Decoder hosts, ffprobe and ffmpeg, each with its command line and its environment.
  expect(kept.processes).toBeGreaterThanOrEqual(6);
});

test("a crash is told in one line with its stack, masked", async () => {
  const told = crash.lines.find(({ message }) => message.startsWith("a bug"));
  expect(told).toMatchObject({ level: "error", err: { type: "Error", message: "no ***" } });
  expect(JSON.stringify(told)).toMatch(/crash\.mjs/);
  expect(await crash.ended).toMatchObject({ code: 3 });
});

test("the data folder and all in it is the agent's alone", () => {
  expect(modes.length).toBeGreaterThanOrEqual(4);
  // Detectors are no secret, and may be added by another user than the agent's.
  const own = modes.filter((line) => !/^(d755|f644) models(\/|$)/.test(line));
  expect(own.filter((line) => !/^d700 |^f600 /.test(line))).toEqual([]);
});
