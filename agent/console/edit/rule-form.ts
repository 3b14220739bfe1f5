/**
 * What the page makes its form of a rule from: the part of the configuration's own JSON Schema that
 * says what a rule and a window may hold. A setting that is added to the schema is in the form by
 * itself.
 */
import { z } from "zod";
import { ruleSchema } from "../../../config/schema/rule.ts";

/** JSON Schema with `defaultText` and `form`, as the reference page has it. */
export function ruleForm(): unknown {
  return z.toJSONSchema(ruleSchema, { io: "input", reused: "inline" });
}
