// The voices of an ElevenLabs account: `GET /v1/voices`, all of them in one answer. Source: elevenlabs.io API
// reference and the vendor's own client (2026-11).
import { objectOf, parseObject, stringOf } from '../json.ts';
import type { ListedVoice, VoiceCatalogue } from '../voice-catalogue.ts';

export const elevenLabsVoices: VoiceCatalogue = {
  kind: 'asked',
  ask: ({ apiKey }, base) => ({ url: `${base}/v1/voices`, headers: { 'xi-api-key': String(apiKey) } }),
  read(body) {
    const list = parseObject(body)?.['voices'];
    if (!Array.isArray(list)) return undefined;
    const voices = list.flatMap((one): ListedVoice[] => {
      const voice = objectOf(one);
      const id = stringOf(voice?.['voice_id']);
      if (voice === undefined || id === undefined) return [];
      return [{ id, name: stringOf(voice['name']) ?? '', language: languagesOf(voice) }];
    });
    return { voices };
  },
};

/** Those that were verified, or the one of its label. */
function languagesOf(voice: Readonly<Record<string, unknown>>): string {
  const verified = voice['verified_languages'];
  const known = Array.isArray(verified)
    ? verified.flatMap((one) => stringOf(objectOf(one)?.['language']) ?? [])
    : [];
  if (known.length > 0) return [...new Set(known)].join(', ');
  return stringOf(objectOf(voice['labels'])?.['language']) ?? '';
}
