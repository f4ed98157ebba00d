// Dark and light: as the reader's system wishes until the switch is used.

export function followTheme(button: HTMLElement): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen: 'dark' | 'light' | undefined;
  const apply = (): void => {
    const dark = (chosen ?? (system.matches ? 'dark' : 'light')) === 'dark';
    root.dataset['theme'] = dark ? 'dark' : 'light';
    // It says where it leads, so it is no switch that is pressed or not.
    button.textContent = dark ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `${button.textContent} colours`);
  };
  button.addEventListener('click', () => {
    chosen = root.dataset['theme'] === 'dark' ? 'light' : 'dark';
    apply();
  });
  system.addEventListener('change', apply);
  apply();
}
