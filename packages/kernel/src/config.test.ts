import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

describe('loadConfig', () => {
  it('has a default for everything', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ apiPort: 4000, webPort: 3000, databaseUrl: undefined, device: 'cpu' });
    expect(config.home).toMatch(/\.tomograph$/);
  });

  it('treats an empty variable as absent', () => {
    expect(loadConfig({ DATABASE_URL: '', API_PORT: '' })).toMatchObject({
      databaseUrl: undefined,
      apiPort: 4000,
    });
  });

  it('takes the folder of a base from the place the process was started in', () => {
    expect(loadConfig({}).baseFolder).toBeUndefined();
    expect(loadConfig({ TOMOGRAPH_BASE: 'my-base' }).baseFolder).toBe(`${process.cwd()}/my-base`);
  });

  it.each([
    ['API_PORT', 'http'],
    ['API_PORT', '0'],
    ['WEB_PORT', '70000'],
    ['DATABASE_URL', 'mysql://secret@host/db'],
    ['DEVICE', 'tpu'],
  ])('refuses %s=%s by name and without its value', (variable, value) => {
    expect(() => loadConfig({ [variable]: value })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', facts: { variable } }),
    );
    expect(() => loadConfig({ [variable]: value })).not.toThrow(/secret/);
  });
});
