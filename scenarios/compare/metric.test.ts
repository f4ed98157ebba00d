// What is compared with what: requirements that bind the compared client, and counts that mean the same.
import { expect, test } from 'vitest';
import { multiTurn } from '../library/multi-turn.ts';
import { play } from '../runner/play.ts';
import { assemble } from './assemble.ts';
import { foldRun } from './fold.ts';
import { COMPARED_KPIS } from './metric.ts';
import type { ComparePlan, Played } from './plan.ts';
import { TRANSPORTS } from './request.ts';

const metric = (id: string) => COMPARED_KPIS.find((compared) => compared.metric.id === id)?.metric;

async function cellsOn(network: string) {
  const scenarios = [multiTurn];
  const plan: ComparePlan = {
    scenarios,
    transports: [...TRANSPORTS],
    networks: [network],
    grid: 'off',
    runs: 1,
    seed: 1,
    providers: 'prd',
  };
  const played: Played[] = [];
  for (const transport of TRANSPORTS) {
    const job = { transport, network };
    const outcome = await play({ ...job, scenario: multiTurn, world: 'sim', seed: 1, providers: 'prd' });
    played.push({ job, runs: [foldRun(outcome, multiTurn)] });
  }
  return assemble(plan, played, { networks: [], sources: [] }).cells;
}

test('what is required of our own client alone is not required of the stock one', () => {
  expect(metric('bandwidth_kbps.up')?.bounds).toEqual({ webrtc: 100 });
  expect(metric('bandwidth_kbps.down')?.bounds).toEqual({ webrtc: 100 });
  expect(metric('context_retention')?.bounds).toEqual({ websocket: 0.95, webrtc: 0.95 });
});

test('a player that runs dry and sound that is made up have a column each', async () => {
  const [socket, rtc] = await cellsOn('congested-wifi');
  expect(Object.keys(socket?.figures ?? {})).toContain('rebuffers');
  expect(Object.keys(socket?.figures ?? {})).not.toContain('concealments');
  expect(Object.keys(rtc?.figures ?? {})).toContain('concealments');
  expect(Object.keys(rtc?.figures ?? {})).not.toContain('rebuffers');
  expect(metric('rebuffers')?.label).toBe('player ran dry per call (WebSocket)');
  expect(metric('concealments')?.about).toContain('made up sound');
});

test('a call that never began leaves all unanswered, and what was not measured is null', async () => {
  const questions = multiTurn.caller.acts.filter((act) => 'parts' in act).length;
  for (const { figures, unfinished } of await cellsOn('loss=100%')) {
    expect(unfinished).toBe(1);
    expect(figures['unanswered_turns']).toMatchObject({ n: 1, value: questions });
    expect(figures['rebuffers'] ?? figures['concealments']).toMatchObject({ n: 0, value: null });
    expect(figures['voice_to_voice_ms']).toMatchObject({ n: 0, p95: null });
  }
}, 30_000);
