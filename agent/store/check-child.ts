/** `check-child.ts FILE`: looks at the whole of a store's database, read-only, and says what is wrong. */
import { checkWhole } from "./check-database.ts";
import { openReadOnly } from "./open-database.ts";
import { isDamageAtOpening } from "./store-errors.ts";

try {
  const db = openReadOnly(process.argv[2] ?? "");
  checkWhole(db);
  db.close();
} catch (error) {
  if (!(error instanceof Error) || !isDamageAtOpening(error)) throw error;
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
