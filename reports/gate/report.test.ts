// What people read of a gate run: the verdict first, the stage that did it, the command that shows it, and
// nothing wider than the window.
import { expect, test } from 'vitest';
import { widthOf } from '../text.ts';
import { amountText } from './amount.ts';
import { compareSets } from './compare.ts';
import { gateResultSchema } from './gate-result.ts';
import { gateJunit } from './junit.ts';
import { gateMarkdown } from './markdown.ts';
import { baselineOf, counted, setOf, slower } from './set.test-support.ts';
import { gateTerminal } from './terminal.ts';
import { gateResult } from './verdict.ts';

const base = baselineOf(setOf());
const resultOf = (change?: Parameters<typeof setOf>[0]) => {
  const head = setOf(change);
  return gateResult(compareSets(base, head), {
    base,
    head,
    file: 'reports/baselines/gate.json',
    wallSeconds: 12,
  });
};
const same = resultOf();
const slow = resultOf(slower(5, 20_000));
const options = { colour: false, files: ['.parley/gate/summary.md'] };

test('a result keeps its own schema', () => {
  for (const result of [same, slow])
    expect(gateResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

test('the terminal says what and why in 100 columns', () => {
  expect(gateTerminal(same, options)).toMatch(/^✓ PASS gate · nothing changed: all 24 conversations/);
  const text = gateTerminal(slow, options);
  expect(text).toMatch(/^✗ FAIL gate · worse: voice_to_voice_ms, stage.tts_ms/);
  expect(text).toMatch(/voice_to_voice_ms p50 is \+20.0 ms slower/);
  expect(text).toContain('tts +20.0');
  expect(text).toContain('p95 as well');
  expect(text).toContain('npm run scenario -- multi-turn --transport webrtc');
  for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(100);
});

test('Markdown shows the delta with the stages that made it, and what to do when it is meant', () => {
  const text = gateMarkdown(slow);
  expect(text).toMatch(/^## ✗ Parley gate: worse/);
  expect(text).toMatch(/\| ✗ \| multi-turn \| webrtc \| good-wifi \| [\d.]+ → [\d.]+ \(\+20.0\)/);
  expect(text).toContain('| tts +20.0 | 24 of 24 |');
  expect(text).toContain('npm run gate -- --accept');
  expect(gateMarkdown(same)).not.toContain('--accept');
});

test('what has too few samples is told with what was judged', () => {
  const [, judged, few] = /(\d+) figures judged, .* once in 1000 runs at most; (\d+) have too few/.exec(
    gateMarkdown(same),
  ) ?? [''];
  expect([Number(judged), Number(few)]).toEqual([same.judged, same.few]);
  expect(same.few).toBe(11);
});

test('a change of behaviour alone passes and says so', () => {
  const changed = resultOf((run) => ({ ...run, hash: 'other' }));
  expect(changed.verdict).toBe('pass');
  expect(gateMarkdown(changed)).toContain('nothing got worse; behaviour changed in 24 of 24 conversations');
});

test('JUnit counts the figures and marks those that failed', () => {
  const xml = gateJunit(slow);
  expect(xml).toMatch(/<testsuite name="multi-turn · webrtc · good-wifi" tests="13" failures="2">/);
  expect(xml.match(/<failure /g)).toHaveLength(slow.failures.length);
  expect(gateJunit(same)).not.toContain('<failure');
});

test('a place that is marked for what no column shows says in its row what that is', () => {
  const misheard = resultOf(counted(1, (value) => value + 1));
  const [, row = '', under = ''] = gateTerminal(misheard, options).split('\n\n')[1]?.split('\n') ?? [];
  expect([row, under].join('\n')).toMatch(/^✗ multi-turn .*\+0\.0.*\n {4}worse: wer \d+ → \d+$/);
  expect(gateMarkdown(misheard)).toMatch(/\| 24 of 24 \| wer \d+ → \d+ \|/);
  expect(gateTerminal(slow, options)).not.toContain('worse: stage');
});

test('the command that accepts is the one of this run, and acts are counted from 1 as in the report', () => {
  const head = setOf(slower(5, 20_000));
  const accept = 'npm run gate -- single-turn --baseline own.json --accept "reason"';
  const own = gateResult(compareSets(base, head), { base, head, file: 'own.json', wallSeconds: 1, accept });
  expect(gateMarkdown(own)).toContain(`If it is meant: \`${accept}\``);
  const [first] = own.failures[0]?.evidence ?? [];
  expect(gateMarkdown(own)).toContain(`seed ${first?.seed} act ${(first?.act ?? 0) + 1}: `);
});

test('money is told in dollars', () => {
  expect(amountText('cost_usd', 1_061_344)).toBe('$1.0613');
  expect(amountText('wer', 12)).toBe('12');
});
