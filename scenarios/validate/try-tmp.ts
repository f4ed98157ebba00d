import { readFileSync } from 'node:fs';
import { readTable } from '/work/parley-b/scenarios/validate/table.ts';
import { playStreams, WORKLOADS } from '/work/parley-b/scenarios/validate/workload.ts';
import { parseNetwork } from '/work/parley-b/sim/network/parse.ts';
const n = Number(process.argv[2] ?? 8); const only = process.argv[3];
const t = readTable(readFileSync('/work/shared/data/tcp-validation.csv','utf8'), ['id']);
if (!t.ok) throw new Error(t.reason);
const q=(s:Float64Array,p:number)=>s[Math.min(s.length-1,Math.floor(p*s.length))]??NaN;
let tot=0; const t0=process.cpuUsage();
const errs: Record<string, number[]>={};
for (const r of t.rows) {
  if (only && !r.id!.includes(only)) continue;
  if (r.cc==='bbr') continue;
  const p = parseNetwork(r.impair!); if(!p.ok){console.log(r.id,p.reason);continue}
  const w = WORKLOADS.find(x=>x.name===r.workload)!;
  const d = await playStreams({impairment:p.impairment,workload:w,congestion:r.cc==='reno'?'reno':'cubic',connections:n,seconds:60,seed:Number(process.env.SEED??1)});
  tot+=d.packets;
  const base=p.impairment.up.delayMs;
  const late=d.sorted.filter(x=>x>base+100).length/d.sorted.length*100;
  const m:{[k:string]:number}={p5:q(d.sorted,.05),p50:q(d.sorted,.5),p90:q(d.sorted,.9),p95:q(d.sorted,.95),p99:q(d.sorted,.99),p999:q(d.sorted,.999)};
  let s=r.id!.padEnd(24);
  for(const k of Object.keys(m)){ const real=Number(r[k]); const slack=k==='p99'?15:k==='p999'?15:3; const diff=m[k]!-real; const e=Math.abs(diff)<=slack?0:Math.abs(diff)/real; (errs[k]??=[]).push(e); s+=`${k} ${m[k]!.toFixed(1)}/${real.toFixed(1)} ${(diff/real*100).toFixed(0)}% `.padEnd(27);}
  s+=` late ${late.toFixed(2)}/${r.late100_pct} st ${(d.stalls/d.streamMinutes).toFixed(1)}/${r.stalls100_per_min} n ${d.sorted.length/n*4}/${r.frames}`;
  console.log(s);
}
for(const k in errs){const a=errs[k]!.sort((x,y)=>x-y);console.log(k,'median',(a[Math.floor(a.length/2)]!*100).toFixed(1),'p75',(a[Math.floor(a.length*.75)]!*100).toFixed(1));}
const c=process.cpuUsage(t0);console.log(tot,'packets',(c.user+c.system)/1e6,'s',Math.round(tot/((c.user+c.system)/1e6)),'/s');
