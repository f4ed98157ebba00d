import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clip, QUANTUM_BYTES, SpeechTable } from './speech-table.ts';

function clip(id: string, windows: number, seed: number): Clip {
  let state = seed;
  const pcm = Int16Array.from({ length: windows * 512 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 16) % 7) - 3;
  });
  const scores = Array.from({ length: windows }, (_, window) => 100 * seed + window);
  return { id, voice: 'slt', text: id, pcm, words: [], scores, speechStartUs: 0, speechEndUs: 0 };
}

const ambient = clip('ambient', 1, 1);
const hello = clip('hello', 4, 2);
const bye = clip('bye', 6, 3);
const table = new SpeechTable(ambient, [hello, bye]);
const bytesOf = (pcm: Int16Array): Uint8Array => new Uint8Array(pcm.buffer.slice(0));

test('a line is found by voice and exact text', () => {
  expect(table.find('slt', 'hello')).toBe(hello);
  expect(table.find('slt', 'Hello')).toBeUndefined();
  expect(table.find('rms', 'hello')).toBeUndefined();
});

test('a quantum is known by its content, at any address', () => {
  fc.assert(
    fc.property(fc.constantFrom(ambient, hello, bye), fc.nat(), fc.nat({ max: 40 }), (clip, pick, shift) => {
      const quantum = pick % (clip.pcm.length / 64);
      const bytes = new Uint8Array(QUANTUM_BYTES + shift);
      bytes.set(bytesOf(clip.pcm).subarray(quantum * QUANTUM_BYTES, (quantum + 1) * QUANTUM_BYTES), shift);
      expect(table.identify(bytes, shift)).toEqual({ clip, quantum });
    }),
  );
});

test('one changed bit makes a quantum a stranger', () => {
  fc.assert(
    fc.property(fc.nat({ max: QUANTUM_BYTES - 1 }), fc.nat({ max: 7 }), (at, bit) => {
      const bytes = bytesOf(hello.pcm).slice(0, QUANTUM_BYTES);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      expect(table.identify(bytes, 0)).toBeUndefined();
    }),
  );
});

test('random audio is never a clip, and asking beyond the end is no error', () => {
  const audio = fc.uint8Array({ minLength: QUANTUM_BYTES, maxLength: QUANTUM_BYTES + 3 });
  fc.assert(
    fc.property(audio, fc.integer({ min: -5, max: 500 }), (bytes, offset) => {
      expect(table.identify(bytes, 0)).toBeUndefined();
      expect(table.identify(bytes, offset)).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
  expect(table.identify(new Uint8Array(1_024), 0)).toBeUndefined();
});

test('a window has its recorded score, silence has its own', () => {
  const bytes = bytesOf(bye.pcm);
  for (let window = 0; window < 6; window++) {
    expect(table.scoreOf(bytes.subarray(window * 1_024, (window + 1) * 1_024))).toBe(300 + window);
  }
  expect(table.scoreOf(bytesOf(ambient.pcm))).toBe(100);
});

test('a window that is not wholly one recorded window has no score', () => {
  const bytes = bytesOf(bye.pcm);
  expect(table.scoreOf(bytes.subarray(128, 1_152))).toBeUndefined();
  expect(table.scoreOf(bytes.subarray(0, 1_022))).toBeUndefined();
  // A lost packet in the middle, concealed by silence: first and last quantum are still right.
  const holed = bytes.slice(0, 1_024);
  holed.fill(0, 256, 896);
  expect(table.identify(holed, 0)?.quantum).toBe(0);
  expect(table.identify(holed, 896)?.quantum).toBe(7);
  expect(table.scoreOf(holed)).toBeUndefined();
});

test('two places with the same quantum are refused', () => {
  const twins = new SpeechTable(ambient, [hello, { ...hello, id: 'echo', text: 'echo' }]);
  expect(twins.find('slt', 'hello')).toBeDefined();
  expect(() => twins.find('slt', 'echo')).toThrow('hold the same quantum');
});
