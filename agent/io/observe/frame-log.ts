// Every frame of a call's pipeline in the log, for who sets LOG_LEVEL=debug. Audio comes fifty times a second
// each way: at `debug` frames of it that follow one another are one line, at `trace` each is one.
import type { Frame } from '../../core/frame.ts';
import type { Micros } from '../../core/time.ts';
import type { Log } from '../log.ts';

type Run = {
  readonly kind: string;
  readonly source: string;
  readonly fromUs: Micros;
  frames: number;
  bytes: number;
};

/** Takes every frame once, from whom it comes; undefined where nobody would read it. */
export function frameLog(log: Log): ((now: Micros, frame: Frame, source: string) => void) | undefined {
  if (!log.isLevelEnabled('debug')) return undefined;
  const each = log.isLevelEnabled('trace');
  /** Runs of audio by kind and source, in the order in which they began. */
  const runs = new Map<string, Run>();
  const flush = (): void => {
    for (const { kind, source, fromUs, frames, bytes } of runs.values()) {
      log.debug({ t: fromUs, frame: kind, source, frames, bytes }, 'frames');
    }
    runs.clear();
  };
  return (now, frame, source) => {
    const bytes = 'pcm' in frame ? frame.pcm.length : undefined;
    if (bytes === undefined || each) {
      flush();
      const { kind, ...rest } = frame;
      const about = bytes === undefined ? rest : { bytes };
      if (bytes === undefined) log.debug({ t: now, frame: kind, source, about }, 'frame');
      else log.trace({ t: now, frame: kind, source, about }, 'frame');
      return;
    }
    const key = `${frame.kind} ${source}`;
    const run = runs.get(key) ?? { kind: frame.kind, source, fromUs: now, frames: 0, bytes: 0 };
    run.frames += 1;
    run.bytes += bytes;
    runs.set(key, run);
  };
}
