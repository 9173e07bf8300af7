import type { Command } from 'commander';
import { type ExplainedValue, explainConfig } from '../../adapters/config/explain-config.ts';
import { act, type Runtime } from '../cli.ts';
import { readConfig } from '../read-config.ts';

/** `dispatch config`: the effective values and where each came from. */
export function addConfig(runtime: Runtime, program: Command): void {
  program
    .command('config')
    .description('Show the effective configuration and where each value comes from')
    .addHelpText('after', '\nExamples:\n  $ dispatch config\n  $ dispatch config --json')
    .action(
      act(runtime, async (cli) => {
        const loaded = await readConfig(cli);
        const values = explainConfig(loaded);
        if (cli.out.json) {
          cli.out.document({ file: loaded.file, values });
          return undefined;
        }
        const { renderTable } = await import('../render/table.ts');
        cli.out.note(`Configuration of ${loaded.file}`);
        const columns = [
          { title: 'KEY', text: ({ key }: ExplainedValue) => key },
          { title: 'FROM', text: ({ from }: ExplainedValue) => from },
          { title: 'VALUE', text: ({ value }: ExplainedValue) => valueText(value) },
        ];
        cli.out.data(renderTable(values, columns, cli.out));
        return undefined;
      }),
    );
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
