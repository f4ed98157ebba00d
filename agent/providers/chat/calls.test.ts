// Calls of tools out of a stream that was cut anywhere: the same calls, whatever the pieces and the chunks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../core/limit.ts';
import type { ToolCall } from '../../core/provider.ts';
import { Answer } from '../answer.ts';
import { CallCollector } from '../calls.ts';
import { ChatReader } from './reader.ts';
import { failureOfAnswer } from './wire.ts';

const SSE = { 'content-type': 'text/event-stream' };

const call = fc.record({
  id: fc.string({ minLength: 1, maxLength: 8 }),
  name: fc.string({ minLength: 1, maxLength: 8 }),
  arguments: fc.string({ unit: 'binary', maxLength: 40 }),
});

/** `text` cut at some places. */
const cut = (text: string, places: readonly number[]): readonly string[] => {
  const at = [0, ...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
};

function streamOf(calls: readonly ToolCall[], places: readonly number[]): string {
  const deltas = calls.flatMap(({ id, name, arguments: text }, index) =>
    cut(text, places).map((piece, nth) => ({
      index,
      ...(nth === 0 ? { id, type: 'function' } : {}),
      function: { ...(nth === 0 ? { name } : {}), arguments: piece },
    })),
  );
  const chunks = deltas.map((delta) => ({ choices: [{ index: 0, delta: { tool_calls: [delta] } }] }));
  const last = { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] };
  return `${[...chunks, last].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
}

test('any calls, in any pieces, over any chunks of bytes, are the calls that were made', () => {
  const places = fc.array(fc.nat({ max: 2_000 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), places, places, (calls, pieces, chunks) => {
      const bytes = Buffer.from(streamOf(calls, pieces));
      const answer = new Answer('', new ChatReader(''), (refusal) => failureOfAnswer(refusal, ''));
      answer.head(200, SSE);
      const ends = [...chunks.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      let from = 0;
      let step: ReturnType<Answer['chunk']> = { kind: 'open' };
      for (const end of ends) {
        if (step.kind === 'open') step = answer.chunk(bytes.subarray(from, end), []);
        from = end;
      }
      expect(step).toMatchObject({ kind: 'done', finish: 'tools', calls });
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('arguments without end are refused, and so are calls without end', () => {
  const piece = { index: 0, id: 'a', name: 'b', arguments: 'x'.repeat(LIMITS.toolArgumentsCharsMax) };
  const long = new CallCollector();
  expect(long.add([piece])).toBe(true);
  expect(long.add([piece])).toBe(false);
  const many = Array.from({ length: 1_000 }, (_, index) => ({ index, id: '', name: 'b', arguments: '' }));
  expect(new CallCollector().add(many)).toBe(false);
});
