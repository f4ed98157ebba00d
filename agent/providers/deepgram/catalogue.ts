// The voices of Aura-2, which Deepgram lists in its documents and not in an answer. Where the language is not
// English, `TTS_LANGUAGE` has to say so as well.
import type { VoiceCatalogue } from '../voice-catalogue.ts';

const NAMES: Readonly<Record<string, string>> = {
  en:
    'amalthea andromeda apollo arcas aries asteria athena atlas aurora callista cora cordelia delia draco ' +
    'electra harmonia helena hera hermes hyperion iris janus juno jupiter luna mars minerva neptune ' +
    'odysseus ophelia orion orpheus pandora phoebe pluto saturn selene thalia theia vesta zeus',
  es: 'alvaro aquila carina celeste diana estrella javier nestor selena sirio',
};

export const deepgramVoices: VoiceCatalogue = {
  kind: 'fixed',
  source: 'https://developers.deepgram.com/docs/tts-models (English and Spanish; more languages there)',
  date: '2026-11-23',
  voices: Object.entries(NAMES).flatMap(([language, names]) =>
    names.split(' ').map((id) => ({ id, name: `Aura-2 ${id}`, language })),
  ),
};
