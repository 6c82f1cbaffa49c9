"""The one stylesheet of all pages: for light and dark, for wide screens and telephones."""

STYLE = """
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5c6670;--paper:#fff;--lift:#f4f6f8;
--line:#d8dee4;--link:#0b5cad;--good:#1a7f4b;--busy:#8a5d00;--bad:#b3261e;--bar:#a9cdee}
@media (prefers-color-scheme:dark){:root{--ink:#e3e8ee;--soft:#9aa6b2;--paper:#14181d;
--lift:#1d232a;--line:#343d47;--link:#79b8ff;--good:#5fcf8f;--busy:#e3b341;--bad:#ff8a80;
--bar:#2f5f8a}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:1rem 1rem 4rem;
color:var(--ink);background:var(--paper);overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
h1{font-size:1.7rem;line-height:1.25;margin:.9rem 0 .4rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .2rem}
p,ul{margin:.5rem 0;max-width:46rem}ul{padding-left:1.2rem}
.lead{font-size:1.1rem;color:var(--soft)}.verdict li:first-child{font-weight:600}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:4px}
nav,.links{margin:.6rem 0;color:var(--soft)}nav a,.links a{margin-right:.6rem}
table{border-collapse:collapse;font-size:.9rem;overflow-wrap:normal}
th,td{text-align:left;padding:.4rem .8rem .4rem 0;vertical-align:top}
th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--line);white-space:nowrap;
vertical-align:bottom}
td{border-bottom:1px solid var(--line);min-width:2.5rem;max-width:30rem}
tr:last-child td{border-bottom:0}
th.figure,td.figure{text-align:right;white-space:nowrap}
td.tick,th.tick{min-width:0;padding-right:.5rem}
tr.unranked,.note{color:var(--soft)}.note{font-size:.9rem}
.data td{white-space:nowrap}.data td.text{white-space:normal;min-width:11rem}
.ranking{font-size:.85rem}.data.ranking td.text{min-width:9rem}
.ranking th{white-space:normal}.ranking th button{text-align:inherit;white-space:normal}
.ranking td.words{white-space:normal;min-width:7.2rem}
ul.list{list-style:none;padding:0;max-width:none}.list li{padding:.15rem 0}
table:not(.data):not(.mini) td:first-child{min-width:11rem}
.wide{overflow-x:auto;max-width:100%;margin:.6rem 0}
.ranked,.succeeded{color:var(--good)}.tuning,.confirming,.running,.queued{color:var(--busy)}
.failed,.withdrawn{color:var(--bad)}
code,pre{font:.88em/1.5 ui-monospace,monospace;background:var(--lift);border-radius:4px}
code{padding:.1em .3em}pre{padding:.8rem 1rem;overflow-x:auto}pre code{padding:0}
details pre{white-space:pre-wrap}
pre.formula{font-size:1.05rem;max-width:46rem;white-space:pre-wrap}
summary{cursor:pointer;color:var(--link);padding:.2rem 0}
dl{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.35rem 1rem;margin:.6rem 0}
dt{color:var(--soft)}dd{margin:0}
nav.site{border-bottom:1px solid var(--line);padding-bottom:.5rem;margin-top:0}
nav.site a{display:inline-block;padding:.25rem 0;text-decoration:none}
nav.site a:hover{text-decoration:underline}
nav.site a:first-child{font-weight:600;color:var(--ink)}
progress{width:100%;max-width:46rem;height:.7rem;accent-color:var(--link)}
td progress{width:7rem;vertical-align:middle}
p.state{font-size:1.15rem}.cancelling{color:var(--busy)}.cancelled{color:var(--bad)}
.failure{border-left:4px solid var(--bad);background:var(--lift);padding:.4rem 1rem;margin:.8rem 0;
max-width:46rem}
form.action{display:inline-block;margin:.4rem .6rem .4rem 0}
button,input,select,textarea,a.button{font:inherit;color:inherit;background:var(--paper);
border:1px solid var(--line);border-radius:4px;padding:.3rem .6rem;max-width:100%}
button,a.button{background:var(--lift);cursor:pointer}button:hover{border-color:var(--link)}
a.button{display:inline-block;text-decoration:none;color:var(--link);margin:0 .6rem .4rem 0}
button:disabled{opacity:.5;cursor:default}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
button.sort{background:none;border:0;padding:0;font-weight:600;color:var(--soft)}
[aria-sort=ascending] button.sort::after{content:" ▲"}
[aria-sort=descending] button.sort::after{content:" ▼"}
.tabs a,.tabs b{display:inline-block;padding:.3rem .8rem;border:1px solid var(--line);
border-radius:4px 4px 0 0;text-decoration:none;margin-right:.3rem}.tabs b{background:var(--lift)}
.filters label{display:inline-block;margin-right:1.2rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[hidden]{display:none!important}
.mine{display:block;font-size:.85em;font-weight:600;color:var(--good)}
.flag{color:var(--bad);font-weight:600}td .flag{display:block;font-size:.85em}
.strip{display:block;margin:.3rem 0}.strip line{stroke:currentColor}
.strip circle{fill:currentColor}.strip polyline{stroke:currentColor;fill:none}
.strip rect{fill:var(--bar)}
figure.picture{margin:1.6rem 0;max-width:60rem}figcaption{font-weight:600}
figcaption a{font-weight:400;font-size:.9rem;margin-left:.6rem}
.picture img,.picture svg{display:block;width:100%;min-width:32rem;height:auto}
.picture output{min-height:1.6em;display:block}
.picture svg.some [id^=curve-]{opacity:.25}.picture svg.some .this{opacity:1}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1rem}
.card{border:1px solid var(--line);border-radius:6px;padding:1rem}.card p{margin:.3rem 0}
.mini td{padding:.1rem .4rem .1rem 0;border:0;min-width:0;font-size:.85rem;vertical-align:middle}
.mini .strip{width:4.6rem;height:auto}.ranking .strip{width:5.4rem;height:auto}
fieldset{border:1px solid var(--line);border-radius:4px;margin:.8rem 0;max-width:46rem}
.field{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.3rem 1rem;margin:.5rem 0}
.field .note{grid-column:2}
@media (max-width:30rem){.field{grid-template-columns:1fr}.field .note{grid-column:1}
th,td{padding-right:.6rem}.data td.text{min-width:8rem}.data td.text:last-child{min-width:14rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}
"""
