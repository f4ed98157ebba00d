// libopus for the voices of callers: the WebAssembly of the package that encodes, in an instance of our own.
// Loaded once, at the first call; what is decoded in it cannot reach anything else.
import { readFileSync } from 'node:fs';
import { OpusLibrary } from '../../media/codec/opus-decoder.ts';

let loaded: OpusLibrary | undefined;

export function libopus(): OpusLibrary {
  loaded ??= new OpusLibrary(load());
  return loaded;
}

function load(): unknown {
  const bytes = readFileSync(new URL(import.meta.resolve('@evan/opus/wasm/simd.wasm')));
  const nothing = (): number => 0;
  const world = { fd_seek: nothing, fd_write: nothing, fd_close: nothing, proc_exit: nothing };
  const imports = { wasi_snapshot_preview1: world, env: { emscripten_notify_memory_growth: nothing } };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}
