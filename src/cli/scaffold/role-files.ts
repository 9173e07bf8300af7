import { isAbsolute, join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { fill, templateOf, yamlText } from './templates.ts';

/** What a new project of roles is called, and where its messages go. */
export interface ProjectAnswers {
  readonly projectName: string;
  /** Empty = no messages (R-PROD-078). */
  readonly ntfyTopic: string;
  readonly subjectPrefix: string;
}

/** A file of a new project: `keep` one that is there, unless everything is to be made anew. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
  readonly present: 'keep' | 'replace';
}

/** The role whose prompt is the same for every project. */
const WAKEUP = 'wakeup';

/** All files of a new project (R-PROD-005, R-PROD-006, R-PROD-007); writes nothing. */
export function roleFiles(root: string, answers: ProjectAnswers): readonly PlannedFile[] {
  const config = fill(templateOf('config'), {
    project_name: yamlText(answers.projectName),
    ntfy_topic: yamlText(answers.ntfyTopic),
    subject_prefix: yamlText(answers.subjectPrefix),
  });
  const values = { project_name: answers.projectName, project_root: root };
  const prompts = Object.entries(rolesOf(config)).map(([role, { prompt }]) => {
    const text =
      role === WAKEUP
        ? templateOf('wakeup')
        : fill(templateOf('role'), { ...values, role, role_title: titleOf(role) });
    return { path: inside(root, prompt), text, present: 'keep' } as const;
  });
  return [
    { path: join(root, 'producer.yaml'), text: config, present: 'replace' },
    ...prompts,
    { path: join(root, 'seed_tasks.example.json'), text: templateOf('seed'), present: 'keep' },
    { path: join(root, 'ONBOARDING.md'), text: fill(templateOf('onboarding'), values), present: 'replace' },
  ];
}

interface SampleConfig {
  readonly budget: { readonly agents: Readonly<Record<string, { readonly prompt: string }>> };
}

const rolesOf = (config: string) => (parse(config) as SampleConfig).budget.agents;

/** `qa` becomes `Qa`, as its users know it. */
const titleOf = (role: string): string => role.charAt(0).toUpperCase() + role.slice(1);

function inside(root: string, path: string): string {
  const full = resolve(root, path);
  if (isAbsolute(path) || relative(root, full).startsWith('..')) throw new Error(`${path} leaves ${root}`);
  return full;
}
