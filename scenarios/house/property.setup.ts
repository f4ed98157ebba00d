// Property tests draw the same cases on every run, so that a red test is red for everybody. A campaign
// with other cases sets the seed itself: `PARLEY_PROPERTY_SEED=7 npm test`.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['PARLEY_PROPERTY_SEED'] ?? 1) });
