import { expect, test } from 'vitest';
import { AssertionError } from './assert.ts';
import { type Frame, isSystem } from './frame.ts';
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

test('a system frame does not wait behind the data that a processor holds', () => {
  const log: string[] = [];
  const held: Frame[] = [];
  const holder: Handle = (link, now, frame, direction) => {
    if (isSystem(frame)) link.pass(now, frame, direction);
    else held.push(frame);
  };
  const pipeline = new Pipeline([processor('holder', log, holder), processor('end', log)]);
  pipeline.push(0, TEXT);
  pipeline.push(0, TEXT);
  pipeline.push(0, STOP);
  expect(log).toEqual(['holder:LlmText', 'holder:LlmText', 'holder:Interruption', 'end:Interruption']);
  expect(held).toHaveLength(2);
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
