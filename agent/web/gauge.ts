// What moves while a call goes on: two level meters and the figures of the connection. Readers who want
// less motion get a few steps a second; screen readers get one.
import { byId, made, say } from './dom.ts';
import type { Sound } from './sound.ts';

const MOVING_MS = 50;
const CALM_MS = 500;
const FIGURES_MS = 500;

export function showLevels(soundOf: () => Sound | undefined): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let drawnAt = 0;
  const draw = (now: number): void => {
    requestAnimationFrame(draw);
    if (now - drawnAt < (calm.matches ? CALM_MS : MOVING_MS)) return;
    drawnAt = now;
    const sound = soundOf();
    level('meter-you', sound?.mouth.level ?? 0);
    level('meter-agent', sound?.ear.level ?? 0);
  };
  requestAnimationFrame(draw);
}

function level(id: string, share: number): void {
  byId<HTMLMeterElement>(id).value = Math.round(share * 100) / 100;
}

/** `figures`: names and values, in words. */
export function showFigures(figures: () => readonly (readonly [string, string])[]): void {
  const list = byId('figures');
  const values = new Map<string, HTMLElement>();
  setInterval(() => {
    for (const [name, value] of figures()) {
      let element = values.get(name);
      if (element === undefined) {
        element = made('dd', '');
        element.dataset['figure'] = name;
        values.set(name, element);
        list.append(made('dt', '', name), element);
      }
      say(element, value);
    }
  }, FIGURES_MS);
}
