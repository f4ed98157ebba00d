// `npm run soak -- --world loopback`: so many callers on real sockets for so many minutes, the agent in a
// process of its own. It says how much the agent adds to an answer, what each session takes of the processor
// and of memory, and whether any turn got stuck.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Progress } from '#reports/progress.ts';
import { formatError, type UserError } from '../error.ts';
import type { Spread } from '../kpis/statistic.ts';
import { multiTurn } from '../library/multi-turn.ts';
import { figuresOf, type LoadFigures, verdictsOf } from '../load/figure.ts';
import { load } from '../load/load.ts';
import { outputError } from './output.ts';

export type RawLoad = {
  readonly sessions: number;
  readonly minutes: number;
  readonly providers: string;
  readonly seed: string;
  readonly out: string;
  readonly json: boolean;
  /** Writes a CPU profile of the agent's process. */
  readonly profile: boolean;
};

/** Returns the exit code: 0 all held, 1 not, 2 bad usage, 3 a process could not be had. */
export async function runLoad(raw: RawLoad): Promise<number> {
  const refused = outputError(raw.out);
  if (refused !== undefined) return refuse(refused);
  const { sessions, minutes, providers } = raw;
  const folder = raw.profile ? { profile: join(raw.out, 'profile') } : {};
  if (folder.profile !== undefined) mkdirSync(folder.profile, { recursive: true });
  const progress = new Progress({
    total: Math.round(minutes * 60),
    tty: process.stderr.isTTY === true,
    noun: `seconds, ${sessions} sessions`,
  });
  const request = { scenario: multiTurn, sessions, minutes, providers, seed: Number(raw.seed), ...folder };
  const result = await load(request, (seconds, of) => {
    process.stderr.write(progress.update(Math.min(Math.floor(seconds), Math.round(of)), seconds));
  });
  process.stderr.write(progress.end());
  if (!result.ok) {
    const todo = 'see what it says; the ports of 127.0.0.1 must be free to use';
    return refuse({ what: result.reason, where: 'soak --world loopback', todo, exit: 3 });
  }
  const figures = figuresOf(result.run, multiTurn);
  const verdicts = verdictsOf(figures);
  const held = verdicts.every((verdict) => verdict.held !== false);
  const file = join(raw.out, 'load.json');
  const text = `${JSON.stringify({ minutes, providers, held, figures }, null, 2)}\n`;
  writeFileSync(file, text);
  process.stdout.write(raw.json ? text : `${lines(figures, verdicts, held)}\nwritten: ${file}\n`);
  return held ? 0 : 1;
}

function lines(figures: LoadFigures, verdicts: ReturnType<typeof verdictsOf>, held: boolean): string {
  const { hopMs, sessions, turns, overheadMs, voiceToVoiceMs, rssMb, loopMs, heapGrowthMb, seed } = figures;
  const spread = ({ p50, p95, p99 }: Spread) => `p50 ${short(p50)}, p95 ${short(p95)}, p99 ${short(p99)} ms`;
  return [
    `${held ? 'held' : 'MISSED'}: ${sessions} sessions, ${turns} turns`,
    ...verdicts.map((verdict) => `  ${verdict.held === false ? 'MISSED ' : ''}${verdict.words}`),
    `overhead ${spread(overheadMs)}`,
    `  of it, medians: ${Object.entries(hopMs)
      .map(([hop, ms]) => `${hop} ${short(ms)}`)
      .join(', ')}`,
    `voice to voice ${spread(voiceToVoiceMs)}`,
    `memory ${short(rssMb.first)} MB with one session, ${short(rssMb.all)} MB with all; ` +
      `heap ${short(heapGrowthMb)} MB more at the end`,
    `event loop late by p50 ${short(loopMs.p50)}, p99 ${short(loopMs.p99)} ms`,
    ...(seed === null ? [] : [`first that is not as it should be: the caller of seed ${seed}`]),
  ].join('\n');
}

const short = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
