namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>The report's style: light and dark, and for paper, on which it is one page of A4 or Letter.</summary>
internal static class StyleSheet
{
    /// <summary>
    /// Colour never says anything alone: words, signs and positions say it too, so that grey paper does.
    /// </summary>
    public const string Text = """
        :root{--paper:#fbfaf7;--card:#fff;--ink:#20242a;--soft:#59606b;--line:#dcd8ce;--fill:#e9e6de;--accent:#355c7d;
          --passed:#1c6549;--failed:#9c2328;--inconclusive:#735200;--wash:#f3f1eb;color-scheme:light dark}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1c1f23;--ink:#e8e6e1;--soft:#a9aeb8;
          --line:#363a41;--fill:#30343b;--accent:#8fb7d9;--passed:#77d0a8;--failed:#ff9d97;--inconclusive:#e5c26f;
          --wash:#22262b}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;padding:2.25rem 1.5rem 3rem;max-width:64rem;background:var(--paper);color:var(--ink);
          font:0.9375rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;
          font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        h1,h2,.big,.brand{font-family:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,"Noto Serif",serif}
        h1{font-size:2.1rem;line-height:1.15;font-weight:600;margin:0;letter-spacing:-0.01em}
        h2 .note{font:400 .88rem system-ui,sans-serif;margin-left:.5em}
        h2{font-size:1.1rem;line-height:1.3;font-weight:600;margin:0 0 .6rem}
        p{margin:0}
        code{font:0.86em/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;flex-wrap:wrap;
          padding-bottom:.75rem;border-bottom:1px solid var(--line);color:var(--soft)}
        .brand{font-size:1.05rem;font-weight:600;color:var(--ink)}
        .brand span{font-weight:400;color:var(--soft);margin-left:.5em}
        .id{font-size:.85rem}
        section{margin-top:1.9rem;min-width:0}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:0 2.5rem}
        .soft,.note,caption,figcaption{color:var(--soft)}
        .note,figcaption{font-size:.88rem;margin-top:.45rem}
        .ordinal{width:3.2em;white-space:nowrap;color:var(--soft)}
        .passed{--tone:var(--passed)}.failed{--tone:var(--failed)}.inconclusive{--tone:var(--inconclusive)}
        .verdict{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1.1rem;align-items:center;padding:1.25rem 1.4rem;
          background:var(--card);border:1px solid var(--line);border-left:.45rem solid var(--tone);border-radius:.35rem;
          margin-top:1.5rem}
        .verdict svg{width:3.1rem;height:3.1rem;display:block}
        .verdict h1{color:var(--tone)}
        .verdict .say{font-size:1.05rem;grid-column:2}
        .verdict .when{grid-column:2;color:var(--soft);font-size:.9rem}
        .reasons{grid-column:2;margin:.6rem 0 0;padding-left:1.15rem}
        .reasons li{margin:.15rem 0}
        .measure{padding:1rem 1.2rem;background:var(--card);border:1px solid var(--line);border-radius:.35rem}
        .measure h2{font-size:1rem;margin:0}
        .measure .big{font-size:1.75rem;line-height:1.25;font-weight:600}
        .measure .row{display:flex;justify-content:space-between;gap:1rem;align-items:baseline;flex-wrap:wrap}
        .tone{color:var(--tone);font-weight:600}
        svg{width:100%;height:auto;display:block;overflow:visible}
        svg text{font-family:inherit;font-size:12px;fill:var(--soft)}
        svg .strong{fill:var(--ink);font-weight:600}
        figure{margin:0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.22rem 1rem;margin:0;font-size:.9rem}
        dt{color:var(--soft)}
        dd{margin:0}
        table{width:100%;border-collapse:collapse;font-size:.9rem}
        caption{text-align:left;padding:0 0 .4rem;font-size:.85rem}
        th,td{text-align:left;vertical-align:top;padding:.34rem .8rem .34rem 0;border-bottom:1px solid var(--line)}
        th:last-child,td:last-child{padding-right:0}
        thead th{font-size:.78rem;font-weight:600;color:var(--soft);letter-spacing:.02em}
        tbody th{font-weight:500}
        .number{text-align:right;white-space:nowrap}
        .result{white-space:nowrap;color:var(--tone);font-weight:600}
        .result svg{width:.95em;height:.95em;display:inline-block;vertical-align:-.12em;margin-right:.35em}
        tr.failed td,tr.failed th,tr.inconclusive td,tr.inconclusive th{background:var(--wash)}
        tr.failed>:first-child,tr.inconclusive>:first-child{box-shadow:inset .2rem 0 var(--tone);padding-left:.6rem}
        .swatch{display:inline-block;min-width:1.5em;padding:0 .3em;text-align:center;font-size:.78rem;
          border-radius:.2rem;border:1px solid var(--soft)}
        .holes{margin:.5rem 0 0;padding-left:1.1rem;font-size:.88rem}
        h2+.note{margin:-.3rem 0 .5rem}
        .sign{display:grid;grid-template-columns:max-content 1fr;gap:.55rem .9rem;font-size:.88rem;align-items:end;
          margin:0}
        .sign dt{color:var(--ink)}
        .sign dd{border-bottom:1px solid var(--soft);min-height:1.6rem}
        .seal pre{margin:.4rem 0 0;padding:.55rem .7rem;background:var(--wash);border-radius:.3rem;white-space:pre-wrap;
          font:.78rem/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        .measure>svg{margin-bottom:.35rem}
        @media (min-width:52rem){.control{white-space:nowrap}}
        @media (max-width:46rem){.pair{grid-template-columns:1fr}body{padding:1.25rem 1rem 2rem}h1{font-size:1.6rem}}
        @media print{
          @page{size:auto;margin:8mm 11mm 7mm}
          :root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--fill:#e4e4e4;--wash:#f2f2f2}
          *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
          html{font-size:7.3pt}
          body{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;padding:0;max-width:none;
            line-height:1.32;background:none}
          .pair{grid-template-columns:1fr 1fr;gap:0 5mm}
          section{margin-top:.72rem}
          header{padding-bottom:.3rem}
          h2{margin-bottom:.25rem}
          .verdict{margin-top:.6rem;padding:.45rem .9rem;gap:0 .9rem}
          .reasons{margin-top:.25rem}
          .note,figcaption{margin-top:.15rem}
          .measure{padding:.35rem .8rem}
          .measure .big{font-size:1.45rem;line-height:1.15}
          .measure>svg{margin-bottom:.1rem}
          h1{font-size:1.8rem}
          .swatch{line-height:1.05}
          th,td{padding-top:.06rem;padding-bottom:.06rem}
          svg text{font-size:10.5px}
          h2 .note{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
          dl{gap:.08rem .8rem}
          caption{padding-bottom:.15rem}
          tr,.verdict,.measure,figure,.sign,.seal pre{break-inside:avoid}
          h2{break-after:avoid}
          .sign{gap:.2rem .9rem}
          .sign dd{min-height:1.55rem}
          .seal pre{padding:.3rem .6rem;margin-top:.2rem;line-height:1.35}
          h2+.note{margin:-.15rem 0 .1rem}
        }
        """;
}
