import { expect, test } from 'vitest';
import { AssertionError } from './assert.ts';
import type { Frame } from './frame.ts';
import { type Direction, type Link, Pipeline, type Processor } from './pipeline.ts';
import type { Micros } from './time.ts';

type Handle = (link: Link, now: Micros, frame: Frame, direction: Direction) => void;

/** A processor made of one function; notes what passes it as `name:kind`. */
function processor(
  name: string,
  log: string[],
  handle: Handle = (link, ...rest) => link.pass(...rest),
): Processor {
  let link: Link | undefined;
  return {
    name,
    attach: (place) => {
      link = place;
    },
    process: (now, frame, direction) => {
      log.push(`${name}:${frame.kind}`);
      if (link !== undefined) handle(link, now, frame, direction);
    },
  };
}

const START: Frame = { kind: 'Start' };
const TEXT: Frame = { kind: 'LlmText', reply: 1, text: 'hello' };
const STOP: Frame = { kind: 'Interruption', turn: 2, reply: 1 };

test('frames pass every processor in order, downstream and upstream', () => {
  const log: string[] = [];
  const pipeline = new Pipeline(['a', 'b', 'c'].map((name) => processor(name, log)));
  pipeline.push(0, START);
  pipeline.push(0, TEXT, 'upstream');
  expect(log).toEqual(['a:Start', 'b:Start', 'c:Start', 'c:LlmText', 'b:LlmText', 'a:LlmText']);
});

test('what a processor pushes begins at its neighbour, in the direction it names', () => {
  const log: string[] = [];
  const both: Handle = (link, now, frame, direction) => {
    link.pass(now, frame, direction);
    if (frame.kind !== 'Start') return;
    link.push(now, TEXT);
    link.push(now, STOP, 'upstream');
  };
  new Pipeline([processor('a', log), processor('b', log, both), processor('c', log)]).push(0, START);
  expect(log).toEqual(['a:Start', 'b:Start', 'c:Start', 'c:LlmText', 'a:Interruption']);
});

test('observers see a frame once, at its source, before anybody else', () => {
  const log: string[] = [];
  const answer: Handle = (link, now, frame, direction) => {
    link.pass(now, frame, direction);
    if (frame.kind === 'Start') link.push(now, TEXT, 'upstream');
  };
  const row = [processor('a', log), processor('b', log), processor('c', log, answer)];
  const pipeline = new Pipeline(row, [
    (now, frame, source) => log.push(`${now} seen ${source}:${frame.kind}`),
  ]);
  pipeline.push(7, START);
  expect(log.filter((line) => line.includes('seen'))).toEqual(['7 seen pipeline:Start', '7 seen c:LlmText']);
  expect(log.indexOf('7 seen c:LlmText')).toBeLessThan(log.indexOf('b:LlmText'));
});

test('a system frame passes the whole row at once, whatever data is held back or under way', () => {
  const log: string[] = [];
  const held: Frame[] = [];
  const holder: Handle = (link, now, frame, direction) => {
    if (frame.kind === 'LlmText') return void held.push(frame);
    if (frame.kind === 'Interruption') held.length = 0;
    link.pass(now, frame, direction);
  };
  // In the middle of a dispatch of data, the processor behind the holder interrupts.
  const listener: Handle = (link, now, frame, direction) => {
    if (frame.kind === 'LlmEnded') link.push(now, STOP, 'upstream');
    link.pass(now, frame, direction);
  };
  const row = [processor('first', log), processor('holder', log, holder), processor('last', log, listener)];
  const pipeline = new Pipeline(row);
  pipeline.push(0, TEXT);
  pipeline.push(0, TEXT);
  expect(held).toHaveLength(2);
  pipeline.push(0, { kind: 'LlmEnded', reply: 1 });
  expect(held).toEqual([]);
  expect(log.slice(4)).toEqual([
    'first:LlmEnded',
    'holder:LlmEnded',
    'last:LlmEnded',
    'holder:Interruption',
    'first:Interruption',
  ]);
});

test('two processors that answer each other for ever are stopped by name', () => {
  const ask: Handle = (link, now, frame) => link.push(now, frame);
  const answer: Handle = (link, now, frame) => link.push(now, frame, 'upstream');
  const pipeline = new Pipeline([processor('a', [], ask), processor('b', [], answer)]);
  expect(() => pipeline.push(0, TEXT)).toThrow(AssertionError);
  expect(() => pipeline.push(0, TEXT)).toThrow(/frame loop at [ab]: LlmText/);
});

test('one input that makes frames without end is stopped too, and the next input starts afresh', () => {
  const flood: Handle = (link, now, frame) => {
    const count = frame.kind === 'LlmText' ? 20_000 : 9_000;
    for (let n = 0; n < count; n += 1) link.push(now, START);
  };
  const pipeline = new Pipeline([processor('a', [], flood), processor('b', [])]);
  expect(() => pipeline.push(0, TEXT)).toThrow('frame loop at b: Start');
  pipeline.push(0, STOP);
  pipeline.push(0, STOP);
});
