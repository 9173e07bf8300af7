import type { ReportFacts } from './facts.ts';
import type { Inline, Line } from './line.ts';
import type { Part, Section } from './parts.ts';
import { reportPage } from './report-page.ts';

/** Colours follow the reader's own choice of light or dark. */
const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}',
  'h1{font-size:1.5rem}h2{font-size:1.1rem;margin:1.5rem 0 .25rem;border-bottom:1px solid #8884}',
  'ul{margin:.25rem 0;padding-left:1.25rem}li,p{overflow-wrap:anywhere}p{margin:.25rem 0}',
  'code{font-size:.9em;padding:0 .25em;border-radius:.25em;background:#8883}',
  '.warning{padding:.5rem;border-left:4px solid #d90;background:#d902}',
  'footer{margin-top:2rem;opacity:.7}',
].join('');

/** What a browser may do with the page: show it. Nothing is loaded, run or sent, whatever an agent wrote. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The morning report as one page that needs nothing else; all words of agents are text and nothing more (R-PROD-075). */
export function reportHtml(facts: ReportFacts): string {
  const { title, warning, sections, footer } = reportPage(facts);
  const lines = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...(warning === null ? [] : [`<p class="warning">${lineHtml(warning)}</p>`]),
    ...sections.flatMap(sectionLines),
    `<footer>${lineHtml(footer)}</footer>`,
    '</body>',
    '</html>',
  ];
  return `${lines.join('\n')}\n`;
}

const sectionLines = ({ title, parts }: Section): readonly string[] => [
  '<section>',
  `<h2>${escaped(title)}</h2>`,
  ...parts.flatMap((part, index) => partLines(part, parts[index - 1], parts[index + 1])),
  '</section>',
];

/** Items that follow each other are one list. */
function partLines(part: Part, before: Part | undefined, after: Part | undefined): readonly string[] {
  const words = lineHtml(part.line);
  if (part.kind === 'text') return [`<p>${words}</p>`];
  const below = part.below.map((line) => `<li>${lineHtml(line)}</li>`).join('');
  return [
    ...(before?.kind === 'item' ? [] : ['<ul>']),
    `<li>${words}${below === '' ? '' : `<ul>${below}</ul>`}</li>`,
    ...(after?.kind === 'item' ? [] : ['</ul>']),
  ];
}

const lineHtml = (line: Line): string => line.map(pieceHtml).join('');

const pieceHtml = (piece: Inline): string =>
  typeof piece === 'string' ? escaped(piece) : `<${piece.mark}>${lineHtml(piece.of)}</${piece.mark}>`;

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

/** Control characters are none of HTML's; what turns the direction of text would hide what it says. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
