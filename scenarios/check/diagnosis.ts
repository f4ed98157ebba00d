// Why a provider does not work and what to do about it: from what its session made of it, from what was seen
// on the wire, and from the way there. One sentence each; the variable to mend is named, its value never is
// unless it is a model or a voice.
import type { Failure } from '#agent/core/failure.ts';
import type { DialStep } from '#agent/io/dial.ts';
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { UserError } from '../error.ts';

export type Trouble =
  | { readonly kind: 'keyless' }
  | { readonly kind: 'way'; readonly step: DialStep; readonly message: string; readonly url: string }
  | {
      readonly kind: 'answer';
      readonly failure: Failure;
      readonly status: number | undefined;
      readonly isHtml: boolean;
      readonly url: string;
    };

export function diagnose(entrant: AnyEntrant, trouble: Trouble): UserError {
  switch (trouble.kind) {
    case 'keyless':
      return error(`${called(entrant)} has no key`, entrant.variables.key, getKey(entrant));
    case 'way':
      return lostOnTheWay(entrant, trouble);
    case 'answer':
      return trouble.isHtml ? htmlAnswer(entrant, trouble) : refused(entrant, trouble);
  }
}

/** Such as `speech-to-text (second): Deepgram`. */
const called = ({ title, stage, place }: AnyEntrant): string =>
  `${title}, ${place === 'second' ? 'second ' : ''}${SERVICES[stage]},`;

const SERVICES = { stt: 'recogniser', llm: 'language model', tts: 'voice' } as const;

const getKey = ({ variables, keySource }: AnyEntrant): string =>
  `set ${variables.key} in .env${keySource === undefined ? '' : `; get one at ${keySource}`}`;

function lostOnTheWay(entrant: AnyEntrant, { step, message, url }: Trouble & { kind: 'way' }): UserError {
  const { address } = entrant.variables;
  const host = hostOf(url);
  const where = `${host} (${address})`;
  switch (step) {
    case 'address':
      return error(`${called(entrant)} has an address that is none`, where, `correct ${address}`);
    case 'dns': {
      const todo = `check the network and its DNS, and the spelling of ${address}`;
      return error(`the name of ${called(entrant)} is not found: ${message}`, where, todo);
    }
    case 'tcp': {
      const todo = `check that ${host} can be reached from here (firewall, proxy), and ${address}`;
      return error(`${called(entrant)} takes no connection: ${message}`, where, todo);
    }
    case 'tls': {
      const todo =
        'check the clock of this machine; behind a proxy that opens TLS give its certificate in ' +
        'NODE_EXTRA_CA_CERTS';
      return error(`no secure connection to ${called(entrant)} ${message}`, where, todo);
    }
    case 'timeout': {
      const todo = `check that a firewall does not swallow connections to ${host}, and ${address}`;
      return error(`${called(entrant)} does not answer a connection: ${message}`, where, todo);
    }
  }
}

function htmlAnswer(entrant: AnyEntrant, { status, url }: Trouble & { kind: 'answer' }): UserError {
  const { address } = entrant.variables;
  const told = status === undefined ? '' : ` (status ${status})`;
  return error(
    `${called(entrant)} answers with an HTML page${told}: that is a proxy, a login page or a wrong address`,
    `${hostOf(url)} (${address})`,
    `correct ${address}, or leave the network that shows this page`,
  );
}

function refused(entrant: AnyEntrant, { failure, url }: Trouble & { kind: 'answer' }): UserError {
  const { variables, model } = entrant;
  const { key, address } = variables;
  const status = failure.status === undefined ? '' : ` (${failure.status})`;
  const said = `: ${failure.message}`;
  const account = entrant.keySource ?? hostOf(url);
  switch (failure.reason) {
    case 'auth':
      return error(`${called(entrant)} does not take the key${status}${said}`, key, renew(entrant));
    case 'quota': {
      const todo = `add credit to the account of ${key} (${account}), or choose another provider`;
      return error(`${called(entrant)} has no credit left${status}${said}`, key, todo);
    }
    case 'rate_limit': {
      const wait = failure.retryAfterUs === undefined ? 'wait' : `wait ${failure.retryAfterUs / 1_000_000} s`;
      const todo = `${wait} and try again; if it stays, see limits and credit of the account (${account})`;
      return error(`${called(entrant)} allows no more requests for now${status}${said}`, key, todo);
    }
    case 'not_found':
    case 'bad_request': {
      const { where, todo } = wrongName(entrant, model);
      return error(`${called(entrant)} refuses what it is asked for${status}${said}`, where, todo);
    }
    case 'overloaded': {
      const todo =
        'try again in some minutes, look at the status page of the vendor, or set a second provider';
      return error(`${called(entrant)} is in trouble of its own${status}${said}`, hostOf(url), todo);
    }
    case 'timeout': {
      const todo = 'try again; if it stays, the vendor or the way there is too slow for a call';
      return error(`${called(entrant)} is too slow${said}`, hostOf(url), todo);
    }
    case 'malformed': {
      const todo = `check that ${address} leads to this vendor and no other, and ${variables.model}`;
      return error(`${called(entrant)} gives an answer that is none${said}`, hostOf(url), todo);
    }
    case 'refused':
    case 'disconnected': {
      const todo = `try again; if it stays, check ${address} and what stands between (firewall, proxy)`;
      return error(`${called(entrant)} breaks the connection${said}`, hostOf(url), todo);
    }
  }
}

const renew = (entrant: AnyEntrant): string =>
  `correct ${entrant.variables.key} in .env` +
  (entrant.keySource === undefined ? '' : `; a new one: ${entrant.keySource}`);

/** A model, or a voice, that the vendor does not know. */
function wrongName({ stage, variables, settings }: AnyEntrant, model: string) {
  const voice = settings['voice'];
  const isVoice = stage === 'tts' && voice !== undefined;
  const named = `${variables.model} ("${model}")`;
  return {
    where: isVoice ? `${named} or ${variables.voice} ("${String(voice)}")` : named,
    todo: isVoice
      ? `choose a voice from: npm run voices; or leave ${variables.voice} and ${variables.model} empty`
      : `name a model that this vendor has in ${variables.model}, or leave it empty for the usual one`,
  };
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const error = (what: string, where: string, todo: string): UserError => ({ what, where, todo, exit: 3 });
