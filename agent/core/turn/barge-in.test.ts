// The caller is heard while a reply sounds: it pauses, and stops or goes on once it is clear why.
import { describe, expect, test } from 'vitest';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms } from '../time.ts';
import { Floor } from './floor.test-support.ts';
import { POLICIES } from './policy.ts';

const { confirmMs } = DEFAULT_CORE_SETTINGS.turn.overlap;
const SAYING = 'Take the old tram up to the castle';

describe('an interruption', () => {
  test('pauses the reply at once, and stops it with the first word that means one', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    expect(floor.decisions.slice(-1)).toEqual(['Duck']);
    expect(floor.interruptions).toEqual([]);
    floor.guesses(1_250, 'wait');
    expect(floor.decisions.slice(-3)).toEqual(['Duck', 'Interruption', 'UserStartedSpeaking']);
    expect(floor.interruptions).toEqual([{ kind: 'Interruption', turn: 2, reply: 1 }]);
    expect(floor.all('classified')).toMatchObject([{ turn: 2, as: 'interruption' }]);
    floor.stops(1_500);
    floor.settles(1_700, 'Wait, where is that?');
    floor.run(3_000);
    expect(floor.stopped.at(-1)).toMatchObject({ turn: 2, reply: 2, text: 'Wait, where is that?' });
  });

  test('is confirmed by its length alone, when no word comes', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.run(900 + confirmMs - 1);
    expect(floor.interruptions).toEqual([]);
    floor.run(900 + confirmMs);
    expect(floor.interruptions).toHaveLength(1);
  });

  test('that pauses for breath goes on being one', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.stops(1_200);
    floor.run(900 + confirmMs - 300);
    floor.starts(1_450);
    floor.run(900 + confirmMs);
    expect(floor.interruptions).toHaveLength(1);
    expect(floor.row.after.of('Duck')).toHaveLength(1);
  });

  test('that begins with a faint sound is known by what follows, before its first word', () => {
    const floor = new Floor();
    floor.starts(0, -20);
    floor.stops(500, 500, -20);
    floor.settles(600, 'Where do we go?');
    floor.run(2_000);
    floor.botStarts(2_100, 1);
    floor.saying = SAYING;
    floor.starts(2_900, -33);
    expect(floor.decisions.at(-1)).not.toBe('Duck');
    floor.louder(2_932, -30);
    expect(floor.decisions.at(-1)).not.toBe('Duck');
    floor.louder(2_964, -22);
    expect(floor.decisions.at(-1)).toBe('Duck');
    floor.guesses(3_300, 'Sorry');
    expect(floor.interruptions).toMatchObject([{ reply: 1 }]);
  });

  test('in writing stops a reply that waits to know why somebody speaks', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.stops(1_000);
    floor.types(1_010, 'stop');
    expect(floor.decisions.slice(-4)).toEqual([
      'Duck',
      'Interruption',
      'UserStartedSpeaking',
      'UserStoppedSpeaking',
    ]);
    expect(floor.stopped.at(-1)).toMatchObject({ turn: 2, reply: 2, text: 'stop' });
  });
});

describe('a false alarm', () => {
  test.each([
    ['Mm-hm.', 'backchannel'],
    ['', 'noise'],
    ['up to the castle', 'echo'],
  ])('%j is %s: the reply goes on, and no word of it is kept', (text, as) => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.stops(1_200);
    floor.settles(1_400, text);
    expect(floor.decisions.slice(-2)).toEqual(['Duck', 'Resume']);
    expect(floor.all('classified')).toMatchObject([{ as }]);
    expect(floor.all('resumed')).toMatchObject([{ reply: 1 }]);
    expect(floor.all('turn.dropped')).toMatchObject([{ turn: 2 }]);
    expect(floor.row.timers.next()).toBeUndefined();
    floor.types(5_000, 'and now');
    expect(floor.stopped.at(-1)).toMatchObject({ text: 'and now' });
  });

  test('does not take along what was typed for later, before it or in it', () => {
    const floor = new Floor().replies(SAYING);
    floor.types(700, 'by the way', { run: false });
    floor.starts(900);
    floor.types(1_000, 'I like cats', { run: false });
    floor.stops(1_200);
    floor.settles(1_400, 'Mm-hm.');
    expect(floor.all('classified')).toMatchObject([{ as: 'backchannel' }]);
    floor.types(5_000, 'go on');
    expect(floor.stopped.at(-1)).toMatchObject({ text: 'by the way I like cats go on' });
  });

  test('whose words never come is none the worse for it', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.stops(1_200);
    floor.run(1_200 + 3_000);
    expect(floor.decisions.slice(-2)).toEqual(['Duck', 'Resume']);
    floor.hears(4_500, 'mm-hm');
    expect(floor.interruptions).toEqual([]);
    floor.hears(4_600, 'stop it');
    expect(floor.interruptions).toHaveLength(1);
    expect(floor.stopped.at(-1)).toMatchObject({ text: 'stop it', reply: 2 });
  });

  test('leaves the next one its own judgement', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.stops(1_100);
    floor.settles(1_300, '');
    floor.starts(2_000);
    floor.guesses(2_300, 'stop');
    expect(floor.decisions.slice(-4)).toEqual(['Resume', 'Duck', 'Interruption', 'UserStartedSpeaking']);
  });
});

