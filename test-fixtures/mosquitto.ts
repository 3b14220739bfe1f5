/**
 * A real mosquitto broker for end-to-end tests, on a free port of loopback, with its configuration
 * and files in a temporary folder.
 *
 * `kill` and `restart` keep the port and the folder, so that a client can be watched over an
 * outage; `stop` removes everything.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { CertificateFiles } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { runTool } from "./run-tool.ts";

export interface MosquittoOptions {
  /** Default: everybody may connect. */
  readonly users?: Readonly<Record<string, string>>;
  readonly tls?: CertificateFiles;
  /** With `tls`: clients must show a certificate of this CA, whose name is their user. */
  readonly clientCaFile?: string;
  /** Sessions, queued and retained messages survive `kill` and `restart`. Default false. */
  readonly persistence?: boolean;
  /** Further lines of mosquitto.conf. */
  readonly extra?: readonly string[];
}

export interface Mosquitto {
  readonly port: number;
  /** `mqtt://` or `mqtts://`, by name `localhost` with TLS. */
  readonly url: string;
  /** Everything that the broker has said, over restarts. */
  log(): string;
  /** As a power cut: no goodbye to anybody, nothing saved. */
  kill(): Promise<void>;
  /** Ends the broker in good order when it runs, and starts it on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-mosquitto-"));
  let log = "";
  let child: ChildProcess | undefined;
  const say = (text: string): void => {
    log += text;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child !== undefined) await endProcess(child, signal);
    child = undefined;
  };

  let port = 0;
  for (let attempt = 1; child === undefined; attempt++) {
    port = await freePort();
    await writeConfiguration(folder, port, options);
    try {
      child = await launch(folder, port, say);
    } catch (error) {
      if (attempt < 3) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
  return {
    port,
    url: options.tls === undefined ? `mqtt://127.0.0.1:${port}` : `mqtts://localhost:${port}`,
    log: () => log,
    kill: () => end("SIGKILL"),
    async restart() {
      await end("SIGTERM");
      child = await launch(folder, port, say);
    },
    async stop() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeConfiguration(
  folder: string,
  port: number,
  { users, tls, clientCaFile, persistence = false, extra = [] }: MosquittoOptions,
): Promise<void> {
  const lines = [
    `listener ${port} 127.0.0.1`,
    "log_dest stderr",
    "log_type all",
    // Started by root, mosquitto would become another user and not read its own folder.
    `user ${userInfo().username}`,
    `persistence ${persistence}`,
    `persistence_location ${folder}/`,
    `allow_anonymous ${users === undefined}`,
  ];
  if (users !== undefined) {
    const passwords = join(folder, "passwords");
    const plain = Object.entries(users).map(([user, password]) => `${user}:${password}\n`);
    await writeFile(passwords, plain.join(""), { mode: 0o600 });
    // Turns plain passwords in the file into hashes: none stands in a process list.
    await runTool("mosquitto_passwd", ["-U", passwords]);
    lines.push(`password_file ${passwords}`);
  }
  if (tls !== undefined) lines.push(`certfile ${tls.certFile}`, `keyfile ${tls.keyFile}`);
  if (clientCaFile !== undefined) {
    lines.push(
      `cafile ${clientCaFile}`,
      "require_certificate true",
      "use_identity_as_username true",
    );
  }
  await writeFile(join(folder, "mosquitto.conf"), `${[...lines, ...extra].join("\n")}\n`);
}

/** Resolves when the broker accepts connections. */
async function launch(
  folder: string,
  port: number,
  say: (text: string) => void,
): Promise<ChildProcess> {
  // Debian keeps it where ordinary users' PATH does not look.
  const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin`;
  const child = spawn("mosquitto", ["-c", join(folder, "mosquitto.conf")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      say(chunk.toString());
    });
  }
  let failure: string | undefined;
  child.on("error", (error) => {
    failure = `mosquitto did not start: ${error.message}`;
  });
  child.on("exit", (code) => {
    failure = `mosquitto ended with ${code}: ${said.slice(-500)}`;
  });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (failure !== undefined) throw new Error(failure);
    // The port may answer for somebody else: only ours says that it runs.
    if (/mosquitto version .* running/.test(said) && (await answers(port))) return child;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await endProcess(child, "SIGKILL");
  throw new Error(`mosquitto does not listen after 5 s: ${said.slice(-500)}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  const impatient = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await exit;
  clearTimeout(impatient);
}
