/** One thing a project may be made with, and what gives it away. */
export interface Detector {
  readonly label: string;
  /** Files at the top of the folder. */
  readonly files?: readonly string[];
  readonly folders?: readonly string[];
  /** Endings of file names. */
  readonly endings?: readonly string[];
}

/** In the order in which they are told; the wire's six first (R-AD-062). */
export const STACKS: readonly Detector[] = [
  { label: 'Docker', files: ['Dockerfile'] },
  {
    label: 'Docker Compose',
    files: ['docker-compose.yaml', 'docker-compose.yml', 'compose.yaml', 'compose.yml'],
  },
  { label: 'Rust', files: ['Cargo.toml'] },
  { label: 'Go', files: ['go.mod'] },
  { label: 'Python', files: ['requirements.txt', 'pyproject.toml', 'setup.py', 'Pipfile'] },
  { label: 'Node.js', files: ['package.json'] },
  { label: 'Deno', files: ['deno.json', 'deno.jsonc'] },
  { label: 'Ruby', files: ['Gemfile'] },
  { label: 'Java', files: ['pom.xml', 'build.gradle', 'build.gradle.kts'] },
  { label: 'PHP', files: ['composer.json'] },
  { label: 'Elixir', files: ['mix.exs'] },
  { label: 'Swift', files: ['Package.swift'] },
  { label: 'CMake', files: ['CMakeLists.txt'] },
  { label: '.NET', endings: ['.sln', '.csproj', '.fsproj'] },
  { label: 'Terraform', endings: ['.tf'] },
];

/** The wire's three first (R-AD-063). */
export const DATABASES: readonly Detector[] = [
  { label: 'Prisma', files: ['schema.prisma'], folders: ['prisma'] },
  { label: 'Alembic', files: ['alembic.ini'], folders: ['alembic'] },
  { label: 'migrations', folders: ['migrations'] },
  {
    label: 'Drizzle',
    files: ['drizzle.config.ts', 'drizzle.config.js', 'drizzle.config.mjs'],
    folders: ['drizzle'],
  },
  { label: 'Knex', files: ['knexfile.js', 'knexfile.ts'] },
  { label: 'Flyway', files: ['flyway.conf', 'flyway.toml'] },
  { label: 'Liquibase', files: ['liquibase.properties'] },
  { label: 'dbt', files: ['dbt_project.yml'] },
  { label: 'Supabase', folders: ['supabase'] },
  { label: 'SQLite', endings: ['.sqlite', '.sqlite3', '.db'] },
];
