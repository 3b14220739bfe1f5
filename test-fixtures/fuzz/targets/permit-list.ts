/**
 * Permit lists, CSV and YAML: the first byte of an input says which.
 *
 * Holds for every input: faults have places; a list that is taken prints and reads back the same.
 */
import fc from "fast-check";
import { printPermits } from "../../../config/permits/print-permits.ts";
import { readPermits } from "../../../config/permits/read-permits.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileIn, hostileValue, type Json } from "../hostile-values.ts";

const csv = [
  "number,kinds,camera,zone,polygon,longitude,latitude,radiusMetres,from,to,hours,confirmed,appearance",
  'CZ-17,"street-vending; illegal-parking",east,market,,,,,2026-01-01,2026-12-31,06:00-09:00; 19:00-00:30,,',
  "CZ-18,unlicensed-signage,east,,0.1 0.2; 0.3 0.2; 0.3 0.4,,,,2026-01-01,,,否,",
  '"CZ ""19""",street-vending,,,,116.647,23.67,30,2026-05-01,2026-05-03,,true,',
  "",
].join("\r\n");
const yaml: Json = {
  version: "1",
  permits: [
    { number: "A", kinds: ["street-vending"], camera: "east", zone: "kerb", from: "2026-01-01" },
    {
      number: 7,
      kinds: "illegal-parking",
      longitude: 116.6,
      latitude: 23.6,
      radiusMetres: 20,
      from: "2026-01-01",
      to: "2026-02-01",
      hours: ["06:00-09:00"],
    },
  ],
};
const prefixed = (kind: "c" | "y", text: string): Buffer => Buffer.from(kind + text);

const cells = fc.array(fc.array(hostileValue, { maxLength: 14 }), { maxLength: 6 }).map((rows) => {
  const lines = rows.map((row) => row.map((cell) => `"${cellText(cell)}"`).join(","));
  return prefixed("c", [csv.split("\r\n")[0], ...lines].join("\n"));
});

function cellText(cell: Json): string {
  return (typeof cell === "string" ? cell : JSON.stringify(cell)).slice(0, 500);
}

export const permitList: FuzzTarget = {
  name: "permit-list",
  corpus: () => [prefixed("c", csv), prefixed("y", JSON.stringify(yaml, undefined, 1))],
  tokens: [
    '"',
    '""',
    ",",
    ";",
    "\r",
    "0.1 0.2; 0.3 0.2; 0.3 0.4",
    "2026-02-29",
    "06:00-09:00",
    "是",
  ],
  arbitrary: fc.oneof(
    cells,
    hostileIn([yaml]).map((value) => prefixed("y", JSON.stringify(value))),
  ),
  run: (bytes) => {
    const name = bytes[0] === 0x63 ? "list.csv" : "list.yaml";
    const { register, errors, places } = readPermits({
      name,
      folder: "/c",
      bytes: bytes.subarray(1),
    });
    if (register === undefined && errors.length === 0) throw new Error("refused without a reason");
    if (errors.length > 201) throw new Error(`${errors.length} faults`);
    if (errors.some(({ line, column }) => !(line >= 1 && column >= 1))) throw new Error("no place");
    if (register === undefined) return;
    if (places.length !== register.permits.length) throw new Error("a permit without its place");
    const rows = register.permits.map((permit) => ({ permit }));
    const printed = Buffer.from(printPermits(register.version, rows, "again"));
    const again = readPermits({ name: "again.yaml", folder: "/c", bytes: printed });
    if (again.register?.hash !== register.hash) {
      throw new Error(
        `printed and read back it is another list: ${JSON.stringify(again.errors[0])}`,
      );
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 96 * 1_024 * 1_024,
  testInputs: 200,
};
