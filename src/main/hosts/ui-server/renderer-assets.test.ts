import { describe, expect, it } from 'vitest';
import { resolveAsset, securityHeaders } from './renderer-assets.ts';

describe('resolveAsset', () => {
  it.each([
    ['/', 'index.html', 'text/html; charset=utf-8'],
    ['/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['/assets/index-D1_x.js', 'assets/index-D1_x.js', 'text/javascript; charset=utf-8'],
    ['/assets/style.min.css', 'assets/style.min.css', 'text/css; charset=utf-8'],
  ])('serves %s', (pathname, path, mimeType) => {
    expect(resolveAsset(pathname)).toEqual({ path, mimeType });
  });

  it.each([
    '',
    'index.html',
    '//index.html',
    '/../index.html',
    '/assets/../../main/index.js',
    '/assets/..%2f..%2fmain/index.js',
    '/%2e%2e/main/index.js',
    '/assets\\..\\index.js',
    '/.hidden.js',
    '/assets/.hidden.js',
    '/C:/index.js',
    '/index.js\0.html',
    '/assets/',
    '/assets/secret.pem',
    '/html',
    '/index.html/',
  ])('refuses %j', (pathname) => {
    expect(resolveAsset(pathname)).toBeUndefined();
  });
});

describe('securityHeaders', () => {
  it('lets the page load and reach nothing but its own origin, and what is named', () => {
    const policy = securityHeaders(['ws://127.0.0.1:4000'])['Content-Security-Policy'];
    expect(policy?.split('; ').toSorted()).toEqual([
      "base-uri 'none'",
      "connect-src 'self' ws://127.0.0.1:4000",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data: blob:",
      "script-src 'self'",
      "style-src 'self'",
    ]);
  });
});
