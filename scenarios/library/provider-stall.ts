import { tripCall } from './trip-call.ts';

export const providerStallStt = tripCall({
  name: 'provider-stall-stt',
  about: 'The recogniser falls silent in two turns, and another one answers before the caller wonders.',
  faults: [{ vendor: 'stt', kind: 'stall_before', turns: [1, 2] }],
  hedge: 'hedge',
  within: { stt_final_ms: 450 },
});

export const providerStallLlm = tripCall({
  name: 'provider-stall-llm',
  about: 'The model falls silent in two turns, and another one answers before the caller wonders.',
  faults: [{ vendor: 'llm', kind: 'stall_before', turns: [1, 2] }],
  hedge: 'hedge',
  within: { llm_first_token_ms: 600 },
});

export const providerStallTts = tripCall({
  name: 'provider-stall-tts',
  about: 'The voice falls silent in two turns, and another one answers before the caller wonders.',
  faults: [{ vendor: 'tts', kind: 'stall_before', turns: [1, 2] }],
  hedge: 'hedge',
  within: { tts_first_audio_ms: 450 },
});
