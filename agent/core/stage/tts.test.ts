import { describe, expect, test } from 'vitest';
import { ms } from '../time.ts';
import { stage } from './tts.test-support.ts';

test('text goes to the voice in sentences as it streams, the rest when it ends', () => {
  const { text, ends, pieces } = stage();
  for (const part of ['We open', ' at nine. And', ' we close at ', 'five']) text(part);
  expect(pieces()).toEqual(['We open at nine.']);
  ends();
  expect(pieces()).toEqual(['We open at nine.', 'And we close at five']);
});

test('audio, words and the end come out in order', () => {
  const { row, text, ends, run } = stage();
  text('One two.');
  ends();
  run(1_000);
  expect(row.after.kinds()).toEqual([
    'Metrics',
    'TtsStarted',
    'Metrics',
    'TtsAudio',
    'TtsWord',
    'TtsAudio',
    'TtsWord',
    'TtsEnded',
  ]);
  expect(row.facts().map(({ what }) => what)).toEqual([
    'tts.text',
    'usage.tts',
    'tts.first_audio',
    'tts.audible',
    'tts.done',
  ]);
  expect(row.after.of('Metrics')[0]?.metric).toEqual({ kind: 'characters', count: 8 });
  expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'usage.tts', reply: 1, characters: 8 }));
});

test('a cut text is spoken up to its last finished sentence', () => {
  const { text, ends, pieces } = stage();
  text('We open at nine. On Sundays we');
  ends(1, true);
  expect(pieces()).toEqual(['We open at nine.']);
});

test('an interruption drops the reply: nothing of it follows, and its late text is not spoken', () => {
  const { row, text, ends, run, pieces } = stage();
  text('One two. Three');
  row.push(ms(5), { kind: 'Interruption', turn: 2, reply: 1 });
  text(' four. Five');
  ends();
  run(1_000);
  expect(pieces()).toEqual(['One two.']);
  expect(row.after.kinds()).toEqual(['Metrics', 'TtsStarted', 'Interruption']);
});

test('interrupted before its first word, the same', () => {
  const { row, text, pieces } = stage();
  row.push(0, { kind: 'Interruption', turn: 2, reply: 1 });
  text('Too late. ');
  expect(pieces()).toEqual([]);
  text('Now then. ', 2);
  expect(pieces()).toEqual(['Now then.']);
});

test.each(['', '  \n'])('a reply of nothing (%j) ends at once', (nothing) => {
  const { row, text, ends } = stage();
  if (nothing !== '') text(nothing);
  ends();
  expect(row.after.kinds()).toEqual(['TtsEnded']);
});

describe('a failure', () => {
  test('of one reply ends that reply and no other', () => {
    const { row, script, text, ends, run } = stage();
    script.fault = { reply: 1, afterChunks: 1, fatal: false };
    text('One two three. ');
    run(1_000);
    text('Four. ');
    ends();
    expect(row.after.of('TtsEnded')).toHaveLength(1);
    expect(row.after.of('Error')).toMatchObject([{ stage: 'tts', fatal: false }]);
    text('Five.', 2);
    ends(2);
    run(2_000);
    expect(row.after.of('TtsEnded').map(({ reply }) => reply)).toEqual([1, 2]);
  });

  test('of the voice for good, met in the middle of several pieces, is told once', () => {
    const { row, actor, text, ends } = stage();
    actor.dead = true;
    text('One. Two. Three. Four');
    ends();
    expect(row.after.kinds()).toEqual(['Metrics', 'TtsStarted', 'Error', 'TtsAudio', 'TtsEnded']);
    expect(row.facts().filter(({ what }) => what === 'usage.tts')).toHaveLength(1);
  });

  test('of the connection alone is noted and leaves the reply alone', () => {
    const { row, actor, text, run, ends } = stage();
    text('One two. ');
    actor.breaks(ms(5));
    ends();
    run(1_000);
    expect(row.facts()).toContainEqual(
      expect.objectContaining({ what: 'error', stage: 'tts', fatal: false }),
    );
    expect(row.after.of('TtsWord')).toHaveLength(2);
    expect(row.after.of('TtsEnded')).toHaveLength(1);
  });

  test('of the connection for good ends the reply under way', () => {
    const { row, actor, text } = stage();
    text('One two. Three');
    actor.breaks(ms(5), true);
    expect(row.after.kinds()).toEqual(['Metrics', 'TtsStarted', 'Error', 'TtsAudio', 'TtsEnded']);
  });
});

