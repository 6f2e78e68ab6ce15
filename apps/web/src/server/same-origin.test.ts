import { describe, expect, it } from 'vitest';
import { checkOrigin, isJson } from './same-origin';

const check = (headers: Record<string, string>, kind: 'read' | 'write' = 'write', env = {}) =>
  checkOrigin(new Headers({ host: 'localhost:3000', ...headers }), kind, env).allowed;

describe('the origin check of the browser’s doors', () => {
  it('lets this front end’s own pages write and read', () => {
    expect(check({ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' })).toBe(true);
    expect(check({ origin: 'http://localhost:3000' })).toBe(true);
    expect(check({ 'sec-fetch-site': 'same-origin' }, 'read')).toBe(true);
  });

  it('refuses writes from other sites, other ports, and opaque origins', () => {
    expect(check({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(false);
    expect(check({ 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' })).toBe(false);
    expect(check({ origin: 'http://localhost:8080' })).toBe(false);
    expect(check({ origin: 'null' })).toBe(false);
    expect(check({ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' })).toBe(false);
  });

  it('refuses a write that does not say where it comes from', () => {
    expect(check({})).toBe(false);
    expect(check({ 'sec-fetch-site': 'none' })).toBe(false);
  });

  it('lets a picture be opened in its own tab, but not shown by another site', () => {
    expect(check({ 'sec-fetch-site': 'none' }, 'read')).toBe(true);
    expect(check({}, 'read')).toBe(true);
    expect(check({ 'sec-fetch-site': 'cross-site' }, 'read')).toBe(false);
  });

  it('refuses a host name it does not know, which stops DNS rebinding', () => {
    const rebound = {
      host: 'evil.example:3000',
      origin: 'http://evil.example:3000',
      'sec-fetch-site': 'same-origin',
    };
    expect(check(rebound)).toBe(false);
    expect(check(rebound, 'read')).toBe(false);
  });

  it('takes further host names from WEB_HOSTS', () => {
    const named = { host: 'pacs.example:3000', origin: 'http://pacs.example:3000' };
    expect(check(named, 'write', { WEB_HOSTS: 'other.example, PACS.example' })).toBe(true);
    expect(check({ host: '[::1]:3000', origin: 'http://[::1]:3000' })).toBe(true);
  });
});

describe('isJson', () => {
  it('takes JSON with parameters and none of the content types a form can send', () => {
    expect(isJson(new Headers({ 'content-type': 'application/json; charset=utf-8' }))).toBe(true);
    for (const type of [
      'text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'application/jsonp',
    ]) {
      expect(isJson(new Headers({ 'content-type': type })), type).toBe(false);
    }
    expect(isJson(new Headers())).toBe(false);
  });
});
