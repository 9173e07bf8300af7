import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { firstBadRow } from '../helpers/ledger-file.ts';
import { until } from '../helpers/project.ts';
import { realProducer } from '../helpers/real-producer.ts';
import { evening, twoSides } from '../helpers/side-by-side.ts';
import { differencesOf } from '../helpers/side-differences.ts';
import { factsOf } from '../helpers/side-facts.ts';
import { covers, differenceRows, KNOWN_DIFFERENCES } from '../helpers/upstream-differences.ts';

/** A dozen commands a side, each a process of its own, and at the first time an installation. */
const EVENING_MS_MAX = 900_000;

const DAY_MS = 86_400_000;
const NIGHT_MS = 250_000;

/** What must be the same at least, so that nothing of it is compared with nothing. */
const FACTS_MIN = 700;

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test(
  'a ledger comes to the same end with ai-producer 0.3.5 and with us, but for what a requirement decides otherwise (R-PROD-020, R-PROD-023, R-PROD-029, R-PROD-035, R-PROD-036, R-PROD-040, R-PROD-041, R-PROD-053, R-PROD-061, R-PROD-066, R-PROD-073, R-PROD-098, R-PROD-106)',
  async ({ skip }) => {
    const upstream = await realProducer();
    if ('missing' in upstream) {
      const why = `NOT TESTED with the real ai-producer: ${upstream.missing}`;
      if (process.env.DISPATCH_TEST_STRICT === '1') throw new Error(why);
      console.warn(why);
      return skip();
    }
    // Reports and budgets are of one day.
    await until('a day that is not over soon', () => DAY_MS - (Date.now() % DAY_MS) > NIGHT_MS, NIGHT_MS * 2);
    const { theirs, ours } = twoSides(upstream);
    await Promise.all([evening(theirs), evening(ours)]);
    expect([firstBadRow(theirs.ledger), firstBadRow(ours.ledger)]).toEqual([0, 0]);

    const [facts, differences] = [factsOf(theirs), differencesOf(factsOf(theirs), factsOf(ours))];
    const known = KNOWN_DIFFERENCES.flatMap((row) => row.covers);
    const decidedBy = (difference: (typeof differences)[number]) =>
      known.filter((cover) => covers(cover, difference)).length;
    expect(differences.filter((difference) => decidedBy(difference) !== 1)).toEqual([]);
    const gone = known.filter((cover) => !differences.some((difference) => covers(cover, difference)));
    expect(gone).toEqual([]);
    expect(facts.length - differences.length).toBeGreaterThan(FACTS_MIN);
  },
  EVENING_MS_MAX,
);

test('people who move from ai-producer find every difference, with the requirement that decides it', () => {
  const page = read('docs/moving-from-ai-producer.md');
  const section = page.split('\n## ').find((text) => text.startsWith('What is different, and why\n')) ?? '';
  const rows = section.split('\n').filter((line) => /\| R-PROD-\d{3} \|$/.test(line));
  expect(rows).toEqual(differenceRows());
  const requirements = JSON.parse(read('docs/requirements.json')) as Readonly<Record<string, string>>;
  const decided = KNOWN_DIFFERENCES.map(({ requirement }) => requirement);
  expect(decided.filter((id) => requirements[id] === undefined)).toEqual([]);
});
