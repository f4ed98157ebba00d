// Vitest learns our words: `expect(result).toMeetKpis()`, `await expect(request).toBeDeterministic()` and
// `expect(gateResult).toPassGate()`. Importing this file is all it takes; nothing else is changed.
import { expect } from 'vitest';
import { isDeterministic, meetsKpis, passesGate } from './verdict.ts';

declare module 'vitest' {
  // Both parameters as vitest declares them, or the two declarations are not one.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Of a `ScenarioResult`: every requirement holds. */
    toMeetKpis(): R;
    /** Of a `RunRequest`: played twice, it leaves the same trace. */
    toBeDeterministic(): Promise<void>;
    /** Of a `GateResult`, or the path of its `result.json`: nothing got worse. */
    toPassGate(): R;
  }
}

expect.extend({ toMeetKpis: meetsKpis, toBeDeterministic: isDeterministic, toPassGate: passesGate });
