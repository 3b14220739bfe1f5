/**
 * What a part needs of a log: four levels, fields first, one sentence second (pino's order).
 *
 * The level says what the operator does: error = data lost or a person is needed; warn =
 * unexpected and recovered; info = start, stop, change of state; debug = never per frame.
 * The real one is `agent/health/log.ts`; it redacts secrets whatever is handed to it.
 */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For parts that may be built without a log, and for tests. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
