/**
 * `kerbside hub evidence open | trace`: a file of verified evidence for a person, and the trace of
 * each such opening. The trace is on the disk before the file is handed out.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { manifestSchema } from "../evidence/manifest.ts";
import { readPublicKeys, sha256Hex } from "../evidence/signing.ts";
import { TrustedKeys } from "../evidence/trusted-keys.ts";
import { verifyRevision } from "../evidence/verify-revision.ts";
import { type AccessLevel, checkTrace, isEnough, noteOpening } from "../hub/access-trace.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBounded, readBoundedText } from "../runtime/bounded-file.ts";
import { systemClock } from "../runtime/clock.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { wrongUseOf } from "./wrong-use.ts";

const fileBytesMax = 256 * 1024 * 1024;
const wrongUse = wrongUseOf("hub evidence");
type Role = ReturnType<typeof manifestSchema.parse>["files"][number]["role"];

export const hubEvidenceCommand: Command = {
  name: "hub evidence",
  summary: "open a file of verified evidence, and keep a trace of it",
  usage: `Usage: kerbside hub evidence open FOLDER FILE [options, all needed]
       kerbside hub evidence trace FILE

FOLDER is one revision below OUT/evidence; FILE one of its files.

  --key PEM        public key of the box; only what it signed is opened
  --level LEVEL    what this person may see: masked, or place (composites name the place too)
  --who, --why     who opens it and for what; both go into the trace
  --trace FILE     the trace, one line an opening; one writer at a time
  --to FILE        where the copy goes (mode 600)

trace checks that no line was changed, taken out or moved. Exit code 1: the level is too low.`,
  example: "kerbside hub evidence trace received/openings.jsonl",
  run: hubEvidence,
};

async function hubEvidence(args: readonly string[], io: CommandIo): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: text, level: text, who: text, why: text, trace: text, to: text },
  });
  const [action, first, file, ...more] = positionals;
  if (action === "trace" && first !== undefined && file === undefined) {
    const { count, sha256 } = await checkTrace(resolve(io.cwd, first));
    io.stdout(`${count} openings, last line ${sha256 ?? "none"}\n`);
    return exitCodes.done;
  }
  if (action !== "open" || first === undefined || file === undefined || more.length > 0) {
    throw wrongUse("expected open FOLDER FILE, or trace FILE");
  }
  const { key, who, why, trace, to } = values;
  const level = levelOf(values.level);
  if (!key || !who?.trim() || !why?.trim() || !trace || !to) {
    throw wrongUse("--key, --who, --why, --trace and --to are needed");
  }
  const folder = resolve(io.cwd, first);
  const pem = await readBoundedText(resolve(io.cwd, key), 256 * 1024);
  const { manifest } = await verifyRevision(folder, "", new TrustedKeys(readPublicKeys(pem)));
  const entry = manifest.files.find(({ name }) => name === file);
  if (entry === undefined) throw wrongUse(`${file} is not in the manifest`);
  if (entry.sealedFor !== undefined) throw wrongUse(`${file} is sealed`);
  const needs = levelFor(entry.role);
  if (!isEnough(level, needs)) {
    io.stderr(`${file} needs the level ${needs}\n`);
    return exitCodes.no;
  }
  const bytes = await readBounded(join(folder, file), fileBytesMax);
  const sha256 = sha256Hex(bytes);
  if (sha256 !== entry.sha256) {
    throw new AgentError("EVIDENCE_UNREADABLE", `${file} changed meanwhile`, "Verify the folder.");
  }
  await noteOpening(resolve(io.cwd, trace), {
    who,
    why,
    at: new Date(systemClock.wallMs()).toISOString(),
    level: needs,
    file: `${manifest.device.id}/${manifest.violation}/${manifest.revision}/${file}`,
    sha256,
  });
  await writeDurably(resolve(io.cwd, to), bytes);
  io.stdout(`${file} opened\n`);
  return exitCodes.done;
}

function levelOf(text = ""): AccessLevel {
  if (text === "masked" || text === "place") return text;
  throw wrongUse(`--level ${text}: expected masked or place`);
}

/** A composite's caption names the place. */
function levelFor(role: Role): AccessLevel {
  if (role === "original") return "original";
  return role === "composite" ? "place" : "masked";
}
