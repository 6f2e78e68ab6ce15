import { AppError, type Clock } from '@tomograph/kernel';
import { expect, test } from 'vitest';
import { RateLimiter } from './rate-limit.js';

function limiterAt(time: { ms: number }, maxKeys?: number) {
  const clock: Clock = { now: () => new Date(time.ms), monotonicMs: () => time.ms };
  return new RateLimiter({ points: 100, pointsPerSecond: 10, clock, ...(maxKeys && { maxKeys }) });
}

function refusalOf(spend: () => void): AppError {
  try {
    spend();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('was not refused');
}

test('lets a full bucket be spent at once and then refuses, saying when to come back', () => {
  const limiter = limiterAt({ ms: 0 });
  limiter.spend('key', 100);
  const refused = refusalOf(() => limiter.spend('key', 25));
  expect(refused.code).toBe('RATE_LIMITED');
  expect(refused.facts.retryAfterSeconds).toBe(3);
});

test('fills at a steady rate up to its size', () => {
  const time = { ms: 0 };
  const limiter = limiterAt(time);
  limiter.spend('key', 100);
  time.ms = 2_500;
  expect(limiter.state('key')).toMatchObject({ limit: 100, remaining: 25 });
  expect(limiter.state('key').resetAt).toEqual(new Date(10_000));
  time.ms = 60_000;
  expect(limiter.state('key').remaining).toBe(100);
});

test('gives back what was not used, never more than fits', () => {
  const limiter = limiterAt({ ms: 0 });
  limiter.spend('key', 50);
  limiter.refund('key', 20);
  expect(limiter.state('key').remaining).toBe(70);
  limiter.refund('key', 500);
  expect(limiter.state('key').remaining).toBe(100);
  limiter.refund('key', -50);
  expect(limiter.state('key').remaining).toBe(100);
});

test('keeps the buckets of two keys apart and forgets the oldest beyond its cap', () => {
  const limiter = limiterAt({ ms: 0 }, 2);
  limiter.spend('a', 60);
  limiter.spend('b', 10);
  expect(limiter.state('a').remaining).toBe(40);
  limiter.spend('c', 1);
  expect(limiter.state('a').remaining).toBe(40);
  expect(limiter.state('b').remaining).toBe(100);
});
