import { Kernel } from '../../sim/kernel/kernel.ts';
import { ImpairedLink } from '../../sim/network/impaired-link.ts';
import { parseNetwork } from '../../sim/network/parse.ts';
import { Endpoint } from '../../sim/network/tcp/endpoint.ts';
import { PacketPool } from '../../sim/network/tcp/packet.ts';
import { DBG } from '../../sim/network/tcp/recovery.ts';
import { Cubic } from '../../sim/network/tcp/cubic.ts';
const p = parseNetwork(process.argv[2]!); if(!p.ok) throw new Error(p.reason);
const k=new Kernel(); const pool=new PacketPool(); const seed=Number(process.argv[3]??1);
const L=new ImpairedLink(p.impairment.up,{seed,name:'u'});
const a=new Endpoint(k,{transmit:(n:number,z:number)=>{const x=L.transmit(n,z);if(n>30e6 && n<33e6)console.log(n/1000,'up',z,x===undefined?'LOST':x/1000);return x}},pool,new Cubic(),200,()=>{});
const b=new Endpoint(k,new ImpairedLink(p.impairment.down,{seed,name:'d'}),pool,new Cubic(),200,()=>{});
(globalThis as any).LOGS=a.sender;(globalThis as any).K=k;a.attach(b);b.attach(a);a.establish(undefined);b.establish(undefined);
for(const [e,ph] of [[a,3000],[b,11000]] as const){const send=()=>{e.write(648,()=>{},0);k.after(20000,send,undefined)};k.after(ph,send,undefined);}
const bytes=Number(process.argv[4]??0);
const watch=()=>{const s=a.sender; if(k.now()/1e6>=bytes&&k.now()/1e6<bytes+4)console.log((k.now()/1e3).toFixed(0),s.phase,'cwnd',s.window.cwnd,'ss',s.window.ssthresh,'out',s.queue.length,'sacked',s.queue.sacked,'lost',s.queue.lost,'re',s.queue.resent,'undoLeft',s.undoLeft,'undoFrom',s.undoFrom,'min',s.trip.minUs/1000,'srtt',s.trip.srttUs/1000,'rto',s.trip.rtoUs/1000,'pat',s.patience,'reord',s.reordering,s.reorderSeen,'buf',a.bufferedBytes, 'rsnt',a.counters.retransmissions,'to',a.counters.timeouts,'fr',s.frto);k.after(50000,watch,undefined)};
k.after(0,watch,undefined);
await k.run({untilUs:60e6,stopWhen:()=>false});


console.log(DBG, JSON.stringify(a.counters));
