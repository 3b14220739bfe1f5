/** `kerbside bench outbox`: how fast this box's disk remembers, and how fast events leave it. */
import { parseArgs } from "node:util";
import { benchOutbox, type OutboxBenchResult } from "../bench/outbox/bench-outbox.ts";
import type { Spread } from "../bench/spread.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { numberOptionOf } from "./number-option.ts";
import { textTable } from "./text-table.ts";

const limits = {
  turns: { min: 1, max: 100, isWhole: true },
  seconds: { min: 0.02, max: 10, isWhole: false },
  stored: { min: 0, max: 5_000_000, isWhole: true },
  waiting: { min: 0, max: 190_000, isWhole: true },
} as const;

const numberOf = numberOptionOf("bench outbox");

export const benchOutboxCommand: Command = {
  name: "bench outbox",
  summary: "measure how fast events are stored and sent, and whether stored ones cost",
  usage: `Usage: kerbside bench outbox [options]

  --waiting N   fill the outbox with N events first and drain them at once (default 100000, up to
                190000: as after hours without a broker; 0 leaves it out)
  --stored N    do it again beside N stored events and compare (up to 5000000; 2.2 GB a million)
  --turns N     how often what is compared takes turns (default 7)
  --seconds N   how long one measurement takes (default 0.5)
  --data DIR    a folder on the disk in question (default: KERBSIDE_DATA, or ./data)
  --json        the last line is one JSON object

Commits revisions with their outbox rows to a store of its own, then drains them into a broker on
loopback (mosquitto, or aedes where that is not installed), without the bound of hub.drainPerSecond.
The limits are bare transactions of the same rows and bare publishes of the same bytes, in turns
with it. What it writes is removed again.`,
  example: "kerbside bench outbox --stored 1000000 --json",
  run: runBenchOutbox,
};

async function runBenchOutbox(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stored: { type: "string", default: "0" },
      waiting: { type: "string", default: "100000" },
      turns: { type: "string", default: "7" },
      seconds: { type: "string", default: "0.5" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const result = await benchOutbox({
    folder: dataFolderOf(values.data, io),
    turns: numberOf("turns", values.turns, limits.turns),
    seconds: numberOf("seconds", values.seconds, limits.seconds),
    storedCount: numberOf("stored", values.stored, limits.stored),
    waitingCount: numberOf("waiting", values.waiting, limits.waiting),
    signal: io.signal,
    onProgress: (text) => io.stderr(`bench outbox: ${text}\n`),
  });
  io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result));
  return exitCodes.done;
}

function readable(result: OutboxBenchResult): string {
  const { spread, turns, seconds, broker, eventBytes, window, stored } = result;
  const row = (name: string, unit: string, field: string): string[] => [
    name,
    unit,
    ...spreadCells(spread[field]),
  ];
  const rates = textTable(
    ["", "", "median", "quartiles", "lowest to highest"],
    [
      row("store", "transactions/s", "transactionsPerSecond"),
      row("limit", "transactions/s", "limitTransactionsPerSecond"),
      row("store / limit", "", "ratio"),
      row("store, CPU", "ms a transaction", "cpuMsPerTransaction"),
      row("limit, CPU", "ms a transaction", "limitCpuMsPerTransaction"),
      row("drain", "events/s", "drainedPerSecond"),
      row("limit", "events/s", "limitDrainedPerSecond"),
      row("drain / limit", "", "drainRatio"),
      row("drain, CPU", "ms an event", "cpuMsPerDrainedRow"),
      row("limit, CPU", "ms an event", "limitCpuMsPerDrainedRow"),
    ],
  );
  const head = `${result.processor}, ${broker}: ${turns} turns of ${seconds} s, events of ${eventBytes} bytes, ${window} in flight`;
  const parts = [head, rates, ...backlogLine(result)];
  return [...parts, ...(stored === undefined ? [] : [storedTable(stored)])].join("\n");
}

function backlogLine({ waiting, insertsPerSecond, drainPerSecond }: OutboxBenchResult): string[] {
  if (waiting === undefined) return [];
  return [
    `With ${waiting} events waiting: ${insertsPerSecond} inserted a second, ${drainPerSecond} drained a second`,
  ];
}

function storedTable(stored: NonNullable<OutboxBenchResult["stored"]>): string {
  const { events, megabytes, openMs, emptyOpenMs, ms, emptyMs, ratios, cpuRatios } = stored;
  const names = [
    ["revision", "a revision"],
    ["presenceSave", "presence saved"],
    ["drainStep", "a step of the drain"],
    ["verdict", "a verdict looked up"],
  ] as const;
  const rows = names.map(([name, text]) => [
    text,
    `${emptyMs[name]}`,
    `${ms[name]}`,
    ...spreadCells(ratios[name]),
    `${cpuRatios[name].median}`,
  ]);
  const titles = [
    "ms",
    "empty",
    "with them",
    "ratio",
    "quartiles",
    "lowest to highest",
    "CPU ratio",
  ];
  return [
    `Beside ${events} stored events (${megabytes} MB; opened in ${openMs} ms, an empty one in ${emptyOpenMs} ms):`,
    textTable(titles, rows),
  ].join("\n");
}

function spreadCells(one: Spread | undefined): string[] {
  if (one === undefined) return ["", "", ""];
  return [`${one.median}`, one.quartiles.join(" to "), `${one.min} to ${one.max}`];
}
