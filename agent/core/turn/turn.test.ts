// Who has the floor, seen from the frames: what the recogniser, the voice activity and the voice tell,
// and which decisions follow at which moment.
import { describe, expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { Row } from '../row.test-support.ts';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { TurnProcessor } from './turn.ts';

function floor() {
  const row = new Row((outlet) => new TurnProcessor(DEFAULT_CORE_SETTINGS.turn, outlet));
  const push = (atMs: number, frame: Frame, direction?: 'upstream') => row.push(ms(atMs), frame, direction);
  return {
    row,
    starts: (atMs: number) => push(atMs, { kind: 'VadUserStartedSpeaking', atUs: ms(atMs) }),
    stops: (atMs: number, lastMs = atMs) =>
      push(atMs, { kind: 'VadUserStoppedSpeaking', atUs: ms(lastMs), decidedUs: ms(atMs) }),
    hears: (atMs: number, text: string) => push(atMs, { kind: 'Transcription', text }),
    finalized: (atMs: number) => push(atMs, { kind: 'SttFinalized' }),
    botStarts: (atMs: number, reply: number) => push(atMs, { kind: 'BotStartedSpeaking', reply }, 'upstream'),
    botStops: (atMs: number, reply: number) => push(atMs, { kind: 'BotStoppedSpeaking', reply }, 'upstream'),
    types: (atMs: number, content: string, run = true, speak = true) =>
      row.subject.typed(ms(atMs), { content, run, speak }),
    stopped: () => row.after.of('UserStoppedSpeaking'),
    interruptions: () => row.after.of('Interruption'),
    endpoint: (): Micros | undefined => row.timers.at('endpoint'),
  };
}

test('a pause asks the recogniser for its final text, upstream', () => {
  const { row, starts, stops } = floor();
  starts(100);
  stops(1_000);
  expect(row.before.of('SttFinalize')).toEqual([{ kind: 'SttFinalize', turn: 1 }]);
  expect(row.timers.at('transcript')).toBe(ms(4_000));
});

test('the turn is committed when the words are here and the pause has lasted', () => {
  const { row, starts, stops, hears, finalized, stopped, endpoint } = floor();
  starts(100);
  stops(1_000, 900);
  hears(1_010, 'hello');
  finalized(1_010);
  expect(stopped()).toEqual([]);
  expect(endpoint()).toBe(ms(900 + 192));
  row.subject.endpointReached(ms(1_092));
  expect(stopped()).toEqual([{ kind: 'UserStoppedSpeaking', turn: 1, answer: true, reply: 1 }]);
  expect(row.timers.next()).toBeUndefined();
});

test('words that come after the pause has lasted commit at once; the words pass before the decision', () => {
  const { row, starts, stops, hears, finalized } = floor();
  starts(100);
  stops(1_000, 900);
  hears(1_500, 'hello');
  finalized(1_500);
  expect(row.after.kinds().slice(-3)).toEqual(['Transcription', 'UserStoppedSpeaking', 'SttFinalized']);
});

test('speech within the pause continues the turn and takes its timers back', () => {
  const { row, starts, stops, hears, finalized, stopped } = floor();
  starts(100);
  stops(1_000, 990);
  hears(1_050, 'I would');
  finalized(1_050);
  starts(1_100);
  expect(row.timers.next()).toBeUndefined();
  row.subject.endpointReached(ms(1_200));
  row.subject.transcriptOverdue(ms(4_200));
  expect(stopped()).toEqual([]);
  expect(row.after.of('UserStartedSpeaking')).toHaveLength(1);
});

test('a final that comes while the caller speaks again does not end the turn', () => {
  const { starts, stops, hears, finalized, stopped } = floor();
  starts(100);
  stops(1_000);
  starts(1_100);
  hears(1_200, 'I would');
  finalized(1_200);
  expect(stopped()).toEqual([]);
});

describe('an interruption', () => {
  function replying() {
    const stage = floor();
    stage.types(0, 'hello');
    return stage;
  }

  test('is told before the new turn, and only while a reply is being made or spoken', () => {
    const { row, starts, botStarts } = replying();
    botStarts(500, 1);
    starts(900);
    expect(row.after.kinds().slice(-3)).toEqual([
      'Interruption',
      'UserStartedSpeaking',
      'VadUserStartedSpeaking',
    ]);
    expect(row.after.of('Interruption')).toEqual([{ kind: 'Interruption', turn: 2, reply: 1 }]);
  });

  test('does not happen once the reply is over', () => {
    const { starts, botStarts, botStops, interruptions } = replying();
    botStarts(500, 1);
    botStops(800, 1);
    starts(900);
    expect(interruptions()).toEqual([]);
  });

  test('is not prevented by the end of an older reply', () => {
    const { starts, types, botStops, interruptions } = replying();
    types(100, 'and more');
    botStops(200, 1);
    starts(900);
    expect(interruptions()).toMatchObject([{ reply: 1 }, { reply: 2 }]);
  });

  test('by a noise before the first sound leaves the question open: it is answered after all', () => {
    const { starts, stops, finalized, stopped } = replying();
    starts(900);
    stops(1_100);
    finalized(1_500);
    expect(stopped().at(-1)).toMatchObject({ turn: 2, answer: true, reply: 2 });
  });

  test('by a noise after the first sound is only the end of the reply', () => {
    const { row, starts, stops, finalized, botStarts, stopped } = replying();
    botStarts(500, 1);
    starts(900);
    stops(1_100);
    finalized(1_500);
    expect(stopped().at(-1)).toMatchObject({ turn: 2, answer: false, reply: 0 });
    expect(row.facts().filter(({ what }) => what === 'turn.dropped')).toHaveLength(1);
  });
});

test('a turn without its final is answered with what is there, when that is overdue', () => {
  const { row, starts, stops, hears, stopped } = floor();
  starts(100);
  hears(700, 'half of it');
  stops(1_000);
  row.subject.transcriptOverdue(ms(4_000));
  expect(stopped()).toMatchObject([{ answer: true, reply: 1 }]);
});

test('the words of a turn that was given up open a turn of their own, once', () => {
  const { row, starts, stops, hears, stopped } = floor();
  starts(100);
  stops(1_000);
  row.subject.transcriptOverdue(ms(4_000));
  hears(4_500, 'late');
  hears(4_600, 'and later');
  expect(stopped()).toMatchObject([
    { turn: 1, answer: false },
    { turn: 2, answer: true, reply: 1 },
  ]);
});

describe('typed text', () => {
  test('takes the floor and gives it up at once', () => {
    const { row, types } = floor();
    types(10, 'hello');
    expect(row.after.kinds()).toEqual(['UserStartedSpeaking', 'Transcription', 'UserStoppedSpeaking']);
  });

  test('is stated as what it is, and not as something the recogniser heard', () => {
    const { row, types } = floor();
    types(10, 'hello');
    const told = row.facts().filter(({ what }) => what === 'typed' || what === 'stt.final');
    expect(told).toEqual([{ t: ms(10), who: 'agent', what: 'typed', turn: 1, text: 'hello' }]);
  });

  test('asked to be answered in writing says so; a spoken word in the same turn takes it back', () => {
    const written = floor();
    written.types(10, 'hello', true, false);
    expect(written.stopped()).toMatchObject([{ answer: true, silent: true }]);
    const mixed = floor();
    mixed.starts(100);
    mixed.types(200, 'typed', true, false);
    mixed.stops(500, 400);
    mixed.hears(900, 'spoken');
    mixed.finalized(900);
    expect(mixed.stopped()[0]).not.toHaveProperty('silent');
  });

  test('whose written answer a noise interrupts is not answered twice', () => {
    const { types, starts, stops, finalized, stopped } = floor();
    types(10, 'hello', true, false);
    starts(500);
    stops(600);
    finalized(1_000);
    expect(stopped().map(({ answer }) => answer)).toEqual([true, false]);
  });

  test('in a pause answers without waiting for the recogniser', () => {
    const { row, starts, stops, types, stopped } = floor();
    starts(100);
    stops(500);
    types(520, 'hello');
    expect(stopped()).toHaveLength(1);
    expect(row.timers.next()).toBeUndefined();
  });

  test('that waits for an answer takes no floor', () => {
    const { row, types } = floor();
    types(10, 'by the way', false);
    expect(row.after.kinds()).toEqual(['Transcription']);
  });
});
