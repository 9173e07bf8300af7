import type { ReportFacts } from './facts.ts';
import { lineMarkdown } from './line.ts';
import type { Part, Section } from './parts.ts';
import { reportPage } from './report-page.ts';

/** The morning report as Markdown, byte for byte as upstream lays it out (R-PROD-073). */
export function reportMarkdown(facts: ReportFacts): string {
  const { title, warning, sections, footer } = reportPage(facts);
  const lines = [
    `# ${title}`,
    ...(warning === null ? [] : ['', `> ${lineMarkdown(warning)}`]),
    '',
    ...sections.flatMap((section) => [...sectionLines(section), '']),
    '---',
    lineMarkdown(footer),
  ];
  return `${lines.join('\n')}\n`;
}

const sectionLines = ({ title, parts }: Section): readonly string[] => [
  `## ${title}`,
  ...parts.flatMap(partLines),
];

/** A text that follows others stands apart from them. */
function partLines(part: Part, index: number): readonly string[] {
  const words = lineMarkdown(part.line);
  if (part.kind === 'text') return index === 0 ? [words] : ['', words];
  return [`- ${words}`, ...part.below.map((line) => `  - ${lineMarkdown(line)}`)];
}
