// A conversation as one page: the verdict first, the worst turns under it, then every lane of the call,
// every turn, every figure with the turns that made it, and what it cost.
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
import { escaped, sentenceHtml } from './markup.ts';
import { pageHtml } from './page.ts';

export function conversationPage(report: ConversationReport, bundle: Bundle): string {
  const { result } = report;
  const setup = setupOf(result).map(([name, value]) => `${name} ${value}`);
  const badge = result.verdict === 'pass' ? '<b class="good">✓ pass</b>' : '<b class="bad">✗ fail</b>';
  return pageHtml(
    {
      title: pageTitle(report),
      what: `${badge} ${escaped(result.scenario)} · ${escaped(setup.join(' · '))}`,
      question: question(result),
      answers: [sentenceHtml(answer(report))],
      figures: figureStrip(report),
      sections: [
        ['worst', 'Worst turns', worstSection(report)],
        ['lanes', 'Time axis', laneSection(report)],
        ['turns', 'Turn by turn', turnSection(report)],
        ['kpis', 'Figures', kpiSection(report)],
        ['cost', 'Cost', costSection(report)],
        ['method', 'How it was played', methodSection(report)],
      ],
      withoutScript: 'The time axis needs JavaScript; everything else does not.',
      data: { calls: pageCalls(report) },
    },
    bundle,
  );
}
