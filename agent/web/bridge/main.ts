// The page that is opened for each call over Daily. Its script holds `@daily-co/daily-js`, which loads the
// rest of itself from Daily when it joins, by a script element rather than `eval`.
import Daily from '@daily-co/daily-js';
import { runBridge } from './bridge.ts';

runBridge(() => Daily.createCallObject({ dailyConfig: { avoidEval: true } }));