describe('somebody in the background', () => {
  function known() {
    const floor = new Floor();
    floor.starts(100, -20);
    floor.stops(1_000, 990, -20);
    floor.settles(1_200, 'Tell me about it.');
    floor.run(2_000);
    floor.botStarts(2_100, 1);
    return floor;
  }

  test('is not paused for, and their words do not stop the reply', () => {
    const floor = known();
    floor.starts(3_000, -35);
    floor.guesses(3_300, 'dinner is ready');
    floor.run(3_000 + 2 * confirmMs);
    floor.stops(6_000, 5_990, -35);
    floor.settles(6_200, 'Dinner is ready.');
    expect(floor.decisions).not.toContain('Duck');
    expect(floor.all('classified')).toMatchObject([{ as: 'side_talk' }]);
    expect(floor.all('turn.dropped')).toHaveLength(1);
  });

  test('does not cover the caller who speaks right after', () => {
    const floor = known();
    floor.starts(3_000, -35);
    floor.stops(3_300, 3_290, -35);
    floor.starts(3_400, -21);
    expect(floor.decisions.slice(-1)).toEqual(['Duck']);
    floor.guesses(3_700, 'stop');
    expect(floor.interruptions).toHaveLength(1);
  });
});

describe('a reply that ends by itself meanwhile', () => {
  test('leaves the floor to what was said over its last moments: "yes" is an answer now', () => {
    const floor = new Floor().replies('Shall I book it?');
    floor.starts(900);
    floor.botStops(1_000, 1);
    floor.stops(1_200);
    floor.settles(1_400, 'Yes.');
    floor.run(3_000);
    expect(floor.interruptions).toEqual([]);
    expect(floor.decisions.slice(-4)).toEqual([
      'Duck',
      'UserStartedSpeaking',
      'Speculate',
      'UserStoppedSpeaking',
    ]);
    expect(floor.stopped.at(-1)).toMatchObject({ turn: 2, text: 'Yes.', drafted: true });
  });

  test('does not make its echo a question', () => {
    const floor = new Floor().replies(SAYING);
    floor.starts(900);
    floor.botStops(1_000, 1);
    floor.stops(1_300);
    floor.settles(1_500, 'to the castle');
    expect(floor.all('turn.dropped')).toHaveLength(1);
    expect(floor.row.after.of('Resume')).toEqual([]);
    expect(floor.stopped).toHaveLength(1);
  });
});

describe('other policies', () => {
  test('Pipecat stops for every speech', () => {
    const floor = new Floor(POLICIES['pipecat-default'].turn).replies(SAYING);
    floor.starts(900);
    expect(floor.decisions.slice(-2)).toEqual(['Interruption', 'UserStartedSpeaking']);
  });

  test('LiveKit pauses after half a second, stops for any word, and goes on two seconds later', () => {
    const { turn } = POLICIES['livekit-default'];
    const floor = new Floor(turn).replies(SAYING);
    floor.starts(4_000);
    floor.run(4_499);
    expect(floor.row.after.of('Duck')).toEqual([]);
    floor.run(4_500);
    expect(floor.row.after.of('Duck')).toHaveLength(1);
    floor.stops(5_000, 4_800);
    floor.settles(5_200, '');
    floor.run(6_799);
    expect(floor.row.after.of('Resume')).toEqual([]);
    floor.run(6_800);
    expect(floor.decisions.slice(-2)).toEqual(['Duck', 'Resume']);
    expect(floor.row.timers.next()).toBeUndefined();

    const listened = new Floor(turn).replies(SAYING);
    listened.starts(4_000);
    listened.guesses(4_600, 'mm-hm');
    listened.run(4_700);
    expect(listened.interruptions).toHaveLength(1);
  });

  test('LiveKit pauses for nobody in the first three seconds of its first words', () => {
    const floor = new Floor(POLICIES['livekit-default'].turn).replies(SAYING);
    floor.starts(900);
    floor.run(3_099);
    expect(floor.row.after.of('Duck')).toEqual([]);
    floor.run(3_100);
    expect(floor.row.after.of('Duck')).toHaveLength(1);
    expect(floor.row.timers.next()).toBe(ms(900 + 3_600_000));
  });
});
