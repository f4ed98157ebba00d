// `npm run check`: whether each configured provider works with its key, from where it answers and how fast,
// in one table, and what to do where it does not. It asks for the least that shows it and says what that
// cost.
import type { AnyEntrant } from '#agent/setting/roster.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { configured } from '../check/configured.ts';
import { examine } from '../check/examination.ts';
import { verdictTable } from '../check/table.ts';
import { formatError, type UserError } from '../error.ts';
import { readSpeech } from '../speech/pack.ts';

export type CheckOptions = { readonly json: boolean };

/** Connections to each, and questions: enough for a median, and for a first one that is slower. */
const TRIES = 5;

export async function run({ json }: CheckOptions): Promise<number> {
  const found = configured();
  if (!found.ok) return refuse(found.errors);
  const clock = new RealClock({ exact: false });
  const clip = clipOf();
  const examined = (entrant: AnyEntrant) => examine({ clock, clip, depth: 'least' }, entrant, TRIES);
  // Side by side: they are different servers, and none of them needs much of this machine.
  const verdicts = await Promise.all(found.entrants.map(examined));
  clock.close();
  const isColoured = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 'parley-check/1', providers: verdicts }, null, 2)}\n`
      : `\n${verdictTable(verdicts, isColoured)}`,
  );
  return verdicts.every(({ state }) => state === 'ok') ? 0 : 3;
}

/** What recognisers hear: two words, two thirds of a second. */
export function clipOf() {
  const clip = readSpeech().find('slt', 'For two.');
  if (clip === undefined) throw new Error('the speech pack has no "For two.": npm run speech');
  return clip;
}

export function refuse(errors: readonly UserError[]): number {
  for (const error of errors) process.stderr.write(`${formatError(error)}\n`);
  return errors.some(({ exit }) => exit === 2) ? 2 : 3;
}
