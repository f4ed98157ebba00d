// The page of the bridge with the stand-in room in place of Daily.
import { runBridge } from './bridge.ts';
import { StandInCall } from './stand-in-room.test-support.ts';

runBridge(() => new StandInCall());
