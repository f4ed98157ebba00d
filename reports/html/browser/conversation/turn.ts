// Turns and figures that are opened on demand: a turn by its address, the messages that the model saw,
// the samples behind a figure, and commands that are copied.
import type { PageCall } from '../../../conversation/page-data.ts';

/** `show`: brings a turn of a call onto the time axis. */
export function hangTurns(calls: readonly PageCall[], show: (call: number, act: number) => void): void {
  for (const memory of document.querySelectorAll<HTMLDetailsElement>('details.memory')) {
    memory.addEventListener('toggle', () => listMessages(memory, calls));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.open')) {
    button.addEventListener('click', () => toggleEvidence(button));
  }
  document.getElementById('unfold')?.addEventListener('click', (event) => {
    const turns = [...document.querySelectorAll<HTMLDetailsElement>('details.turn')];
    const isOpening = turns.some((turn) => !turn.open);
    for (const turn of turns) turn.open = isOpening;
    if (event.target instanceof HTMLElement) event.target.textContent = isOpening ? 'Close all' : 'Open all';
  });
  document.body.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const [call, act] = (target.dataset['show'] ?? '').split(' ').map(Number);
    if (call !== undefined && act !== undefined) show(call, act);
    const { kpi, copy } = target.dataset;
    if (kpi !== undefined) openEvidence(kpi);
    if (copy !== undefined) void copyText(copy, target);
  });
  addEventListener('hashchange', openAddressed);
  openAddressed();
}

/** What stands behind `#` is opened, so that a turn can be sent as a link. */
function openAddressed(): void {
  const element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(element instanceof HTMLDetailsElement)) return;
  element.open = true;
  element.scrollIntoView({ block: 'start' });
}

function listMessages(memory: HTMLDetailsElement, calls: readonly PageCall[]): void {
  const list = memory.querySelector('ol');
  if (!memory.open || list === null || list.childElementCount > 0) return;
  const call = calls[Number(memory.dataset['call'])];
  const turn = call?.turns.find(({ act }) => act === Number(memory.dataset['act']));
  if ((turn?.unstated ?? 0) > 0)
    list.append(messageItem('system', '(the prompt; the trace does not state it)'));
  for (const index of turn?.seen ?? []) {
    const message = call?.messages[index];
    if (message !== undefined) list.append(messageItem(message.role, message.text));
  }
}

function messageItem(role: string, text: string): HTMLElement {
  const [item, name] = [document.createElement('li'), document.createElement('b')];
  name.textContent = role;
  item.className = role;
  item.append(name, ` ${text}`);
  return item;
}

function toggleEvidence(
  button: HTMLButtonElement,
  isOpen = button.getAttribute('aria-expanded') !== 'true',
): void {
  const row = document.getElementById(button.getAttribute('aria-controls') ?? '');
  if (row === null) return;
  row.hidden = !isOpen;
  button.setAttribute('aria-expanded', String(isOpen));
}

function openEvidence(kpi: string): void {
  const button = document.querySelector<HTMLButtonElement>(
    `button[aria-controls="${CSS.escape(`e-${kpi}`)}"]`,
  );
  if (button !== null) toggleEvidence(button, true);
}

/** A page from disk may have no clipboard: then the command is selected instead. */
async function copyText(text: string, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    const code = button.parentElement?.querySelector('code');
    if (code != null) getSelection()?.selectAllChildren(code);
    button.textContent = 'Selected';
  }
}
