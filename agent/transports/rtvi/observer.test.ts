// What an RTVI client is told, and when: order, held-back answers, progress of the voice, and the
// older dialect.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../core/frame.ts';
import { ms, seconds } from '../../core/time.ts';
import type { Dialect } from './handshake.ts';
import type { ServerMessage } from './message.ts';
import { RtviObserver } from './observer.ts';
import { isoTimestamp } from './timestamp.ts';

function told(frames: readonly Frame[], dialect: Dialect = 'current'): ServerMessage[] {
  const messages: ServerMessage[] = [];
  const observer = new RtviObserver({ dialect, epochMs: 0, tell: (message) => messages.push(message) });
  for (const frame of frames) observer.observe(0, frame);
  return messages;
}

const types = (frames: readonly Frame[]): string[] => told(frames).map((message) => message.type);

/** `bot-output` alone, as "status: spoken|remaining". */
const outputs = (frames: readonly Frame[]): string[] =>
  told(frames).flatMap((message) => {
    if (message.type !== 'bot-output' || 'spoken' in message.data) return [];
    const { segment_id, spoken_status, spoken_progress } = message.data;
    return [
      `${segment_id} ${spoken_status}: ${spoken_progress.accumulated_text}|${spoken_progress.remaining_text}`,
    ];
  });

const asked = (reply: number, content: string): Frame => ({
  kind: 'LlmMessages',
  turn: 1,
  reply,
  tokens: 9,
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content },
  ],
});
const voiced = (reply: number, text: string): Frame => ({ kind: 'TtsStarted', reply, text });
const word = (reply: number, text: string): Frame => ({ kind: 'TtsText', reply, text });
const began = (reply: number): Frame => ({ kind: 'BotStartedSpeaking', reply });
const heard = (reply: number, complete: boolean): Frame => ({ kind: 'Heard', reply, text: '', complete });

describe('order', () => {
  test('a barge-in is the caller, the interruption, the silence, whichever the pipeline says first', () => {
    const started: Frame = { kind: 'UserStartedSpeaking', turn: 2 };
    const interrupted: Frame = { kind: 'Interruption', turn: 2, reply: 1 };
    const stopped: Frame[] = [heard(1, false), { kind: 'BotStoppedSpeaking', reply: 1 }];
    const expected = [
      'bot-started-speaking',
      'user-started-speaking',
      'bot-interrupted',
      'bot-stopped-speaking',
    ];
    expect(types([began(1), started, interrupted, ...stopped])).toEqual(expected);
    expect(types([began(1), interrupted, ...stopped, started])).toEqual(expected);
  });

  test('what the pipeline says in both directions is told once, and no silence without speech', () => {
    const stopped = (reply: number): Frame => ({ kind: 'BotStoppedSpeaking', reply });
    const frames = [began(1), began(1), stopped(1), stopped(1), stopped(2), began(3), stopped(3)];
    const pair = ['bot-started-speaking', 'bot-stopped-speaking'];
    expect(types(frames)).toEqual([...pair, ...pair]);
    expect(types([{ kind: 'TtsEnded', reply: 4 }])).toEqual([]);
  });

  test('an answer prepared while the caller may go on is told after the turn, the last one only', () => {
    const messages = told([
      { kind: 'UserStartedSpeaking', turn: 1 },
      asked(1, 'what time'),
      { kind: 'LlmStarted', reply: 1 },
      { kind: 'LlmText', reply: 1, text: 'Time for what?' },
      { kind: 'Transcription', text: 'what time do you open' },
      asked(2, 'what time do you open'),
      { kind: 'LlmStarted', reply: 2 },
      { kind: 'LlmText', reply: 2, text: 'At nine.' },
      voiced(2, 'At nine.'),
      { kind: 'UserStoppedSpeaking', turn: 1, answer: true, reply: 1, text: '', trimmed: 0 },
      { kind: 'LlmEnded', reply: 2 },
      began(2),
    ]);
    expect(
      messages.map((message) => ('data' in message ? [message.type, message.data] : message.type)),
    ).toEqual([
      'user-started-speaking',
      ['user-transcription', expect.objectContaining({ text: 'what time do you open', final: true })],
      'user-stopped-speaking',
      ['user-llm-text', { text: 'what time do you open' }],
      'bot-llm-started',
      ['bot-llm-text', { text: 'At nine.' }],
      'bot-tts-started',
      'bot-llm-stopped',
      'bot-started-speaking',
      ['bot-output', expect.objectContaining({ text: 'At nine.', spoken_status: 'new' })],
    ]);
  });

  test('an answer prepared for a turn that held no words is not told', () => {
    const frames: Frame[] = [
      { kind: 'UserStartedSpeaking', turn: 1 },
      { kind: 'LlmStarted', reply: 1 },
      { kind: 'UserStoppedSpeaking', turn: 1, answer: false, reply: 0, text: '', trimmed: 0 },
    ];
    expect(types(frames)).toEqual(['user-started-speaking', 'user-stopped-speaking']);
  });

  test('an answer that was thrown away is not told, even when another one is asked for', () => {
    const frames: Frame[] = [
      { kind: 'UserStartedSpeaking', turn: 1 },
      asked(1, 'what time'),
      { kind: 'LlmStarted', reply: 1 },
      { kind: 'LlmText', reply: 1, text: 'Time for what?' },
      voiced(1, 'Time for what?'),
      { kind: 'Discard', reply: 1 },
      { kind: 'UserStoppedSpeaking', turn: 1, answer: true, reply: 2, text: '', trimmed: 0 },
    ];
    expect(types(frames)).toEqual(['user-started-speaking', 'user-stopped-speaking']);
  });

  test('the rest of the old answer is still told while the caller interrupts it', () => {
    const frames: Frame[] = [
      asked(1, 'hi'),
      { kind: 'LlmStarted', reply: 1 },
      { kind: 'UserStartedSpeaking', turn: 2 },
      { kind: 'LlmText', reply: 1, text: 'Well' },
    ];
    expect(types(frames).at(-1)).toBe('bot-llm-text');
  });

  test('audio and inner frames say nothing', () => {
    const pcm = new Uint8Array(2);
    const frames: Frame[] = [
      { kind: 'Start' },
      { kind: 'AudioRaw', pcm, sampleRate: 16_000 },
      { kind: 'VadUserStartedSpeaking', atUs: 0 },
      { kind: 'SttFinalize', turn: 1 },
      { kind: 'TtsAudio', reply: 1, pcm, sampleRate: 24_000 },
      { kind: 'InterimTranscription', text: '' },
    ];
    expect(types(frames)).toEqual([]);
  });
});

