/** What every turn needs, whoever receives in it. */
export interface TurnInput {
  readonly urls: readonly string[];
  readonly windowMs: number;
  readonly signal: AbortSignal;
}
