/**
 * Property tests draw anew at each run, so that they find something some day, but not in CI: there
 * a change is judged, not luck.
 *
 * A failing run ends at once and prints its seed: looking for a smaller case takes minutes where a
 * case is a day on a street, no timeout ends it, and the test's name is lost with whoever loses
 * patience. `KERBSIDE_SEED=N` repeats the run and looks for the smaller case.
 */
import fc from "fast-check";

const { CI, KERBSIDE_SEED } = process.env;
const isRepeated = KERBSIDE_SEED !== undefined;
const seed = Number(KERBSIDE_SEED ?? (CI ? 20_260_101 : Number.NaN));
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  endOnFailure: !isRepeated,
  ...(Number.isInteger(seed) ? { seed } : {}),
});
