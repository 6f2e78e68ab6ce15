// A real Chromium for the browser tests: found on this machine, never downloaded. Watches what a page asks for.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const candidates = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Why a browser test was skipped, for the test's own message. */
export const chromiumMissing =
  'no Chromium here: install one (Debian: apt-get install chromium) or name it in CHROMIUM_PATH';

/** CHROMIUM_PATH, else the first that exists; undefined: skip, and say `chromiumMissing`. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  return named !== undefined && named !== '' ? named : candidates.find((path) => existsSync(path));
}

/** WebGL 2 runs on the CPU (SwiftShader), so that NiiVue draws on machines without a graphics card. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(chromiumMissing);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
    ],
  });
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Addresses outside `baseUrl` that the page asked for: must stay empty. */
  readonly foreignRequests: string[];
  /** Uncaught exceptions and console errors, policy violations among them. */
  readonly problems: string[];
}

export async function openPage(
  browser: Browser,
  baseUrl: string,
  options: { theme?: 'dark' | 'light'; width?: number; height?: number; reducedMotion?: boolean } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
  });
  if (options.theme !== undefined) {
    await context.addCookies([{ name: 'theme', value: options.theme, url: baseUrl }]);
  }
  context.setDefaultTimeout(90_000); // conditions come true within a second; a loaded machine is given its time
  const page = await context.newPage();
  const foreignRequests: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(baseUrl) && !/^(data|blob):/.test(url)) foreignRequests.push(url);
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return { page, foreignRequests, problems, [Symbol.asyncDispose]: () => context.close() };
}

/** Violations of WCAG 2.2 A and AA on the page as it stands, one line each; empty when clean. */
export async function axeViolations(page: Page): Promise<string[]> {
  const axePath = createRequire(join(root, 'apps/web/package.json')).resolve('axe-core/axe.min.js');
  await page.evaluate(readFileSync(axePath, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          context: unknown,
          options: object,
        ): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>;
      };
    };
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const where = (globalThis as unknown as { document: unknown }).document;
    const { violations } = await axe.run(where, { runOnly: { type: 'tag', values } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => String(node.target)).join(', ')}`);
  });
}

/** Writes screenshots/<name>.png into the folder that CI keeps. @returns the path */
export async function takeScreenshot(page: Page, name: string): Promise<string> {
  const output = process.env.TOMOGRAPH_TEST_OUTPUT ?? join(root, 'test-output');
  const path = join(output, 'screenshots', `${name}.png`);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path });
  return path;
}

/** Waits until the case page's volume is drawn (or its prepared pictures are, where WebGL 2 is missing). */
export async function waitForViewer(page: Page, timeoutMs = 60_000): Promise<'volume' | 'pictures'> {
  const ready = page.locator('[data-testid=viewer][data-ready=true], [data-testid=viewer-pictures]');
  await ready.first().waitFor({ timeout: timeoutMs });
  return (await ready.first().getAttribute('data-testid')) === 'viewer' ? 'volume' : 'pictures';
}
