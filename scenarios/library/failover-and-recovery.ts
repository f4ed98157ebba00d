import { tripCall } from './trip-call.ts';

export const failoverAndRecovery = tripCall({
  name: 'failover-and-recovery',
  about: 'The model fails in the first two turns and is left alone; later it is tried again, and kept.',
  faults: [{ vendor: 'llm', kind: 'http_5xx', turns: [0, 1] }],
  hedge: 'failover',
});
