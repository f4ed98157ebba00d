// AssemblyAI's error shapes. Nearly everything is checked behind the upgrade, so that an error is a frame
// with the code of the close that follows it; only an address that is not served, or a server that is not
// well, refuses in HTTP.
import { jsonAnswer, type PlainAnswer } from '../answer.ts';

/** `code`: of the frame and of the close. */
export type AssemblyAiError = { readonly code: number; readonly message: string };

export const errorFrame = ({ code, message }: AssemblyAiError): string =>
  JSON.stringify({ type: 'Error', error_code: code, error: message });

export const httpError = (status: number, message: string): PlainAnswer =>
  jsonAnswer(status, { error: message });

/** What a status is on this wire. */
export function errorOfStatus(status: number): AssemblyAiError {
  switch (status) {
    case 401:
      return { code: 1008, message: 'Unauthorized connection: missing or invalid API key.' };
    case 402:
      return { code: 1008, message: 'Insufficient account balance.' };
    case 429:
      return { code: 3009, message: 'Too many concurrent sessions.' };
    default:
      return { code: 3005, message: 'Unknown error.' };
  }
}

export const badRequest = (message: string): AssemblyAiError => ({ code: 3006, message });
export const badAudio = (message: string): AssemblyAiError => ({ code: 3007, message });
export const sessionOver: AssemblyAiError = { code: 3008, message: 'Session expired.' };
