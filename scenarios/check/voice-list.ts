// The voices of one vendor: from its documents, or asked of it page by page over a real connection. Bounded
// in pages, bytes and time; every failure is told as any other of a provider.
import { failureOfStatus } from '#agent/core/failure.ts';
import type { HttpEvent, HttpRequest } from '#agent/core/wire.ts';
import { HttpClient, keepAliveAgents } from '#agent/io/http.ts';
import { readComplaint } from '#agent/providers/complaint.ts';
import { vendorNamed } from '#agent/providers/registry.ts';
import { httpAddress, type ListedVoice } from '#agent/providers/voice-catalogue.ts';
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { UserError } from '../error.ts';
import { diagnose, type Trouble } from './diagnosis.ts';

export type VoiceList =
  | {
      readonly ok: true;
      readonly voices: readonly ListedVoice[];
      /** Where it comes from, and of which day when it was not asked for. */
      readonly source: string;
    }
  | { readonly ok: false; readonly error: UserError };

const PAGES_MAX = 50;
const PAGE_BYTES_MAX = 8 << 20;
const PAGE_US = 15_000_000;

export async function listVoices(clock: Clock, entrant: AnyEntrant): Promise<VoiceList> {
  const { provider, settings } = entrant;
  const catalogue = vendorNamed(provider)?.voices;
  if (catalogue === undefined) return { ok: false, error: unknown(entrant) };
  if (catalogue.kind === 'fixed') {
    return { ok: true, voices: catalogue.voices, source: `${catalogue.source}, ${catalogue.date}` };
  }
  if (entrant.keyless) return { ok: false, error: diagnose(entrant, { kind: 'keyless' }) };
  const base = httpAddress(String(settings['baseUrl'] ?? ''));
  const voices: ListedVoice[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const { url, headers } = catalogue.ask(settings, base, next);
    const answer = await get(clock, { kind: 'request', id: 1, method: 'GET', url, headers, body: '' });
    const page = answer.status === 200 ? catalogue.read(answer.body) : undefined;
    if (page === undefined) return { ok: false, error: diagnose(entrant, troubleOf(answer, entrant, url)) };
    voices.push(...page.voices);
    next = page.next;
    if (next === undefined) break;
  }
  return { ok: true, voices, source: base };
}

type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly broken?: string;
};

function get(clock: Clock, request: HttpRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const agents = keepAliveAgents();
    const head = { status: 0, type: '' };
    const parts: Uint8Array[] = [];
    let bytes = 0;
    const end = (broken?: string): void => {
      clock.cancel(bound);
      client.destroy();
      agents.plain.destroy();
      agents.secure.destroy();
      const body = Buffer.concat(parts).toString('utf8');
      resolve({ ...head, body, ...(broken === undefined ? {} : { broken }) });
    };
    const take = (event: HttpEvent): void => {
      switch (event.kind) {
        case 'head':
          [head.status, head.type] = [event.status, event.headers['content-type'] ?? ''];
          return;
        case 'chunk':
          parts.push(event.data);
          bytes += event.data.length;
          return bytes > PAGE_BYTES_MAX ? end('an answer without end') : undefined;
        case 'end':
          return end();
        case 'broken':
          return end(event.message);
      }
    };
    const client = new HttpClient(take, agents);
    const bound = clock.after(PAGE_US, () => end('no answer in time'), 0);
    client.request(request);
  });
}

function troubleOf({ status, type, body, broken }: Answer, { settings }: AnyEntrant, url: string): Trouble {
  if (status === 0)
    return {
      kind: 'way',
      step: /ENOTFOUND|EAI_AGAIN/.test(broken ?? '') ? 'dns' : 'tcp',
      message: broken ?? '',
      url,
    };
  const isHtml = /^text\/html/i.test(type);
  const { message } = readComplaint(body, String(settings['apiKey'] ?? ''));
  const failure =
    status === 200
      ? { reason: 'malformed' as const, message: broken ?? 'no list of voices', retryable: false }
      : failureOfStatus(status, message);
  return { kind: 'answer', failure, status, isHtml, url };
}

const unknown = ({ title, provider, variables }: AnyEntrant): UserError => ({
  what: `${title} has no list of voices that is known here`,
  where: `${variables.provider} (${provider})`,
  todo: `look for voices in the documents of ${title}, and name one in ${variables.voice}`,
  exit: 3,
});
