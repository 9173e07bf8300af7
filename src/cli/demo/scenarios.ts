/** What one task of the demo shows, and how it must end. */
export interface Scenario {
  readonly name: string;
  readonly queue: string;
  readonly labels: readonly string[];
  /** Shown while it runs and in the table at the end. */
  readonly shows: string;
  readonly endsIn: string;
  readonly runs: number;
}

export const DONE = 'Done';
export const FAILED = 'Failed';
export const DEMO_TASKS_MAX = 100;

const PLAIN: Scenario = {
  name: 'Answer a question',
  queue: 'Todo',
  labels: [],
  shows: 'reads, comments and moves its task over HTTP',
  endsIn: DONE,
  runs: 1,
};

const SCENARIOS: readonly Scenario[] = [
  PLAIN,
  {
    name: 'Write the announcement',
    queue: 'Todo',
    labels: ['review'],
    shows: 'one agent hands over to the next',
    endsIn: DONE,
    runs: 2,
  },
  {
    name: 'Import the price list',
    queue: 'Import',
    labels: [],
    shows: 'fails twice, is tried again',
    endsIn: DONE,
    runs: 3,
  },
  {
    name: 'Crawl the archive',
    queue: 'Crawl',
    labels: [],
    shows: 'hangs, is ended after 2 s, tried again',
    endsIn: DONE,
    runs: 2,
  },
  {
    name: 'Deploy to the moon',
    queue: 'Deploy',
    labels: [],
    shows: 'never works, is given up',
    endsIn: FAILED,
    runs: 2,
  },
];

/** The first `count` scenarios; beyond them more of the plain one. */
export function scenarios(count: number): readonly Scenario[] {
  return Array.from(
    { length: count },
    (_, index) => SCENARIOS[index] ?? { ...PLAIN, name: `${PLAIN.name} (${index + 1})` },
  );
}

export const SCENARIO_COUNT = SCENARIOS.length;
