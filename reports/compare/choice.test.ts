// What is advised, and in which order: first whether anybody can talk, then what is said, then how soon.
// Each tale starts from the same made-up comparison and changes one network of it.
import { expect, test } from 'vitest';
import { adviceOf } from './advice.ts';
import { answer } from './answer.ts';
import { choicesOf } from './choice.ts';
import type { Cell, CompareResult, Figure } from './compare-result.ts';
import { exampleCompare } from './example.ts';
import { distributionFinding, lossFinding, networkFinding } from './finding.ts';
import { compareMarkdown } from './markdown.ts';
import { plain } from './sentence.ts';
import { compareTerminal } from './terminal.ts';

const NETWORK = 'congested-wifi';
const example = exampleCompare();

const changed = (
  change: (cell: Cell) => Cell,
  network = NETWORK,
  result: CompareResult = example,
): CompareResult => ({
  ...result,
  cells: result.cells.map((cell) => (cell.network === network ? change(cell) : cell)),
});

const silenced = (cell: Cell): Cell => {
  const none = { n: 0, p50: null, p95: null, interval: { p50: null, p95: null } };
  const figures: Record<string, Figure> = {
    voice_to_voice_ms: none,
    context_retention: { n: 20, value: 0, interval: { low: 0, high: 0.1 } },
  };
  return { ...cell, unfinished: cell.runs, figures, samples: [], typical: null, slow: null };
};

const withFigures = (socket: Record<string, Figure>, rtc: Record<string, Figure>): CompareResult =>
  changed((cell) => ({
    ...cell,
    figures: { ...cell.figures, ...(cell.transport === 'webrtc' ? rtc : socket) },
  }));

const p95 = (value: number, half: number): Figure => {
  const around = { low: value - half, high: value + half };
  return { n: 20, p50: value - 100, p95: value, interval: { p50: around, p95: around } };
};
const share = (value: number, half: number): Figure => ({
  n: 20,
  value,
  interval: { low: value - half, high: value + half },
});

const choiceOn = (result: CompareResult, network = NETWORK) =>
  choicesOf(result).find((choice) => choice.network === network);
const adviceText = (result: CompareResult): readonly string[] =>
  adviceOf(result).map(({ title, text }) => `${plain(title)}. ${plain(text)}`);
const answerText = (result: CompareResult): string => answer(result).map(plain).join(' ');

test('a network that carries no call is named as such, first, and is never a draw', () => {
  const dead = changed(silenced, 'fibre');
  expect(choiceOn(dead, 'fibre')?.verdict).toBe('none');
  expect(answerText(dead)).toMatch(/^No call can be held on fibre, with either transport; WebRTC is/);
  const [first, ...others] = adviceText(dead);
  expect(first).toBe(
    'No call can be held on fibre, with either transport. ' +
      'WebSocket on fibre: 20 of 20 calls did not end by themselves, 0 answers; ' +
      'WebRTC on fibre: 20 of 20 calls did not end by themselves, 0 answers.',
  );
  expect(others.filter((text) => /simpler on .*fibre/.test(text))).toEqual([]);
  const kept = (result: CompareResult) =>
    /WebRTC keeps .* on (\d) of 8/.exec(plain(networkFinding(result)))?.[1];
  expect(Number(kept(dead))).toBe(Number(kept(example)) - 1);
  expect(compareTerminal(dead, [])).toContain('✗ no call');
  expect(compareMarkdown(dead)).toMatch(/\| fibre \| WebRTC \| 0 \| – \| no call \|/);
});

test('where nothing is answered at all, nothing is preferred', () => {
  const one = exampleCompare({ networks: 1, grid: false });
  const dead = { ...changed(silenced, 'fibre', one), pairs: [] };
  expect(answerText(dead)).toBe(
    'No call can be held on fibre, with either transport (n = 0 answers in 40 calls).',
  );
  expect(adviceText(dead).join()).not.toMatch(/Prefer|simpler|either will do/);
  const alone = changed(silenced, 'fibre', exampleCompare({ transports: ['websocket'], grid: false }));
  expect(answerText(alone)).toMatch(
    /^No call can be held over WebSocket on fibre; only WebSocket was played/,
  );
});

test('a transport over which no call can be held loses to one that is slow', () => {
  const half = changed((cell) => (cell.transport === 'webrtc' ? silenced(cell) : cell));
  expect(choiceOn(half)?.verdict).toBe('websocket');
  expect(answerText(half)).toContain(
    'WebSocket is the better choice on congested-wifi and bufferbloat (most on congested-wifi: ' +
      'no call can be held over WebRTC: 20 of 20 calls',
  );
});

test('facts retained outweigh an answer that comes sooner, and the answer is still told', () => {
  const forgetful = withFigures(
    { voice_to_voice_ms: p95(600, 10), context_retention: share(0.6, 0.1) },
    { voice_to_voice_ms: p95(900, 10), context_retention: share(0.99, 0.01) },
  );
  expect(choiceOn(forgetful)?.verdict).toBe('webrtc');
  const advice = adviceText(forgetful).find((text) => text.startsWith('Prefer WebRTC on congested-wifi. '));
  expect(advice).toMatch(
    /Retention 99\.0 % against 60\.0 % .*Against that, WebSocket: answers sooner, p95 600 ms/,
  );
});

