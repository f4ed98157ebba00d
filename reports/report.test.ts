import fc from 'fast-check';
import { expect, test } from 'vitest';
import { junit } from './junit.ts';
import { formatFigure, formatTarget } from './number.ts';
import { type KpiResult, parseResult, type ScenarioResult } from './result.ts';
import { summary } from './summary.ts';
import { terminal } from './terminal.ts';
import { COLUMNS_MAX, widthOf } from './text.ts';

const base = { unit: 'ms', point: 'ear', better: 'lower', n: 14, interval: null } as const;
const none = { target: null, verdict: 'none', required: [], ours: [] } as const;
const spread = (about: string, p50: number | null, p95: number | null): KpiResult => ({
  ...base,
  ...none,
  required: [],
  ours: [],
  group: 'latency',
  about,
  p50,
  p95,
  p99: p95,
});

const MISSED: KpiResult = {
  ...spread('mouth to ear', 854.2, 1031.94),
  target: 'p95 < 1000',
  verdict: 'fail',
  required: [{ statistic: 'p95', comparison: '<', bound: 1000, origin: 'prd', held: false }],
  ours: [{ statistic: 'p50', comparison: '<=', bound: 500, origin: 'ours', held: false }],
};
const RETENTION: KpiResult = {
  ...base,
  group: 'context',
  about: 'probes answered',
  unit: 'share',
  better: 'higher',
  n: 3,
  value: 2 / 3,
  interval: { low: 0.208, high: 0.939 },
  target: '> 0.5',
  verdict: 'pass',
  required: [{ statistic: 'value', comparison: '>', bound: 0.5, origin: 'scenario', held: true }],
  ours: [],
};

const FAILED: ScenarioResult = {
  schema: 'parley-result/1',
  scenario: 'multi-turn',
  origin: 'multi-turn',
  about: 'Many turns.',
  world: 'sim',
  transport: 'websocket',
  network: 'delay=20ms',
  providers: 'prd',
  policy: 'parley',
  seed: 7,
  runs: 2,
  turns: 14,
  traceHash: '00000000deadbeef',
  kpis: {
    voice_to_voice_ms: MISSED,
    'stage.uplink_ms': spread('uplink', 49.9, 131),
    'stage.stt_ms': spread('stt', 250, 260),
    barge_stop_ear_ms: { ...spread('stop', null, null), n: 0 },
    context_retention: RETENTION,
  },
  verdict: 'fail',
  cost: { usd: 0.01, stt: 0.001, llm: 0.001, tts: 0.008 },
  simulatedSeconds: 96,
  wallSeconds: 0.33,
  failures: [
    {
      kpi: 'voice_to_voice_ms',
      why: 'voice_to_voice_ms p95 is 1031.94, required p95 < 1000 (prd) [ms, n=14]',
      evidence: [{ seed: 8, act: 4, value: 1031.94 }],
      replay: 'npm run scenario -- multi-turn --seed 8 --world sim',
    },
  ],
  played: [{ seed: 7, end: 'finished', detail: '', traceHash: '00000000deadbeef' }],
};
const PASSED: ScenarioResult = { ...FAILED, scenario: 'barge-in', verdict: 'pass', failures: [] };

const shown = (results: readonly ScenarioResult[], colour = false) =>
  terminal(results, { colour, files: ['.parley/scenario/multi-turn/result.json'] });

