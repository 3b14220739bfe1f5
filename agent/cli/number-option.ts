/** An option that is a number within a range: read, or refused with what would be right. */
import { wrongUseOf } from "./wrong-use.ts";

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** `command`: as it is typed. Throws USAGE. */
export function numberOptionOf(
  command: string,
): (option: string, text: string, range: NumberRange) => number {
  const wrongUse = wrongUseOf(command);
  return (option, text, { min, max, isWhole }) => {
    const value = Number(text);
    const isFine = text.trim() !== "" && value >= min && value <= max;
    if (isFine && (Number.isInteger(value) || !isWhole)) return value;
    const what = isWhole ? "whole number" : "number";
    throw wrongUse(
      `--${option} must be a ${what} from ${min} to ${max}, got ${JSON.stringify(text)}`,
    );
  };
}
