/**
 * Property tests draw anew at each run, so that they find something some day, but not in CI: there
 * a change is judged, not luck. A failing run prints its seed; `KERBSIDE_SEED=N` repeats it.
 */
import fc from "fast-check";

const { CI, KERBSIDE_SEED } = process.env;
const seed = Number(KERBSIDE_SEED ?? (CI ? 20_260_101 : Number.NaN));
if (Number.isInteger(seed)) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
