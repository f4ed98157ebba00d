import { expect, test } from 'vitest';
import { isAudible } from '../playout/audible.ts';
import { faultTone } from './tone.ts';

test.each([8_000, 22_050, 44_100])(
  'at %i Hz it is one second, is heard, and neither clicks nor clips',
  (rate) => {
    const pcm = faultTone(rate);
    const samples = new Int16Array(pcm.buffer);
    expect(samples.length / rate).toBeCloseTo(0.99, 3);
    expect(isAudible(pcm)).toBe(true);
    expect([samples[0], Math.abs(samples.at(-1) ?? 0) < 500]).toEqual([0, true]);
    expect(Math.max(...samples)).toBeLessThan(6_000);
  },
);
