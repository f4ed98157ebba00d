// What an operator can do about a service that fails, in one line beside the service's own words: which
// variable, which account, whom to wait for. The caller has heard an apology by then; this is for whoever
// reads the log.
import type { FailureReason } from '../../core/failure.ts';
import type { Models } from '../../telemetry/span.ts';

type Failed = { readonly stage: string; readonly reason: FailureReason; readonly message: string };

/** Undefined where time is the only remedy and a retry is under way already. */
export function remedyFor({ stage, reason, message }: Failed, models: Models): string | undefined {
  const { provider, model } = isService(stage) ? models[stage] : { provider: stage, model: '' };
  const upper = stage.toUpperCase();
  const [key, address] = [variable(provider, 'API_KEY'), `${upper}_BASE_URL`];
  // Of a proxy, a captive portal or a wrong address: nobody there ever spoke the protocol.
  if (/HTML/.test(message)) {
    return `something before ${provider} answers with a web page: check ${address}, proxy and network`;
  }
  switch (reason) {
    case 'auth':
      return `set ${key} to a key that is valid for ${provider}; npm run check tries it`;
    case 'quota':
      return `top up the account at ${provider}, or name another one with ${key} or a second provider`;
    case 'rate_limit':
      return `the plan at ${provider} is too small for these calls: raise it or lower SESSIONS_MAX`;
    case 'not_found':
      return `check ${upper}_MODEL (${model}), voice and ${address}: ${provider} does not know one of them`;
    case 'bad_request':
      return `check the settings of ${provider}, ${upper}_MODEL first: it refused what was asked`;
    case 'refused':
      return `check ${address} and the network: ${provider} lets nobody in`;
    case 'malformed':
      return `check ${address}: what answers there does not speak as ${provider} does`;
    case 'overloaded':
      return `wait for ${provider}, or add a second provider (${upper}_FALLBACK_PROVIDER)`;
    default:
      return undefined;
  }
}

const isService = (stage: string): stage is keyof Models =>
  stage === 'stt' || stage === 'llm' || stage === 'tts';

const variable = (provider: string, setting: string): string =>
  `${provider}_${setting}`.replaceAll('-', '_').toUpperCase();
