// How the kernel knows that an event has finished: the microtask queue and the nextTick queue are
// both empty before time moves on. Two implementations of equal meaning: `tick` drains the queues
// in place and is fast when most events are synchronous; `immediate` keeps to public API and lets
// Node drain them between immediates. A test demands equal hashes from both.

/** Runs `step` again and again, settling after each, until it returns false; then calls `ended`. */
export type Settle = (step: () => boolean, ended: (error?: unknown) => void) => void;

export type SettleName = 'tick' | 'immediate';

export const settleOf = (name: SettleName): Settle => (name === 'tick' ? settleByTick : settleByImmediate);

/**
 * `process._tickCallback` is undocumented but present in Node 20 to 26; inside a microtask it
 * silently does nothing, so the loop starts from an immediate and a probe proves that it works.
 */
const settleByTick: Settle = (step, ended) => {
  setImmediate(() => {
    const drain = (process as unknown as { _tickCallback: () => void })._tickCallback;
    let probed = false;
    queueMicrotask(() => {
      probed = true;
    });
    drain();
    if (!probed) return ended(new Error('settle: the microtask queue cannot be drained here'));
    try {
      while (step()) drain();
    } catch (error) {
      return ended(error);
    }
    ended();
  });
};

const BATCH = 1024;

const settleByImmediate: Settle = (step, ended) => {
  let running = true;
  const once = () => {
    if (!running) return;
    try {
      running = step();
    } catch (error) {
      running = false;
      return ended(error);
    }
    if (!running) ended();
  };
  const last = () => {
    once();
    if (running) batch();
  };
  const batch = () => {
    for (let count = 1; count < BATCH; count += 1) setImmediate(once);
    setImmediate(last);
  };
  batch();
};
