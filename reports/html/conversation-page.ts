// A conversation as one page: opens from disk, asks the network for nothing, and is the same bytes for
// the same conversation. The verdict first, the worst turns under it, then every lane of the call, every
// turn, every figure with the turns that made it, and what it cost.
import type { ConversationReport } from '../conversation/conversation-report.ts';
import { answer, pageTitle, question } from '../conversation/finding.ts';
import { pageCalls } from '../conversation/page-data.ts';
import { setupOf } from '../headline.ts';
import type { Bundle } from './bundle.ts';
import { costSection } from './conversation/cost-section.ts';
import { figureStrip } from './conversation/figure-strip.ts';
import { kpiSection } from './conversation/kpi-section.ts';
import { laneSection } from './conversation/lane-section.ts';
import { methodSection } from './conversation/method-section.ts';
import { turnSection } from './conversation/turn-section.ts';
import { worstSection } from './conversation/worst-section.ts';
import { escaped, jsonInHtml, PAGE_POLICY, sentenceHtml } from './markup.ts';

export function conversationPage(report: ConversationReport, bundle: Bundle): string {
  const { result } = report;
  const sections: readonly (readonly [id: string, name: string, html: string])[] = [
    ['worst', 'Worst turns', worstSection(report)],
    ['lanes', 'Time axis', laneSection(report)],
    ['turns', 'Turn by turn', turnSection(report)],
    ['kpis', 'Figures', kpiSection(report)],
    ['cost', 'Cost', costSection(report)],
    ['method', 'How it was played', methodSection(report)],
  ];
  const shown = sections.filter(([, , html]) => html !== '');
  const links = shown.map(([id, name]) => `<li><a href="#${id}">${escaped(name)}</a></li>`);
  const setup = setupOf(result).map(([name, value]) => `${name} ${value}`);
  const badge = result.verdict === 'pass' ? '<b class="good">✓ pass</b>' : '<b class="bad">✗ fail</b>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(pageTitle(report))}</title>
<link rel="icon" href="data:,">
<style>${bundle.style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header class="bar"><span class="brand">Parley</span>
<span class="what">${badge} ${escaped(result.scenario)} · ${escaped(setup.join(' · '))}</span>
<button type="button" id="theme" aria-pressed="false">Dark</button></header>
<main id="main">
<header class="hero">
<h1>${escaped(question(result))}</h1>
<p class="answer">${sentenceHtml(answer(report))}</p>
${figureStrip(report)}
</header>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
${shown.map(([, , html]) => html).join('\n')}
</main>
<div id="tip" role="tooltip" hidden></div>
<div id="live" class="unseen" aria-live="polite"></div>
<noscript><p class="note">The time axis needs JavaScript; everything else does not.</p></noscript>
<script type="application/json" id="calls">${jsonInHtml(pageCalls(report))}</script>
<script>${bundle.script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
