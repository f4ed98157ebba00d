// The answer to `client-ready`: which version the bot states and which dialect it speaks. Every
// client is served; one whose version cannot be matched is told so and gets the current dialect.
import { RTVI_VERSION } from './message.ts';

export type Dialect = 'current' | 'legacy';

export type Handshake = {
  /** What `bot-ready` states. */
  readonly version: string;
  readonly dialect: Dialect;
  /** For an error-response beside the `bot-ready`; undefined when the versions match. */
  readonly complaint: string | undefined;
};

/** Major 2 is ours; major 1 hears its own version back; anything else is served with a complaint. */
export function handshake(version: string | undefined): Handshake {
  const major = version === undefined ? undefined : VERSION.exec(version)?.[1];
  if (major === '2') return { version: RTVI_VERSION, dialect: 'current', complaint: undefined };
  if (major === '1' && version !== undefined) return { version, dialect: 'legacy', complaint: undefined };
  const found = version === undefined ? 'no version' : `version ${JSON.stringify(version.slice(0, 40))}`;
  return {
    version: RTVI_VERSION,
    dialect: 'current',
    complaint: `client-ready states ${found}; this server speaks RTVI ${RTVI_VERSION} and 1.x`,
  };
}

const VERSION = /^(\d{1,4})\.\d{1,4}\.\d{1,4}$/;
