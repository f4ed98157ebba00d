// Cartesia's library of voices as its documents have it (`GET /voices`): pages of at most a hundred, the next
// one after the last id of this one. The voices are made up but for the one that is used when none is named.
const VOICES = [
  { id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02', name: 'Katie', language: 'en' },
  { id: '00000000-0000-4000-8000-00000000000a', name: 'Anna', language: 'de' },
  { id: '00000000-0000-4000-8000-00000000000b', name: 'Bruno', language: 'pt' },
] as const;

const LIMIT_USUAL = 10;
const LIMIT_MAX = 100;

export function voicesPage(query: URLSearchParams): object {
  const after = VOICES.findIndex(({ id }) => id === query.get('starting_after'));
  const asked = Number(query.get('limit') ?? LIMIT_USUAL);
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, LIMIT_MAX) : LIMIT_USUAL;
  const data = VOICES.slice(after + 1, after + 1 + limit).map((voice) => ({
    ...voice,
    description: 'emulated',
    is_owner: false,
    is_public: true,
    created_at: '2026-01-01T00:00:00Z',
  }));
  return { object: 'list', data, has_more: after + 1 + limit < VOICES.length };
}
