// Cartesia's library of voices: `GET /voices`, newest first, a hundred at a time. Source: docs.cartesia.ai,
// API version 2026-08-14, and the vendor's own client (2026-11).
import { objectOf, parseObject, stringOf } from '../json.ts';
import type { ListedVoice, VoiceCatalogue } from '../voice-catalogue.ts';

export const cartesiaVoices: VoiceCatalogue = {
  kind: 'asked',
  ask({ apiKey, version }, base, next) {
    const after = next === undefined ? '' : `&starting_after=${encodeURIComponent(next)}`;
    const headers = { authorization: `Bearer ${String(apiKey)}`, 'cartesia-version': String(version) };
    return { url: `${base}/voices?limit=100${after}`, headers };
  },
  read(body) {
    const page = parseObject(body);
    const data = page?.['data'];
    if (!Array.isArray(data)) return undefined;
    const voices = data.flatMap((one): ListedVoice[] => {
      const voice = objectOf(one);
      const id = stringOf(voice?.['id']);
      if (voice === undefined || id === undefined) return [];
      return [{ id, name: stringOf(voice['name']) ?? '', language: stringOf(voice['language']) ?? '' }];
    });
    const last = voices.at(-1);
    return page?.['has_more'] !== false && last !== undefined ? { voices, next: last.id } : { voices };
  },
};
