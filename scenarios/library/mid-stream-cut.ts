import { tripCall } from './trip-call.ts';

export const midStreamCutStt = tripCall({
  name: 'mid-stream-cut-stt',
  about: 'The recogniser is cut off in the middle of an answer, and another one goes on.',
  faults: [{ vendor: 'stt', kind: 'cut', turns: [1, 2] }],
  hedge: 'hedge',
  within: { stt_final_ms: 450 },
});

export const midStreamCutLlm = tripCall({
  name: 'mid-stream-cut-llm',
  about: 'The model is cut off in the middle of an answer, and another one goes on.',
  faults: [{ vendor: 'llm', kind: 'cut', turns: [1, 2] }],
  hedge: 'hedge',
});

export const midStreamCutTts = tripCall({
  name: 'mid-stream-cut-tts',
  about: 'The voice is cut off in the middle of an answer, and another one goes on.',
  faults: [{ vendor: 'tts', kind: 'cut', turns: [1, 2] }],
  hedge: 'hedge',
});
