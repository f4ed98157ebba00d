// Reads the constants out of an ONNX file: the few fields of its protobuf that hold names and floats, and
// nothing else of the format. It promises each tensor as stored, little-endian floats copied out; bytes
// that are no such file are refused with the field that is missing, when it is asked for.
import { assert } from '../../core/assert.ts';

/** Field numbers of onnx.proto3, ONNX 1.x: which messages lie inside which. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const NODE_OUTPUT = 2;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE_TENSOR = 5;
const ATTRIBUTE_GRAPH = 6;
const TENSOR_RAW_DATA = 9;
/** Branches lie in attributes of nodes: one level is all that is looked into. */
const DEPTH_MAX = 2;

export type Tensors = {
  /** The constant whose name ends in `name`, of exactly `count` floats. Throws when there is none. */
  floats(name: string, count: number): Float32Array<ArrayBuffer>;
};

/** All constants of the graph and of the branches of its conditions whose path contains `branch`. */
export function readTensors(model: Uint8Array, branch: string): Tensors {
  const found = new Map<string, Uint8Array>();
  for (const graph of fieldsOf(model, MODEL_GRAPH)) collect(graph, found, 0);
  return {
    floats(name, count) {
      for (const [path, raw] of found) {
        if (!path.includes(branch) || !path.endsWith(name)) continue;
        assert(raw.length === 4 * count, `tensor ${path} holds ${raw.length} bytes, not ${4 * count}`);
        // A copy: the bytes may lie anywhere in the file.
        return new Float32Array(new Uint8Array(raw).buffer);
      }
      throw new Error(`the model has no constant ${branch}…${name}`);
    },
  };
}

function collect(graph: Uint8Array, found: Map<string, Uint8Array>, depth: number): void {
  for (const node of fieldsOf(graph, GRAPH_NODE)) {
    const [output] = fieldsOf(node, NODE_OUTPUT);
    for (const attribute of fieldsOf(node, NODE_ATTRIBUTE)) {
      for (const tensor of fieldsOf(attribute, ATTRIBUTE_TENSOR)) {
        const [raw] = fieldsOf(tensor, TENSOR_RAW_DATA);
        if (raw !== undefined && output !== undefined) found.set(new TextDecoder().decode(output), raw);
      }
      if (depth + 1 >= DEPTH_MAX) continue;
      for (const inner of fieldsOf(attribute, ATTRIBUTE_GRAPH)) collect(inner, found, depth + 1);
    }
  }
}

/** The length-delimited fields of one number in a message, in order. */
function fieldsOf(message: Uint8Array, wanted: number): readonly Uint8Array[] {
  const fields: Uint8Array[] = [];
  const reader = new WireReader(message);
  while (!reader.done) {
    const tag = reader.varint();
    const bytes = reader.value(tag & 7);
    if (bytes !== undefined && tag >>> 3 === wanted) fields.push(bytes);
  }
  return fields;
}

class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The low 31 bits of a number; tags and lengths have no more. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (shift < 28) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error('the model is no ONNX file: a number without end');
  }

  /** The bytes of a length-delimited value; undefined for numbers, which are passed over. */
  value(wireType: number): Uint8Array | undefined {
    switch (wireType) {
      case 0:
        this.varint();
        return undefined;
      case 1:
        this.#at += 8;
        return undefined;
      case 5:
        this.#at += 4;
        return undefined;
      case 2: {
        const length = this.varint();
        const bytes = this.#bytes.subarray(this.#at, this.#at + length);
        this.#at += length;
        return bytes;
      }
      default:
        throw new Error(`the model is no ONNX file: wire type ${wireType}`);
    }
  }
}
