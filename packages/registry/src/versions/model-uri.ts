// `models:/name/3` and `models:/name@champion`. Names become no paths: they are looked up in the log.
import { AppError } from '@tomograph/kernel';
import { modelNameSchema } from '../manifest/manifest-schema.js';

export type ModelUri =
  | { readonly model: string; readonly version: number }
  | { readonly model: string; readonly alias: string };

const aliasPattern = /^[a-z][a-z0-9_-]{0,31}$/;
/** The highest version; always there, never set. */
export const latestAlias = 'latest';

/** @throws AppError INVALID_ARGUMENT */
export function parseModelUri(text: string): ModelUri {
  const match = /^models:\/([^/@]+)(?:\/([1-9]\d{0,8})|@([^/@]+))$/.exec(text);
  const [, model, version, alias] = match ?? [];
  if (model !== undefined && modelNameSchema.safeParse(model).success) {
    if (version !== undefined) return { model, version: Number(version) };
    if (alias !== undefined && aliasPattern.test(alias)) return { model, alias };
  }
  throw new AppError('INVALID_ARGUMENT', {
    message: `not a model URI: ${text.slice(0, 100)}; write models:/name/3 or models:/name@champion`,
  });
}

export function formatModelUri(uri: ModelUri): string {
  return 'version' in uri ? `models:/${uri.model}/${uri.version}` : `models:/${uri.model}@${uri.alias}`;
}

/** @throws AppError INVALID_ARGUMENT for what is no alias, and for `latest` */
export function checkAlias(alias: string): void {
  if (aliasPattern.test(alias) && alias !== latestAlias) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `${alias.slice(0, 40)} cannot be set as an alias: a–z, 0–9, - and _, at most 32, beginning with a letter, not ${latestAlias}`,
  });
}
