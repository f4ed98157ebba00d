// What a comparison says: read back from disk, in words, in tables and on a terminal.
import { expect, test } from 'vitest';
import { adviceOf } from './advice.ts';
import { answer } from './answer.ts';
import { BUDGETS, budgetTotal } from './budget.ts';
import { type CompareResult, compareSchema, parseCompare } from './compare-result.ts';
import { contestsOf } from './contest.ts';
import { breakEven } from './contour.ts';
import { compareCsv } from './csv.ts';
import { exampleCompare } from './example.ts';
import { jitterFinding, lossFinding, networkFinding, stageFinding } from './finding.ts';
import { compareMarkdown } from './markdown.ts';
import { explain } from './origin.ts';
import { plain } from './sentence.ts';
import { compareTerminal } from './terminal.ts';

const result = exampleCompare();

test('a comparison survives the disk, and a broken one names its field', () => {
  const text = JSON.stringify(result);
  expect(parseCompare(text)).toEqual({ ok: true, result });
  const broken = { ...result, seeds: { first: 1, count: 0 } };
  const parsed = parseCompare(JSON.stringify(broken));
  expect(parsed.ok ? '' : parsed.reason).toContain('seeds.count');
  expect(parseCompare('{').ok).toBe(false);
  expect(parseCompare(JSON.stringify({ ...result, schema: 'parley-compare/9' })).ok).toBe(false);
});

