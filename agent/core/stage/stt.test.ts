import { expect, test } from 'vitest';
import { LOST, ScriptedStt } from '../cast.test-support.ts';
import { Row } from '../row.test-support.ts';
import { ms } from '../time.ts';
import { SttStage } from './stt.ts';

function stage(finalMs: number | undefined = 80) {
  const actors: ScriptedStt[] = [];
  const script = { finalMs, finalizedMs: 0, texts: new Map([[7, 'hello']]) };
  const row = new Row((outlet) => {
    return new SttStage((hooks) => (actors[0] = new ScriptedStt(script, hooks)), outlet);
  });
  const [actor] = actors;
  if (actor === undefined) throw new Error('no recogniser was made');
  return { row, actor };
}

const speech = (samples: number) => {
  const pcm = new Uint8Array(samples * 2);
  for (let at = 0; at < pcm.length; at += 2) pcm[at] = 7;
  return pcm;
};

test('audio goes to the recogniser and no further; its words come out', () => {
  const { row } = stage();
  row.push(0, { kind: 'AudioRaw', pcm: speech(320), sampleRate: 16_000 });
  row.push(ms(20), { kind: 'SttFinalize', turn: 1 }, 'upstream');
  expect(row.timers.at('stt')).toBe(ms(100));
  row.subject.wake(ms(100));
  expect(row.after.kinds()).toEqual(['SttFinalize', 'Metrics', 'Transcription', 'Metrics', 'SttFinalized']);
  expect(row.after.of('Transcription')).toEqual([{ kind: 'Transcription', text: 'hello' }]);
  expect(row.before.of('SttFinalize')).toEqual([]);
  expect(row.timers.at('stt')).toBeUndefined();
});

test('audio is accounted for when it is finalised, and what was not is at the end', () => {
  const { row } = stage();
  row.push(0, { kind: 'AudioRaw', pcm: speech(1_600), sampleRate: 16_000 });
  row.push(0, { kind: 'SttFinalize', turn: 1 }, 'upstream');
  row.push(0, { kind: 'AudioRaw', pcm: speech(160), sampleRate: 16_000 });
  row.push(0, { kind: 'End', reason: 'over' });
  const usage = row.facts().flatMap((fact) => (fact.what === 'usage.stt' ? [fact.us] : []));
  expect(usage).toEqual([ms(100), ms(10)]);
});

test('the time to the final is measured from the question', () => {
  const { row } = stage(250);
  row.push(ms(1_000), { kind: 'SttFinalize', turn: 1 }, 'upstream');
  row.subject.wake(ms(1_250));
  const ttfb = row.after.of('Metrics').flatMap(({ metric }) => (metric.kind === 'ttfb' ? [metric.us] : []));
  expect(ttfb).toEqual([ms(250)]);
});

test('a passing failure is noted; a final one is told and releases the turn that waits', () => {
  const { row, actor } = stage();
  actor.say(0, { kind: 'failed', failure: LOST, fatal: false });
  expect(row.after.kinds()).toEqual([]);
  actor.say(0, { kind: 'failed', failure: LOST, fatal: true });
  expect(row.after.kinds()).toEqual(['Error', 'SttFinalized']);
  expect(row.facts()).toMatchObject([{ fatal: false }, { fatal: true }]);
});

test('start and end reach the recogniser and pass on', () => {
  const { row, actor } = stage();
  row.push(0, { kind: 'Start' });
  row.push(0, { kind: 'SttFinalize', turn: 1 }, 'upstream');
  row.push(1, { kind: 'End', reason: 'over' });
  expect(actor.stopped).toBe(true);
  expect(row.after.kinds().at(-1)).toBe('End');
  expect(row.timers.next()).toBeUndefined();
});

test('a question that ended in a failure is told to have no answer, before the turn is released', () => {
  const { row, actor } = stage(undefined);
  row.push(0, { kind: 'SttFinalize', turn: 1 }, 'upstream');
  actor.say(ms(90), { kind: 'failed', failure: LOST, fatal: false });
  actor.say(ms(100), { kind: 'finalized' });
  expect(row.after.kinds().slice(-2)).toEqual(['Error', 'SttFinalized']);
  expect(row.after.of('Error')).toMatchObject([{ stage: 'stt', fatal: false }]);
});

test.each([{ kind: 'ready' } as const, { kind: 'final', text: 'hello' } as const])(
  'a failure that was got over ($kind) is nobody’s business',
  (recovered) => {
    const { row, actor } = stage(undefined);
    row.push(0, { kind: 'SttFinalize', turn: 1 }, 'upstream');
    actor.say(ms(90), { kind: 'failed', failure: LOST, fatal: false });
    actor.say(ms(95), recovered);
    actor.say(ms(100), { kind: 'finalized' });
    expect(row.after.of('Error')).toEqual([]);
  },
);
