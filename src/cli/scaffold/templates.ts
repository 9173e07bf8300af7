import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError, messageOf } from '../../core/errors.ts';

/** The files a new project is made of (R-PROD-010). */
export const TEMPLATES = {
  config: 'producer.yaml.example',
  role: 'agent_prompt_template.md',
  wakeup: 'wakeup_system_prompt.md',
  seed: 'seed_tasks.example.json',
  onboarding: 'onboarding.md.template',
} as const;

const FOLDER = fileURLToPath(new URL('../../../templates/', import.meta.url));

/** A template as it is in the package; one that is missing means a broken installation (R-PROD-006). */
export function templateOf(name: keyof typeof TEMPLATES): string {
  try {
    return readFileSync(`${FOLDER}${TEMPLATES[name]}`, 'utf8');
  } catch (error) {
    throw new AppError('internal', `templates dir missing files at ${FOLDER}: ${messageOf(error)}`, {
      hint: 'install the package again',
    });
  }
}

/** Puts values where `$name` stands; a name without a value is an error, so that nothing unresolved is written. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$([a-z_]+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template names $${name}, which has no value`);
    return value;
  });
}

/** A value as a YAML scalar, whatever it holds. */
export const yamlText = (value: string): string => JSON.stringify(value);
