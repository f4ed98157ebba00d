// What happens when a conversation's page opens: the lanes are drawn in the reader's colours, and numbers,
// turns and figures begin to answer. Nothing is fetched.
import type { PageCall } from '../../../conversation/page-data.ts';
import { followTheme } from '../theme.ts';
import { Tip } from '../tip.ts';
import { Axis } from './axis.ts';
import { hangTurns } from './turn.ts';

const calls = JSON.parse(document.getElementById('calls')?.textContent ?? '[]') as readonly PageCall[];
const canvas = document.getElementById('axis');
const [first] = calls;
const axis = canvas instanceof HTMLCanvasElement && first !== undefined ? new Axis(canvas, first) : undefined;
const select = document.getElementById('call');
const detail = document.getElementById('detail');

const tip = new Tip((origin) => (origin[0] === 'note' ? origin[1].split('\n') : []));

function showChosen(): void {
  const index = select instanceof HTMLSelectElement ? Number(select.value) : 0;
  const call = calls[index];
  if (call !== undefined) axis?.show(call, detail instanceof HTMLInputElement && detail.checked);
}

select?.addEventListener('change', showChosen);
detail?.addEventListener('change', showChosen);
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-view]')) {
  button.addEventListener('click', () => axis?.act(button.dataset['view'] ?? 'all'));
}
document
  .getElementById('axis-table')
  ?.closest('details')
  ?.addEventListener('toggle', () => axis?.redraw());
hangTurns(calls, (call, act) => {
  if (select instanceof HTMLSelectElement) select.value = String(call);
  showChosen();
  axis?.lookAtTurn(act);
});
// At once, not with the next picture: paper does not wait for one.
followTheme(() => axis?.draw());
addEventListener('scroll', () => tip.hide(), { passive: true });
document.documentElement.dataset['ready'] = 'true';
