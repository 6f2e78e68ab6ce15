// Registry, signing key and the models in memory of one process. The shipped base is registered by the first use.
import type { Database } from '@tomograph/data';
import type { Config } from '@tomograph/kernel';
import type { Registry, SigningKey } from '@tomograph/registry';
import { ensureShippedPare } from '../nodule/shipped-pare.js';
import { ModelHouse } from './model-house.js';
import { openRegistry } from './open-registry.js';
import { ensureShippedBase } from './shipped-base.js';

export interface ModelsRoom extends AsyncDisposable {
  readonly registry: Registry;
  readonly key: SigningKey;
  readonly house: ModelHouse;
  /** Registers what is shipped; call it before the registry is asked. Once per process, again after a failure. */
  prepare(): Promise<void>;
}

export function openModels(config: Pick<Config, 'device' | 'baseFolder'>, database: Database): ModelsRoom {
  const { registry, key } = openRegistry(database);
  const house = new ModelHouse(database.blobs, config.device);
  let preparing: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    await ensureShippedBase(registry, database.home, config.baseFolder);
    // an installation with a base of its own gets the nodule model when a nodule is first assessed
    if (config.baseFolder === undefined) await ensureShippedPare(registry);
  };
  return {
    registry,
    key,
    house,
    prepare() {
      preparing ??= prepare().catch((error: unknown) => {
        preparing = undefined;
        throw error;
      });
      return preparing;
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}
