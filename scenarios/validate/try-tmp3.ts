import { readFileSync } from 'node:fs';
import { readTable } from './table.ts';
import { playStreams, WORKLOADS } from './workload.ts';
import { parseNetwork } from '../../sim/network/parse.ts';
const only = (process.argv[2] ?? '').split(','); const seeds=Number(process.argv[3]??10);
const t = readTable(readFileSync('/work/shared/data/tcp-validation.csv','utf8'), ['id']);
if (!t.ok) throw new Error('x');
const q=(s:Float64Array,p:number)=>s[Math.min(s.length-1,Math.floor(p*s.length))]??NaN;
for (const r of t.rows) {
  if (!only.some(o=>r.id!.startsWith(o)) || r.cc==='bbr') continue;
  const p = parseNetwork(r.impair!); if(!p.ok) continue;
  const w = WORKLOADS.find(x=>x.name===r.workload)!;
  const out: Record<string, number[]>={p50:[],p90:[],p95:[],p99:[]};
  for(let s=1;s<=seeds;s++){ const d = await playStreams({impairment:p.impairment,workload:w,congestion:r.cc==='reno'?'reno':'cubic',connections:4,seconds:60,seed:s});
   out.p50!.push(q(d.sorted,.5));out.p90!.push(q(d.sorted,.9));out.p95!.push(q(d.sorted,.95));out.p99!.push(q(d.sorted,.99)); }
  let line=r.id!.padEnd(22);
  for(const k of Object.keys(out)){const a=out[k]!.sort((x,y)=>x-y);const real=Number(r[k]);const rank=a.filter(x=>x<real).length/a.length; line+=`${k} ${a[0]!.toFixed(0)}..${a[Math.floor(a.length/2)]!.toFixed(0)}..${a.at(-1)!.toFixed(0)} real ${real.toFixed(0)} @${(rank*100).toFixed(0)} | `;}
  console.log(line);
}
