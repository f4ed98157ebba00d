// The ear that follows a script: whoever makes a sound at the right moment has said the line.
import { expect, test } from 'vitest';
import { ms } from '#agent/core/time.ts';
import { PromptedEar } from './prompted-ear.ts';
import { type PromptedLine, Prompter, type Reading } from './prompter.ts';

const RATE = 16_000;
/** Words of 300 ms; `|` is a pause of 600. */
const lineOf = (written: string): PromptedLine => {
  let atMs = 64;
  const words = written.split(' ').flatMap((text) => {
    const startMs = atMs;
    atMs += text === '|' ? 600 : 300;
    return text === '|' ? [] : [{ text, startMs, endMs: atMs }];
  });
  return { text: written, words };
};
const LINES = ['what time is it', 'thank you very much', 'let me | think'].map(lineOf);

/** An ear with a clock that its own audio moves, in steps of 20 ms. */
function ear() {
  const prompter = new Prompter(LINES);
  let now = 0;
  const heard = new PromptedEar(prompter, RATE, () => now);
  const pass = (forMs: number, level: number): void => {
    for (let at = 0; at < forMs; at += 20) {
      now += ms(20);
      heard.push(new Uint8Array(new Int16Array(320).fill(level).buffer));
    }
  };
  return {
    sounds: (forMs: number) => pass(forMs, 4_000),
    silent: (forMs: number) => pass(forMs, 3),
    waits: (forMs: number) => {
      now += ms(forMs);
    },
    cue: (line: number, reading: Reading) => prompter.cue(line, reading),
    soFar: () => heard.soFar().join(' '),
    settle: () =>
      heard
        .settle()
        .words.map(({ text }) => text)
        .join(' '),
  };
}

test('words pass as somebody speaks, and the next line is due after the last one', () => {
  const { sounds, silent, waits, soFar, settle } = ear();
  sounds(700);
  expect(soFar()).toBe('what time');
  sounds(500);
  silent(200);
  expect(settle()).toBe('what time is it');
  waits(2_000);
  sounds(1_000);
  expect(settle()).toBe('thank you very much');
});

test('a person means the whole line, however fast; who is still reading then is not at the next', () => {
  const { sounds, silent, waits, settle } = ear();
  sounds(500);
  expect(settle()).toBe('what time is it');
  silent(200);
  sounds(900);
  expect(settle()).toBe('');
  waits(2_000);
  sounds(400);
  expect(settle()).toBe('thank you very much');
});

test('a recording says no more than has sounded, pauses that nobody sends included', () => {
  const { cue, sounds, silent, waits, settle } = ear();
  cue(2, 'clip');
  sounds(600);
  silent(160);
  expect(settle()).toBe('let me');
  waits(440);
  sounds(300);
  expect(settle()).toBe('think');
});

test('a line that is cued begins anew, also over another one', () => {
  const { cue, sounds, settle } = ear();
  sounds(400);
  cue(1, 'clip');
  sounds(1_200);
  expect(settle()).toBe('thank you very much');
  expect(cue(7, 'clip')).toBe(false);
});

test('silence and a click are no words', () => {
  const { sounds, silent, settle } = ear();
  silent(3_000);
  expect(settle()).toBe('');
  sounds(60);
  expect(settle()).toBe('');
});
