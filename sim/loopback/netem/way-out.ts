// What must be undone however a process ends: by itself, by an exception nobody caught, or by a signal
// that can be caught. It runs synchronously and once; what SIGKILL prevents is left for the next run.

/**
 * Runs `clean` once, however this process ends but by SIGKILL, or when the returned function is called.
 * A signal then has the effect it would have had, unless somebody else listens for it, too.
 */
export function onEveryWayOut(clean: () => void): () => void {
  let cleaned = false;
  const release = (): void => {
    if (cleaned) return;
    cleaned = true;
    process.off('exit', release);
    for (const signal of SIGNALS) process.off(signal, interrupted);
    clean();
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    release();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on('exit', release);
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return release;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
