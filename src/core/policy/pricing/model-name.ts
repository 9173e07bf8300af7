/** Where a model is offered, in front of its name: `anthropic/`, `us.anthropic.`, `bedrock/…`. */
const PROVIDER = /^.*[/:](?=[a-z])|^(?:[a-z]{2,4}\.)?anthropic\./;
/** What a name says beside the model: context window, revision, day of release, `latest`. */
const DECORATION = /\[[^\]]*\]|-v\d+(?::\d+)?$|[-@]\d{8}\b|[-@]latest\b/g;

/**
 * A model's name without provider, date and spelling: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `claude-4.5-sonnet`
 * and `claude-sonnet-4-5` are one model; so are `claude-opus-4` and `claude-opus-4-0`.
 */
export function canonicalModel(name: string): string {
  const bare = name.trim().toLowerCase().replace(PROVIDER, '').replace(DECORATION, '');
  const parts = bare.split(/[-.@_]/).filter((part) => part !== '');
  const words = parts.filter((part) => !isNumber(part));
  const numbers = parts.filter(isNumber);
  while (numbers.length > 1 && numbers.at(-1) === '0') numbers.pop();
  return [...words, ...numbers].join('-');
}

/** Version numbers of a canonical name, for comparing releases of a family. */
export function versionOf(canonical: string): readonly number[] {
  return canonical.split('-').filter(isNumber).map(Number);
}

/** The words of a canonical name: what a short alias such as `opus` names. */
export function familyOf(canonical: string): readonly string[] {
  return canonical.split('-').filter((part) => !isNumber(part));
}

const isNumber = (part: string): boolean => /^\d+$/.test(part);
