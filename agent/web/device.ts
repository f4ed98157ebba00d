// Which microphone and which loudspeaker: the browser names them only after the microphone has been allowed
// once, so the lists are filled again whenever something changes.
import { byId } from './dom.ts';

export type DeviceHooks = { microphone(id: string): void; speaker(id: string): void };

export function watchDevices(hooks: DeviceHooks): void {
  byId<HTMLSelectElement>('microphone').addEventListener('change', ({ target }) =>
    hooks.microphone((target as HTMLSelectElement).value),
  );
  byId<HTMLSelectElement>('speaker').addEventListener('change', ({ target }) =>
    hooks.speaker((target as HTMLSelectElement).value),
  );
  // Not everywhere can a page choose where it sounds.
  byId('speaker-label').hidden = !('setSinkId' in AudioContext.prototype);
  navigator.mediaDevices?.addEventListener('devicechange', () => void fillDevices());
}

export async function fillDevices(): Promise<void> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  fill('microphone', all, 'audioinput', 'Usual microphone');
  fill('speaker', all, 'audiooutput', 'Usual loudspeaker');
}

function fill(id: string, all: readonly MediaDeviceInfo[], kind: MediaDeviceKind, usual: string): void {
  const select = byId<HTMLSelectElement>(id);
  const chosen = select.value;
  const named = all.filter(
    (device) => device.kind === kind && device.label !== '' && device.deviceId !== 'default',
  );
  const options = named.map(({ label, deviceId }) => new Option(label, deviceId));
  select.replaceChildren(new Option(usual, ''), ...options);
  select.value = options.some(({ value }) => value === chosen) ? chosen : '';
}
