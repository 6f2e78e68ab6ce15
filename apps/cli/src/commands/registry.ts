// `tomograph registry …`: bases, tasks and their versions on this machine's installation.
import { Command } from 'commander';
import { exportModel } from './registry/export.js';
import { importModel } from './registry/import.js';
import { listModels, showModel } from './registry/look.js';
import { promoteModel, removeModelAlias, rollbackModel } from './registry/move.js';
import { verifyTarget } from './registry/verify.js';

const json = ['--json', 'print the answer as JSON'] as const;

export function registryCommand(): Command {
  const registry = new Command('registry').description('bases, tasks, their versions and certificates');
  registry
    .command('list')
    .description('every version')
    .option(...json)
    .action(listModels);
  registry
    .command('info <uri>')
    .description('one version: spleen, spleen/2, spleen@champion')
    .option(...json)
    .action(showModel);
  registry
    .command('verify <uri-or-file>')
    .description('a version with its blobs and certificate, or a certificate file, offline')
    .option('--trust <file...>', 'public keys to believe for a file; default the one of this installation')
    .option('--replay', 'replay the canaries first and sign a new certificate')
    .option(...json)
    .action(verifyTarget);
  registry
    .command('promote <uri>')
    .description('point an alias at a version')
    .option('--alias <name>', 'which one', 'champion')
    .option('--why <text>', 'for the log', '')
    .option(...json)
    .action(promoteModel);
  registry
    .command('rollback <model>')
    .description('return an alias to the version before its last promotion')
    .option('--alias <name>', 'which one', 'champion')
    .option('--why <text>', 'for the log', '')
    .option(...json)
    .action(rollbackModel);
  registry
    .command('remove-alias <model>')
    .description('take an alias away: nothing serves under it until it is promoted again')
    .requiredOption('--alias <name>', 'which one')
    .option('--why <text>', 'for the log', '')
    .option(...json)
    .action(removeModelAlias);
  registry
    .command('import <folder>')
    .description('an adapter trained elsewhere: adapter_config.json, adapter_model.safetensors, README.md')
    .requiredOption('--name <name>', 'of the task')
    .option('--base <uri>', 'default the shipped base')
    .option('--declare-base', 'say that it is for this base, for files that name none')
    .option('--labels <file>', 'names and SNOMED codes of the structures, in the order of the classes')
    .option('--licence <spdx>', 'over the one in README.md')
    .option('--description <text>', 'for people')
    .option('--from <text>', 'where it comes from')
    .option('--sha256 <digest>', 'what adapter_model.safetensors must hash to')
    .option(...json)
    .action(importModel);
  registry
    .command('export <uri>')
    .description('a folder that PEFT tooling reads, with the certificate beside it')
    .requiredOption('-o, --output <folder>', 'an empty folder, or one to make')
    .option(...json)
    .action(exportModel);
  return registry;
}
