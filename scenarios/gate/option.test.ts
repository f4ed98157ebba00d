// What `npm run gate` refuses before anything is played, and what it takes.
import { expect, test } from 'vitest';
import { type RawGate, readGate } from './option.ts';

const raw: RawGate = { out: '.parley/gate', json: false };

test.each<[Partial<RawGate>, string]>([
  [{ accept: ' ' }, 'no reason is given'],
  [{ accept: '--json' }, 'no reason is given'],
  [{ accept: 'x'.repeat(501) }, 'longer than 500 characters'],
  [{ accept: 'why', mutants: true }, 'do not go together'],
  [{ runs: '4' }, '"4" is no number of conversations'],
  [{ runs: '1e2' }, '"1e2" is no number of conversations'],
  [{ runs: '201' }, 'no number of conversations'],
  [{ tolerance: '5' }, '"5" is no tolerance'],
  [{ tolerance: '5ms,-1%' }, 'is no tolerance'],
  [{ baseline: '' }, '--baseline is empty'],
  [{ out: '' }, '--out is empty'],
])('%j is refused', (change, reason) => {
  const read = readGate({ ...raw, ...change }, 'gate.json');
  expect(read.ok ? 'taken' : read.error.what).toContain(reason);
  expect(read.ok ? undefined : read.error.exit).toBe(2);
});

test('what is not said is the committed baseline with as many conversations as it has', () => {
  const read = readGate(raw, 'gate.json');
  expect(read).toMatchObject({ ok: true, value: { baseline: 'gate.json', mutants: false } });
  expect(read.ok && [read.value.accept, read.value.runs]).toEqual([undefined, undefined]);
  const accepted = readGate({ ...raw, accept: ' two\nlines ', runs: '12' }, 'gate.json');
  expect(accepted).toMatchObject({ ok: true, value: { accept: 'two lines', runs: 12 } });
  const wide = readGate({ ...raw, tolerance: '20ms, 2.5%' }, 'gate.json');
  expect(wide).toMatchObject({ ok: true, value: { tolerance: { ms: 20, share: 0.025 } } });
});
