// The registry of this installation for a command: as the viewer of the local key, with the shipped base in it.

import { holdsRole } from '@tomograph/data';
import { type Config, loadConfig } from '@tomograph/kernel';
import type { Actor } from '@tomograph/registry';
import { type ModelsRoom, openModels, shippedBaseName } from '@tomograph/worker';
import { type Local, openLocal } from '../../serve/local.js';

export interface LocalModels extends AsyncDisposable {
  readonly config: Config;
  readonly local: Local;
  readonly models: ModelsRoom;
  readonly by: Actor;
}

/** @throws AppError as openLocal, and what registering the shipped base throws */
export async function openLocalModels(change: Partial<Config> = {}): Promise<LocalModels> {
  const config = { ...loadConfig(), ...change };
  const local = await openLocal(config);
  const models = openModels(config, local.database);
  const close = async (): Promise<void> => {
    await models[Symbol.asyncDispose]();
    await local[Symbol.asyncDispose]();
  };
  try {
    await models.prepare();
  } catch (error) {
    await close();
    throw error;
  }
  return { config, local, models, by: actorOf(local), [Symbol.asyncDispose]: close };
}

export function actorOf({ who }: Local): Actor {
  return { name: who.name, mayMoveProtected: holdsRole(who, 'ADMIN') };
}

/** `spleen` is its newest version here: a command looks at what was just added; `spleen/2`, `spleen@champion` say more. */
export function uriOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('models:/')) return trimmed;
  const model = trimmed === 'base' ? shippedBaseName : trimmed;
  return /[@/]/.test(model) ? `models:/${model}` : `models:/${model}@latest`;
}
