// Dark and light: as the reader's system wishes until the switch is used; always light on paper.

/** Calls `redraw` now and whenever the colours have changed. */
export function followTheme(redraw: () => void): void {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const paper = matchMedia('print');
  let chosen: 'dark' | 'light' | undefined;
  let printing = false;
  const apply = (): void => {
    const dark = !(printing || paper.matches) && (chosen ?? (system.matches ? 'dark' : 'light')) === 'dark';
    root.dataset['theme'] = dark ? 'dark' : 'light';
    if (button !== null) {
      // It says where it leads, so it is no switch that is pressed or not.
      button.textContent = dark ? 'Light' : 'Dark';
      button.setAttribute('aria-label', `${button.textContent} colours`);
    }
    redraw();
  };
  button?.addEventListener('click', () => {
    chosen = root.dataset['theme'] === 'dark' ? 'light' : 'dark';
    apply();
  });
  system.addEventListener('change', apply);
  paper.addEventListener('change', apply);
  for (const [event, begins] of [
    ['beforeprint', true],
    ['afterprint', false],
  ] as const) {
    addEventListener(event, () => {
      printing = begins;
      apply();
    });
  }
  apply();
}
