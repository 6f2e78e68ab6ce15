// Promotion and rollback in a viewer's name. Gates and protection are the registry's; here is who asks, and the audit.
import { holdsRole, requireRole, type Viewer, writeAudit } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import type { Actor, AliasPolicy, VersionRow } from '@tomograph/registry';
import type { ModelDoor } from './model-catalogue.js';

export interface AliasMove {
  readonly model: string;
  readonly alias: string;
  readonly why: string;
  /** To promote; undefined: roll back. */
  readonly version?: number;
}

/** Who may move an alias of a model from now on, and what must hold. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT */
export async function setAliasPolicy(
  models: ModelDoor,
  viewer: Viewer,
  given: Omit<AliasMove, 'version'> & { readonly policy: AliasPolicy },
): Promise<string> {
  const action = 'model.policy';
  await requireRole(models.database, viewer, 'ADMIN', action);
  await models.registry.setPolicy({ ...given, by: { name: viewer.name, mayMoveProtected: true } });
  await writeAudit(models.database, viewer, {
    action,
    objectKind: 'model',
    objectIds: [`models:/${given.model}@${given.alias}`],
    outcome: 'ALLOWED',
  });
  return given.model;
}

/** Takes an alias away; nothing serves under it until the next promotion. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT */
export async function removeAlias(
  models: ModelDoor,
  viewer: Viewer,
  given: Omit<AliasMove, 'version'>,
): Promise<string> {
  const action = 'model.alias.remove';
  await requireRole(models.database, viewer, 'CURATOR', action);
  const by: Actor = { name: viewer.name, mayMoveProtected: holdsRole(viewer, 'ADMIN') };
  await audited(models, viewer, action, given, () => models.registry.removeAlias({ ...given, by }));
  return given.model;
}

/** @throws AppError FORBIDDEN, NOT_FOUND, CONFLICT, PROMOTION_REFUSED naming every gate that failed */
export async function moveAlias(
  models: ModelDoor,
  viewer: Viewer,
  { version, why, ...at }: AliasMove,
): Promise<VersionRow> {
  const action = version === undefined ? 'model.rollback' : 'model.promote';
  await requireRole(models.database, viewer, 'CURATOR', action);
  const by: Actor = { name: viewer.name, mayMoveProtected: holdsRole(viewer, 'ADMIN') };
  const change = { ...at, by, why };
  return audited(models, viewer, action, at, () =>
    version === undefined
      ? models.registry.rollback(change)
      : models.registry.promote({ ...change, version }),
  );
}

/** Runs what moves an alias; its outcome is written down, a refusal too. */
async function audited<T>(
  models: ModelDoor,
  viewer: Viewer,
  action: string,
  at: Pick<AliasMove, 'model' | 'alias'>,
  move: () => Promise<T>,
): Promise<T> {
  const note = (outcome: 'ALLOWED' | 'DENIED' | 'FAILED') =>
    writeAudit(models.database, viewer, {
      action,
      objectKind: 'model',
      objectIds: [`models:/${at.model}@${at.alias}`.slice(0, 120)],
      outcome,
    });
  try {
    const answer = await move();
    await note('ALLOWED');
    return answer;
  } catch (error) {
    await note(error instanceof AppError && error.code === 'FORBIDDEN' ? 'DENIED' : 'FAILED');
    throw error;
  }
}
