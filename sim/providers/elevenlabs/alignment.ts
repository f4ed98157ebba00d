// Character timings of one audio chunk, relative to the chunk, in the two spellings of the API. Whole
// milliseconds are rounded on the stream and then subtracted, so offsets that a client adds up from
// the durations never drift from the audio.
import type { Speech, SpeechChunk } from '../speech.ts';

/** The WebSocket form, in milliseconds, as JSON. */
export function alignmentJson(speech: Speech, chunk: SpeechChunk): string {
  const { chars, charStart } = speech.utterance;
  const toMs = (sample: number): number => Math.round((sample * 1_000) / speech.rate);
  const zero = toMs(chunk.startSample);
  let names = '';
  let starts = '';
  let durations = '';
  for (let index = chunk.firstChar; index < chunk.endChar; index += 1) {
    const comma = index === chunk.firstChar ? '' : ',';
    const start = toMs(charStart[index] ?? 0);
    names += comma + JSON.stringify(chars[index]);
    starts += comma + (start - zero);
    durations += comma + (toMs(charStart[index + 1] ?? 0) - start);
  }
  return `{"chars":[${names}],"charStartTimesMs":[${starts}],"charDurationsMs":[${durations}]}`;
}

/** The HTTP form, in seconds. */
export function alignmentSeconds(speech: Speech, chunk: SpeechChunk): object {
  const { chars, charStart } = speech.utterance;
  const at = (index: number): number => {
    const samples = (charStart[index] ?? 0) - chunk.startSample;
    return Number((samples / speech.rate).toFixed(4));
  };
  const range = Array.from(
    { length: chunk.endChar - chunk.firstChar },
    (_, index) => chunk.firstChar + index,
  );
  return {
    characters: range.map((index) => chars[index]),
    character_start_times_seconds: range.map(at),
    character_end_times_seconds: range.map((index) => at(index + 1)),
  };
}

/** Remembers the JSON of chunks that a press keeps: pure values, forgotten with the chunk. */
const kept = new WeakMap<SpeechChunk, string>();

export function internedAlignmentJson(speech: Speech, chunk: SpeechChunk): string {
  const known = kept.get(chunk);
  if (known !== undefined) return known;
  const made = alignmentJson(speech, chunk);
  kept.set(chunk, made);
  return made;
}
