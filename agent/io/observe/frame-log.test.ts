// Frames in the log: each of them, but audio in runs.
import { expect, test } from 'vitest';
import type { Frame } from '../../core/frame.ts';
import { createLog } from '../log.ts';
import { frameLog } from './frame-log.ts';

const audio: Frame = { kind: 'AudioRaw', pcm: new Uint8Array(640), sampleRate: 16_000 };
const end: Frame = { kind: 'End', reason: 'done' };

function logged(level: string, frames: readonly Frame[]) {
  const lines: Record<string, unknown>[] = [];
  const watch = frameLog(createLog(level, [], (line) => void lines.push(JSON.parse(line))));
  frames.forEach((frame, index) => {
    watch?.(index * 20_000, frame, 'vad');
  });
  return { watch, lines: lines.map(({ level, frame, frames, bytes }) => ({ level, frame, frames, bytes })) };
}

test('at debug frames of audio that follow one another are one line, and nothing is left out', () => {
  expect(logged('debug', [audio, audio, audio, end, audio, end]).lines).toEqual([
    { level: 'debug', frame: 'AudioRaw', frames: 3, bytes: 1_920 },
    { level: 'debug', frame: 'End' },
    { level: 'debug', frame: 'AudioRaw', frames: 1, bytes: 640 },
    { level: 'debug', frame: 'End' },
  ]);
});

test('at trace each is a line, and never its samples', () => {
  const { lines } = logged('trace', [audio, audio, end]);
  expect(lines.map(({ level, frame }) => [level, frame])).toEqual([
    ['trace', 'AudioRaw'],
    ['trace', 'AudioRaw'],
    ['debug', 'End'],
  ]);
});

test('at info nobody even looks', () => {
  expect(logged('info', [audio]).watch).toBeUndefined();
});
