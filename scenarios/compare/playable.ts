// What the simulated world can play: the transports it has, and whether a network can be handed to it.
// The one place to change when the world learns more.
import { parseNetwork } from '#sim/network/parse.ts';
import { TRANSPORTS, type TransportName } from './request.ts';

export const PLAYABLE: readonly TransportName[] = TRANSPORTS;

export const canPlay = (network: string): boolean => parseNetwork(network).ok;
