// What a story says of its caller, as the data that is played.
import { expect, test } from 'vitest';
import { isMixed } from '#sim/caller/script.ts';
import {
  afterWord,
  beforeEnd,
  conversation,
  correction,
  dictates,
  filler,
  hesitates,
  into,
  type Story,
} from './story.ts';

const written = (tell: (story: Story) => void) =>
  conversation('story', { about: 'A story.', voice: 'slt' }, tell).caller;

test('what happens during a reply belongs to the utterance that is answered', () => {
  const { acts } = written(({ caller, agent }) => {
    caller.says('Hello.');
    agent.replies('We open at nine.');
    caller.backchannels(into(300, 200), 'Mm-hm.');
    caller.coughs(afterWord('open', 50));
    caller.says('Thanks.');
  });
  expect(acts).toEqual([
    {
      kind: 'say',
      parts: [{ text: 'Hello.' }],
      meanwhile: [
        { kind: 'backchannel', text: 'Mm-hm.', at: { afterMs: 300, withinMs: 200 } },
        { kind: 'cough', at: { afterMs: 50, from: { word: 'open' } } },
      ],
    },
    { kind: 'say', parts: [{ text: 'Thanks.' }] },
  ]);
});

test('an end that is foreseen is that of the reply that was told last', () => {
  const { acts } = written(({ caller, agent }) => {
    caller.says('Hello.');
    agent.replies('We open at nine.');
    caller.interrupts(beforeEnd(200), 'And then?');
    caller.hangsUp(700);
  });
  expect(acts.slice(1)).toEqual([
    { kind: 'interrupt', afterMs: -200, from: { endOf: 'We open at nine.' }, parts: [{ text: 'And then?' }] },
    { kind: 'hang_up', at: { afterMs: 700 } },
  ]);
});

test('a noise lasts from the act after it is told of to the one after it is over', () => {
  const { surroundings } = written(({ caller }) => {
    caller.isIn('street', 20);
    caller.says('Hello.');
    caller.isIn('tv', 10);
    caller.says('Hello?');
    caller.isInQuiet();
    caller.says('Thanks.');
  });
  expect(surroundings).toEqual([
    { sound: 'street', snrDb: 20, fromAct: 0, untilAct: 2 },
    { sound: 'tv', snrDb: 10, fromAct: 1, untilAct: 2 },
  ]);
});

test('hesitations, corrections and dictated numbers say what they are', () => {
  const { acts } = written(({ caller }) => {
    caller.says('On', hesitates(400), filler('um,'), 'Monday,', correction('no, Tuesday.'));
    caller.says(...dictates(500, 'One two,', 'three.'));
  });
  expect(acts.map((act) => ('parts' in act ? act.parts : []))).toEqual([
    [
      { text: 'On' },
      { pauseMs: 400, as: 'hesitation' },
      { text: 'um,', as: 'hesitation' },
      { text: 'Monday,' },
      { text: 'no, Tuesday.', as: 'correction' },
    ],
    [
      { text: 'One two,', as: 'dictation' },
      { pauseMs: 500, as: 'dictation' },
      { text: 'three.', as: 'dictation' },
    ],
  ]);
});

test('nothing happens before anybody has spoken', () => {
  expect(() => written(({ caller }) => caller.coughs(100))).toThrow('during the reply to an utterance');
});

test('a story of lines alone is not mixed, whatever its pauses; anything in the room makes it so', () => {
  const plain = (story: Story) => story.caller.says('On', hesitates(400), 'Monday.');
  expect(isMixed(written(plain))).toBe(false);
  const more: readonly ((caller: Story['caller']) => void)[] = [
    (caller) => caller.coughs(100),
    (caller) => caller.isIn('tv', 20),
  ];
  for (const one of more) {
    const mixed = written((story) => {
      plain(story);
      one(story.caller);
    });
    expect(isMixed(mixed)).toBe(true);
  }
});
