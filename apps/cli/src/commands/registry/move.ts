// `registry promote`, `rollback` and `remove-alias`: aliases, through the registry's gates.
import { AppError } from '@tomograph/kernel';
import { parseModelUri } from '@tomograph/registry';
import { printJson, say } from '../../output.js';
import { openLocalModels, uriOf } from './open-models.js';

interface MoveOptions {
  readonly alias: string;
  readonly why: string;
  readonly json?: boolean;
}

export async function promoteModel(uri: string, { alias, why, json }: MoveOptions): Promise<void> {
  await using opened = await openLocalModels();
  const { registry } = opened.models;
  const { model, version } = await registry.find(uriOf(uri));
  const row = await registry.promote({ model, version, alias, by: opened.by, why });
  tell(row, alias, json);
}

export async function rollbackModel(name: string, { alias, why, json }: MoveOptions): Promise<void> {
  const parsed = parseModelUri(uriOf(name));
  if ('version' in parsed) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `name the model and the alias (${parsed.model}, --alias ${alias}), not a version: a rollback goes to the one before`,
    });
  }
  const { model } = parsed;
  await using opened = await openLocalModels();
  const which = /@/.test(name) ? parsed.alias : alias;
  const row = await opened.models.registry.rollback({ model, alias: which, by: opened.by, why });
  tell(row, which, json);
}

export async function removeModelAlias(name: string, { alias, why, json }: MoveOptions): Promise<void> {
  const { model } = parseModelUri(uriOf(name));
  await using opened = await openLocalModels();
  await opened.models.registry.removeAlias({ model, alias, by: opened.by, why });
  if (json) printJson({ model, alias, version: null });
  else say(`${model}@${alias} points nowhere now`);
}

function tell(
  row: { model: string; version: number; manifest: string },
  alias: string,
  json?: boolean,
): void {
  const { model, version, manifest } = row;
  if (json) printJson({ model, version, manifest, alias });
  else say(`${model}@${alias} is version ${version} now`);
}
