// The dashboard: asks the agent for its figures once a second and draws them. It keeps nothing, needs nothing
// from elsewhere, asks nothing while nobody looks at it, and says so when the agent does not answer.
import type { Overview } from '../../io/observe/observer.ts';
import { byId, say } from '../dom.ts';
import { followTheme } from '../theme.ts';
import { drawCalls, drawErrors } from './call-table.ts';
import { doorOf, drawFigures, findingOf } from './figure.ts';
import { drawStages } from './stage-table.ts';

const EVERY_MS = 1_000;

followTheme(byId('theme'));
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void look();
});
void look();

let timer: number | undefined;

async function look(): Promise<void> {
  clearTimeout(timer);
  if (document.hidden) return;
  const asked = await ask();
  const lost = byId('lost');
  lost.hidden = asked.ok;
  if (asked.ok) draw(asked.overview);
  else say(lost, `${asked.reason} What is shown is from before; asking again every second.`);
  clearTimeout(timer);
  timer = window.setTimeout(() => void look(), EVERY_MS);
}

type Asked =
  | { readonly ok: true; readonly overview: Overview }
  | { readonly ok: false; readonly reason: string };

async function ask(): Promise<Asked> {
  try {
    const response = await fetch('/dashboard.json', {
      cache: 'no-store',
      signal: AbortSignal.timeout(5_000),
    });
    if (response.ok) return { ok: true, overview: (await response.json()) as Overview };
    return { ok: false, reason: `The agent answers with ${response.status}.` };
  } catch {
    // Whatever fetch says, it means that there is no answer.
    return { ok: false, reason: 'The agent does not answer.' };
  }
}

function draw(overview: Overview): void {
  const door = byId('door');
  const { state, text, up } = doorOf(overview);
  door.dataset['state'] = state;
  say(byId('door-text'), text);
  say(byId('up'), up);
  say(byId('finding'), findingOf(overview));
  drawFigures(byId('figures'), overview);
  drawStages(overview);
  drawCalls(overview);
  drawErrors(overview);
}
