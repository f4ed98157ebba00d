// Cerebras, emulated from its documents: the server of chat completions in Cerebras' dialect.
import { ChatEmulator, type ChatOptions } from '../chat/emulator.ts';
import { CEREBRAS } from './dialect.ts';

export type CerebrasOptions = Omit<ChatOptions, 'dialect'>;

export class CerebrasEmulator extends ChatEmulator {
  constructor(options: CerebrasOptions) {
    super({ ...options, dialect: CEREBRAS });
  }
}