test('the terminal opens with the verdict, then the numbers that matter, then why, then the files', () => {
  const text = shown([FAILED]);
  expect(text.startsWith('✗ FAIL multi-turn · seed 7')).toBe(true);
  const order = [
    'voice to voice p50 854.2 ms',
    'voice to voice p95 1031.9 ms',
    'barge-in stop p95 –',
    'retention 66.7 % (n=3)',
    'latency [ms]',
    'not measured: barge_stop_ear_ms',
    '✗ voice_to_voice_ms p95 is 1031.94',
    'worst: seed 8 act 5: 1031.94',
    'npm run scenario -- multi-turn --seed 8 --world sim',
    '.parley/scenario/multi-turn/result.json',
  ].map((part) => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(shown([PASSED]).startsWith('✓ PASS barge-in')).toBe(true);
});

test('a rate of few events is shown with its n and interval', () => {
  const line = shown([FAILED])
    .split('\n')
    .find((candidate) => candidate.includes('context_retention '));
  expect(line).toMatch(/✓ context_retention +3 +66\.7 +20\.8 +93\.9 +>50%/);
});

test('no line is longer than 100 columns, with or without colour, whatever the names', () => {
  const replay = `npm run scenario -- multi-turn --seed 8 ${'--network delay=20ms '.repeat(9)}`.trim();
  const long = {
    ...FAILED,
    about: 'A very long sentence. '.repeat(20),
    network: `delay=${'9'.repeat(60)}ms`,
    failures: FAILED.failures.map((failure) => ({ ...failure, why: 'because '.repeat(40), replay })),
  };
  for (const text of [shown([long]), shown([long], true), shown([long, PASSED])]) {
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(COLUMNS_MAX);
  }
  expect(shown([long]).replaceAll(/ \\\n +/g, ' ')).toContain(replay);
});

test('a campaign of any size fits as well, and no count is cut off', () => {
  const large = 20_000 * 20;
  const kpis = Object.fromEntries(Object.entries(FAILED.kpis).map(([id, kpi]) => [id, { ...kpi, n: large }]));
  const result = {
    ...FAILED,
    kpis,
    runs: 20_000,
    turns: large,
    simulatedSeconds: 1_884_400,
    wallSeconds: 9_999,
  };
  for (const text of [shown([result]), shown([result, { ...result, scenario: 'a-name'.repeat(9) }])]) {
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(COLUMNS_MAX);
    expect(text).toContain('400k');
    expect(text).not.toMatch(/\d…/);
  }
});

test('wide characters take two cells', () => {
  expect(widthOf('道を尋ねる')).toBe(10);
  const text = shown([{ ...FAILED, about: '道を尋ねる '.repeat(30) }]);
  const cells = text.split('\n').map((line) => line.replaceAll(/[\u3000-\u9fff]/g, '__').length);
  expect(Math.max(...cells)).toBeLessThanOrEqual(COLUMNS_MAX);
});

test('without colour there is no escape code, and with colour the same text', () => {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  expect(shown([FAILED])).not.toMatch(escapes);
  expect(shown([FAILED], true)).toMatch(escapes);
  expect(shown([FAILED], true).replaceAll(escapes, '')).toBe(shown([FAILED]));
});

test('several scenarios are one line each, and only failures are explained', () => {
  const text = shown([PASSED, FAILED]);
  expect(text.startsWith('✗ FAIL 1 of 2 scenarios')).toBe(true);
  expect(text).toContain('✗ multi-turn: voice_to_voice_ms p95 is');
  expect(text).not.toContain('✗ barge-in:');
});

test('the waterfall starts each stage where the one before it ended', () => {
  const bars = shown([FAILED])
    .split('\n')
    .filter((line) => line.includes('█'));
  const [uplink = '', stt = ''] = bars;
  expect(stt.indexOf('█')).toBe(uplink.lastIndexOf('█') + 1);
  expect(uplink).toMatch(/49\.9 +17 %$/);
  expect(stt).toMatch(/250\.0 +83 %$/);
});

/** Enough XML to tell: one root, tags that nest, attributes quoted, no bare & or <. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  const body = xml.replace(/^<\?xml [^>]*\?>\n/, '');
  const token = /<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)(\/?)>|([^<>]+)/gy;
  let end = 0;
  for (let match = token.exec(body); match !== null; match = token.exec(body)) {
    end = token.lastIndex;
    const [, closing, name = '', attributes = '', empty, text = ''] = match;
    if (/&(?!(amp|lt|gt|quot|apos|#\d+);)/.test(attributes + text)) return false;
    if (/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(attributes + text)) return false;
    if (name === '' || empty === '/') continue;
    if (closing !== '/') open.push(name);
    else if (open.pop() !== name) return false;
  }
  return end === body.length && open.length === 0;
}

test('JUnit is well-formed for any text in names and reasons', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, why) => {
      const failures = FAILED.failures.map((failure) => ({ ...failure, why }));
      expect(isWellFormed(junit([{ ...FAILED, scenario: name, failures }]))).toBe(true);
    }),
  );
  expect(isWellFormed('<a><b></a></b>')).toBe(false);
  expect(isWellFormed('<a b="x & y"/>')).toBe(false);
});

test('JUnit has a case per requirement, escaped, with the failure and its replay inside', () => {
  const xml = junit([FAILED, PASSED]);
  expect(xml).toContain('<testsuite name="multi-turn" tests="3" failures="1" skipped="0" time="0.330">');
  expect(xml).toContain('name="voice_to_voice_ms p95 &lt; 1000">');
  expect(xml).toContain('replay: npm run scenario -- multi-turn --seed 8');
  const [first = ''] = xml.split('</testsuite>');
  expect(first.match(/<failure/g)).toHaveLength(1);
});

test('the summary leads with the verdict and names what was not measured', () => {
  expect(summary([FAILED]).startsWith('## ✗ fail: multi-turn')).toBe(true);
  expect(summary([PASSED, FAILED]).startsWith('# ✗ 1 of 2 scenarios failed')).toBe(true);
  expect(summary([FAILED])).toContain('Not measured: `barge_stop_ear_ms`.');
});

test('a result survives its file, and a malformed one is refused by field', () => {
  expect(parseResult(JSON.stringify(FAILED))).toEqual({ ok: true, result: FAILED });
  const wrong = parseResult(JSON.stringify({ ...FAILED, verdict: 'perhaps' }));
  expect(wrong).toMatchObject({ ok: false, reason: expect.stringMatching(/^verdict: /) });
  expect(parseResult(JSON.stringify({ ...FAILED, extra: 1 })).ok).toBe(false);
  expect(parseResult('{').ok).toBe(false);
});

test('numbers have the decimals of their unit, and a missing one is a dash, never a zero', () => {
  expect(formatFigure(812.345, 'ms')).toBe('812.3');
  expect(formatFigure(0.975, 'share')).toBe('97.5');
  expect(formatFigure(-0.01, 'ms')).toBe('0.0');
  expect(formatFigure(null, 'ms')).toBe('–');
  expect(formatTarget({ statistic: 'value', comparison: '<=', bound: 0.07 }, 'share')).toBe('≤7%');
});
