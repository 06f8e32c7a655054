/// The report's look; figures follow through the classes of ``SVGCanvas``.
enum Stylesheet {
  static let text = """
    :root { color-scheme: light dark; --ink: #1b1f24; --muted: #59636e; --line: #d8dee4;
      --paper: #ffffff; --soft: #f6f8fa; --accent: #0072b2; --warn: #9a4b00; --warnsoft: #fff4e5; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --muted: #9aa4af;
      --line: #333b45; --paper: #12161b; --soft: #1a2027; --accent: #58b3e6; --warn: #ffb45e;
      --warnsoft: #33260f; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.5rem 4rem; overflow-wrap: anywhere;
      background: var(--paper);
      color: var(--ink); font: 16px/1.55 Inter, "Helvetica Neue", Helvetica, Arial,
      "Liberation Sans", "DejaVu Sans", sans-serif; }
    header { border-bottom: 3px solid var(--accent); margin-bottom: 1.5rem; }
    h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
    h2 { font-size: 1.3rem; margin: 2.6rem 0 .8rem; }
    h3 { font-size: 1.05rem; margin: 1.8rem 0 .3rem; }
    p { margin: .3rem 0 .8rem; }
    .lead, footer, figcaption, .notes { color: var(--muted); }
    .lead { margin: 0 0 1rem; }
    .notes { font-size: .86rem; margin-top: .4rem; }
    ul.notes { padding-left: 1.1rem; }
    table { border-collapse: collapse; font-size: .92rem; margin: .4rem 0; }
    th, td { text-align: left; padding: .38rem 1.1rem .38rem 0; border-bottom: 1px solid
      var(--line); white-space: nowrap; vertical-align: top; }
    th { color: var(--muted); font-weight: 600; border-bottom: 2px solid var(--line); }
    tfoot td { border-bottom: 0; font-weight: 600; }
    .numbers { font-variant-numeric: tabular-nums; }
    .hole { color: var(--warn); background: var(--warnsoft); padding-left: .5rem;
      font-weight: 600; }
    .scroll { overflow-x: auto; }
    summary { cursor: pointer; }
    figure { margin: 1.2rem 0 2rem; break-inside: avoid; }
    figure svg { display: block; max-width: 100%; height: auto; border: 1px solid var(--line);
      border-radius: 6px; }
    figcaption { font-size: .88rem; margin-top: .5rem; max-width: 46rem; }
    .diagnostics { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
    .diagnostics figure { margin: 0 0 1rem; max-width: 100%; }
    .diagnostics figcaption { contain: inline-size; font-size: .8rem; }
    pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px;
      padding: .9rem 1.1rem; overflow-x: auto; font-size: .85rem; line-height: 1.45; }
    code { font-family: "JetBrains Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
      monospace; }
    dl { display: grid; grid-template-columns: fit-content(50%) 1fr; gap: .25rem 1.4rem;
      font-size: .92rem; }
    dt { color: var(--muted); } dd { margin: 0; }
    footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem;
      font-size: .82rem; }
    .fill-ink { fill: var(--ink); } .fill-muted { fill: var(--muted); }
    .fill-paper { fill: var(--paper); } .fill-warning { fill: var(--warn); }
    .stroke-ink { stroke: var(--ink); } .stroke-muted { stroke: var(--muted); }
    .fill-accent { fill: var(--accent); } .stroke-accent { stroke: var(--accent); }
    .stroke-grid { stroke: var(--line); }
    @media screen and (max-width: 56rem) { body { padding: 1.25rem 1rem 3rem; } h1 { font-size: 1.6rem; }
      .sheet svg { max-width: none;
      width: calc(.86 * var(--screen-width)); }
      dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
    @page { size: A4; margin: 15mm; }
    @media print { :root { color-scheme: light; --ink: #1b1f24; --muted: #59636e; --line: #d8dee4;
        --paper: #ffffff; --soft: #f6f8fa; --accent: #0072b2; --warn: #9a4b00;
        --warnsoft: #fff4e5; }
      body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.4; }
      h1 { font-size: 18pt; } h2 { font-size: 13pt; margin: 7mm 0 2mm; } h2, h3 {
        break-after: avoid; }
      table { font-size: 8pt; } th, td { padding: 1mm 3mm 1mm 0; white-space: normal; }
      tr, dl { break-inside: avoid; } .scroll { overflow: visible; }
      figure { margin: 3mm 0 5mm; } figcaption { font-size: 8pt; margin-top: 1mm; }
      figure svg { width: min(100%, var(--print-width)); border: 0; }
      .diagnostics { gap: 2mm 4mm; } .diagnostics figure { margin: 0 0 3mm;
        width: min(100%, max(86mm, var(--print-width))); }
      pre { white-space: pre-wrap; font-size: 8pt; } }

    """
}
