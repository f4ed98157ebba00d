// A vendor that cannot be reached from the first moment of the call to the last: the caller notices nothing,
// because another one has its place.
import { eachVendor, tripCall } from './trip-call.ts';

export const {
  stt: providerOutageStt,
  llm: providerOutageLlm,
  tts: providerOutageTts,
} = eachVendor(({ vendor, who }) =>
  tripCall({
    name: `provider-outage-${vendor}`,
    about: `${who} cannot be reached at all, and the one in reserve takes its place.`,
    faults: [
      { vendor, kind: 'connect_refused' },
      { vendor, kind: 'http_5xx' },
    ],
    hedge: 'failover',
  }),
);
