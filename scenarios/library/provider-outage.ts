import { tripCall } from './trip-call.ts';

export const providerOutageStt = tripCall({
  name: 'provider-outage-stt',
  about: 'The recogniser cannot be reached at all, and the one in reserve takes its place.',
  faults: [
    { vendor: 'stt', kind: 'connect_refused' },
    { vendor: 'stt', kind: 'http_5xx' },
  ],
  hedge: 'failover',
});

export const providerOutageLlm = tripCall({
  name: 'provider-outage-llm',
  about: 'The model cannot be reached at all, and the one in reserve takes its place.',
  faults: [
    { vendor: 'llm', kind: 'connect_refused' },
    { vendor: 'llm', kind: 'http_5xx' },
  ],
  hedge: 'failover',
});

export const providerOutageTts = tripCall({
  name: 'provider-outage-tts',
  about: 'The voice cannot be reached at all, and the one in reserve takes its place.',
  faults: [
    { vendor: 'tts', kind: 'connect_refused' },
    { vendor: 'tts', kind: 'http_5xx' },
  ],
  hedge: 'failover',
});
