// The talk page: connects what the reader presses, what the call tells, and what is drawn. It works without
// a microphone, without keys and on a phone, and keeps nothing when it is closed.

import { Demo } from './demo.ts';
import { fillDevices, watchDevices } from './device.ts';
import { byId } from './dom.ts';
import { showFigures, showLevels } from './gauge.ts';
import { Studio } from './studio.ts';
import { followTheme } from './theme.ts';

followTheme(byId('theme'));

const config = JSON.parse(byId('config').textContent ?? '{}') as { readonly demo?: boolean };
const studio = new Studio();

byId('connect').addEventListener('click', () => void studio.toggle());
byId('play-caller').addEventListener('click', () => void studio.togglePlay());
byId('mute').addEventListener('click', () => studio.toggleMute());
byId('break').addEventListener('click', () => studio.breakOff());
byId<HTMLFormElement>('type').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = byId<HTMLInputElement>('typed');
  if (studio.type(input.value)) input.value = '';
});
watchDevices({
  microphone: (id) => void studio.useMicrophone(id),
  speaker: (id) => void studio.useSpeaker(id),
});
void fillDevices();
showLevels(() => studio.sound);
showFigures(() => studio.figures());

if (config.demo === true) {
  document.documentElement.dataset['demo'] = 'yes';
  Demo.load((index) => void studio.sayLine(index)).then(
    (demo) => studio.follow(demo),
    (error: unknown) => studio.notice(`The scenarios cannot be loaded: ${String(error)}`),
  );
}
