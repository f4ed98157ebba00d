// Two groups, one after the other: everything that runs in virtual time or no time, in parallel;
// then what runs in real time, alone, so that no neighbour takes its processor.
import { defineConfig } from 'vitest/config';

const SETUP = ['scenarios/house/property.setup.ts'];
const REAL_TIME = ['{agent,scenarios}/**/*.realtime.test.ts', 'sim/**/referee.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'virtual',
          include: ['{agent,sim,scenarios,reports}/**/*.test.ts'],
          exclude: REAL_TIME,
          setupFiles: SETUP,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'real-time',
          include: REAL_TIME,
          setupFiles: SETUP,
          testTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
