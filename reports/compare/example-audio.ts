// A made-up pair of tracks for tests of reports: a hum, whole and with holes, as WAV files.
import type { AudioPair } from './compare-result.ts';
import { wavBase64 } from './wav.ts';

const RATE = 8_000;
const SECONDS = 4;

/** A hum with a syllable's rhythm; what was lost is silent in the second track. */
export function exampleAudio(): AudioPair {
  const marks = [
    { startMs: 620, endMs: 700, kind: 'lost' as const },
    { startMs: 1_480, endMs: 1_500, kind: 'lost' as const },
    { startMs: 1_900, endMs: 1_980, kind: 'late' as const },
    { startMs: 2_760, endMs: 2_860, kind: 'lost' as const },
  ];
  const clean = Int16Array.from({ length: RATE * SECONDS }, (_, index) => {
    const t = index / RATE;
    const rhythm =
      Math.max(0, Math.sin(2 * Math.PI * 2.3 * t)) * Math.max(0, Math.sin(2 * Math.PI * 0.31 * t + 0.4));
    return Math.round(
      9_000 * rhythm * (Math.sin(2 * Math.PI * 170 * t) + 0.5 * Math.sin(2 * Math.PI * 510 * t)),
    );
  });
  const heard = clean.map((sample, index) => {
    const ms = (1_000 * index) / RATE;
    return marks.some(({ startMs, endMs }) => ms >= startMs && ms < endMs) ? 0 : sample;
  });
  return {
    title: 'Reply to “How much is that for each of us?”',
    transport: 'webrtc',
    network: 'congested-wifi',
    seed: 3,
    clean: { wavBase64: wavBase64(clean, RATE), about: 'the voice as it left the agent' },
    heard: { wavBase64: wavBase64(heard, RATE), about: 'what the caller heard' },
    marks,
  };
}
