// The state of the connection, in words and as a sign beside them; a broken one is announced at once.
import type { CallState } from './call.ts';
import { byId, say } from './dom.ts';

export function showState(state: CallState): void {
  const [sign, text] = wordsOf(state);
  const element = byId('state');
  element.dataset['state'] = state.kind;
  say(byId('state-sign'), sign);
  say(byId('state-text'), text);
  const lost = byId('lost');
  lost.hidden = state.kind !== 'reconnecting';
  if (state.kind === 'reconnecting') {
    say(
      lost,
      'The connection broke. Going back to the call; the agent waits for half a minute and forgets nothing.',
    );
  }
  const failure = byId('failure');
  failure.hidden = state.kind !== 'ended' || !state.failed;
  if (state.kind === 'ended') say(failure, state.reason);
}

function wordsOf(state: CallState): readonly [sign: string, text: string] {
  switch (state.kind) {
    case 'connecting':
      return ['…', 'Connecting'];
    case 'ready':
      return ['✓', 'Connected'];
    case 'reconnecting':
      return ['!', `Reconnecting, attempt ${state.attempt}`];
    case 'ended':
      return state.failed ? ['✗', 'Not connected'] : ['–', 'Call ended'];
  }
}
