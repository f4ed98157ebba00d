import { Kernel } from '../../sim/kernel/kernel.ts';
import { ImpairedLink } from '../../sim/network/impaired-link.ts';
import { parseNetwork } from '../../sim/network/parse.ts';
import { TcpConnection } from '../../sim/network/tcp/connection.ts';
const p = parseNetwork(process.argv[2]!); if(!p.ok) throw new Error(p.reason);
const trace = process.argv[3]; const [from,to]=(process.argv[4]??'0-1').split('-').map(Number);
const worst:number[]=[]; 
const N=Number(process.argv[5]??6);
for(let c=0;c<N;c++){
 const k=new Kernel(); const seed=c+1;
 const wrap=(l:ImpairedLink,name:string)=>({transmit(now:number,b:number){const a=l.transmit(now,b); if(trace&&c===0&&now/1e6>=from!&&now/1e6<to!)console.log((now/1e3).toFixed(1),name,b,a===undefined?'LOST':'-> '+(a/1e3).toFixed(1));return a;}});
 const conn=new TcpConnection(k,{up:wrap(new ImpairedLink(p.impairment.up,{seed,name:'u'+c}),'up'),down:wrap(new ImpairedLink(p.impairment.down,{seed,name:'d'+c}),'      down')},{established:true});
 for(const [s,ph] of [[conn.up,3000],[conn.down,11000]] as const){ let w=0;
  const arr=(t:number)=>{const d=k.now()-t; if(trace&&c===0&&k.now()/1e6>=from!&&k.now()/1e6<to!&&d>100000) console.log((k.now()/1e3).toFixed(1),'deliver',d/1000); if(d>130000)w=Math.max(w,d);else{if(w)worst.push(w/1000);w=0}};
  const send=()=>{s.write(648,arr,k.now()); k.after(20000,send,undefined)}; k.after(ph+c*700,send,undefined); }
 await k.run({untilUs:60e6,stopWhen:()=>false});
 console.log(JSON.stringify(conn.up.counters), (conn as any).up.bufferedBytes);
}
worst.sort((a,b)=>a-b); console.log('stalls',worst.length,'p50',worst[Math.floor(worst.length/2)],'p95',worst[Math.floor(worst.length*.95)],'all',worst.map(x=>x.toFixed(0)).join(' '));
