// Configuration: a few environment variables with defaults, read once at start-up and refused in one sentence.
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './app-error.js';

const port = z.coerce.number().int().min(1).max(65535);
const schema = z.object({
  TOMOGRAPH_HOME: z.string().min(1).default('.tomograph'),
  API_PORT: port.default(4000),
  WEB_PORT: port.default(3000),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  BLOB_URL: z
    .string()
    .regex(/^(s3|file):\/\//, 'must start with s3:// or file://')
    .optional(),
  TOMOGRAPH_BASE: z.string().min(1).optional(),
  DEVICE: z.enum(['cpu', 'cuda', 'webgpu']).default('cpu'),
});

export interface Config {
  /** Absolute folder that holds everything of this installation. */
  readonly home: string;
  readonly apiPort: number;
  readonly webPort: number;
  /** A Postgres to use; undefined = the embedded database under `home`. */
  readonly databaseUrl: string | undefined;
  /** `s3://bucket/prefix` or `file:///folder`; undefined = a folder under `home`. */
  readonly blobUrl: string | undefined;
  readonly device: 'cpu' | 'cuda' | 'webgpu';
  /** Folder of the base that tasks are added to, absolute; undefined = the shipped one (weights/pvt-base). */
  readonly baseFolder?: string | undefined;
}

/** @throws AppError CONFIG_INVALID naming the variable, never its value (it may hold a password) */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new AppError('CONFIG_INVALID', {
      message: `environment variable ${name} is not usable: ${issue.message}`,
      facts: { variable: name },
    });
  }
  const { TOMOGRAPH_HOME, API_PORT, WEB_PORT, DATABASE_URL, BLOB_URL, DEVICE, TOMOGRAPH_BASE } = parsed.data;
  return {
    home: resolve(TOMOGRAPH_HOME),
    apiPort: API_PORT,
    webPort: WEB_PORT,
    databaseUrl: DATABASE_URL,
    blobUrl: BLOB_URL,
    device: DEVICE,
    baseFolder: TOMOGRAPH_BASE === undefined ? undefined : resolve(TOMOGRAPH_BASE),
  };
}
