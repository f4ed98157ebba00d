// The conversation on the page, from the agent's messages: what was understood, what has sounded, and what
// was never heard.
import { expect, test } from 'vitest';
import { Transcript } from './transcript.ts';

const output = (id: number, spoken: string, rest: string) =>
  [
    'bot-output',
    { segment_id: id, spoken_progress: { accumulated_text: spoken, remaining_text: rest } },
  ] as const;

/** Both sides in one line each: settled words, then what is pending in brackets. */
function after(...messages: readonly (readonly [type: string, data?: unknown])[]): Transcript {
  const transcript = new Transcript();
  for (const [type, data] of messages) transcript.take({ type, data });
  return transcript;
}

const lines = ({ entries }: Transcript): readonly string[] =>
  entries.map(
    ({ who, text, pending, interrupted }) => `${who}: ${text}[${pending}]${interrupted ? '!' : ''}`,
  );

const QUESTION = [
  ['user-transcription', { text: 'tell me about', final: false }],
  ['user-transcription', { text: 'Tell me about', final: true }],
  ['user-transcription', { text: 'the museum.', final: true }],
  ['user-llm-text', { text: 'Tell me about the museum.' }],
  ['bot-started-speaking'],
] as const;

test('words of the caller settle, words of the agent sound one after the other', () => {
  expect(lines(after(QUESTION[0]))).toEqual(['caller: [tell me about]']);
  const whole = after(
    ...QUESTION,
    output(1, '', 'It is old.'),
    output(2, '', 'It is large.'),
    output(1, 'It is', ' old.'),
  );
  expect(lines(whole)).toEqual(['caller: Tell me about the museum.[]', 'agent: It is[ old. It is large.]']);
});

test('an interruption leaves what was not heard, and the memory of the agent has the last word', () => {
  const transcript = after(
    ...QUESTION,
    output(1, 'It is old', ' and large.'),
    ['user-transcription', { text: 'Stop', final: false }],
    ['bot-interrupted'],
    ['bot-stopped-speaking'],
    output(1, 'It is old and large.', ''),
  );
  expect(lines(transcript)).toEqual([
    'caller: Tell me about the museum.[]',
    'agent: It is old[ and large.]!',
    'caller: [Stop]',
  ]);
  expect(transcript.correct([{ role: 'assistant', text: 'It is' }])).toBe(true);
  expect(lines(transcript)[1]).toBe('agent: It is[ old and large.]!');
  expect(transcript.correct([{ role: 'assistant', text: 'Something else' }])).toBe(false);
});

test('after a broken connection the history is the conversation, and what is known of it stays', () => {
  const transcript = after(...QUESTION, output(1, 'It is', ' old.'), [
    'server-message',
    { type: 'turn-timing', ms: { spoke: 5 } },
  ]);
  transcript.restore([
    { role: 'user', text: 'Tell me about the museum.' },
    { role: 'assistant', text: 'It is old.' },
    { role: 'user', text: 'Said while we were away.' },
  ]);
  expect(lines(transcript)).toEqual([
    'caller: Tell me about the museum.[]',
    'agent: It is old.[]',
    'caller: Said while we were away.[]',
  ]);
  expect(transcript.entries[1]?.steps).toEqual({ spoke: 5 });
});

test('an answer under way goes on after the return', () => {
  const transcript = after(...QUESTION, output(1, 'It is', ' old.'));
  transcript.restore([{ role: 'user', text: 'Tell me about the museum.' }]);
  expect(lines(transcript)).toEqual(['caller: Tell me about the museum.[]', 'agent: It is[ old.]']);
});

test('typed words are the caller’s as well', () => {
  expect(lines(after(['user-llm-text', { text: 'When do you open?' }], ['bot-started-speaking']))).toEqual([
    'caller: When do you open?[]',
    'agent: []',
  ]);
});
