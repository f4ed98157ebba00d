// Callers who were heard and not understood: they are asked again, and nobody else is.
import { expect, test } from 'vitest';
import { LOST } from '../cast.test-support.ts';
import { LIMITS } from '../limit.ts';
import { Rehearsal } from '../rehearsal.test-support.ts';
import { ms } from '../time.ts';

const APOLOGY = 'Sorry, I could not get an answer just now. Could you say that again?';

/** A call whose recogniser dies before anything is said. */
function deafCall(): Rehearsal {
  const call = new Rehearsal();
  call.at(100, (now) => call.stt.say(now, { kind: 'failed', failure: LOST, fatal: true }));
  return call;
}

test('whoever speaks to a dead recogniser is asked to say it again, after the pause of a turn', () => {
  const call = deafCall();
  call.speaks('can you hear me', { at: 500 });
  call.run(9_000);
  const [dropped] = call.all('turn.dropped');
  expect(call.all('unheard')).toMatchObject([{ reply: 1, text: APOLOGY, t: (dropped?.t ?? 0) + ms(1_000) }]);
  expect(call.story).toEqual([`assistant: ${APOLOGY}`]);
});

test('a pause in what they say is not spoken into', () => {
  const call = deafCall();
  call.speaks('can you', { at: 500 });
  call.speaks('hear me', { at: 2_000 });
  call.run(9_000);
  expect(call.all('turn.dropped')).toHaveLength(2);
  expect(call.all('unheard')).toHaveLength(1);
});

test('a recogniser that answers that there were no words is believed', () => {
  const call = new Rehearsal();
  call.speaks('', { at: 500, lasting: 2_000 });
  call.run(7_000);
  expect(call.all('turn.dropped')).toHaveLength(1);
  expect(call.all('unheard')).toEqual([]);
});

test('what is too short to be speech is not asked about', () => {
  const call = deafCall();
  call.speaks('', { at: 500, lasting: 200 });
  call.run(7_000);
  expect(call.all('turn.dropped')).toHaveLength(1);
  expect(call.all('unheard')).toEqual([]);
});

test('nobody is asked for ever, and who was understood is asked anew', () => {
  const call = deafCall();
  const times = LIMITS.unheardInRowMax + 2;
  for (let index = 0; index < times; index += 1) call.speaks('hello', { at: 500 + index * 12_000 });
  call.types('hello', { at: times * 12_000 });
  call.speaks('hello again', { at: (times + 1) * 12_000 });
  call.run((times + 2) * 12_000);
  expect(call.all('unheard')).toHaveLength(LIMITS.unheardInRowMax + 1);
});
