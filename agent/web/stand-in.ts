// The recorded caller: says the lines of a scenario in the reader's place, each at its moment. It listens
// as a person does: it waits for the end of the answer, or speaks into it where the script wants that, and
// goes on after a while when nobody answers.
import type { PlayedLine } from './demo.ts';

export type Stage = {
  /** The agent can be heard now. */
  audible(): boolean;
  /** By its own word the agent is in the middle of an answer. */
  answering(): boolean;
  /** When the agent was last heard, at `performance.now()`. */
  lastHeard(): number;
  /** Says line `index`; resolves at its end. */
  say(index: number): Promise<void>;
};

const LOOK_MS = 20;
/** From a ready call to the first word; from the end of an answer to the next word. */
const SETTLE_MS = 700;
const GAP_MS = 550;
const PATIENCE_MS = 9_000;

/** Resolves when all is said and answered, or when `signal` ends it. */
export async function playCaller(
  lines: readonly PlayedLine[],
  stage: Stage,
  signal: AbortSignal,
): Promise<void> {
  await pause(SETTLE_MS);
  for (const [index, line] of lines.entries()) {
    if (signal.aborted) return;
    const spokenAt = performance.now();
    await stage.say(index);
    const next = lines[index + 1]?.interrupts;
    const answered = await until(() => stage.audible() && stage.lastHeard() > spokenAt, PATIENCE_MS, signal);
    if (answered && next !== undefined) await pause(next.afterMs);
    else if (answered) await until(() => isOver(stage), 60_000, signal);
    if (line !== lines.at(-1) || signal.aborted) continue;
    await pause(GAP_MS);
  }
}

const isOver = (stage: Stage): boolean =>
  !stage.answering() && !stage.audible() && performance.now() - stage.lastHeard() > GAP_MS;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether it came true in time. */
async function until(condition: () => boolean, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (signal.aborted || performance.now() > end) return false;
    await pause(LOOK_MS);
  }
  return !signal.aborted;
}