test('a transport that misses a requirement which the other keeps is not preferred for being faster', () => {
  const doubtful = withFigures(
    { voice_to_voice_ms: p95(600, 10), context_retention: share(0.94, 0.05) },
    { voice_to_voice_ms: p95(900, 10), context_retention: share(0.99, 0.01) },
  );
  expect(choiceOn(doubtful)?.verdict).toBe('split');
  const rough = withFigures(
    { voice_to_voice_ms: p95(600, 10), 'mos.down': share(3.4, 0.1) },
    { voice_to_voice_ms: p95(900, 10), 'mos.down': share(4.1, 0.05) },
  );
  expect(adviceText(rough).join('\n')).toMatch(
    /better at something on congested-wifi.*MOS down 4\.10 against 3\.40/,
  );
});

test('sooner to answer and later to fall silent is told from both sides, chance included', () => {
  const barge = (half: number, over = 496) =>
    withFigures(
      { voice_to_voice_ms: p95(600, 10), barge_stop_ear_ms: p95(707, half) },
      { voice_to_voice_ms: p95(900, 10), barge_stop_ear_ms: p95(over, half) },
    );
  const clear = adviceText(barge(10)).join('\n');
  expect(clear).toMatch(/Each transport is better at something on congested-wifi/);
  expect(clear).toMatch(/WebRTC: falls silent sooner when interrupted, p95 496 ms against 707 ms/);
  expect(clear).toMatch(/WebSocket: answers sooner, p95 600 ms against 900 ms/);
  expect(clear).not.toMatch(/Prefer WebSocket on congested-wifi/);
  expect(adviceText(barge(500)).join('\n')).toMatch(/p95 496 ms against 707 ms, which may be chance/);
  expect(choiceOn(barge(500))?.verdict).toBe('split');
  // A tenth of what speaks for it, and perhaps chance: told, and no more than that.
  expect(choiceOn(barge(500, 677))?.verdict).toBe('websocket');
  expect(adviceText(barge(500, 677)).join('\n')).toMatch(/Against that, WebRTC: .* 677 ms against 707 ms/);
});

test('what may be chance is no draw: the table beside it differs, and the advice says so', () => {
  const few = withFigures(
    { voice_to_voice_ms: p95(1_133, 400), barge_stop_ear_ms: p95(709, 500) },
    { voice_to_voice_ms: p95(1_005, 400), barge_stop_ear_ms: p95(297, 500) },
  );
  const unpaired = { ...few, pairs: [] };
  expect(choiceOn(unpaired)?.verdict).toBe('open');
  const advice = adviceText(unpaired).join('\n');
  expect(advice).toMatch(
    /Not decided on congested-wifi, .*: more calls would tell\. .*p95 297 ms against 709 ms/,
  );
  expect(advice).not.toMatch(/simpler on [^.]*congested-wifi/);
});

test('however much advice there is, none is dropped and the caution stands before it', () => {
  const [variant] = example.variants;
  if (variant === undefined) throw new Error('the example tries no option');
  const much: CompareResult = {
    ...changed((cell) => ({ ...cell, unfinished: 1 })),
    variants: Array.from({ length: 30 }, (_, at) => ({ ...variant, title: `Option ${at}` })),
  };
  const advice = adviceText(much);
  expect(advice[0]).toMatch(/^Read these latencies with care: .*WebRTC on congested-wifi 1 of 20 calls/);
  expect(advice.filter((text) => text.startsWith('Option'))).toHaveLength(30);
});

test('the collapse on the map is part of the answer, on the page, in Markdown and on a terminal', () => {
  const finding = plain(lossFinding(example));
  expect(finding).toMatch(/WebSocket falls behind/);
  const [, map] = answer(example);
  expect(map && plain(map)).toBe(`${finding} (map of RTT × loss, jitter 0 ms, n = 140 answers a place).`);
  expect(compareTerminal(example, []).replaceAll('\n', ' ')).toContain(finding);
  expect(compareMarkdown(example)).toContain(`**${finding} (map`);
});

test('on the map too, a place where no call can be held is lost', () => {
  const { grid } = example;
  if (grid === null) throw new Error('the example has a grid');
  const drowned: CompareResult = {
    ...example,
    grid: {
      ...grid,
      cells: grid.cells.map((cell) =>
        cell.lossPercent === 10 && cell.transport === 'websocket'
          ? { ...cell, unfinished: cell.runs, figures: {} }
          : cell,
      ),
    },
  };
  expect(plain(lossFinding(drowned))).toMatch(/by .* at p95 with 5 %, and holds no call with 10 %$/);
});

test('the answer and the section under it measure the median against the same baseline', () => {
  const pairs = example.pairs.map((pair) => ({ ...pair, median: 112, interval: { low: 90, high: 130 } }));
  const wide = { low: 1, high: 9_999 };
  const unsure: CompareResult = {
    ...changed((cell) => {
      const figure = cell.figures['voice_to_voice_ms'];
      if (figure === undefined || 'value' in figure) return cell;
      return { ...cell, figures: { voice_to_voice_ms: { ...figure, interval: { p50: wide, p95: wide } } } };
    }),
    pairs: pairs.filter(({ network }) => network === NETWORK),
  };
  expect(answerText(unsure)).toContain('answers sooner, 112 ms in the median of 140 pairs');
  expect(plain(distributionFinding(unsure))).toContain(
    'congested-wifi: WebSocket 112 ms later in the paired median',
  );
});
