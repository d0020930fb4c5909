import { openApiDocument, routes } from '@towpath/api';

import { givenGateway } from './given-gateway.ts';

describe('the reference page of a gateway that is developed', () => {
  const { gateway, service } = givenGateway({ NODE_ENV: 'development' });
  const read = async (path: string) => {
    const response = await fetch(gateway.url + path);
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  };

  it('When a browser opens it, then all that it needs comes from here, and nothing else may run', async () => {
    const { status, headers, text } = await read('/docs');
    const references = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path]) => path ?? '');
    const parts = await Promise.all(references.map(read));

    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      expect.stringContaining('text/html'),
      'no-store',
    ]);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    expect(references).toEqual(['/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/start.js']);
    expect(parts.map((part) => [part.status, part.headers['content-type']?.split(';')[0]])).toEqual([
      [200, 'text/css'],
      [200, 'text/javascript'],
      [200, 'text/javascript'],
    ]);
    expect(text).not.toMatch(/<script>|<style|https?:/);
    expect(service.seen).toEqual([]);
  });

  it('When the document is asked for, then it is the one of the API', async () => {
    expect(JSON.parse((await read('/docs/openapi.json')).text)).toEqual(openApiDocument(routes));
  });

  it.each(['package.json', '..%2fpackage.json', '__proto__', 'constructor', 'index.html'])(
    'When the part %s is asked for, then there is none',
    async (part) => {
      expect((await read(`/docs/${part}`)).status).toBe(404);
    },
  );
});

describe('the reference page elsewhere', () => {
  const { gateway } = givenGateway({ NODE_ENV: 'production' });

  it.each(['/docs', '/docs/', '/docs/start.js', '/docs/openapi.json'])(
    'When %s is asked for in production, then there is nothing',
    async (path) => {
      expect((await fetch(gateway.url + path)).status).toBe(404);
    },
  );
});
