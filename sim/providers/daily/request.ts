// What Daily's REST API takes in the body of a request, from its documents: rooms and meeting tokens with the
// properties that are known here; whatever else is stated is refused by name, as a misspelt one would be.
import { z } from 'zod';
import { parseObject } from '../answer.ts';

export type RoomRequest = z.infer<typeof ROOM>;
export type TokenRequest = z.infer<typeof TOKEN>;

/** `info`: what is wrong with it. */
export type ReadRequest<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly info: string };

export const readRoomRequest = (body: Uint8Array): ReadRequest<RoomRequest> => read(ROOM, body);

export const readTokenRequest = (body: Uint8Array): ReadRequest<TokenRequest> => read(TOKEN, body);

const SECONDS = z.int().positive();

const ROOM = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,128}$/)
    .optional(),
  privacy: z.enum(['public', 'private']).default('public'),
  properties: z
    .strictObject({
      nbf: SECONDS.optional(),
      exp: SECONDS.optional(),
      eject_at_room_exp: z.boolean().optional(),
      max_participants: z.int().positive().optional(),
      enable_chat: z.boolean().optional(),
      enable_screenshare: z.boolean().optional(),
      enable_people_ui: z.boolean().optional(),
      enable_prejoin_ui: z.boolean().optional(),
      enable_emoji_reactions: z.boolean().optional(),
      start_video_off: z.boolean().optional(),
      start_audio_off: z.boolean().optional(),
      geo: z.string().optional(),
    })
    .default({}),
});

const SENDABLE = z.enum(['video', 'audio', 'screenVideo', 'screenAudio', 'customVideo', 'customAudio']);

const TOKEN = z.strictObject({
  properties: z.strictObject({
    room_name: z.string().optional(),
    is_owner: z.boolean().optional(),
    user_name: z.string().optional(),
    user_id: z.string().max(36).optional(),
    nbf: SECONDS.optional(),
    exp: SECONDS.optional(),
    eject_at_token_exp: z.boolean().optional(),
    eject_after_elapsed: SECONDS.optional(),
    start_video_off: z.boolean().optional(),
    start_audio_off: z.boolean().optional(),
    permissions: z
      .strictObject({
        hasPresence: z.boolean().optional(),
        canSend: z.union([z.boolean(), z.array(SENDABLE)]).optional(),
        canReceive: z.looseObject({}).optional(),
        canAdmin: z
          .union([z.boolean(), z.array(z.enum(['participants', 'streaming', 'transcription']))])
          .optional(),
      })
      .optional(),
  }),
});

function read<T>(schema: z.ZodType<T>, body: Uint8Array): ReadRequest<T> {
  const object = parseObject(Buffer.from(body).toString());
  if (object === undefined) return { ok: false, info: 'the body is no JSON object' };
  const result = schema.safeParse(object);
  if (result.success) return { ok: true, value: result.data };
  const [issue] = result.error.issues;
  return { ok: false, info: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}` };
}
