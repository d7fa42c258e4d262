"""The look of the evaluation's page. In the page itself, so that the file can be sent and opened anywhere."""

STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --ground: #fff; --soft: #f1f3f5; --line: #767c82; --bar: #0b5fa5;
  --good: #1b6e3c; --bad: #a3211b; }
@media (prefers-color-scheme: dark) { :root { --text: #eceef0; --ground: #16191c; --soft: #23282d; --line: #8f979e;
  --bar: #7db8ec; --good: #7fd3a0; --bad: #f3a29d; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--ground); }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.5rem; } h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 3px solid var(--bar); }
table { border-collapse: collapse; margin: .5rem 0 1rem; } caption { text-align: left; padding: .25rem 0; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th[scope=row], thead th:first-child, td.text { text-align: left; } thead th { background: var(--soft); }
td { font-variant-numeric: tabular-nums; } tr.chosen { background: var(--soft); font-weight: 700; }
td small, .soft { font-size: .875rem; font-weight: 400; } td small { display: block; white-space: nowrap; }
svg.bar { display: block; width: 8rem; height: .6rem; margin-left: auto; } svg .line { fill: none; stroke-width: 2; }
svg .ground { fill: var(--soft); } svg .value { fill: var(--bar); } svg .range { stroke: var(--text); stroke-width: 2; }
svg text { fill: var(--text); font-size: 12px; } svg .axis { stroke: var(--line); }
.chart { width: 100%; max-width: 44rem; height: auto; }
.good { color: var(--good); } .bad { color: var(--bad); } .clear { font-weight: 700; }
blockquote { margin: .25rem 0; padding-left: .75rem; border-left: 3px solid var(--line); }
.notice { padding: .75rem 1rem; background: var(--soft); border-left: 4px solid var(--bad); }
dl { margin: .5rem 0; } dt { font-weight: 700; } dd { margin: 0 0 .5rem 1rem; }
@media print { body { max-width: none; padding: 0; } .scroll { overflow: visible; } }
"""
