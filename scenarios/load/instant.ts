// The instant from which all processes of a load run count, and how each finds it on its own clock:
// `process.hrtime` has the same origin in every process of a machine, `performance.now` has not.

/** Milliseconds on the machine's monotonic clock. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** `baseMs` of the machine's clock on this process's `performance.now()`. */
export const startOf = (baseMs: number): number => performance.now() - (machineMs() - baseMs);
