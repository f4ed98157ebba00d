// `npm run voices`: the voices of the configured vendors, by the name that `TTS_VOICE_ID` takes, with their
// languages; and for each vendor that cannot be asked, what to do about it.
import pico from 'picocolors';
import { layOut, widthOf } from '#reports/text.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { configured } from '../check/configured.ts';
import { listVoices } from '../check/voice-list.ts';
import type { UserError } from '../error.ts';
import { refuse } from './check.ts';

export type VoicesOptions = { readonly json: boolean };

export async function run({ json }: VoicesOptions): Promise<number> {
  const found = configured(({ stage }) => stage === 'tts');
  if (!found.ok) return refuse(found.errors);
  const clock = new RealClock({ exact: false });
  const errors: UserError[] = [];
  const lists = [];
  for (const entrant of found.entrants) {
    const { place, provider, variables, settings } = entrant;
    const list = await listVoices(clock, entrant);
    if (!list.ok) errors.push(list.error);
    else {
      const { voices, source } = list;
      const inUse = String(settings['voice'] ?? '');
      lists.push({ place, provider, variable: variables.voice, inUse, source, voices });
    }
  }
  clock.close();
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 'parley-voices/1', vendors: lists }, null, 2)}\n`
      : lists.map(textOf).join('\n'),
  );
  return errors.length === 0 ? 0 : refuse(errors);
}

type List = {
  readonly provider: string;
  readonly variable: string;
  readonly inUse: string;
  readonly source: string;
  readonly voices: readonly { readonly id: string; readonly name: string; readonly language: string }[];
};

function textOf({ provider, variable, inUse, source, voices }: List): string {
  const colours = pico.createColors(process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined);
  // An id is there to be copied: it is never cut off.
  const idWidth = Math.max(variable.length, ...voices.map(({ id }) => widthOf(id))) + 2;
  const columns = [{ width: 2 }, { width: idWidth }, { width: 34 }, { width: 24 }];
  const rows = voices.map(({ id, name, language }) => [id === inUse ? '›' : '', id, name, language]);
  const head = ['', variable, 'name', 'language'].map((name) => colours.dim(name));
  const title = `${provider}: ${voices.length} voices (${source}); › is in use`;
  return `\n${title}\n\n${layOut(columns, [head, ...rows])}\n`;
}
