// The comparison as one page: answer first, evidence under it; every chart has a table behind it and
// every number says where it comes from.
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
import { escaped, sectionHtml, sentenceHtml } from './markup.ts';
import { methodSection } from './method.ts';
import { networkSection } from './network.ts';
import { pageHtml } from './page.ts';
import { distributionSection, stageSection } from './timing.ts';

export function comparePage(result: CompareResult, bundle: Bundle): string {
  return pageHtml(
    {
      title: `${question(result)} ${summaryOf(result)}`,
      what: `Transport comparison · ${escaped(summaryOf(result))}`,
      question: question(result),
      answers: answer(result).map(sentenceHtml),
      figures: heroHtml(result),
      sections: [
        ['networks', 'Networks', networkSection(result)],
        ['answers', 'Answer times', distributionSection(result)],
        ['stages', 'Stages', stageSection(result)],
        ['loss', 'RTT × loss', lossSection(result)],
        ['jitter', 'Loss × jitter', jitterSection(result)],
        ['advice', 'What would help', adviceSection(result)],
        ['audio', 'Listen', audioSection(result)],
        ['method', 'How it was measured', methodSection(result)],
      ],
      withoutScript: 'Charts need JavaScript; the tables behind them do not.',
      data: { result: { ...result, audio: undefined }, sound: result.audio ?? [] },
    },
    bundle,
  );
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
