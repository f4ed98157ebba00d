// OpenAI's voices, which are a list in its documents. Each speaks every language that the model does.
import type { VoiceCatalogue } from '../voice-catalogue.ts';

const NAMES = 'alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse';

export const openAiVoices: VoiceCatalogue = {
  kind: 'fixed',
  source: 'https://platform.openai.com/docs/guides/text-to-speech',
  date: '2026-11-23',
  voices: NAMES.split(' ').map((id) => ({ id, name: id, language: 'all' })),
};
