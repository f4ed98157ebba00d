// The voice's stage with an actor for a voice: text goes in at once, time moves when the test runs.
import { ScriptedTts, type TtsScript, VOICE_RATE } from '../cast.test-support.ts';
import type { TtsHooks } from '../provider.ts';
import { Row } from '../row.test-support.ts';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms } from '../time.ts';
import { TtsStage } from './tts.ts';

export const APOLOGY = 'Sorry. Again?';

export function stage(speaksDrafts = true) {
  const script: TtsScript = {
    wordMs: () => 100,
    chunkMs: () => 100,
    delayMs: () => 10,
    wordLagMs: 0,
    fault: undefined,
  };
  const actors: ScriptedTts[] = [];
  const row = new Row((outlet) => {
    const settings = { ...DEFAULT_CORE_SETTINGS.voice, apology: APOLOGY, speaksDrafts };
    const voice = (hooks: TtsHooks) => (actors[0] = new ScriptedTts(script, hooks));
    return new TtsStage(voice, settings, VOICE_RATE, outlet);
  });
  const [actor] = actors;
  if (actor === undefined) throw new Error('no voice was made');
  return {
    row,
    actor,
    script,
    /** The voice's connection is up. */
    opens: (atMs: number) => {
      actor.opens(ms(atMs));
      row.subject.wake(ms(atMs));
    },
    text: (text: string, reply = 1) => row.push(0, { kind: 'LlmText', reply, text }),
    ends: (reply = 1, cut = false) => row.push(0, { kind: 'LlmEnded', reply, ...(cut ? { cut } : {}) }),
    run: (untilMs: number) => {
      for (let at = row.timers.next(); at !== undefined && at <= ms(untilMs); at = row.timers.next()) {
        row.subject.wake(at);
      }
    },
    pieces: () => actor.spoken.map(({ text }) => text),
  };
}
