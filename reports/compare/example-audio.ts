// A made-up pair of tracks for tests of reports: a hum, whole and with holes, as WAV files.
import type { AudioPair } from './compare-result.ts';

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
    clean: { wavBase64: wav(clean), about: 'the voice as it left the agent' },
    heard: { wavBase64: wav(heard), about: 'what the caller heard' },
    marks,
  };
}

function wav(samples: Int16Array): string {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => {
    for (const [index, letter] of [...word].entries()) view.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (const [index, sample] of samples.entries()) view.setInt16(44 + index * 2, sample, true);
  return Buffer.from(bytes).toString('base64');
}
