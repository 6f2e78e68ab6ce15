#!/usr/bin/env node
// The `tomograph` command: which commands there are, and how a failure is told.
import { Command } from 'commander';
import { apiCommand } from './commands/api.js';
import { ingestCommand } from './commands/ingest.js';
import { keyCommand } from './commands/key.js';
import { noduleCommand } from './commands/nodule.js';
import { phantomCommand } from './commands/phantom.js';
import { registryCommand } from './commands/registry.js';
import { searchCommand } from './commands/search.js';
import { segmentCommand } from './commands/segment.js';
import { serveCommand } from './commands/serve.js';
import { spaceCommand } from './commands/space.js';
import { taskCommand } from './commands/task.js';
import { workerCommand } from './commands/worker.js';
import { describeError, exitCodeOf, say } from './output.js';

const program = new Command('tomograph')
  .description('Find CT scans, X-rays and reports by meaning. Research use only.')
  .version('0.1.0')
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

for (const command of [
  serveCommand(),
  ingestCommand(),
  searchCommand(),
  segmentCommand(),
  noduleCommand(),
  taskCommand(),
  registryCommand(),
  spaceCommand(),
  phantomCommand(),
  keyCommand(),
  apiCommand(),
  workerCommand(),
]) {
  program.addCommand(inherit(command, program));
}

/** Help and exit codes are the program's, down to the last subcommand. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) inherit(inner, command);
  return command;
}

try {
  await program.parseAsync();
} catch (error) {
  say(describeError(error));
  process.exit(exitCodeOf(error));
}
