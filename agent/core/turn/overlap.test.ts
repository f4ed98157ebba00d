// What it means that the caller is heard over the agent.
import { describe, expect, test } from 'vitest';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms } from '../time.ts';
import { classify, type OverlapEvidence } from './overlap.ts';
import { POLICIES } from './policy.ts';

const OURS = DEFAULT_CORE_SETTINGS.turn.overlap;
const LIVEKIT = POLICIES['livekit-default'].turn.overlap;
const NOTHING: OverlapEvidence = {
  speechUs: ms(200),
  speaking: true,
  text: '',
  settled: false,
  levelDb: 0,
  spoken: 'Take the old tram up to the castle in the morning,',
};
const over = { speaking: false, settled: true } as const;
const ours = (evidence: Partial<OverlapEvidence>) => classify({ ...NOTHING, ...evidence }, OURS);

describe('an interruption', () => {
  test.each(['stop', 'wait a moment', 'yes but', 'how long does that take', 'what'])('%j is one', (text) => {
    expect(ours({ text })).toBe('interruption');
    expect(ours({ text, ...over })).toBe('interruption');
  });

  test('is speech that goes on, before the first word of it is known', () => {
    expect(ours({ speechUs: ms(OURS.confirmMs) - 1 })).toBeUndefined();
    expect(ours({ speechUs: ms(OURS.confirmMs) })).toBe('interruption');
  });

  test('is what a new caller says, whose loudness is not known', () => {
    expect(ours({ text: 'stop', levelDb: undefined })).toBe('interruption');
  });
});

test.each(['Mm-hm.', 'uh huh', 'Yeah, okay.', 'I see', 'Right, right.'])('%j is listening', (text) => {
  expect(ours({ text })).toBeUndefined();
  expect(ours({ text, ...over })).toBe('backchannel');
});

test('sound without words is noise once no words can come any more', () => {
  expect(ours({ speaking: false })).toBeUndefined();
  expect(ours(over)).toBe('noise');
});

describe('an echo', () => {
  test.each([-8, undefined])('is what the agent has just said, in its order, at %s dB', (levelDb) => {
    const back = (evidence: Partial<OverlapEvidence>) => ours({ ...evidence, levelDb });
    expect(back({ text: 'up to the castle' })).toBe('echo');
    expect(back({ text: 'the old train up to the castle' })).toBe('echo');
    expect(back({ text: 'castle' })).toBeUndefined();
    expect(back({ text: 'castle', ...over })).toBe('echo');
  });

  test('is not a caller who takes up the words, as loud as ever', () => {
    expect(ours({ text: 'castle', levelDb: 1 })).toBe('interruption');
    expect(ours({ text: 'To the castle?', levelDb: -3, ...over })).toBe('interruption');
  });

  test('is not the same words in another order, nor more than them', () => {
    expect(ours({ text: 'castle the to up' })).toBe('interruption');
    expect(ours({ text: 'the castle? how much is that' })).toBe('interruption');
    expect(ours({ text: 'up to the castle', spoken: '' })).toBe('interruption');
  });

  test('is not a sign of listening that the agent happens to have used', () => {
    expect(ours({ text: 'okay', spoken: 'Okay, then', ...over })).toBe('backchannel');
  });
});

describe('side talk', () => {
  test('is words from further away', () => {
    expect(ours({ text: 'dinner is ready', levelDb: -OURS.quietDb })).toBe('side_talk');
    expect(ours({ text: 'dinner is ready', levelDb: -OURS.quietDb + 1 })).toBe('interruption');
  });

  test('is no interruption however long it lasts', () => {
    expect(ours({ speechUs: ms(9_000), levelDb: -20 })).toBeUndefined();
  });
});

describe('where any word counts', () => {
  const theirs = (evidence: Partial<OverlapEvidence>) => classify({ ...NOTHING, ...evidence }, LIVEKIT);

  test('half a second of speech with one is an interruption, be it an echo or a sign of listening', () => {
    for (const text of ['mm-hm', 'up to the castle']) {
      expect(theirs({ text, speechUs: ms(499) })).toBeUndefined();
      expect(theirs({ text, speechUs: ms(500) })).toBe('interruption');
      expect(theirs({ text, ...over })).toBe('interruption');
    }
  });

  test('speech without one never is', () => {
    expect(theirs({ speechUs: ms(60_000) })).toBeUndefined();
    expect(theirs(over)).toBe('noise');
  });
});
