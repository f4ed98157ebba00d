// The recordings that one scenario needs, out of all there are: a recogniser that meets a sound it does
// not know looks through everything it knows, and need not unpack what nobody says. Scenarios with the
// same lines share a booklet; a few are kept.
import { SpeechTable } from '#sim/caller/speech-table.ts';
import { keyOf, linesOf } from '../library/recording.ts';
import type { Scenario } from '../script/scenario.ts';
import { readSpeech } from './pack.ts';

const KEPT_MAX = 32;

/** Read once per process: recordings do not change. */
let all: SpeechTable | undefined;
const kept = new Map<string, SpeechTable>();

/** All recordings of the scenario's lines. A line without one is missing in it too. */
export function speechOf(scenario: Scenario): SpeechTable {
  all ??= readSpeech();
  const lines = new Set(linesOf(scenario).map(keyOf));
  const key = [...lines].join('\n\n');
  const known = kept.get(key);
  if (known !== undefined) return known;
  const { ambient, clips, sounds } = all;
  const made = new SpeechTable(
    ambient,
    clips.filter((clip) => lines.has(keyOf(clip))),
    sounds,
  );
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value ?? '');
  kept.set(key, made);
  return made;
}
