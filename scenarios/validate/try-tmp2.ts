import { readFileSync } from 'node:fs';
import { readTable } from './table.ts';
import { playStreams, WORKLOADS } from './workload.ts';
import { parseNetwork } from '../../sim/network/parse.ts';
const n = Number(process.argv[2] ?? 8); const only = process.argv[3] ?? '';
const t = readTable(readFileSync('/work/shared/data/tcp-validation.csv','utf8'), ['id']);
const u = readTable(readFileSync('/work/shared/data/tcp-validation-quantiles.csv','utf8'), ['id']);
if (!t.ok||!u.ok) throw new Error('x');
for (const r of t.rows) {
  if (!r.id!.includes(only) || r.cc==='bbr') continue;
  const p = parseNetwork(r.impair!); if(!p.ok) continue;
  const w = WORKLOADS.find(x=>x.name===r.workload)!;
  const d = await playStreams({impairment:p.impairment,workload:w,congestion:r.cc==='reno'?'reno':'cubic',connections:n,seconds:60,seed:Number(process.env.SEED??1)});
  const qr=u.rows.find(x=>x.id===r.id)!;
  console.log(r.id);
  const ks=[1,5,10,20,30,40,50,60,70,75,80,82,84,86,88,90,91,92,93,94,95,96,97,98,99,99.5,99.9];
  console.log(ks.map(k=>String(k).padStart(6)).join(''));
  console.log(ks.map(k=>(d.sorted[Math.floor(k/100*d.sorted.length)]!).toFixed(k<90?1:1).padStart(6)).join(''));
  console.log(ks.map(k=>Number(qr['q'+k]).toFixed(1).padStart(6)).join(''));
}
