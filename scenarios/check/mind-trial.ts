// A language model is tried: a question with an answer of one token, or of some dozens where its pace is
// wanted. The connection is set up before, as in a call, so that the first token is timed without it.
import type { ChatMessage, LlmEvent, LlmFactory, LlmSession } from '#agent/core/provider.ts';
import type { Micros } from '#agent/core/time.ts';
import { countTokens } from '#agent/providers/tokens.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { type Carriers, driveHttp } from './drive.ts';
import { type Depth, Trial, type Tried } from './trial.ts';

export type MindTrial = {
  readonly carriers: Carriers;
  readonly factory: LlmFactory;
  readonly provider: string;
  readonly model: string;
  readonly depth: Depth;
};

const QUESTIONS: Readonly<Record<Depth, { readonly text: string; readonly tokensMax: number }>> = {
  least: { text: 'Say yes.', tokensMax: 1 },
  full: { text: 'Count from one to twenty in words.', tokensMax: 60 },
};

export function tryMind(
  clock: Clock,
  { carriers, factory, provider, model, depth }: MindTrial,
): Promise<Tried> {
  const { text: question, tokensMax } = QUESTIONS[depth];
  let askedUs: Micros | undefined;
  const heard = { first: '', firstUs: 0, rest: '', lastUs: 0 };
  return new Promise((resolve) => {
    const ask = (): void => {
      if (askedUs !== undefined || trial.isOver) return;
      askedUs = clock.now();
      const messages: ChatMessage[] = [{ role: 'user', content: question }];
      drive.act((now, session) => session.generate(now, 1, messages, { tokensMax }));
    };
    const drive = driveHttp<LlmSession>(
      clock,
      carriers,
      (request) => factory({ request, event: (_now, event) => take(event) }),
      (event, evidence) => {
        // Before the question there is only the request that has the connection standing.
        if (askedUs !== undefined) return;
        if (event.kind === 'head' && event.status < 400) trial.timeConnection('llm.connect');
        if (evidence.ended > 0) ask();
      },
    );
    const trial = new Trial(clock, drive, resolve);
    const take = (event: LlmEvent): void => {
      switch (event.kind) {
        case 'text':
          trial.time('llm.first_token', askedUs);
          if (heard.first === '') [heard.first, heard.firstUs] = [event.text, clock.now()];
          else [heard.rest, heard.lastUs] = [heard.rest + event.text, clock.now()];
          return;
        case 'done': {
          // A model that only thought has answered as well, if it was given no room for more.
          trial.time('llm.first_token', depth === 'least' ? askedUs : undefined);
          const words = heard.first + heard.rest;
          const known = { promptTokens: countTokens(question), completionTokens: countTokens(words) };
          const tokens = event.usage ?? { ...known, cachedTokens: 0 };
          trial.pay({ service: 'llm', provider, model, tokens });
          const spanUs = heard.lastUs - heard.firstUs;
          if (spanUs > 0) trial.figure('llm.tokens_per_s', (countTokens(heard.rest) * 1_000_000) / spanUs);
          return trial.done();
        }
        default:
          return trial.fail(event.failure);
      }
    };
    drive.act((now, session) => session.start(now));
    // Where nothing was asked for on starting, nothing is to be waited for.
    if (drive.evidence.askedUs === undefined) ask();
  });
}
