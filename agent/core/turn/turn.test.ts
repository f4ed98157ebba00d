// Who has the floor, seen from the frames: what the recogniser, the voice activity and the voice tell,
// and which decisions follow at which moment.
import { describe, expect, test } from 'vitest';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms } from '../time.ts';
import { Floor } from './floor.test-support.ts';
import { POLICIES } from './policy.ts';

test('a pause asks the recogniser for its final text, upstream', () => {
  const floor = new Floor();
  floor.starts(100);
  floor.stops(1_000);
  expect(floor.row.before.of('SttFinalize')).toEqual([{ kind: 'SttFinalize', turn: 1 }]);
  expect(floor.row.timers.at('transcript')).toBe(ms(4_000));
});

describe('the end of a turn', () => {
  test('waits for the pause to last as long as the words demand', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000, 900);
    floor.settles(1_010, 'Where is it?');
    expect(floor.stopped).toEqual([]);
    floor.run(900 + 309);
    expect(floor.stopped).toEqual([]);
    floor.run(900 + 310);
    expect(floor.stopped).toMatchObject([
      { turn: 1, answer: true, reply: 1, text: 'Where is it?', trimmed: 0 },
    ]);
    expect(floor.row.timers.next()).toBeUndefined();
  });

  test('waits longer for a thought left hanging, and not for ever', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000, 900);
    floor.settles(1_200, 'I would like a table and');
    floor.run(900 + 2_199);
    expect(floor.stopped).toEqual([]);
    floor.run(900 + 2_200);
    expect(floor.stopped).toHaveLength(1);
  });

  test('does not wait for a recogniser that says so', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000, 900);
    floor.settles(1_200, 'I would like a table and');
    floor.push(1_300, { kind: 'SttSignal', signal: 'end' });
    expect(floor.stopped).toHaveLength(1);
  });

  test('comes at once when the words come after the pause has lasted', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000, 900);
    floor.settles(1_500, 'Hello.');
    expect(floor.row.after.kinds().slice(-4)).toEqual([
      'Transcription',
      'Speculate',
      'UserStoppedSpeaking',
      'SttFinalized',
    ]);
    expect(floor.stopped).toMatchObject([{ drafted: true, reply: 1 }]);
  });

  test('does not come while the caller speaks again', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000, 990);
    floor.hears(1_050, 'I would');
    floor.starts(1_100);
    expect(floor.row.timers.next()).toBeUndefined();
    floor.settles(1_200, 'really');
    floor.row.subject.endpointReached(ms(1_200));
    floor.row.subject.transcriptOverdue(ms(4_200));
    expect(floor.stopped).toEqual([]);
    expect(floor.row.after.of('UserStartedSpeaking')).toHaveLength(1);
  });

  test('may come in writing, and then answers what was being said as well', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.guesses(600, 'Which day is the museum');
    floor.stops(1_000);
    floor.types(1_050, 'the one in Berlin');
    expect(floor.stopped).toMatchObject([{ text: 'Which day is the museum the one in Berlin' }]);
    floor.hears(1_150, 'Which day is the museum closed?');
    floor.run(9_000);
    expect(floor.stopped).toHaveLength(1);
  });

  test('is waited for no less because the recogniser is late', () => {
    const floor = new Floor();
    for (let turn = 0; turn < 4; turn += 1) {
      floor.starts(10_000 * turn + 100);
      floor.stops(10_000 * turn + 1_000);
      floor.settles(10_000 * turn + 1_150, 'Yes.');
      floor.run(10_000 * turn + 9_000);
    }
    floor.starts(50_000);
    floor.guesses(50_700, 'I would like to book a table for two and');
    floor.stops(51_000);
    floor.run(52_900);
    expect(floor.stopped).toHaveLength(4);
    floor.run(54_000);
    expect(floor.stopped.slice(4)).toMatchObject([{ text: 'I would like to book a table for two and' }]);
  });

  test('of a guess at the last words is not answered again when their final transcript comes late', () => {
    const floor = new Floor();
    floor.starts(0);
    floor.guesses(500, 'Where is the museum?');
    floor.stops(900);
    floor.run(6_000);
    expect(floor.stopped).toMatchObject([{ text: 'Where is the museum?' }]);
    floor.hears(6_500, 'Where is the museum? Please.');
    floor.starts(8_000);
    floor.stops(8_500);
    floor.settles(8_600, 'Thank you.');
    floor.run(12_000);
    expect(floor.stopped.at(-1)).toMatchObject({ text: 'Please. Thank you.' });
  });

  test('after sound without words drops the turn as soon as there are known to be none', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(200);
    floor.finalized(400);
    expect(floor.stopped).toMatchObject([{ turn: 1, answer: false, reply: 0 }]);
    expect(floor.all('turn.dropped')).toHaveLength(1);
  });
});

