// Vendors that are too busy: each refuses a while and says how long, as one who calls too often is refused.
import { tripCall } from './trip-call.ts';

export const rateLimit429 = tripCall({
  name: 'rate-limit-429',
  about:
    'Every vendor refuses for a while with 429 and asks for a wait; the ones in reserve answer meanwhile.',
  faults: [
    { vendor: 'stt', kind: 'http_429', retryAfterS: 2, turns: [1] },
    { vendor: 'llm', kind: 'http_429', retryAfterS: 2, turns: [1, 2] },
    { vendor: 'tts', kind: 'http_429', retryAfterS: 2, turns: [1] },
  ],
  hedge: 'failover',
});
