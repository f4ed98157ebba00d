// The variables of each vendor, made from its entry in the registry: its key, its address, and whatever
// its settings describe. Nothing here knows a vendor by name.
import { z } from 'zod';
import type { StageEntry, Vendor } from '../providers/entry.ts';
import { DEFAULT_VENDORS, VENDORS } from '../providers/registry.ts';
import { address, key, number, oneOf, oneOfOrNone, text, type Variable, whole } from './variable.ts';

export type VendorVariable = Variable<unknown> & {
  readonly vendor: string;
  /** The setting it is for, in every stage of the vendor that has it. */
  readonly setting: string;
};

/** The environment's name for a vendor's setting. */
export const variableOf = (vendor: string, setting: string): string =>
  `${vendor}_${setting.replaceAll(/[A-Z]/g, '_$&')}`.replaceAll('-', '_').toUpperCase();

/** Those of all vendors; keys of `needed` must be set, where the vendor asks for one. */
export const vendorVariables = (needed: ReadonlySet<string>): readonly VendorVariable[] =>
  VENDORS.flatMap((vendor) => [
    keyOf(vendor, needed.has(vendor.name)),
    addressOf(vendor),
    ...described(vendor),
  ]);

/** As they stand in `.env.example`. */
export const VENDOR_VARIABLES = vendorVariables(new Set(Object.values(DEFAULT_VENDORS)));

function keyOf({ name, title, keySource }: Vendor, needed: boolean): VendorVariable {
  return {
    vendor: name,
    setting: 'apiKey',
    name: variableOf(name, 'apiKey'),
    about: `key of ${title}`,
    schema: needed && keySource !== undefined ? key : z.literal('').or(key),
    ...(needed && keySource !== undefined ? {} : { preset: '' }),
    ...(keySource === undefined ? {} : { source: keySource }),
    secret: true,
  };
}

function addressOf(vendor: Vendor): VendorVariable {
  const preset = presetOf(vendor, 'baseUrl');
  const schemes = /^ws/.test(preset) ? ['wss', 'ws'] : ['https', 'http'];
  return {
    vendor: vendor.name,
    setting: 'baseUrl',
    name: variableOf(vendor.name, 'baseUrl'),
    about: `address of ${vendor.title}`,
    schema: address(...schemes),
    preset,
  };
}

function stagesOf({ stt, llm, tts }: Vendor): readonly StageEntry<unknown>[] {
  return [stt, llm, tts].filter((entry) => entry !== undefined);
}

function presetOf(vendor: Vendor, setting: string): string {
  const preset = stagesOf(vendor).map((entry) => entry.preset[setting]);
  return String(preset.find((value) => value !== undefined) ?? '');
}

/** A setting that two stages of a vendor describe is one variable for both. */
function described(vendor: Vendor): readonly VendorVariable[] {
  const found = new Map<string, VendorVariable>();
  for (const { shape } of stagesOf(vendor)) {
    for (const [setting, schema] of Object.entries(shape)) {
      const about = schema.description;
      if (about === undefined || found.has(setting)) continue;
      const name = variableOf(vendor.name, setting);
      const preset = presetOf(vendor, setting);
      found.set(setting, {
        vendor: vendor.name,
        setting,
        name,
        about,
        schema: written(schema, preset),
        preset,
      });
    }
  }
  return [...found.values()];
}

/** How a setting is written as text; the vendor's own schema has the last word on its range. */
function written(schema: z.ZodType, preset: string): Variable<unknown>['schema'] {
  const inner = bare(schema);
  const orNone = <T>(one: z.ZodType<T, string>) => (preset === '' ? z.literal('').or(one) : one);
  if (inner instanceof z.ZodNumber) {
    const [min, max] = [inner.minValue ?? 0, inner.maxValue ?? Number.MAX_SAFE_INTEGER];
    return orNone(inner.isInt ? whole(min, max) : number(min, max));
  }
  if (inner instanceof z.ZodEnum) return (preset === '' ? oneOfOrNone : oneOf)(...inner.options.map(String));
  if (inner instanceof z.ZodBoolean) return oneOf('true', 'false').transform((value) => value === 'true');
  return orNone(text);
}

function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return bare(schema.unwrap() as z.ZodType);
  }
  return schema;
}