describe('a transcript that does not come', () => {
  test('is waited for as long as the settings say, and what is there is answered, the guess as well', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.hears(700, 'Half of it');
    floor.guesses(900, 'and more');
    floor.stops(1_000);
    floor.run(3_999);
    expect(floor.stopped).toEqual([]);
    floor.run(4_000);
    expect(floor.stopped).toMatchObject([{ answer: true, text: 'Half of it and more' }]);
  });

  test('is waited for as long as this recogniser needs, once that is known', () => {
    const floor = new Floor();
    for (let turn = 0; turn < 4; turn += 1) {
      floor.starts(10_000 * turn + 100);
      floor.stops(10_000 * turn + 1_000);
      floor.settles(10_000 * turn + 1_200, 'Yes.');
      floor.run(10_000 * turn + 9_000);
    }
    floor.starts(50_000);
    floor.stops(51_000);
    expect(floor.row.timers.at('transcript')).toBe(ms(51_000 + 400));
  });

  test('and comes after all opens a turn of its own, once', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000);
    floor.run(4_000);
    floor.hears(4_500, 'late');
    floor.hears(4_600, 'and later');
    expect(floor.stopped).toMatchObject([
      { turn: 1, answer: false },
      { turn: 2, answer: true, reply: 1, text: 'late' },
    ]);
  });

  test('whose words come after they were answered waits for the next turn', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000);
    floor.settles(1_500, 'Hello.');
    floor.hears(1_600, 'out there');
    floor.types(9_000, 'well');
    expect(floor.stopped.map(({ text }) => text)).toEqual(['Hello.', 'out there well']);
  });
});

describe('an answer begun before its turn is over', () => {
  function pausing(text: string) {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(1_000, 990);
    floor.hears(1_150, text);
    return floor;
  }

  test('is begun on words that sound finished, and is the answer when they stay the same', () => {
    const floor = pausing('Where is it?');
    expect(floor.row.after.of('Speculate')).toMatchObject([{ turn: 1, reply: 1, text: 'Where is it?' }]);
    floor.finalized(1_160);
    floor.run(2_000);
    expect(floor.stopped).toMatchObject([{ reply: 1, drafted: true }]);
    expect(floor.row.after.of('Discard')).toEqual([]);
  });

  test('is begun on the guess when that is complete as the pause begins', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.guesses(900, 'Where is it?');
    expect(floor.row.after.of('Speculate')).toEqual([]);
    floor.stops(1_000, 990);
    expect(floor.row.after.of('Speculate')).toHaveLength(1);
    floor.settles(1_150, 'where is it');
    floor.run(4_000);
    expect(floor.stopped).toMatchObject([{ reply: 1, drafted: true, text: 'where is it' }]);
  });

  test('is not begun on a thought left hanging', () => {
    expect(pausing('Where is it and').decisions).toEqual(['UserStartedSpeaking']);
  });

  test('is taken back when the caller goes on', () => {
    const floor = pausing('Where is it?');
    floor.starts(1_180);
    expect(floor.decisions).toEqual(['UserStartedSpeaking', 'Speculate', 'Discard']);
    expect(floor.all('discarded')).toMatchObject([{ turn: 1, reply: 1 }]);
    floor.stops(2_000, 1_990);
    floor.settles(2_200, 'The museum?');
    floor.run(3_000);
    expect(floor.stopped).toMatchObject([{ reply: 2, drafted: true, text: 'Where is it? The museum?' }]);
  });

  test('is begun again at once after a sound too short for a word', () => {
    const floor = pausing('Where is it?');
    floor.starts(1_180);
    floor.stops(1_300, 1_270);
    expect(floor.decisions.slice(-2)).toEqual(['Discard', 'Speculate']);
    floor.finalized(1_500);
    expect(floor.stopped).toEqual([]);
    floor.run(2_000);
    expect(floor.stopped).toMatchObject([{ reply: 2, drafted: true, text: 'Where is it?' }]);
  });

  test('is not begun on a guess that is only the beginning of what was said', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.guesses(900, 'Where is');
    floor.stops(1_000, 990);
    expect(floor.row.after.of('Speculate')).toEqual([]);
  });

  test('gives way to another when more words come', () => {
    const floor = pausing('Where is it?');
    floor.settles(1_160, 'The museum?');
    expect(floor.decisions).toEqual(['UserStartedSpeaking', 'Speculate', 'Discard', 'Speculate']);
  });

  test('is begun a few times in a turn; then the end of the turn is waited for', () => {
    const floor = new Floor();
    const { draftsMax } = DEFAULT_CORE_SETTINGS.turn.speculation;
    for (let n = 0; n <= draftsMax; n += 1) {
      floor.starts(1_000 * n);
      floor.stops(1_000 * n + 500);
      floor.settles(1_000 * n + 600, 'And one.');
    }
    expect(floor.row.after.of('Speculate')).toHaveLength(draftsMax);
    floor.run(1_000 * draftsMax + 5_000);
    expect(floor.stopped).toHaveLength(1);
    expect(floor.stopped[0]).not.toHaveProperty('drafted');
  });

  test('is not given to a caller who typed and wants to read', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.guesses(500, 'Hello.');
    floor.stops(1_000);
    floor.types(1_010, 'in writing please', { speak: false });
    expect(floor.decisions).toEqual(['UserStartedSpeaking', 'Speculate', 'Discard', 'UserStoppedSpeaking']);
    expect(floor.stopped[0]).toMatchObject({ silent: true, reply: 2 });
  });

  test('is none of the business of Pipecat, and LiveKit’s begins with the final transcript', () => {
    for (const [name, drafts] of [['pipecat-default', 0] as const, ['livekit-default', 1] as const]) {
      const floor = new Floor(POLICIES[name].turn);
      floor.starts(100);
      floor.guesses(900, 'Where is it?');
      floor.stops(1_000, 808);
      expect(floor.row.after.of('Speculate')).toEqual([]);
      floor.settles(1_150, 'Where is it?');
      expect(floor.row.after.of('Speculate')).toHaveLength(drafts);
    }
  });
});

