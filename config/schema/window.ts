/** A time of the day, on some days, between some dates: what rules, tags and permits are given. */
import { z } from "zod";
import { dailyForm, isDate, parseDaily, windowDays } from "../time-window.ts";
import { oneOf } from "./leaves.ts";

const dateError = "expected a date such as 2026-03-01";
export function date(description: string) {
  return z.string({ error: dateError }).refine(isDate, { error: dateError }).meta({
    description,
    form: "date",
  });
}

const dailyError = `expected ${dailyForm}`;

export const windowSchema = z
  .strictObject({
    daily: z
      .string({ error: dailyError })
      .transform((written, context) => {
        const span = parseDaily(written);
        if (span !== undefined) return span;
        context.addIssue({ code: "custom", message: dailyError, input: written });
        return z.NEVER;
      })
      .meta({
        description:
          "Local hours, the end not included. An end before the start crosses midnight and belongs to the day it starts on.",
        form: "hours",
        examples: ["06:00-09:00"],
      }),
    days: z
      .array(
        oneOf(windowDays, {
          description: "A weekday, or a kind of day by the holiday calendar.",
        }),
        { error: `expected a list of ${windowDays.join(", ")}` },
      )
      .min(1, { error: `expected at least one of ${windowDays.join(", ")}` })
      .optional()
      .meta({
        description:
          "Days on which the window opens. `workday` includes make-up working days, `restday` is a free Saturday or Sunday.",
        defaultText: "every day",
      }),
    from: date("First day.").optional(),
    to: date("Last day, included.").optional(),
  })
  .meta({ description: "A time in which it is allowed." });

export type WindowDocument = z.output<typeof windowSchema>;
