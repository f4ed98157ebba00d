// A scenario made ready for the talk page: its screenplay, the recordings of the caller's lines, and the
// lines as the emulated recogniser prompts them.
import type { SpeechTable } from '#sim/caller/speech-table.ts';
import type { Scenario } from '../script/scenario.ts';
import { type Line, screenplayOf } from './screenplay.ts';
import { type Take, takeOf } from './take.ts';

export type PlayedLine = Line & { readonly take: Take };

export type Play = { readonly scenario: Scenario; readonly lines: readonly PlayedLine[] };

/** Lines that are not recorded are left out; what is loaded by name has none of them. */
export function playOf(scenario: Scenario, table: SpeechTable): Play {
  const { voice, acts } = scenario.caller;
  const lines = screenplayOf(scenario).flatMap((line): PlayedLine[] => {
    const take = takeOf(table, voice, acts[line.act]);
    return take === undefined ? [] : [{ ...line, take }];
  });
  return { scenario, lines };
}
