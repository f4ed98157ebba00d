// A call's facts, written down as a story: each with its time in milliseconds.
import type { AgentFact } from '../core/fact.ts';
import type { StatedFact } from '../core/outlet.ts';
import { ms } from '../core/time.ts';

export const at = (timeMs: number, fact: StatedFact): AgentFact =>
  ({ t: ms(timeMs), who: 'agent', ...fact }) as AgentFact;

export const PRICES = {
  sttUsdPerHour: 0.36,
  llmUsdPerMillionInput: 1,
  llmUsdPerMillionOutput: 2,
  ttsUsdPerThousandCharacters: 0.05,
};

/** The caller asks one thing and is answered: begins at `fromMs`, and the last packet leaves 3 s later. */
export const exchange = (turn: number, fromMs: number): readonly AgentFact[] =>
  (
    [
      [0, { what: 'turn.started', turn }],
      [0, { what: 'vad.started', turn, atUs: ms(fromMs) }],
      [532, { what: 'vad.stopped', turn, atUs: ms(fromMs + 500), decidedUs: ms(fromMs + 532) }],
      [532, { what: 'stt.finalize', turn }],
      [532, { what: 'usage.stt', us: ms(1_000) }],
      [632, { what: 'stt.final', turn, text: 'when do you open' }],
      [632, { what: 'llm.request', turn, reply: turn, messages: 2, tokens: 50 }],
      [700, { what: 'turn.committed', turn, reply: turn, text: 'when do you open' }],
      [782, { what: 'llm.first_token', reply: turn }],
      [802, { what: 'tts.text', reply: turn, text: 'At nine.' }],
      [802, { what: 'usage.tts', reply: turn, characters: 8 }],
      [832, usageOfModel(turn)],
      [832, { what: 'llm.done', reply: turn, finish: 'stop', text: 'At nine.' }],
      [902, { what: 'tts.first_audio', reply: turn }],
      [902, { what: 'tts.audible', reply: turn }],
      [905, { what: 'reply.started', reply: turn }],
      [905, { what: 'reply.audible', reply: turn }],
      [1_400, { what: 'tts.done', reply: turn }],
      [3_000, { what: 'reply.stopped', reply: turn, complete: true }],
      [3_010, { what: 'context', role: 'assistant', text: 'At nine.', merged: false }],
    ] satisfies readonly (readonly [number, StatedFact])[]
  ).map(([afterMs, fact]) => at(fromMs + afterMs, fact));

const usageOfModel = (reply: number): StatedFact => ({
  what: 'usage.llm',
  reply,
  promptTokens: 60,
  cachedTokens: 20,
  completionTokens: 4,
  wasted: false,
});
