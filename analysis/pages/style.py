"""The one stylesheet of all pages: for light and dark, for wide screens and telephones."""

STYLE = """
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5c6670;--paper:#fff;--lift:#f4f6f8;
--line:#d8dee4;--link:#0b5cad;--good:#1a7f4b;--busy:#9a6700;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e3e8ee;--soft:#9aa6b2;--paper:#14181d;
--lift:#1d232a;--line:#343d47;--link:#79b8ff;--good:#5fcf8f;--busy:#e3b341;--bad:#ff8a80}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem 1rem 4rem;
color:var(--ink);background:var(--paper);overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
h1{font-size:1.7rem;line-height:1.25;margin:.8rem 0 .4rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--line)}
p,ul{margin:.5rem 0;max-width:46rem}ul{padding-left:1.2rem}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:2px}
nav,.links{margin:.6rem 0;color:var(--soft)}nav a,.links a{margin-right:.6rem}
table{border-collapse:collapse;font-size:.9rem;overflow-wrap:normal}
th,td{text-align:left;padding:.4rem .9rem .4rem 0;vertical-align:top}
th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--line);white-space:nowrap}
td{border-bottom:1px solid var(--line);min-width:3rem;max-width:30rem}
tr:last-child td{border-bottom:0}
th.figure,td.figure{text-align:right;white-space:nowrap}
tr.unranked,.note{color:var(--soft)}.note{font-size:.9rem}
.data td{white-space:nowrap}.data td.text{white-space:normal;min-width:14rem}
ul.list{list-style:none;padding:0;max-width:none}.list li{padding:.15rem 0}
table:not(.data) td:first-child{min-width:11rem}
.wide{overflow-x:auto;max-width:100%;margin:.6rem 0}
.ranked,.succeeded{color:var(--good)}.tuning,.confirming,.running,.queued{color:var(--busy)}
.failed,.withdrawn{color:var(--bad)}
code,pre{font:.88em/1.5 ui-monospace,monospace;background:var(--lift);border-radius:4px}
code{padding:.1em .3em}pre{padding:.8rem 1rem;overflow-x:auto}pre code{padding:0}
dl{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.35rem 1rem;margin:.6rem 0}
dt{color:var(--soft)}dd{margin:0}
img{max-width:100%;background:#fff;border-radius:4px}
nav.site{border-bottom:1px solid var(--line);padding-bottom:.5rem;margin-top:0}
nav.site a{display:inline-block;padding:.25rem 0}nav.site a:first-child{font-weight:600}
progress{width:100%;max-width:46rem;height:.7rem;accent-color:var(--link)}
p.state{font-size:1.15rem}.cancelling{color:var(--busy)}.cancelled{color:var(--bad)}
.failure{border-left:4px solid var(--bad);background:var(--lift);padding:.4rem 1rem;margin:.8rem 0;
max-width:46rem}
form.action{display:inline-block;margin:.4rem .6rem .4rem 0}
button,input,select,textarea{font:inherit;color:inherit;background:var(--paper);
border:1px solid var(--line);border-radius:4px;padding:.3rem .6rem;max-width:100%}
button{background:var(--lift);cursor:pointer}button:hover{border-color:var(--link)}
button:disabled{opacity:.5;cursor:default}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
button.sort{background:none;border:0;padding:0;font-weight:600;color:var(--soft)}
[aria-sort=ascending] button.sort::after{content:" ▲"}
[aria-sort=descending] button.sort::after{content:" ▼"}
.tabs a,.tabs b{display:inline-block;padding:.3rem .8rem;border:1px solid var(--line);
border-radius:4px 4px 0 0;text-decoration:none;margin-right:.3rem}.tabs b{background:var(--lift)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[hidden]{display:none!important}
.flag{color:var(--bad);font-weight:600}.strip{display:block}
.strip line{stroke:currentColor}.strip circle{fill:currentColor}
fieldset{border:1px solid var(--line);border-radius:4px;margin:.8rem 0;max-width:46rem}
.field{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.3rem 1rem;margin:.5rem 0}
.field .note{grid-column:2}
@media (max-width:30rem){.field{grid-template-columns:1fr}.field .note{grid-column:1}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}
"""
