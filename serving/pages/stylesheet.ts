/** The one stylesheet of the pages. No web font, no image, no script: it is there at 8:00 with the list. */
export const STYLESHEET = `
:root { --ink:#1c2430; --dim:#5c6878; --line:#e3e7ec; --ground:#f6f7f9; --card:#fff; --accent:#1f5fbf;
  --low:#2e7d4f; --medium:#a06a00; --high:#c4501b; --critical:#b3182d;
  --low-ground:#e6f4ec; --medium-ground:#fdf3dc; --high-ground:#fdeae0; --critical-ground:#fbe3e6; }
* { box-sizing:border-box }
body { margin:0; color:var(--ink); background:var(--ground); font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif }
a { color:var(--accent); text-decoration:none } a:hover { text-decoration:underline }
header.top { display:flex; gap:1.25rem; align-items:center; padding:.75rem 2rem; background:var(--card); border-bottom:1px solid var(--line) }
header.top .brand { font-weight:700; color:var(--ink); letter-spacing:-.01em }
header.top form { margin-left:auto }
main { max-width:1280px; margin:0 auto; padding:1.5rem 2rem 4rem }
main.narrow { max-width:34rem; padding-top:4rem }
h1 { font-size:1.5rem; line-height:1.25; margin:0 0 .25rem; letter-spacing:-.015em } h2 { font-size:1.05rem; margin:0 0 .75rem }
.dim { color:var(--dim) } .nowrap { white-space:nowrap } .small { font-size:.85rem } .number { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap }
.card { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:1.1rem 1.25rem; margin:0 0 1rem }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(9rem,1fr)); gap:.75rem; margin:1.25rem 0 }
.tile { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:.8rem 1rem; color:inherit; display:block }
.tile strong { display:block; font-size:1.5rem; line-height:1.2; font-variant-numeric:tabular-nums } a.tile:hover { border-color:var(--accent); text-decoration:none }
.tile.on { border-color:var(--accent); box-shadow:0 0 0 1px var(--accent) }
.band { display:inline-block; padding:.1rem .55rem; border-radius:99px; font-size:.8rem; font-weight:600 }
.band.low { color:var(--low); background:var(--low-ground) } .band.medium { color:var(--medium); background:var(--medium-ground) }
.band.high { color:var(--high); background:var(--high-ground) } .band.critical { color:var(--critical); background:var(--critical-ground) }
.up { color:var(--critical) } .down { color:var(--low) }
form.filters { display:flex; flex-wrap:wrap; gap:.6rem; align-items:end; margin:0 0 1rem }
label { display:grid; gap:.2rem; font-size:.8rem; color:var(--dim) }
input,select,textarea,button { font:inherit; color:inherit; padding:.45rem .6rem; border:1px solid #c6cdd6; border-radius:7px; background:#fff }
textarea { width:100%; min-height:6rem; margin-top:.3rem; font:13px/1.4 ui-monospace,Menlo,Consolas,monospace }
form.filters input,form.filters select,form.filters button { height:2.4rem }
a.button { display:inline-block; padding:.55rem .9rem; border-radius:7px; text-decoration:none }
button,a.button { background:var(--accent); border-color:var(--accent); color:#fff; font-weight:600; cursor:pointer }
button.quiet { background:none; border-color:var(--line); color:var(--dim); font-weight:400 }
:focus-visible { outline:2px solid var(--accent); outline-offset:2px }
.scroll { overflow-x:auto; background:var(--card); border:1px solid var(--line); border-radius:10px }
table { border-collapse:collapse; width:100% } th,td { padding:.6rem .8rem; text-align:left; vertical-align:top; border-bottom:1px solid var(--line) }
thead th { font-size:.78rem; font-weight:600; color:var(--dim); background:#fafbfc; white-space:nowrap } tbody tr:last-child td { border-bottom:0 } tbody tr:hover { background:#fafbfd }
td.account { min-width:12rem } td.account a { font-weight:600 } td.reason { min-width:17rem; max-width:30rem }
.pages { display:flex; justify-content:space-between; align-items:center; margin-top:1rem }
.notice { border-left:4px solid var(--medium); background:var(--medium-ground); padding:.6rem .9rem; border-radius:6px; margin:0 0 1rem }
.notice.bad { border-color:var(--critical); background:var(--critical-ground) }
.columns { display:grid; grid-template-columns:repeat(auto-fit,minmax(22rem,1fr)); gap:1rem; align-items:start }
ul.drivers { list-style:none; margin:0; padding:0 } ul.drivers li { padding:.7rem 0; border-top:1px solid var(--line) } ul.drivers li:first-child { border-top:0; padding-top:0 }
.play { display:block; margin-top:.2rem; font-size:.9rem } .play::before { content:"→ "; color:var(--accent) }
svg.bar { display:block; margin:.35rem 0 0 } svg.history { width:100%; height:auto }
.raises { fill:var(--critical) } .lowers { fill:var(--low) } .track { fill:#eef1f4 } .axis { stroke:#dfe4ea } .line { fill:none; stroke:var(--accent); stroke-width:2 } .dot { fill:var(--accent) } svg text { fill:var(--dim); font-size:11px }
dl.facts { display:grid; grid-template-columns:max-content 1fr; gap:.25rem 1rem; margin:0 } dl.facts dt { color:var(--dim) } dl.facts dd { margin:0 }
code,pre { font:13px/1.45 ui-monospace,Menlo,Consolas,monospace } pre { overflow-x:auto; background:#f3f5f7; padding:.8rem; border-radius:7px; margin:.5rem 0 } p.text { max-width:48rem }
.method { font-weight:700; font-size:.78rem; padding:.1rem .5rem; border-radius:5px; background:#e4edfb; color:var(--accent) } details { margin:.5rem 0 } summary { cursor:pointer }
@media (max-width:700px) { main, header.top { padding-left:1rem; padding-right:1rem } }
`.trim();
