// The frame of every page: opens from disk, asks the network for nothing, and is the same bytes for the
// same content. The bar names what was compared or played, the answer comes first, and the sections that
// have something to show follow with a link to each.
import type { Bundle } from './bundle.ts';
import { escaped, jsonInHtml } from './markup.ts';

/** One part of a page; left out, with its link, where `html` is empty. */
export type Section = readonly [id: string, name: string, html: string];

export type Page = {
  /** Of the browser's tab, as text. */
  readonly title: string;
  /** In the bar, as HTML. */
  readonly what: string;
  /** As text. */
  readonly question: string;
  /** Sentences of the answer, each as HTML. */
  readonly answers: readonly string[];
  /** Under the answer: the figures that matter, as HTML. */
  readonly figures: string;
  readonly sections: readonly Section[];
  /** What a reader without JavaScript misses, in a sentence. */
  readonly withoutScript: string;
  /** What the script reads, by the id of its element. */
  readonly data: Readonly<Record<string, unknown>>;
};

export function pageHtml(page: Page, bundle: Bundle): string {
  const shown = page.sections.filter(([, , html]) => html !== '');
  const links = shown.map(([id, name]) => `<li><a href="#${id}">${escaped(name)}</a></li>`);
  const answers = page.answers.map((answer) => `<p class="answer">${answer}</p>`);
  const data = Object.entries(page.data).map(
    ([id, value]) => `<script type="application/json" id="${id}">${jsonInHtml(value)}</script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(page.title)}</title>
<link rel="icon" href="data:,">
<style>${bundle.style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header class="bar"><span class="brand">Parley</span>
<span class="what">${page.what}</span>
<button type="button" id="theme">Dark</button></header>
<main id="main">
<header class="hero">
<h1>${escaped(page.question)}</h1>
${answers.join('\n')}
${page.figures}
</header>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
${shown.map(([, , html]) => html).join('\n')}
</main>
<div id="tip" role="tooltip" hidden></div>
<div id="live" class="unseen" aria-live="polite"></div>
<noscript><p class="note">${escaped(page.withoutScript)}</p></noscript>
${data.join('\n')}
<script>${bundle.script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** Nothing may be fetched, whatever a page holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
