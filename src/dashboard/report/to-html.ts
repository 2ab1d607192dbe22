import { toSvg } from '../../charts/tree.ts'
import type { DrawnChapter } from './draw-report.ts'
import type { Section } from './section.ts'

/** One page that asks nobody for anything: it can be mailed, and opened from a disk. */
export function toHtml(chapters: readonly DrawnChapter[], made: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(chapters.map(({ title }) => title).join(', '))}</title>
<style>
body { margin: 0 auto; max-width: 820px; padding: 24px; color: #111827; background: #fff; font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 28px 0 6px; }
p { margin: 2px 0; color: #4b5563; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
article + article { margin-top: 48px; border-top: 2px solid #8a93a0; padding-top: 24px; }
section { break-inside: avoid; }
table { display: none; width: 100%; border-collapse: collapse; }
th, td { padding: 4px 0 4px 8px; border-bottom: 1px solid #dfe3e8; text-align: right; font-weight: 400; }
th:first-child { padding-left: 0; text-align: left; overflow-wrap: anywhere; }
@media screen and (max-width: 700px) {
  body { padding: 12px; }
  .chart { overflow-x: auto; }
  .chart svg { width: 640px; }
  .rows svg { display: none; }
  .rows table { display: table; }
}
footer { margin-top: 32px; color: #4b5563; font-size: 12px; }
</style>
</head>
<body>
${chapters.map(toArticle).join('\n')}
<footer>${escapeHtml(made)}</footer>
</body>
</html>
`
}

function toArticle({ title, lines, sections }: DrawnChapter): string {
  return `<article>
<h1>${escapeHtml(title)}</h1>
${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
${sections.map(toSection).join('\n')}
</article>`
}

function toSection({ title, lines, table, drawing }: Section): string {
  return `<section class="${table ? 'rows' : 'chart'}">
<h2>${escapeHtml(title)}</h2>
${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
${drawing ? toSvg(drawing.element) : ''}${table ? toTable(table) : ''}
</section>`
}

function toTable({ heads, rows }: NonNullable<Section['table']>): string {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('')
  const body = rows.map(([label = '', ...figures]) => {
    const cells = figures.map((figure) => `<td>${escapeHtml(figure)}</td>`).join('')
    return `<tr><th scope="row">${escapeHtml(label)}</th>${cells}</tr>`
  })
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}