describe('speech while the agent thinks', () => {
  test('cancels at once: nobody hears anything yet that could be paused', () => {
    const floor = new Floor();
    floor.types(0, 'hello');
    floor.starts(900);
    expect(floor.decisions.slice(-2)).toEqual(['Interruption', 'UserStartedSpeaking']);
    expect(floor.interruptions).toMatchObject([{ turn: 2, reply: 1 }]);
  });

  test('that turns out to be a noise leaves the question open: it is answered after all', () => {
    const floor = new Floor();
    floor.types(0, 'hello');
    floor.starts(900);
    floor.stops(1_100);
    floor.finalized(1_500);
    expect(floor.stopped.at(-1)).toMatchObject({ turn: 2, answer: true, reply: 2, text: '' });
  });

  test('does not cancel a reply that is over, and the end of an older one changes nothing', () => {
    const floor = new Floor();
    floor.types(0, 'hello');
    floor.botStarts(500, 1);
    floor.botStops(800, 1);
    floor.starts(900);
    expect(floor.interruptions).toEqual([]);
    const other = new Floor();
    other.types(0, 'hello');
    other.types(100, 'and more');
    other.botStops(200, 1);
    other.starts(900);
    expect(other.interruptions).toMatchObject([{ reply: 1 }, { reply: 2 }]);
  });
});

describe('typed text', () => {
  test('takes the floor and gives it up at once', () => {
    const floor = new Floor();
    floor.types(10, 'hello');
    expect(floor.row.after.kinds()).toEqual(['UserStartedSpeaking', 'Transcription', 'UserStoppedSpeaking']);
  });

  test('is stated as what it is, and not as something the recogniser heard', () => {
    const floor = new Floor();
    floor.types(10, 'hello');
    const told = floor.row.facts().filter(({ what }) => what === 'typed' || what === 'stt.final');
    expect(told).toEqual([{ t: ms(10), who: 'agent', what: 'typed', turn: 1, text: 'hello' }]);
  });

  test('asked to be answered in writing says so; a spoken word in the same turn takes it back', () => {
    const written = new Floor();
    written.types(10, 'hello', { speak: false });
    expect(written.stopped).toMatchObject([{ answer: true, silent: true }]);
    const mixed = new Floor();
    mixed.starts(100);
    mixed.types(200, 'typed', { speak: false });
    mixed.stops(500, 400);
    mixed.settles(900, 'spoken.');
    expect(mixed.stopped).toHaveLength(1);
    expect(mixed.stopped[0]).not.toHaveProperty('silent');
  });

  test('whose written answer a noise interrupts is not answered twice', () => {
    const floor = new Floor();
    floor.types(10, 'hello', { speak: false });
    floor.starts(500);
    floor.stops(600);
    floor.finalized(1_000);
    expect(floor.stopped.map(({ answer }) => answer)).toEqual([true]);
    expect(floor.all('turn.dropped')).toHaveLength(1);
  });

  test('in a pause answers without waiting for the recogniser', () => {
    const floor = new Floor();
    floor.starts(100);
    floor.stops(500);
    floor.types(520, 'hello');
    expect(floor.stopped).toHaveLength(1);
    expect(floor.row.timers.next()).toBeUndefined();
  });

  test('that waits for an answer takes no floor', () => {
    const floor = new Floor();
    floor.types(10, 'by the way', { run: false });
    expect(floor.row.after.kinds()).toEqual(['Transcription']);
  });
});
