/* What every HTML report has in common: looks and behaviour. No network: the page holds all it needs. */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

static const char html_style[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#59636e;--line:#d8dee4;--card:#f6f8fa;--critical:#8e1519;--high:#cf222e;--medium:#b35900;--low:#0969da;--info:#59636e;--good:#1a7f37}\n"
    "@media(prefers-color-scheme:dark){:root:not([data-theme=light]){--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--line:#30363d;--card:#161b22;--critical:#ff7b72;--high:#f85149;--medium:#d29922;--low:#58a6ff;--info:#9198a1;--good:#3fb950}}\n"
    ":root[data-theme=dark]{color-scheme:dark;--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--line:#30363d;--card:#161b22;--critical:#ff7b72;--high:#f85149;--medium:#d29922;--low:#58a6ff;--info:#9198a1;--good:#3fb950}\n"
    ":root[data-theme=light]{color-scheme:light}\n"
    "*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:1.5rem;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .6rem}header{display:flex;gap:1rem;align-items:center;justify-content:space-between}\n"
    ".approved{color:var(--good)}.changes-requested{color:var(--high)}.not-verified{color:var(--medium)}\n"
    "button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.35rem .6rem}\n"
    "input{flex:1;min-width:12rem}.tools{display:flex;gap:.5rem;flex-wrap:wrap;position:sticky;top:0;background:var(--bg);padding:.5rem 0;align-items:center}a{color:var(--low)}\n"
    ".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:1rem}.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}\n"
    ".card h3{font-size:.85rem;margin:0 0 .5rem;color:var(--soft);font-weight:600}.bar{display:grid;grid-template-columns:8rem 1fr 2.5rem;gap:.5rem;align-items:center;font-size:.85rem}\n"
    ".bar i{display:block;height:.6rem;border-radius:3px;background:var(--low)}.bar b{text-align:right;font-weight:600}\n"
    ".critical i,i.critical{background:var(--critical)}.high i{background:var(--high)}.medium i{background:var(--medium)}.low i{background:var(--low)}.info i{background:var(--info)}\n"
    "details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;background:var(--card)}summary{cursor:pointer;padding:.6rem .9rem;display:flex;gap:.6rem;flex-wrap:wrap;align-items:baseline}\n"
    "summary .what{flex:1;min-width:min(16rem,100%)}.tag{font-size:.75rem;font-weight:700;text-transform:uppercase}.tag.critical{color:var(--critical)}.tag.high{color:var(--high)}.tag.medium{color:var(--medium)}.tag.low{color:var(--low)}.tag.info{color:var(--info)}\n"
    "code,pre{font:13px/1.45 ui-monospace,monospace}.where{color:var(--soft)}.body{padding:0 .9rem .8rem}pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:.6rem;overflow:auto;margin:.3rem 0}\n"
    ".soft{color:var(--soft)}ul{padding-left:1.2rem}.items{list-style:none;padding:0}.items li{padding:.15rem 0}@media print{.tools,button{display:none}details{break-inside:avoid}}\n";

static const char html_script[] =
    "(function(){var d=document,q=d.getElementById('search'),s=d.getElementById('severity'),y=d.getElementById('system'),c=d.getElementById('count'),f=[].slice.call(d.querySelectorAll('details.finding'));\n"
    "function run(){var t=q.value.toLowerCase().split(/\\s+/).filter(Boolean),n=0;f.forEach(function(e){var x=e.getAttribute('data-text')||(e.setAttribute('data-text',e.textContent.toLowerCase()),e.getAttribute('data-text'));\n"
    "var ok=(!s.value||e.dataset.severity===s.value)&&(!y.value||e.dataset.system===y.value)&&t.every(function(w){return x.indexOf(w)>=0});e.hidden=!ok;if(ok)n++});c.textContent=n+' / '+f.length}\n"
    "[q,s,y].forEach(function(e){e.addEventListener('input',run)});\n"
    "d.getElementById('theme').addEventListener('click',function(){var r=d.documentElement,k=r.dataset.theme||(matchMedia('(prefers-color-scheme:dark)').matches?'dark':'light');r.dataset.theme=k==='dark'?'light':'dark'});run()})();\n";

#endif
