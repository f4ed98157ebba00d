// What the talk page shows and plays: scenarios as screenplays, every answer of which has been recorded.
import { describe, expect, test } from 'vitest';
import { RecordedVoice } from '#sim/providers/recorded-voice.ts';
import { Voice } from '#sim/providers/voice.ts';
import { readScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { REPLY_RATE, readReplies } from '../speech/reply-pack.ts';
import { playOf } from './play.ts';
import { agentVoiceOf, PROGRAMME } from './programme.ts';
import { sayingsOf, screenplayOf } from './screenplay.ts';

async function scenario(name: string) {
  const read = await readScenario(name);
  if (!read.ok) throw new Error(read.error.what);
  return read.scenario;
}

test('answers hold what was said before them', async () => {
  const [hello, budget] = screenplayOf(await scenario('short-call'));
  expect(hello).toEqual({
    act: 0,
    text: 'Hello, my name is Nora and I am planning a trip to Lisbon.',
    answers: ['Nice to meet you, Nora. Lisbon is a lovely choice. What is your budget?'],
  });
  expect(budget?.answers).toEqual(['Noted, nine hundred euros for both of you.']);
});

test('an interruption has its moment, and tools are answered for', async () => {
  expect(screenplayOf(await scenario('barge-in'))[1]?.interrupts).toEqual({ afterMs: 1_500 });
  const weather = screenplayOf(await scenario('tool-call'))[1];
  expect(weather?.answers).toEqual([
    'Let me have a look at the weather for you, one moment please.',
    'It will be sunny, with twenty degrees.',
  ]);
});

describe.each(PROGRAMME)('%s', (name) => {
  test('everything that is said in it is recorded: npm run speech -- --replies', async () => {
    const told = await scenario(name);
    const texts = new Set(sayingsOf(told));
    const voice = new RecordedVoice(readReplies(agentVoiceOf(told), texts), REPLY_RATE);
    const synthetic = new Voice(REPLY_RATE);
    for (const text of texts) {
      expect(voice.utterance(text).pcm, text).not.toEqual(synthetic.utterance(text).pcm);
    }
    const { lines } = playOf(told, readSpeech());
    expect(lines.map(({ text }) => text)).toEqual(screenplayOf(told).map(({ text }) => text));
    for (const { take, text } of lines) expect(take.words.map((word) => word.text).join(' ')).toBe(text);
  });
});
