// A voice is tried: one word, or two short sentences where all of its times are wanted: the second is given
// when the first has sounded, so that its own first sound can be told from the rest of the other.
import type { TtsEvent, TtsFactory, TtsSession } from '#agent/core/provider.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import { type Carriers, driveSocket } from './drive.ts';
import { type Depth, Trial, type Tried } from './trial.ts';

export type VoiceTrial = {
  readonly carriers: Carriers;
  readonly factory: TtsFactory;
  readonly provider: string;
  readonly model: string;
  /** Hz of the PCM that comes. */
  readonly rate: number;
  readonly depth: Depth;
};

const SAID: Readonly<Record<Depth, readonly string[]>> = {
  least: ['Yes.'],
  full: ['One moment please, I am looking for it now.', 'Here it is.'],
};
/** A sentence without a sound for so long is over: streamed audio comes faster than it is played. */
const QUIET_US: Micros = 600_000;

export function tryVoice(clock: Clock, options: VoiceTrial): Promise<Tried> {
  const { carriers, factory, provider, model, rate, depth } = options;
  const [first = '', second] = SAID[depth];
  let saidUs: Micros | undefined;
  /** Of the first sentence: when it began, when its latest sound came, and the bytes between. */
  const sound = { beganUs: 0, lastUs: 0, bytes: 0 };
  let isSecond = false;
  let quiet: Timer | undefined;
  return new Promise((resolve) => {
    const drive = driveSocket<TtsSession>(clock, carriers, (request) =>
      factory({ request, event: (_now, event) => take(event) }),
    );
    const trial = new Trial(clock, drive, resolve);
    const say = (text: string, isLast: boolean): void => {
      saidUs = clock.now();
      trial.pay({ service: 'tts', provider, model, characters: text.length });
      drive.act((now, session) => session.speak(now, 1, text));
      if (isLast) drive.act((now, session) => session.endReply(now, 1));
    };
    const quietNow = (): void => {
      if (trial.isOver || second === undefined) return;
      const spanUs = sound.lastUs - sound.beganUs;
      if (spanUs > 0) trial.figure('tts.speed', (sound.bytes * 500_000) / rate / spanUs);
      isSecond = true;
      say(second, true);
    };
    const takeSound = (bytes: number): void => {
      if (isSecond) return trial.time('tts.next_audio', saidUs);
      if (sound.beganUs === 0) {
        trial.time('tts.first_audio', saidUs);
        sound.beganUs = clock.now();
      } else sound.bytes += bytes;
      sound.lastUs = clock.now();
      if (second === undefined) return trial.done();
      if (quiet !== undefined) clock.cancel(quiet);
      quiet = clock.after(QUIET_US, quietNow, 0);
    };
    const take = (event: TtsEvent): void => {
      switch (event.kind) {
        case 'ready':
          if (saidUs !== undefined) return;
          trial.timeConnection('tts.connect');
          return say(first, second === undefined);
        case 'audio':
          return takeSound(event.pcm.length);
        case 'word':
          return;
        case 'done':
          return sound.beganUs === 0 ? trial.fail(SOUNDLESS) : trial.done();
        case 'failed':
          return trial.fail(event.failure);
      }
    };
    drive.act((now, session) => session.start(now));
  });
}

const SOUNDLESS = { reason: 'malformed' as const, message: 'it answered without a sound', retryable: false };
