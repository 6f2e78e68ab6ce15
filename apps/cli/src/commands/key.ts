// `tomograph key create|list|revoke`: API keys for other programs, made on the machine itself.
import { type Role, roles } from '@tomograph/data';
import { AppError, loadConfig } from '@tomograph/kernel';
import { Command, Option } from 'commander';
import { printJson, say } from '../output.js';
import { openLocal } from '../serve/local.js';

export function keyCommand(): Command {
  const key = new Command('key').description('API keys');
  key
    .command('create <name>')
    .description('make a key; it is shown once')
    .addOption(new Option('--role <role>', 'what it may do').choices([...roles]).default('READER'))
    .option('--project <name...>', 'projects it may see', ['default'])
    .option('--json')
    .action(createKey);
  key.command('list').description('every key, without its secret').option('--json').action(listKeys);
  key.command('revoke <prefix>').description('end a key').option('--json').action(revokeKey);
  return key;
}

async function createKey(
  name: string,
  options: { role: Role; project: string[]; json?: boolean },
): Promise<void> {
  await using local = await openLocal(loadConfig());
  const projects = await local.viewer.projects();
  const projectIds = options.project.map((wanted) => {
    const found = projects.find((project) => project.name === wanted);
    if (!found) throw new AppError('NOT_FOUND', { message: `no project ${wanted}` });
    return found.id;
  });
  const { key, apiKey } = await local.viewer.createApiKey({ name, role: options.role, projectIds });
  if (options.json) printJson({ key, prefix: apiKey.prefix, role: apiKey.role, name });
  else {
    process.stdout.write(`${key}\n`);
    say('keep it: it is not shown again');
  }
}

async function listKeys(options: { json?: boolean }): Promise<void> {
  await using local = await openLocal(loadConfig());
  const { edges } = await local.viewer.apiKeys({ first: 100 });
  const keys = edges.map(({ node }) => node);
  if (options.json) printJson(keys);
  else
    for (const key of keys)
      process.stdout.write(
        `${key.prefix}  ${key.role.padEnd(8)} ${key.revokedAt ? 'revoked' : 'in use '}  ${key.name}\n`,
      );
}

async function revokeKey(prefix: string, options: { json?: boolean }): Promise<void> {
  await using local = await openLocal(loadConfig());
  const { edges } = await local.viewer.apiKeys({ first: 100 });
  const keys = edges.map(({ node }) => node);
  const found = keys.find((key) => key.prefix === prefix);
  if (!found) throw new AppError('NOT_FOUND', { message: `no key with the prefix ${prefix}` });
  await local.viewer.revokeApiKey(found.id);
  if (options.json) printJson({ prefix, revoked: true });
  else say(`${prefix} is revoked`);
}
