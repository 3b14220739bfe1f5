/**
 * `kerbside evidence verify | audit | rotate-key`: whether kept evidence is what the device left,
 * whether each picture of a day is reachable from its event and back, and a new key for the device.
 *
 * `verify` needs the folder and the public key and nothing else: no agent, no network, no store.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { rotateDeviceKey } from "../evidence/device-keys.ts";
import { readPublicKeys } from "../evidence/signing.ts";
import { type Verified, verifyEvidence } from "../evidence/verify.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { systemClock } from "../runtime/clock.ts";
import { lockInstance } from "../store/instance-lock.ts";
import { StoreReader } from "../store/store-reader.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { type Audit, auditDay } from "./evidence-audit.ts";
import { keepPrivate } from "./private-folder.ts";
import { wrongUseOf } from "./wrong-use.ts";

const dataUsage = "  --data DIR    the agent's data folder (default: KERBSIDE_DATA, or ./data)";
const keyBytesMax = 256 * 1024;
const wrongUse = wrongUseOf("evidence verify");

export const evidenceCommands: readonly Command[] = [
  {
    name: "evidence verify",
    summary: "whether a folder of evidence is what the device left",
    usage: `Usage: kerbside evidence verify FOLDER --key FILE [options]

FOLDER is one violation, one revision of it, or a whole tree of evidence.

  --key FILE     the device's public key (PEM); several may stand one behind the other
  --last SHA256  hash of the newest manifest, as its event names it: finds a folder that was
                 put back as it was earlier
  --json         print one JSON object: ok, first, and what was looked at

Works offline. The first thing that does not fit is named. Exit code 1: something does not fit.`,
    example: "kerbside evidence verify data/evidence --key data/device.pub",
    run: verify,
  },
  {
    name: "evidence audit",
    summary: "whether each picture of a day leads to its event and back",
    usage: `Usage: kerbside evidence audit --day YYYY-MM-DD [options]

${dataUsage}
  --day DATE    the day, in the site's own time
  --json        print one JSON object: the counts and every fault

Exit code 1: an event names a picture that is not there, or the other way round.`,
    example: "kerbside evidence audit --day 2026-05-01",
    run: audit,
  },
  {
    name: "evidence rotate-key",
    summary: "a new key for the device, which the old one vouches for",
    usage: `Usage: kerbside evidence rotate-key [options]

${dataUsage}

The agent must be stopped. From the next manifest on the new key signs; the old private key is
destroyed, and whoever has the old public key can verify everything as before.`,
    example: "kerbside evidence rotate-key --data /var/lib/kerbside",
    run: rotateKey,
  },
];

async function verify(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: "string" },
      last: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw wrongUse("name one folder of evidence");
  if (values.key === undefined) throw wrongUse("name the device's public key with --key FILE");
  const { last } = values;
  if (last !== undefined && !/^[0-9a-f]{64}$/.test(last)) {
    throw wrongUse(`--last ${last}: expected a SHA-256 of 64 small hex digits`);
  }
  const keys = await keysIn(resolve(io.cwd, values.key));
  const found = await read(resolve(io.cwd, folder), () =>
    verifyEvidence(resolve(io.cwd, folder), { keys, ...(last === undefined ? {} : { last }) }),
  );
  io.stdout(values.json ? `${JSON.stringify(found)}\n` : verdictText(found));
  return found.ok ? exitCodes.done : exitCodes.no;
}

function verdictText({ first, violations, manifests, files, dropped }: Verified): string {
  const seen = `${violations} violations, ${manifests} manifests, ${files} files`;
  const gone = dropped === 0 ? "" : `; the files of ${dropped} manifests were dropped at a limit`;
  return first === null ? `sound: ${seen}${gone}\n` : `does not fit: ${first}\n`;
}

async function keysIn(path: string) {
  try {
    return readPublicKeys(await readBoundedText(path, keyBytesMax));
  } catch (error) {
    throw new AgentError(
      "USAGE",
      `${path} is no public key: ${error instanceof Error ? error.message : String(error)}`,
      "Name the device's device.pub: it lies in its data folder, and its status message holds it.",
      { cause: error },
    );
  }
}

async function read<Value>(folder: string, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AgentError || !(error instanceof Error) || !("code" in error)) throw error;
    throw new AgentError(
      "EVIDENCE_UNREADABLE",
      `${folder} cannot be read: ${error.message}`,
      "Name a folder of evidence that this user may read.",
      { cause: error },
    );
  }
}

async function audit(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      day: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { day } = values;
  if (day === undefined || Number.isNaN(Date.parse(day)) || !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    throw wrongUse(`--day ${day ?? ""}: expected a date such as 2026-05-01`);
  }
  const dataFolder = dataFolderOf(values.data, io);
  const reader = new StoreReader(dataFolder);
  try {
    const found = await read(dataFolder, () => auditDay(reader, { dataFolder, day }));
    io.stdout(values.json ? `${JSON.stringify(found)}\n` : auditText(found));
    return found.faults.length === 0 ? exitCodes.done : exitCodes.no;
  } finally {
    reader.close();
  }
}

function auditText({ day, events, complete, pictures, faults }: Audit): string {
  const share = events === 0 ? "" : ` (${Math.round((100 * complete) / events)} %)`;
  const lines = [
    `${day}: ${events} events, ${complete} of them with complete evidence${share}`,
    `${pictures} files, each named by its event and its manifest: ${faults.length === 0 ? "yes" : "no"}`,
    ...faults.map((fault) => `  ${fault}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function rotateKey(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { data: { type: "string" } } });
  const dataFolder = dataFolderOf(values.data, io);
  const reader = new StoreReader(dataFolder);
  let firstManifest: number;
  try {
    firstManifest = (reader.lastManifestNumber() ?? 0) + 1;
  } finally {
    reader.close();
  }
  keepPrivate(dataFolder);
  const lock = lockInstance(dataFolder);
  try {
    const nowMs = systemClock.wallMs();
    const { from, to } = await rotateDeviceKey(dataFolder, { firstManifest, nowMs });
    io.stdout(`key ${to.id} signs from manifest ${firstManifest} on, key ${from.id} before it\n`);
  } finally {
    lock.release();
  }
  return exitCodes.done;
}
