// Whatever voice activity, recogniser, keyboard and playout do, and in whatever order: every turn ends,
// nobody is left with the floor, and every reply that was begun or paused comes to an end as well.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { Floor } from './floor.test-support.ts';
import { POLICIES, POLICY_NAMES } from './policy.ts';

const WORDS = ['', 'um', 'stop', 'mm-hm', 'where is it?', 'I need a table.', 'and', 'the old tram', '5 5 5'];

type Step = { readonly kind: (typeof KINDS)[number]; readonly text: string; readonly waitMs: number };
const KINDS = [
  'starts',
  'stops',
  'guesses',
  'hears',
  'finalized',
  'types',
  'types for later',
  'types to read',
  'bot starts',
  'bot stops',
  'signals',
  'waits',
] as const;

const STEPS: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    text: fc.constantFrom(...WORDS),
    waitMs: fc.constantFrom(0, 1, 40, 200, 700, 2_500),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Plays the steps with a playout that knows which reply it may sound, and then lets all come to rest. */
function play(floor: Floor, steps: readonly Step[]): void {
  let now = 0;
  let speaking = false;
  let sounding = 0;
  for (const { kind, text, waitMs } of [...steps, ...REST]) {
    now += waitMs;
    floor.run(now);
    const answer = floor.stopped.findLast((frame) => frame.answer)?.reply ?? 0;
    const stopped = floor.interruptions.some(({ reply }) => reply === answer);
    if (stopped) sounding = Math.min(sounding, answer - 1);
    if (kind === 'starts' && !speaking) floor.starts(now, text === 'um' ? -40 : -20);
    if (kind === 'stops' && speaking) floor.stops(now, now - 32, -20);
    speaking = kind === 'starts' || (speaking && kind !== 'stops');
    if (kind === 'guesses') floor.guesses(now, text);
    if (kind === 'hears') floor.hears(now, text);
    if (kind === 'finalized') floor.finalized(now);
    if (kind === 'types') floor.types(now, text);
    if (kind === 'types for later') floor.types(now, text, { run: false });
    if (kind === 'types to read') floor.types(now, text, { speak: false });
    if (kind === 'signals') floor.push(now, { kind: 'SttSignal', signal: 'eager' });
    if (kind === 'bot starts' && answer > sounding && !stopped) {
      sounding = answer;
      floor.saying = 'take the old tram';
      floor.botStarts(now, answer);
    }
    if (kind === 'bot stops' && sounding === answer && answer > 0 && !stopped) floor.botStops(now, answer);
  }
}
const rest = (kind: Step['kind'], waitMs: number): Step => ({ kind, text: '', waitMs });
const REST = [rest('stops', 100), rest('waits', 10_000), rest('bot stops', 0), rest('waits', 10_000)];

const COUNTED: ReadonlySet<Frame['kind']> = new Set(['Speculate', 'Discard', 'UserStoppedSpeaking']);

/** Drafts that are alive after each decision: the numbers of their replies. */
function draftsAlive(frames: readonly Frame[]): readonly (readonly number[])[] {
  let alive: readonly number[] = [];
  return frames
    .filter(({ kind }) => COUNTED.has(kind))
    .map((frame) => {
      if (frame.kind === 'Speculate') alive = [...alive, frame.reply];
      if (frame.kind === 'Discard') {
        expect(alive).toContain(frame.reply);
        alive = alive.filter((reply) => reply !== frame.reply);
      }
      if (frame.kind === 'UserStoppedSpeaking') {
        expect(alive).toEqual(frame.drafted ? [frame.reply] : []);
        alive = [];
      }
      return alive;
    });
}

test.each(POLICY_NAMES)(
  '%s: every turn ends once, in an answer or as nothing, and no timer is left',
  (name) => {
    fc.assert(
      fc.property(STEPS, (steps) => {
        const floor = new Floor(POLICIES[name].turn);
        play(floor, steps);
        const begun = floor.all('turn.started').map(({ turn }) => turn);
        const ended = [
          ...floor.all('turn.dropped').map(({ turn }) => turn),
          ...floor.stopped.flatMap(({ turn, answer }) => (answer ? [turn] : [])),
        ];
        expect([...ended].sort((one, other) => one - other)).toEqual(begun);
        expect(floor.row.timers.next()).toBeUndefined();
      }),
      { numRuns: 1_000, seed: 7 },
    );
  },
);

test.each(POLICY_NAMES)('%s: one draft at most is alive, and none is left behind', (name) => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const floor = new Floor(POLICIES[name].turn);
      play(floor, steps);
      const alive = draftsAlive(floor.row.after.frames);
      expect(alive.every((replies) => replies.length <= 1)).toBe(true);
      expect(alive.at(-1) ?? []).toEqual([]);
      const numbers = floor.stopped.flatMap(({ answer, reply }) => (answer ? [reply] : []));
      expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
    }),
    { numRuns: 1_000, seed: 8 },
  );
});

test.each(POLICY_NAMES)('%s: a reply that was paused goes on, is stopped, or was over by itself', (name) => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const floor = new Floor(POLICIES[name].turn);
      play(floor, steps);
      const paused = new Set<number>();
      const over = new Set<number>();
      for (const frame of [...floor.row.after.frames]) {
        if (frame.kind === 'Duck') {
          expect([paused.has(frame.reply), over.has(frame.reply)]).toEqual([false, false]);
          paused.add(frame.reply);
        }
        if (frame.kind === 'Resume') expect(paused.delete(frame.reply)).toBe(true);
        if (frame.kind === 'Interruption') {
          paused.delete(frame.reply);
          expect(over.has(frame.reply)).toBe(false);
          over.add(frame.reply);
        }
      }
      for (const frame of floor.row.before.of('BotStoppedSpeaking')) paused.delete(frame.reply);
      expect([...paused]).toEqual([]);
    }),
    { numRuns: 1_000, seed: 9 },
  );
});
