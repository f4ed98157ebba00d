// Vendors on real ports for the referee tests: the real clock, keyed chance, and the facts they state.
// The vendors' own clients are the referees; they know nothing of the stage.
import type { VendorFact } from '#sim/kernel/fact.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import type { FaultSpec } from './fault.ts';
import { loadProfile, type Profile, withFaults } from './profile.ts';
import type { Vendor, VendorWorld } from './vendor.ts';

export class Stage implements VendorWorld {
  readonly clock = new RealClock();
  readonly chance = new KeyedChance(1, 'stage');
  readonly facts: VendorFact[] = [];
  readonly #hosts: HostedVendor[] = [];

  turn(): number {
    return 0;
  }

  note(fact: VendorFact): void {
    this.facts.push(fact);
  }

  said(): readonly string[] {
    return this.facts.map((fact) => ('detail' in fact ? `${fact.what} ${fact.detail}` : fact.what));
  }

  profile(...faults: FaultSpec[]): Profile {
    const loaded = loadProfile('prd');
    if (!loaded.ok) throw new Error(loaded.reason);
    return withFaults(loaded.profile, faults);
  }

  async host(vendor: Vendor): Promise<HostedVendor> {
    const hosted = await hostVendor(vendor);
    this.#hosts.push(hosted);
    return hosted;
  }

  async close(): Promise<void> {
    this.clock.close();
    await Promise.all(this.#hosts.map((hosted) => hosted.close()));
  }
}
