// One answer broke off and another to the same question is there: what of the other is still to be said.
// An answer in the same words goes on where the first one stopped; one in other words cannot, and either
// the finished sentences of the first stand, or the other is said from its beginning.

const SENTENCE_END = /[.!?…]["'”’)\]]*(\s|$)/;

export type Continuation =
  /** So far it says what was said before. */
  | { readonly kind: 'same' }
  /** From here on `text` is new. */
  | { readonly kind: 'goes_on'; readonly text: string }
  /** It is another answer, and what was said before holds a finished sentence: that must do. */
  | { readonly kind: 'enough' };

/** `said`: what was let out; `other`: what has come of the other answer. */
export function continuationOf(said: string, other: string): Continuation {
  if (other.startsWith(said)) {
    return other.length === said.length
      ? { kind: 'same' }
      : { kind: 'goes_on', text: other.slice(said.length) };
  }
  if (said.startsWith(other)) return { kind: 'same' };
  if (SENTENCE_END.test(said)) return { kind: 'enough' };
  // As people do who lose their thread: they stop, and begin again.
  return { kind: 'goes_on', text: `… ${other}` };
}
