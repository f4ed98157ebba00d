// What the callers of a scenario say, and whether it has been recorded. A line that nobody has
// recorded is found before a run, where it is a mistake to mend, and not in the middle of one.
import type { Clip } from '#sim/caller/speech-table.ts';
import type { Scenario } from '../script/scenario.ts';

/** One text of one voice: what a recording holds. */
export type Line = { readonly voice: string; readonly text: string };

/** A line and the act of the script in which it is said. */
export type PlacedLine = Line & { readonly act: number };

/** Every text of the caller, and of who else speaks in the room, in the order of the script. */
export const linesOf = ({ caller }: Scenario): readonly PlacedLine[] =>
  caller.acts.flatMap((act, index) => [
    ...('parts' in act ? act.parts : []).flatMap((part) =>
      'text' in part ? [{ voice: caller.voice, text: part.text, act: index }] : [],
    ),
    ...('meanwhile' in act ? (act.meanwhile ?? []) : []).flatMap((happening): PlacedLine[] => {
      if (happening.kind === 'backchannel')
        return [{ voice: caller.voice, text: happening.text, act: index }];
      if (happening.kind !== 'side_talk') return [];
      return [{ voice: happening.voice, text: happening.text, act: index }];
    }),
  ]);

/** The first line of the scenario that none of the clips holds. */
export function unrecordedLine(scenario: Scenario, clips: readonly Clip[]): PlacedLine | undefined {
  const recorded = new Set(clips.map(({ voice, text }) => keyOf({ voice, text })));
  return linesOf(scenario).find((line) => !recorded.has(keyOf(line)));
}

/** Equal for lines that share a recording. */
export const keyOf = ({ voice, text }: Line): string => `${voice}\n${text}`;
