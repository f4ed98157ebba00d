// The comparison as one page: opens from disk, asks the network for nothing, and is the same bytes for
// the same comparison. Answer first, evidence under it; every chart has a table behind it and every
// number says where it comes from.
import { adviceOf } from '../compare/advice.ts';
import { answer, question } from '../compare/answer.ts';
import { CHOICE_RULE } from '../compare/choice.ts';
import type { CompareResult } from '../compare/compare-result.ts';
import { hasBoth } from '../compare/lookup.ts';
import { counted, listed, transportName } from '../compare/name.ts';
import { audioSection } from './audio.ts';
import type { Bundle } from './bundle.ts';
import { heroHtml } from './hero.ts';
import { jitterSection, lossSection } from './map.ts';
import { escaped, jsonInHtml, PAGE_POLICY, sectionHtml, sentenceHtml } from './markup.ts';
import { methodSection } from './method.ts';
import { networkSection } from './network.ts';
import { distributionSection, stageSection } from './timing.ts';

export function comparePage(result: CompareResult, bundle: Bundle): string {
  const sections: readonly (readonly [id: string, name: string, html: string])[] = [
    ['networks', 'Networks', networkSection(result)],
    ['answers', 'Answer times', distributionSection(result)],
    ['stages', 'Stages', stageSection(result)],
    ['loss', 'RTT × loss', lossSection(result)],
    ['jitter', 'Loss × jitter', jitterSection(result)],
    ['advice', 'What would help', adviceSection(result)],
    ['audio', 'Listen', audioSection(result)],
    ['method', 'How it was measured', methodSection(result)],
  ];
  const shown = sections.filter(([, , html]) => html !== '');
  const links = shown.map(([id, name]) => `<li><a href="#${id}">${escaped(name)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${question(result)} ${summaryOf(result)}`)}</title>
<link rel="icon" href="data:,">
<style>${bundle.style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header class="bar"><span class="brand">Parley</span>
<span class="what">Transport comparison · ${escaped(summaryOf(result))}</span>
<button type="button" id="theme">Dark</button></header>
<main id="main">
<header class="hero">
<h1>${escaped(question(result))}</h1>
${answer(result)
  .map((sentence) => `<p class="answer">${sentenceHtml(sentence)}</p>`)
  .join('\n')}
${heroHtml(result)}
</header>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
${shown.map(([, , html]) => html).join('\n')}
</main>
<div id="tip" role="tooltip" hidden></div>
<div id="live" class="unseen" aria-live="polite"></div>
<noscript><p class="note">Charts need JavaScript; the tables behind them do not.</p></noscript>
<script type="application/json" id="result">${jsonInHtml({ ...result, audio: undefined })}</script>
<script type="application/json" id="sound">${jsonInHtml(result.audio ?? [])}</script>
<script>${bundle.script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

const summaryOf = (result: CompareResult): string => {
  const names = listed(result.transports.map(transportName));
  const calls = counted(result.seeds.count * result.scenarios.length, 'call');
  const paired = hasBoth(result) ? ', paired' : '';
  return `${names}, ${counted(result.networks.length, 'network')}, ${calls} each${paired}`;
};

function adviceSection(result: CompareResult): string {
  const advice = adviceOf(result);
  if (advice.length === 0) return '';
  const items = advice.map(
    ({ title, text }) => `<li><h3>${sentenceHtml(title)}</h3><p>${sentenceHtml(text)}</p></li>`,
  );
  const drawn = 'Drawn from these runs; what no run shows is not advised.';
  const lead = hasBoth(result) ? `${drawn} ${CHOICE_RULE}` : drawn;
  return sectionHtml(
    'advice',
    ['What would help, and how much'],
    `<ol class="advice">${items.join('')}</ol>`,
    lead,
  );
}
