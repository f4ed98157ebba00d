// Carries out a call of Daily's REST API, with a deadline and a bound on what is read. It answers always, and
// never with the key: what a system says of its failures is scrubbed.
import { LIMITS } from '../../core/limit.ts';
import { toMs } from '../../core/time.ts';
import type { RestAnswer, RestRequest } from '../../transports/daily/rest.ts';
import { scrub } from '../scrub.ts';

export async function askDaily({ method, url, headers, body }: RestRequest): Promise<RestAnswer> {
  const signal = AbortSignal.timeout(toMs(LIMITS.dailyRestUs));
  try {
    const init = { method, headers, signal, redirect: 'error' } as const;
    const response = await fetch(url, body === '' ? init : { ...init, body });
    const text = await bodyOf(response);
    return {
      ok: true,
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: text,
    };
  } catch (error) {
    // `fetch` says "fetch failed"; why is in its cause.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { ok: false, reason: scrub(cause, headers) };
  }
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LIMITS.dailyAnswerBytesMax) throw new Error('the answer is larger than any of that API');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
