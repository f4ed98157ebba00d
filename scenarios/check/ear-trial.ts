// A recogniser is tried: a short recording is spoken to it in real time, and it is asked for the words. Its
// final transcript is timed from the end of speech, as a caller would time it.
import type { SttEvent, SttFactory, SttSession } from '#agent/core/provider.ts';
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Clip } from '#sim/caller/speech-table.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { type Carriers, driveSocket } from './drive.ts';
import { Trial, type Tried } from './trial.ts';

export type EarTrial = {
  readonly carriers: Carriers;
  readonly factory: SttFactory;
  readonly provider: string;
  readonly model: string;
  /** 16 kHz, as all callers are heard. */
  readonly clip: Clip;
};

const BYTES_PER_MS = 32;
const CHUNK_US: Micros = 20_000;
/** A recogniser that has no words for the recording does not say when; it is waited for that long. */
const WORDLESS_US: Micros = seconds(3);

export function tryEar(clock: Clock, { carriers, factory, provider, model, clip }: EarTrial): Promise<Tried> {
  const pcm = speechOf(clip);
  let endedUs: Micros | undefined;
  return new Promise((resolve) => {
    const drive = driveSocket<SttSession>(clock, carriers, (request) =>
      factory({ request, event: (_now, event) => take(event) }),
    );
    const trial = new Trial(clock, drive, resolve);
    const pay = () => trial.pay({ service: 'stt', provider, model, us: (pcm.length / BYTES_PER_MS) * 1_000 });
    const speak = (fromUs: Micros, at: number): void => {
      if (trial.isOver) return;
      const chunk = pcm.subarray(at, at + (CHUNK_US / 1_000) * BYTES_PER_MS);
      drive.act((now, session) => session.sendAudio(now, chunk));
      const next = at + chunk.length;
      if (next < pcm.length) {
        // Paced by the beginning, so that delays do not add up.
        const dueUs = fromUs + (next / BYTES_PER_MS) * 1_000;
        return void clock.after(
          Math.max(0, dueUs - clock.now()),
          (place: number) => speak(fromUs, place),
          next,
        );
      }
      endedUs = clock.now() - (pcm.length / BYTES_PER_MS) * 1_000 + clip.speechEndUs;
      pay();
      drive.act((now, session) => session.finalize(now));
    };
    const take = (event: SttEvent): void => {
      if (event.kind === 'failed') return trial.fail(event.failure);
      if (event.kind === 'ready') {
        trial.timeConnection('stt.connect');
        return speak(clock.now(), 0);
      }
      if (endedUs === undefined) return;
      if (event.kind === 'final' && event.text.trim() !== '') {
        trial.time('stt.final', endedUs);
        trial.done();
      }
      if (event.kind === 'finalized') clock.after(WORDLESS_US, () => trial.fail(WORDLESS), 0);
    };
    drive.act((now, session) => session.start(now));
  });
}

const WORDLESS = {
  reason: 'malformed' as const,
  message: 'it answered, and heard no word of a clear recording',
  retryable: false,
};

/** From its beginning to the end of the last word, in whole chunks. */
function speechOf({ pcm, speechEndUs }: Clip): Uint8Array {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const chunks = Math.ceil(speechEndUs / CHUNK_US);
  return bytes.subarray(0, chunks * (CHUNK_US / 1_000) * BYTES_PER_MS);
}
