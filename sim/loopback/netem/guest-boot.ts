// How the guest machine is booted: the kernel's command line, the modules it needs and the script that
// is its first process. Pure text, apart from reading the list of modules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONSOLE_MARK } from './guest-job.ts';

/** Loaded in this order, each after what it depends on. */
const MODULES = ['veth', 'sch_netem', 'sch_tbf'];
const MEMORY = '512M';

export type ModuleFiles =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Paths of the modules and their dependencies, from `modules.dep` of this version. */
export function moduleFiles(root: string, version: string): ModuleFiles {
  let listed: string;
  try {
    listed = readFileSync(join(root, version, 'modules.dep'), 'utf8');
  } catch {
    return { ok: false, reason: `${join(root, version, 'modules.dep')} cannot be read` };
  }
  const files = new Set<string>();
  for (const module of MODULES) {
    const line = listed.split('\n').find((entry) => entry.split(':')[0]?.endsWith(`/${module}.ko`));
    if (line === undefined) return { ok: false, reason: `no module ${module} for ${version}` };
    const [own = '', needs = ''] = line.split(':');
    for (const file of [...needs.split(' ').filter(Boolean).reverse(), own]) {
      files.add(join(root, version, file));
    }
  }
  return { ok: true, files: [...files] };
}

/** The guest's root is this machine's, read-only; its console is our pipe; it never reboots. */
export const bootWords = (folder: string, init: string): string[] => [
  `mem=${MEMORY}`,
  'root=/dev/root',
  'rootfstype=hostfs',
  'ro',
  `init=${init}`,
  // Where the kernel keeps its process id and control socket, instead of a home directory.
  `uml_dir=${folder}`,
  'umid=guest',
  'con=null',
  'con0=null,fd:1',
  'quiet',
  'noreboot',
];

/**
 * Runs `command` with its console as output, for at most `secondsMax`, and halts the machine. Modules
 * and the halt go by system call through perl, which every Debian has; insmod it need not have.
 */
export function initScript(options: {
  /** The only place of this machine that the guest may write to. */
  readonly folder: string;
  readonly modules: readonly string[];
  readonly command: readonly string[];
  readonly secondsMax: number;
}): string {
  const folder = quote(options.folder);
  return `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run
halt() { exec perl -e 'syscall(${SYS_REBOOT}, 0xfee1dead, 672274793, 0x4321fedc, 0)'; }
trap halt EXIT
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t hostfs none ${folder} -o ${folder} || exit 1
for file in ${options.modules.map(quote).join(' ')}; do
  perl -e '${LOAD_MODULE}' "$file" || exit 1
done
echo '${CONSOLE_MARK}the guest is up'
timeout -k 5 ${Math.ceil(options.secondsMax)} ${options.command.map(quote).join(' ')}
sync
`;
}

/** Numbers of x86-64, the only 64-bit machine user-mode-linux 6.1 runs on. */
const SYS_REBOOT = 169;
const SYS_FINIT_MODULE = 313;
const LOAD_MODULE =
  'open F, "<", $ARGV[0] or die $!; my $p = ""; ' +
  `syscall(${SYS_FINIT_MODULE}, fileno(F), $p, 0) == 0 or die $!`;

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
