// What `npm run gate` refuses before anything is played, and what it takes.
import { expect, test } from 'vitest';
import { type RawGate, readGate } from './option.ts';

/** The command that a hint tells to type. */
const hintOf = (change: Partial<RawGate>, names: readonly string[]) => {
  const read = readGate({ ...raw, ...change }, 'gate.json', names);
  return read.ok ? read.value.renewal : read.error.todo;
};
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

test('a hint repeats the names and options it was given, so that no other baseline is touched', () => {
  expect(hintOf({}, [])).toBe('npm run gate -- --accept "reason"');
  expect(hintOf({}, ['single-turn'])).toBe('npm run gate -- single-turn --accept "reason"');
  const given = { baseline: 'my base.json', runs: '12', tolerance: '9ms,2%', out: 'there' };
  expect(hintOf(given, ['single-turn', './a b.ts'])).toBe(
    "npm run gate -- single-turn './a b.ts' --baseline 'my base.json' --runs 12 --tolerance 9ms,2% " +
      '--out there --accept "reason"',
  );
  expect(hintOf({ accept: ' ' }, ['single-turn'])).toContain('npm run gate -- single-turn --accept "reason"');
});

test('without a committed baseline scenarios must be named, and theirs is in the user’s project', () => {
  const read = readGate(raw, undefined);
  expect(read.ok ? undefined : read.error).toMatchObject({ what: 'no scenario is named', exit: 2 });
  const hint = read.ok ? '' : read.error.todo;
  expect(hint).toContain('in parley-gate.json, comes of: npx parley gate ./my.ts --accept "reason"');
  const named = readGate(raw, undefined, ['./my.ts']);
  expect(named).toMatchObject({ ok: true, value: { baseline: 'parley-gate.json' } });
});
