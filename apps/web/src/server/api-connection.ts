// Where the API is and with which key this process speaks to it. Server only: neither value reaches the browser.
import { readFile } from 'node:fs/promises';

/** API_URL without a trailing slash; the API of `npm start` by default. */
export function apiUrl(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return (env.API_URL ?? `http://127.0.0.1:${env.API_PORT ?? '4000'}`).replace(/\/+$/, '');
}

/**
 * The key is read at each request: the API makes the file at its first start, and a new key needs no restart here.
 * No file, no key: the API then answers UNAUTHENTICATED and the page says so.
 */
export async function authorization(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Record<string, string>> {
  const path = env.TOMOGRAPH_LOCAL_KEY_FILE;
  if (path === undefined || path === '') return {};
  try {
    const key = (await readFile(path, 'utf8')).trim();
    return key === '' ? {} : { authorization: `Bearer ${key}` };
  } catch {
    return {};
  }
}
