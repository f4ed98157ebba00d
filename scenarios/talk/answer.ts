// What the talk page asks for when the agent runs on emulators: the scenarios with their lines, the
// recordings of the caller, and which line is due. Answers are values; a question that makes no sense is
// refused in a sentence.
import { z } from 'zod';
import type { HttpAnswer, HttpQuestion, Pages } from '#agent/io/route.ts';
import type { Play } from './play.ts';
import type { Stage } from './stage.ts';
import { TAKE_RATE } from './take.ts';
import { wavOf } from './wav.ts';

/** `GET /demo`: the plays, the first of them to begin with. `GET /demo/take/<play>/<line>`: a WAV file. */
export function demoPages(stage: Stage, plays: readonly Play[]): Pages {
  const list = JSON.stringify({ plays: plays.map(described) });
  return (question) => {
    const { method, path } = question;
    if (method === 'GET' && path === '/demo') return answer(200, list, 'application/json');
    if (method === 'GET' && path.startsWith(TAKES)) return takeAnswer(path.slice(TAKES.length), plays);
    if (method === 'POST' && path === '/demo/cue') return cueAnswer(question, stage, plays);
    return undefined;
  };
}

const TAKES = '/demo/take/';

const described = ({ scenario, lines }: Play): unknown => ({
  name: scenario.name,
  about: scenario.about,
  lines: lines.map(({ text, interrupts, answers, take }) => ({
    text,
    interrupts,
    answers,
    seconds: take.pcm.length / TAKE_RATE,
  })),
});

function takeAnswer(place: string, plays: readonly Play[]): HttpAnswer {
  const slash = place.lastIndexOf('/');
  const [name, number] = [place.slice(0, slash), place.slice(slash + 1)];
  const play = plays.find(({ scenario }) => scenario.name === name);
  const take = /^\d{1,3}$/.test(number) ? play?.lines[Number(number)]?.take : undefined;
  if (take === undefined) return refusal(404, 'no such recording');
  return answer(200, wavOf(take.pcm, TAKE_RATE), 'audio/wav');
}

const CUE = z.object({
  session: z.string().regex(/^[\w-]{1,64}$/),
  play: z.string().max(200),
  line: z.int().min(0),
  reading: z.enum(['clip', 'voice']),
});

function cueAnswer({ body }: HttpQuestion, stage: Stage, plays: readonly Play[]): HttpAnswer {
  const cue = CUE.safeParse(parsed(body));
  if (!cue.success) return refusal(400, 'a cue is { session, play, line, reading: "clip" or "voice" }');
  const { session, line, reading } = cue.data;
  const play = plays.find(({ scenario }) => scenario.name === cue.data.play);
  if (play === undefined || !stage.cue(session, play, line, reading)) return refusal(404, 'no such line');
  return answer(200, '{}', 'application/json');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return undefined;
  }
}

const refusal = (status: number, detail: string): HttpAnswer =>
  answer(status, JSON.stringify({ detail }), 'application/json');

const answer = (status: number, body: string | Uint8Array, type: string): HttpAnswer => ({
  status,
  headers: { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  body,
});
