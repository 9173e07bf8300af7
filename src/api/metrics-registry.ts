/** Label names and values of one sample. */
export type Labels = Readonly<Record<string, string>>;

/** One number of a metric. */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** A metric as it is told to Prometheus. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

/** A number that only rises, one per value of its label; the values must come from a closed set. */
export interface Counter {
  add(labelValue?: string): void;
  /** As a metric, to be rendered. */
  read(): Metric;
}

/** A counter with one label, or without any. */
export function createCounter(name: string, help: string, label?: string): Counter {
  const values = new Map<string, number>();
  return {
    add(labelValue = '') {
      values.set(labelValue, (values.get(labelValue) ?? 0) + 1);
    },
    read: () => ({
      name,
      help,
      type: 'counter',
      samples: [...values].map(([labelValue, value]) => ({
        value,
        ...(label === undefined ? {} : { labels: { [label]: labelValue } }),
      })),
    }),
  };
}

/** A metric that is known only at the moment it is asked for. */
export function gauge(name: string, help: string, samples: readonly Sample[] | number): Metric {
  return { name, help, type: 'gauge', samples: typeof samples === 'number' ? [{ value: samples }] : samples };
}

/** Prometheus text format 0.0.4. */
export function renderText(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, help, type, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
