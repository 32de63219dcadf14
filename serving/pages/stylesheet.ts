/**
 * The one stylesheet of the pages, light and dark. No web font, no image, no script: it is there at 8:00 with the list.
 *
 * Colours are variables, and every text colour has a contrast of at least 4.5 on each ground that it stands on; axe checks it in
 * both schemes. Links in text are underlined, so that colour alone tells nothing. Below 700 px a table with the class `stacked` shows a card for
 * each row: cells with `data-label` say what they are, and `lead` cells share the first line.
 */
export const STYLESHEET = `
:root { color-scheme:light dark; --ink:#1c2430; --dim:#55606f; --line:#dfe4ea; --edge:#7d8794; --ground:#f6f7f9; --card:#fff; --shade:#f1f3f6;
  --accent:#1a56b0; --accent-ground:#e4edfb; --button:#1f5fbf; --button-ink:#fff;
  --low:#1f6b41; --medium:#7d5200; --high:#a8430f; --critical:#a31528;
  --low-ground:#e6f4ec; --medium-ground:#fdf3dc; --high-ground:#fdeae0; --critical-ground:#fbe3e6 }
@media (prefers-color-scheme:dark) { :root { --ink:#e6eaf0; --dim:#a6b0bd; --line:#2d3743; --edge:#77828f; --ground:#10151c; --card:#19202a; --shade:#212a35;
  --accent:#8ab6ff; --accent-ground:#1c3052; --button:#2a66c8; --button-ink:#fff;
  --low:#74cf9c; --medium:#e9bd5c; --high:#ff9d6b; --critical:#ff929c;
  --low-ground:#143222; --medium-ground:#35290d; --high-ground:#3b2114; --critical-ground:#40171d } }
* { box-sizing:border-box }
body { margin:0; color:var(--ink); background:var(--ground); font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif }
a { color:var(--accent); text-decoration:underline; text-decoration-thickness:1px; text-underline-offset:2px } a:hover { text-decoration-thickness:2px }
.skip { position:absolute; left:-999rem } .skip:focus { left:1rem; top:.5rem; background:var(--card); padding:.4rem .8rem; z-index:1 }
.unseen { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap }
header.top { display:flex; flex-wrap:wrap; gap:.35rem 1.25rem; align-items:center; padding:.6rem 2rem; background:var(--card); border-bottom:1px solid var(--line) }
header.top .brand { font-weight:700; color:var(--ink); letter-spacing:-.01em; text-decoration:none } nav.more { margin-left:auto }
nav.tenant { display:flex; flex-wrap:wrap; gap:.1rem } nav.tenant a, nav.more a { color:var(--ink); text-decoration:none; padding:.3rem .6rem; border-radius:7px }
nav.tenant a:hover, nav.more a:hover { background:var(--shade) } nav.tenant a[aria-current] { background:var(--accent-ground); color:var(--accent); font-weight:600 }
main { max-width:1280px; margin:0 auto; padding:1.5rem 2rem 4rem } main.narrow { max-width:34rem; padding-top:4rem }
h1 { font-size:1.5rem; line-height:1.25; margin:0 0 .25rem; letter-spacing:-.015em; overflow-wrap:anywhere } h2 { font-size:1.05rem; margin:0 0 .75rem } h3 { font-size:.95rem; margin:1rem 0 .4rem }
p { margin:.4rem 0 } .dim { color:var(--dim) } .nowrap { white-space:nowrap } .small { font-size:.85rem } .number { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap }
.card { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:1.1rem 1.25rem; margin:0 0 1rem }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(9rem,1fr)); gap:.75rem; margin:1rem 0; padding:0; list-style:none }
.tile { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:.7rem 1rem; color:inherit; display:block; text-decoration:none; height:100% }
.tile strong { display:block; font-size:1.4rem; line-height:1.25; font-variant-numeric:tabular-nums } a.tile:hover { border-color:var(--accent); text-decoration:none }
.tile.on { border-color:var(--accent); box-shadow:inset 0 0 0 1px var(--accent) }
.band { display:inline-block; padding:.1rem .55rem; border-radius:99px; font-size:.8rem; font-weight:600; white-space:nowrap }
.band.low { color:var(--low); background:var(--low-ground) } .band.medium { color:var(--medium); background:var(--medium-ground) }
.band.high { color:var(--high); background:var(--high-ground) } .band.critical { color:var(--critical); background:var(--critical-ground) }
.mark { display:inline-block; padding:0 .4rem; border:1px solid var(--edge); border-radius:5px; font-size:.78rem; color:var(--dim); white-space:nowrap }
.up { color:var(--critical) } .down { color:var(--low) }
form.filters { display:flex; flex-wrap:wrap; gap:.6rem; align-items:end; margin:0 0 1rem }
label { display:grid; gap:.2rem; font-size:.8rem; color:var(--dim) }
input,select,textarea,button { font:inherit; color:var(--ink); padding:.45rem .6rem; border:1px solid var(--edge); border-radius:7px; background:var(--card); max-width:100% }
::placeholder { color:var(--dim); opacity:1 }
textarea { width:100%; min-height:6rem; margin-top:.3rem; font:13px/1.4 ui-monospace,Menlo,Consolas,monospace }
form.filters input,form.filters select,form.filters button { height:2.4rem } form.filters input[type=number] { width:6rem }
a.button { display:inline-block; padding:.5rem .9rem; border:1px solid; border-radius:7px; text-decoration:none }
button,a.button { background:var(--button); border-color:var(--button); color:var(--button-ink); font-weight:600; cursor:pointer }
button.quiet { background:none; border-color:var(--edge); color:var(--ink); font-weight:400 } a.button.quiet { background:none; border-color:var(--edge); color:var(--accent); font-weight:400 }
:focus-visible { outline:3px solid var(--accent); outline-offset:2px }
.scroll { margin:.75rem 0; overflow-x:auto; background:var(--card); border:1px solid var(--line); border-radius:10px }
table { border-collapse:collapse; width:100% } th,td { padding:.55rem .8rem; text-align:left; vertical-align:top; border-bottom:1px solid var(--line) } th.number { text-align:right }
thead th { font-size:.78rem; font-weight:600; color:var(--dim); background:var(--shade); white-space:nowrap } tbody tr:last-child > * { border-bottom:0 } tbody tr:hover { background:var(--shade) }
thead th a { color:inherit; text-decoration:none } thead th a:hover { text-decoration:underline } thead th[aria-sort] { color:var(--ink) } tbody th { font-weight:400 }
td.account { min-width:12rem } td.account a { font-weight:600; overflow-wrap:anywhere } td.reason { min-width:15rem; max-width:28rem }
.views { display:flex; flex-wrap:wrap; gap:.5rem; align-items:center; margin:0 0 1rem } .views form { display:flex; gap:.5rem } .views input { width:13rem }
.view { padding:.25rem .7rem; border:1px solid var(--edge); border-radius:99px; text-decoration:none } .view.on { background:var(--accent-ground); border-color:var(--accent); font-weight:600 }
.pages { display:flex; flex-wrap:wrap; gap:.5rem 1.5rem; justify-content:space-between; align-items:center; margin-top:1rem } .pages nav { display:flex; gap:1.25rem }
.notice { border-left:4px solid var(--medium); background:var(--medium-ground); padding:.6rem .9rem; border-radius:6px; margin:0 0 1rem }
.notice.bad { border-color:var(--critical); background:var(--critical-ground) }
.columns { display:grid; grid-template-columns:repeat(2,minmax(0,1fr)); gap:0 1rem; align-items:start } .columns > * { min-width:0 }
.interval { font-size:.85rem; font-weight:400; color:var(--dim); white-space:nowrap }
ul.multiples { display:grid; grid-template-columns:repeat(auto-fill,minmax(13rem,1fr)); gap:1rem 1.25rem; list-style:none; margin:.75rem 0; padding:0 } .multiples h3 { margin:0 } .multiples p { margin:0 0 .3rem }
ul.plain { list-style:none; margin:0; padding:0 } ul.plain > li { padding:.35rem 0 }
ul.drivers { list-style:none; margin:0; padding:0 } ul.drivers > li { padding:.7rem 0; border-top:1px solid var(--line) } ul.drivers > li:first-child { border-top:0; padding-top:0 }
.play { display:block; margin-top:.2rem; font-size:.9rem } .play::before { content:"→ "; color:var(--accent) }
svg { display:block } svg.bar { margin:.35rem 0 0; max-width:100% } svg.chart { width:100%; height:auto } svg.spark { overflow:visible }
.raises { fill:var(--critical) } .lowers { fill:var(--low) } .level { fill:var(--dim) } .track { fill:var(--shade) } .axis { stroke:var(--line) } .rule { stroke:var(--edge); stroke-dasharray:3 3 }
.part.low { fill:var(--low) } .part.medium { fill:var(--medium) } .part.high { fill:var(--high) } .part.critical { fill:var(--critical) } .part { stroke:var(--card); stroke-width:.5 }
.line { fill:none; stroke:var(--accent); stroke-width:2; stroke-linejoin:round } .area { fill:var(--accent-ground) } .dot { fill:var(--accent) } svg text { fill:var(--dim); font-size:11px }
dl.facts { display:grid; grid-template-columns:max-content 1fr; gap:.25rem 1rem; margin:0 } dl.facts dt { color:var(--dim) } dl.facts dd { margin:0; overflow-wrap:anywhere }
code { overflow-wrap:anywhere } code,pre { font:13px/1.45 ui-monospace,Menlo,Consolas,monospace } pre { white-space:pre-wrap; overflow-wrap:anywhere; background:var(--shade); padding:.8rem; border-radius:7px; margin:.5rem 0 } p.text { max-width:48rem }
.method { font-weight:700; font-size:.78rem; padding:.1rem .5rem; border-radius:5px; background:var(--accent-ground); color:var(--accent) } details { margin:.5rem 0 } summary { cursor:pointer }
details td, details th { padding:.3rem .6rem }
@media (max-width:900px) { .columns { grid-template-columns:minmax(0,1fr) } }
@media (max-width:700px) { main, header.top { padding-left:1rem; padding-right:1rem } .card { padding:.9rem 1rem }
  .tiles { grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr)); gap:.5rem } .tile { padding:.5rem .7rem } .tile strong { font-size:1.15rem }
  form.filters label { flex:1 1 9rem } form.filters input, form.filters select { width:100% }
  table.stacked thead { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%) }
  table.stacked tr { display:flex; flex-wrap:wrap; gap:.15rem .9rem; padding:.7rem .9rem; border-bottom:1px solid var(--line) } table.stacked td { border:0; padding:0; min-width:0; text-align:left; flex:0 1 auto; order:5 }
  table.stacked tbody th { border:0; padding:0; flex:1 1 100%; font-weight:600 }
  table.stacked td.rank { order:1 } table.stacked td.account { flex:1 1 55%; order:2 } table.stacked td.lead { margin-left:auto; order:3; font-size:1.1rem } table.stacked td.second { order:4 } table.stacked td.reason { flex:1 1 100%; max-width:none } table.stacked td[data-label]::before { content:attr(data-label) " "; color:var(--dim) }
  .wide { display:none } .card td, .card th { overflow-wrap:anywhere; padding:.4rem .5rem } .card .number { white-space:normal } }
@media (forced-colors:active) { .band, .tile.on { border:1px solid } }
@media print { header.top, form, .pages nav { display:none } body { background:none } }
`.trim();
