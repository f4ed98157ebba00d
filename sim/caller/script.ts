// What the simulated caller does, as plain data: it can be generated, shrunk, stored and replayed.
// The readable language that writes it is in `scenarios/script`.

export type CallerScript = {
  /** Recorded voice that speaks every line. */
  readonly voice: string;
  readonly acts: readonly Act[];
};

/** Spoken text must exist as a recording; pauses are silence inside one utterance. */
export type Part = { readonly text: string } | { readonly pauseMs: number };

export type Act =
  /** Speaks when the agent has finished (or never began), after a human gap. */
  | { readonly kind: 'say'; readonly parts: readonly Part[] }
  /** Speaks over the agent, `afterMs` after its reply became audible. */
  | { readonly kind: 'interrupt'; readonly parts: readonly Part[]; readonly afterMs: number }
  /** Says nothing for a while after the agent has finished. */
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'hang_up' };

/** The words of an utterance, without its pauses. */
export const spokenText = (parts: readonly Part[]): string =>
  parts.flatMap((part) => ('text' in part ? [part.text] : [])).join(' ');