describe('the spoken text', () => {
  test('waits for the voice, then follows it word by word through its segments', () => {
    const frames = [
      voiced(1, 'Yes, sir.'),
      voiced(1, ' Come in.'),
      began(1),
      word(1, 'Yes,'),
      word(1, 'sir.'),
      word(1, 'Come'),
    ];
    expect(outputs(frames.slice(0, 2))).toEqual([]);
    expect(outputs(frames)).toEqual([
      '1 new: |Yes, sir.',
      '2 new: | Come in.',
      '1 in-progress: Yes,| sir.',
      '1 completed: Yes, sir.|',
      '2 in-progress:  Come| in.',
    ]);
  });

  test('is complete when all was heard, even if the voice gave no words', () => {
    const frames = [voiced(1, 'Yes.'), began(1), voiced(1, 'Come in.'), heard(1, true)];
    expect(outputs(frames)).toEqual([
      '1 new: |Yes.',
      '2 new: |Come in.',
      '1 completed: Yes.|',
      '2 completed: Come in.|',
    ]);
  });

  test('stays where it was when the caller interrupts', () => {
    const frames = [voiced(1, 'Yes, sir.'), began(1), word(1, 'Yes,'), heard(1, false), word(1, 'sir.')];
    expect(outputs(frames).at(-1)).toBe('1 in-progress: Yes,| sir.');
  });

  test('a word from nowhere moves nothing; a missed word does not lose the next segment', () => {
    const frames = [
      voiced(1, 'One two.'),
      voiced(1, 'Three.'),
      began(1),
      word(1, 'zebra'),
      word(1, 'Three.'),
    ];
    expect(outputs(frames).slice(2)).toEqual(['1 completed: One two.|', '2 completed: Three.|']);
  });

  test('to a 1.x client is sentences to come and words as spoken', () => {
    const frames = [voiced(1, 'Yes, sir.'), began(1), word(1, 'Yes,'), heard(1, true)];
    const data = told(frames, 'legacy').flatMap((message) =>
      message.type === 'bot-output' ? [message.data] : [],
    );
    expect(data).toEqual([
      { text: 'Yes, sir.', aggregated_by: 'sentence', segment_id: 1, spoken: false },
      { text: 'Yes,', aggregated_by: 'word', segment_id: 1, spoken: true },
    ]);
  });

  test('whatever the segments and words, progress only grows and every segment keeps its text', () => {
    const part = fc.stringMatching(/^[a-c ]{1,12}$/);
    const step = fc.oneof(
      part.map((text) => voiced(1, text)),
      part.map((text) => word(1, text)),
      fc.constant(began(1)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (frames) => {
        const spoken = new Map<number, number>();
        for (const message of told([...frames, heard(1, true)])) {
          if (message.type !== 'bot-output' || 'spoken' in message.data) continue;
          const { segment_id, text, spoken_progress: progress } = message.data;
          expect(progress.accumulated_text + progress.remaining_text).toBe(text);
          expect(progress.accumulated_text.length).toBeGreaterThanOrEqual(spoken.get(segment_id) ?? 0);
          spoken.set(segment_id, progress.accumulated_text.length);
        }
      }),
    );
  });
});

describe('metrics and time', () => {
  test('metrics are in seconds, characters and tokens', () => {
    const usage = { promptTokens: 100, cachedTokens: 64, completionTokens: 20 };
    const frames: Frame[] = [
      { kind: 'Metrics', metric: { kind: 'ttfb', stage: 'tts', us: ms(180) } },
      { kind: 'Metrics', metric: { kind: 'characters', count: 42 } },
      { kind: 'Metrics', metric: { kind: 'audio', us: seconds(2.5) } },
      { kind: 'Metrics', metric: { kind: 'tokens', usage } },
    ];
    expect(told(frames).map((message) => ('data' in message ? message.data : undefined))).toEqual([
      { ttfb: [{ processor: 'tts', value: 0.18 }] },
      { characters: [{ processor: 'tts', value: 42 }] },
      { stt_usage: [{ processor: 'stt', value: { audio_seconds: 2.5 } }] },
      {
        tokens: [
          { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, cache_read_input_tokens: 64 },
        ],
      },
    ]);
  });

  test('timestamps agree with the calendar of the platform', () => {
    expect(isoTimestamp(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(isoTimestamp(951_782_400_000 + 0.9)).toBe('2000-02-29T00:00:00.000Z');
    const calendar = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'medium',
      timeZone: 'UTC',
    });
    fc.assert(
      fc.property(fc.nat({ max: 253_402_300_799_999 }), (epochMs) => {
        const [date, time] = calendar.format(epochMs).split(' ');
        const millisecond = String(epochMs % 1_000).padStart(3, '0');
        expect(isoTimestamp(epochMs)).toBe(`${date}T${time}.${millisecond}Z`);
      }),
    );
  });
});
