// The apology by heart: learnt while there is a voice, played when there is none.
import { describe, expect, test } from 'vitest';
import { LOST, VOICE_RATE } from '../cast.test-support.ts';
import { LIMITS } from '../limit.ts';
import { ms, toMs } from '../time.ts';
import { APOLOGY, stage } from './tts.test-support.ts';

/** The voice is up, and has said it once. */
function learnt() {
  const at = stage();
  at.opens(0);
  at.run(1_000);
  const words = () => at.row.after.of('TtsWord').map(({ reply, word }) => [reply, word.text]);
  const audioMs = () =>
    at.row.after.of('TtsAudio').reduce((sum, { pcm }) => sum + (pcm.length * 500) / VOICE_RATE, 0);
  return { ...at, words, audioMs };
}

describe('it is learnt', () => {
  test('once, as soon as the voice is there, and nobody hears of it but the bill', () => {
    const { row, opens, pieces } = learnt();
    opens(2_000);
    expect(pieces()).toEqual([APOLOGY]);
    expect(row.after.frames).toEqual([]);
    expect(row.facts()).toMatchObject([
      { what: 'usage.tts', reply: 0, characters: APOLOGY.length, background: true },
    ]);
  });

  test('later when it failed: after a reply that did sound, and not for ever', () => {
    const { row, opens, script, text, ends, run, pieces } = stage();
    script.fault = { reply: 0, afterChunks: 1, fatal: false };
    opens(0);
    run(500);
    // A connection that comes back proves nothing.
    opens(500);
    expect(pieces()).toEqual([APOLOGY]);
    for (const [index, reply] of [1, 2, 3, 4].entries()) {
      script.fault = { reply: -1 - index, afterChunks: 1, fatal: false };
      text('Yes.', reply);
      ends(reply);
      run(1_000 * (reply + 1));
    }
    expect(pieces().filter((piece) => piece === APOLOGY)).toHaveLength(LIMITS.apologyAttemptsMax);
    expect(row.after.of('Error')).toEqual([]);
    expect(row.facts().filter(({ what }) => what === 'error')).toEqual([]);
  });

  test('only when it is short enough to be kept', () => {
    const { actor, opens, script, text, ends, run, row } = stage();
    const longMs = (LIMITS.apologyBytesMax * 500) / VOICE_RATE;
    script.wordMs = () => longMs;
    script.chunkMs = () => longMs;
    opens(0);
    run(1_000);
    actor.dead = true;
    text('Yes.');
    ends();
    expect(row.after.of('TtsWord')).toEqual([]);
  });
});

describe('it is played', () => {
  test('for a reply that the voice refuses, and costs nothing more', () => {
    const { row, actor, text, ends, words, audioMs } = learnt();
    actor.dead = true;
    text('We open at nine. On Sundays');
    ends();
    expect(words()).toEqual(APOLOGY.split(' ').map((word) => [1, word]));
    expect([audioMs(), row.after.kinds().at(-1)]).toEqual([200, 'TtsEnded']);
    const paid = row.facts().flatMap((fact) => (fact.what === 'usage.tts' ? [fact.characters] : []));
    expect(paid).toEqual([APOLOGY.length, 'We open at nine.'.length]);
  });

  test('for a voice that stays silent, while the caller still waits', () => {
    const { row, script, text, ends, run, words } = learnt();
    script.delayMs = () => 60_000;
    text('We open at nine.');
    ends();
    run(toMs(LIMITS.voiceUs) - 1);
    expect(words()).toEqual([]);
    run(toMs(LIMITS.voiceUs));
    expect(words()).toHaveLength(2);
    expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'error', reason: 'timeout' }));
    expect(row.after.of('TtsEnded')).toHaveLength(1);
    run(70_000);
    expect(words()).toHaveLength(2);
  });

  test('behind what was heard of a reply that broke off', () => {
    const { row, script, text, ends, run } = learnt();
    script.fault = { reply: 1, afterChunks: 1, fatal: false };
    text('We open at nine.');
    ends();
    run(2_000);
    const placed = row.after.of('TtsWord').map(({ word }) => `${word.text} ${toMs(word.startUs)}`);
    expect(placed).toEqual(['We 0', 'Sorry. 100', 'Again? 200']);
  });

  test('not after a reply of which only the end was lost', () => {
    const { actor, text, ends, run, words } = learnt();
    text('Yes.');
    ends();
    run(1_000);
    actor.breaks(ms(1_000), true);
    expect(words()).toEqual([[1, 'Yes.']]);
  });

  test('where it is all that there is to say, without asking the voice', () => {
    const { text, ends, pieces, words } = learnt();
    text(APOLOGY);
    ends();
    expect(pieces()).toEqual([APOLOGY]);
    expect(words()).toHaveLength(2);
  });
});

test('where there never was a voice a tone is heard, the client is told, and no word is claimed', () => {
  const { row, actor, text, ends } = stage();
  actor.breaks(0, true);
  text('We open at nine.');
  ends();
  expect(row.after.of('Error')).toMatchObject([
    { stage: 'tts', failure: LOST, fatal: true },
    { stage: 'tts', fatal: true },
  ]);
  const [tone] = row.after.of('TtsAudio');
  expect((tone?.pcm.length ?? 0) / VOICE_RATE).toBeCloseTo(2, 1);
  expect(row.after.of('TtsWord')).toEqual([]);
});
