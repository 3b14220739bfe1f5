/**
 * The camera server as a process of its own, so that its CPU is accounted apart.
 *
 * Argument: a server description (JSON). Prints `{"port":N}` when it listens and runs until a
 * signal. Without an argument the description is the first line of standard input; the lines that
 * follow are commands, each answered by one line, and the end of standard input ends the server.
 */
import { createInterface } from "node:readline";
import { type CameraServer, startCameraServer } from "./camera-server.ts";
import {
  type FaultDescription,
  faultOf,
  type ServerDescription,
  serverOptions,
} from "./server-description.ts";

export interface ServerCommand {
  readonly id: number;
  readonly stats?: true;
  readonly setFault?: { readonly path: string; readonly faults: readonly FaultDescription[] };
}

async function main(): Promise<void> {
  const argument = process.argv[2];
  if (argument !== undefined) {
    stopOnSignal(await start(argument));
    return;
  }
  let server: CameraServer | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (server === undefined) {
      server = await start(line);
      stopOnSignal(server);
    } else {
      const command = JSON.parse(line) as ServerCommand; // Written by camera-server-process.ts.
      print({ id: command.id, ...(await obey(server, command)) });
    }
  }
  await server?.stop();
}

async function start(text: string): Promise<CameraServer> {
  const description = JSON.parse(text) as ServerDescription; // Checked by startCameraServer.
  const server = await startCameraServer(await serverOptions(description));
  print({ port: server.port });
  return server;
}

async function obey(
  server: CameraServer,
  { stats, setFault }: ServerCommand,
): Promise<Record<string, unknown>> {
  try {
    if (setFault !== undefined) {
      server.setFault(setFault.path, await Promise.all(setFault.faults.map(faultOf)));
    }
    return stats === undefined ? {} : { stats: server.stats(), cpu: process.cpuUsage() };
  } catch (error) {
    return { error: String(error) };
  }
}

function stopOnSignal(server: CameraServer): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void server.stop().then(() => process.exit(0));
    });
  }
}

function print(value: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

await main();
