// What a client says in RTVI, checked and reduced to commands. Anything else becomes a reason in one
// sentence and the id it belongs to, never an exception. Parts of the protocol for which this agent
// has no use (UI snapshots, client-side tools) are understood and ignored, not refused.
import { z } from 'zod';
import { LIMITS } from '../../core/limit.ts';
import { RTVI_LABEL } from './message.ts';

export type ClientCommand =
  /**
   * `version`, `library` (about.library) and `codec` (about.platform_details.codec, in which the client
   * wants its audio): as sent, whatever they were; undefined when absent.
   */
  | {
      readonly kind: 'client-ready';
      readonly version: string | undefined;
      readonly library: string | undefined;
      readonly codec: string | undefined;
    }
  | { readonly kind: 'disconnect-bot' }
  /** The app's own message; a request when it has an id that the client waits for. */
  | { readonly kind: 'client-message'; readonly t: string; readonly d: unknown }
  /** `run`: answer now; `speak`: with voice. */
  | { readonly kind: 'text'; readonly content: string; readonly run: boolean; readonly speak: boolean }
  /** Keys in order: 0-9, * and #. */
  | { readonly kind: 'dtmf'; readonly buttons: readonly string[] }
  /** Known, valid and of no use here. */
  | { readonly kind: 'ignored' };

export type ParsedClientMessage =
  | { readonly ok: true; readonly id: string | undefined; readonly command: ClientCommand }
  | { readonly ok: false; readonly id: string | undefined; readonly reason: string };

export function parseClientMessage(text: string): ParsedClientMessage {
  const json = parseJson(text);
  if (!json.ok) return { ok: false, id: undefined, reason: 'the message is not JSON' };
  const envelope = ENVELOPE.safeParse(json.value);
  if (!envelope.success) return refuse(undefined, 'the RTVI envelope', envelope.error);
  const { id, type, data } = envelope.data;
  const parse = PARSERS.get(type);
  if (parse === undefined) {
    return {
      ok: false,
      id,
      reason: `Unsupported type ${type}; known types: ${[...PARSERS.keys()].join(', ')}`,
    };
  }
  const command = parse(data);
  if (!command.success) return refuse(id, type, command.error);
  return { ok: true, id, command: command.data };
}

type Parser = (data: unknown) => z.ZodSafeParseResult<ClientCommand>;

const IGNORED: ClientCommand = { kind: 'ignored' };

const ENVELOPE = z.object({
  label: z.literal(RTVI_LABEL),
  type: z.string().max(100),
  id: z.string().max(200).optional(),
  data: z.unknown().optional(),
});

const CONTENT = z.string().max(LIMITS.clientTextCharsMax);
const BUTTON = z.string().regex(/^[0-9*#]$/, 'a key must be 0-9, * or #');

const PLATFORM = z.object({
  about: z.object({ platform_details: z.object({ codec: z.string().max(40) }) }),
});

const CLIENT_READY = z.unknown().transform((data): ClientCommand => {
  const found = z.object({ version: z.string() }).safeParse(data);
  const about = z.object({ about: z.object({ library: z.string().max(100) }) }).safeParse(data);
  const platform = PLATFORM.safeParse(data);
  return {
    kind: 'client-ready',
    version: found.success ? found.data.version : undefined,
    library: about.success ? about.data.about.library : undefined,
    codec: platform.success ? platform.data.about.platform_details.codec : undefined,
  };
});

const CLIENT_MESSAGE = z
  .object({ t: z.string().max(200), d: z.unknown().optional() })
  .transform(({ t, d }): ClientCommand => ({ kind: 'client-message', t, d }));

const SEND_TEXT = z
  .object({
    content: CONTENT,
    options: z
      .object({ run_immediately: z.boolean().nullish(), audio_response: z.boolean().nullish() })
      .nullish(),
  })
  .transform(
    ({ content, options }): ClientCommand => ({
      kind: 'text',
      content,
      run: options?.run_immediately ?? true,
      speak: options?.audio_response ?? true,
    }),
  );

// Deprecated predecessor of send-text, which did not run by default.
const APPEND_TO_CONTEXT = z
  .object({
    role: z.literal('user', { error: 'only the role "user" can be appended' }),
    content: CONTENT,
    run_immediately: z.boolean().nullish(),
  })
  .transform(
    ({ content, run_immediately }): ClientCommand => ({
      kind: 'text',
      content,
      run: run_immediately ?? false,
      speak: true,
    }),
  );

const DTMF = z
  .union([
    z.object({ buttons: z.array(BUTTON).min(1).max(100) }),
    z.object({ button: BUTTON }).transform(({ button }) => ({ buttons: [button] })),
  ])
  .transform(({ buttons }): ClientCommand => ({ kind: 'dtmf', buttons }));

const constant =
  (command: ClientCommand): Parser =>
  () => ({ success: true, data: command });

const PARSERS: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['client-ready', (data) => CLIENT_READY.safeParse(data)],
  ['disconnect-bot', constant({ kind: 'disconnect-bot' })],
  ['client-message', (data) => CLIENT_MESSAGE.safeParse(data)],
  ['send-text', (data) => SEND_TEXT.safeParse(data)],
  ['append-to-context', (data) => APPEND_TO_CONTEXT.safeParse(data)],
  ['dtmf', (data) => DTMF.safeParse(data)],
  ['llm-function-call-result', constant(IGNORED)],
  ['ui-event', constant(IGNORED)],
  ['ui-snapshot', constant(IGNORED)],
  ['ui-cancel-job-group', constant(IGNORED)],
]);

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return { ok: false };
  }
}

function refuse(id: string | undefined, what: string, error: z.ZodError): ParsedClientMessage {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return { ok: false, id, reason: `${what} is not valid: ${where}${issue?.message ?? 'unknown form'}` };
}