test('the answer is one sentence with numbers and n', () => {
  const [first = []] = answer(result);
  const sentence = plain(first);
  expect(sentence).toMatch(
    /^WebRTC is the better choice on congested-wifi \(answers sooner, p95 \d+ ms against \d+ ms;/,
  );
  expect(sentence).toContain('n = 2,240 answers in 320 calls');
  expect(sentence.match(/\.$/g)).toHaveLength(1);
});

test('a difference that chance explains is a draw, and so is one shorter than a frame', () => {
  const contest = (network: string, of: CompareResult = result) =>
    contestsOf(of).find((candidate) => candidate.network === network)?.winner;
  expect(contest('congested-wifi')).toBe('webrtc');
  expect(contest('fibre')).toBe('draw');
  const unsure: CompareResult = {
    ...result,
    pairs: [],
    cells: result.cells.map((cell) => {
      const figure = cell.figures['voice_to_voice_ms'];
      if (figure === undefined || 'value' in figure) return cell;
      const wide = { low: 1, high: 9_999 };
      return {
        ...cell,
        figures: { ...cell.figures, voice_to_voice_ms: { ...figure, interval: { p50: wide, p95: wide } } },
      };
    }),
  };
  expect(contest('congested-wifi', unsure)).toBe('draw');
});

test('findings head the sections with what was found', () => {
  expect(plain(networkFinding(result))).toMatch(/WebSocket keeps its required p95 \(< 1,000 ms\) on \d of 8/);
  expect(plain(lossFinding(result))).toMatch(
    /RTT 200 ms WebSocket falls behind from .* % loss on, by .* s at p95/,
  );
  expect(plain(jitterFinding(result))).toMatch(
    /^Jitter of 40 ms alone costs .* over WebSocket and over WebRTC/,
  );
  expect(plain(stageFinding(result, 'congested-wifi'))).toContain('PRD 8.8: at most 440');
});

test('with one transport nothing is compared and nothing is made up', () => {
  const alone = exampleCompare({ transports: ['websocket'], grid: false });
  expect(compareSchema.safeParse(alone).success).toBe(true);
  expect(contestsOf(alone)).toEqual([]);
  expect(answer(alone).map(plain).join()).toMatch(/^Only WebSocket was played/);
  expect(compareMarkdown(alone)).not.toContain('NaN');
});

test('advice names what was gained, by option and by choice', () => {
  const advice = adviceOf(result).map(({ title, text }) => `${plain(title)}: ${plain(text)}`);
  expect(advice[1]).toMatch(/^Prefer WebRTC on congested-wifi: Answers sooner, p95 \d+ ms against \d+ ms;/);
  expect(advice.join('\n')).toContain(
    'Better: MOS down 3.84 → 4.06 on congested-wifi. (WebRTC, --fec on, n = 20 calls each way)',
  );
});

test('every number explains itself: value, definition, n, interval, seeds, trace', () => {
  const lines = explain(result, ['cell', 5, 'voice_to_voice_ms', 'p95']).join('\n');
  expect(lines).toContain('voice to voice p95: 793 ms · WebRTC, congested-wifi');
  expect(lines).toMatch(/n = 140 in 20 calls, 95 % interval \d+ to \d+/);
  expect(lines).toMatch(/seeds 1 to 20, vendors prd, world sim\. Trace [0-9a-f]{16}/);
  expect(explain(result, ['cell-', 5, 4, 'voice_to_voice_ms', 'p95'])[0]).toMatch(
    /\+\d+ ms · congested-wifi/,
  );
  expect(explain(result, ['cell', 999, 'voice_to_voice_ms', 'p95'])).toEqual(['not measured']);
});

test('the budgets are those of the document, its wrong total included', () => {
  const [webrtc, websocket] = BUDGETS;
  expect(webrtc && budgetTotal(webrtc)).toEqual(webrtc?.stated);
  expect(websocket && budgetTotal(websocket)).toEqual({ lowMs: 810, highMs: 1_180 });
  expect(websocket?.stated.highMs).toBe(1_140);
});

test('the break-even line runs between the cells where the sign changes, and says how sure it is', () => {
  const sure = (value: number) => ({ value, sure: true });
  const unsure = (value: number) => ({ value, sure: false });
  expect(
    breakEven([
      [sure(-10), sure(10)],
      [sure(-10), unsure(30)],
    ]),
  ).toEqual([
    { x1: 0.5, y1: -0.5, x2: 0.5, y2: 0.5, sure: true },
    { x1: 0.5, y1: 0.5, x2: 0.5, y2: 1.5, sure: false },
  ]);
  expect(breakEven([[sure(-10), null, sure(10)]])).toEqual([]);
  expect(breakEven([[sure(5), sure(10)]])).toEqual([]);
});

test('a map on which chance may explain every cell has no break-even line', () => {
  expect(breakEven([[-10, 10].map((value) => ({ value, sure: false }))])).toEqual([]);
});

test('one is one: call, network, mark, seed and answer', () => {
  const one = exampleCompare({ networks: 1, grid: false });
  const single: CompareResult = {
    ...one,
    seeds: { first: 5, count: 1 },
    pairs: [],
    cells: one.cells.map((cell) => ({ ...cell, runs: 1, unfinished: 1 })),
  };
  const cell = explain(single, ['cell', 0, 'voice_to_voice_ms', 'p95']).join('\n');
  expect(cell).toContain('in 1 call,');
  expect(cell).toContain('the only call did not end by itself.');
  const text = [compareMarkdown(single), compareTerminal(single, []), cell].join('\n');
  expect(text).not.toMatch(/(?<![\d,.])1 (calls|networks|answers|pairs|marks)|of 1 (network|call)|seeds 5/);
  expect(plain(networkFinding(single))).toBe(
    'WebSocket misses its required p95 (< 1,000 ms) on fibre, ' +
      'WebRTC misses its required p95 (< 800 ms) on fibre',
  );
});

test('CSV has a row for every figure, and fields that need quotes have them', () => {
  const odd = { ...result, cells: result.cells.map((cell) => ({ ...cell, network: 'a "b", c' })) };
  const lines = compareCsv(odd).trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + (16 + 384) * 7);
  expect(lines[1]).toMatch(/^network,websocket,"a ""b"", c",,,,voice_to_voice_ms,ms,140,/);
});

test('Markdown and terminal carry the answer and the table', () => {
  expect(compareMarkdown(result)).toContain('| congested-wifi | WebRTC | 140 |');
  const text = compareTerminal(result, ['.parley/compare/report.html']);
  expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
  expect(text).toContain('.parley/compare/report.html');
});