describe('an answer to be read', () => {
  test('is not spoken, and counts as taken in when it has been shown', () => {
    const { row, text, ends, pieces } = stage();
    row.push(0, { kind: 'LlmStarted', reply: 1, silent: true });
    text('Nine ');
    text('to five.');
    ends();
    expect(pieces()).toEqual([]);
    expect(row.after.kinds()).toEqual(['LlmStarted', 'Heard', 'TtsEnded']);
    expect(row.after.of('Heard')).toEqual([
      { kind: 'Heard', reply: 1, text: 'Nine to five.', complete: true },
    ]);
  });

  test('that is interrupted counts as far as it was shown', () => {
    const { row, text } = stage();
    row.push(0, { kind: 'LlmStarted', reply: 1, silent: true });
    text('Nine ');
    row.push(0, { kind: 'Interruption', turn: 2, reply: 1 });
    expect(row.after.of('Heard')).toEqual([{ kind: 'Heard', reply: 1, text: 'Nine', complete: false }]);
  });
});

describe('the first clause', () => {
  test('is spoken after a while even if it has no end, and what follows waits for its sentence', () => {
    const { row, text, pieces } = stage();
    text('The next tram up to the cas');
    expect(row.timers.at('clause')).toBe(ms(120));
    row.subject.clauseDue(ms(120));
    expect(pieces()).toEqual(['The next tram up to the']);
    text('tle leaves at nine. ');
    expect(pieces()).toEqual(['The next tram up to the', 'castle leaves at nine.']);
  });

  test('is not waited for once it has been spoken, or will never be', () => {
    const spoken = stage();
    spoken.text('Yes. And then');
    expect(spoken.row.timers.at('clause')).toBeUndefined();
    const dropped = stage();
    dropped.text('The next');
    dropped.row.push(0, { kind: 'Interruption', turn: 2, reply: 1 });
    expect(dropped.row.timers.at('clause')).toBeUndefined();
    const empty = stage();
    empty.text(' ');
    empty.ends();
    expect(empty.row.timers.at('clause')).toBeUndefined();
  });
});

test('marks for the eye are not spoken, and a piece of nothing else costs nothing', () => {
  const { row, text, ends, run, pieces } = stage();
  text('**Sure!** 😀 ');
  text('😀! ');
  text('Take the _old_ tram.');
  ends();
  run(2_000);
  expect(pieces()).toEqual(['Sure!', 'Take the old tram.']);
  expect(row.after.of('TtsWord').map(({ word }) => word.text)).toEqual([
    'Sure!',
    'Take',
    'the',
    'old',
    'tram.',
  ]);
  const characters = row.after.of('TtsStarted').reduce((sum, frame) => sum + frame.text.length, 0);
  const billed = row
    .facts()
    .reduce((sum, fact) => sum + (fact.what === 'usage.tts' ? fact.characters : 0), 0);
  expect(billed).toBe(characters);
});

describe('a draft', () => {
  const answered = (reply: number) =>
    ({ kind: 'UserStoppedSpeaking', turn: 1, answer: true, reply, text: 'so', trimmed: 0 }) as const;

  test('is spoken ahead where its voice is worth it', () => {
    const { row, text, pieces } = stage();
    row.push(0, { kind: 'LlmStarted', reply: 1, draft: true });
    text('Over there. ');
    expect(pieces()).toEqual(['Over there.']);
  });

  test('waits for the end of the turn where it is not, and is spoken then as if it came now', () => {
    const { row, text, ends, pieces } = stage(false);
    row.push(0, { kind: 'LlmStarted', reply: 1, draft: true });
    text('Over there. ');
    text('To the left.');
    ends();
    expect(pieces()).toEqual([]);
    row.push(ms(300), answered(1));
    expect(pieces()).toEqual(['Over there.', 'To the left.']);
    expect(
      row
        .facts()
        .filter(({ what }) => what === 'tts.text')
        .map(({ t }) => t),
    ).toEqual([ms(300), ms(300)]);
  });

  test.each([true, false])(
    'that is discarded is dropped with all that follows (spoken ahead: %s)',
    (ahead) => {
      const { row, text, ends, run, pieces } = stage(ahead);
      row.push(0, { kind: 'LlmStarted', reply: 1, draft: true });
      text('Over there. ');
      row.push(ms(5), { kind: 'Discard', reply: 1 });
      text('To the left.');
      ends();
      row.push(ms(300), answered(2));
      run(1_000);
      expect(pieces()).toEqual(ahead ? ['Over there.'] : []);
      expect(row.after.of('TtsAudio')).toEqual([]);
      text('Now then. ', 2);
      expect(pieces().at(-1)).toBe('Now then.');
    },
  );

  test('of another reply leaves the one that is being spoken alone', () => {
    const { row, text, run, ends } = stage();
    text('One two. ');
    row.push(ms(5), { kind: 'Discard', reply: 0 });
    ends();
    run(1_000);
    expect(row.after.of('TtsEnded')).toHaveLength(1);
    expect(row.after.of('TtsAudio').length).toBeGreaterThan(0);
  });
});
