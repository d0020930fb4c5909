import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { defineRoute, openApiDocument, routes } from '@towpath/api';
import { DomainError } from '@towpath/errors';
import { answerRoute, securityHeaders } from '@towpath/http';
import { z } from 'zod';

import { GatewayConfig } from '../gateway.config.ts';

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Towpath</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <div id="reference"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</html>
`;
const start = `SwaggerUIBundle({ url: '/docs/openapi.json', domNode: document.getElementById('reference') });\n`;

/** Nothing from elsewhere, and no script or style in the page itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";
const headers = { ...securityHeaders, 'content-security-policy': policy };

/** No service is asked for these; a route has to name one. */
const shared = {
  method: 'GET',
  service: 'catalog',
  access: 'anyone',
  problems: [],
  answers: { 200: z.string() },
} as const;
const readPage = defineRoute({ ...shared, name: 'readReference', path: '/docs', summary: 'The API for people.' });
const readPart = defineRoute({
  ...shared,
  name: 'readReferencePart',
  path: '/docs/{part}',
  params: z.strictObject({ part: z.string() }),
  summary: 'What the page is made of.',
});

/** The API, to be read and tried out in a browser. Only where people develop: nothing of it is in the bundle. */
@Injectable()
export class ReferencePage implements OnModuleInit {
  private readonly parts: Readonly<Record<string, readonly [type: string, () => string | Promise<Buffer>]>> = {
    'swagger-ui.css': ['text/css', () => fromPackage('swagger-ui.css')],
    'swagger-ui-bundle.js': ['text/javascript', () => fromPackage('swagger-ui-bundle.js')],
    'start.js': ['text/javascript', () => start],
    'openapi.json': ['application/json', () => JSON.stringify(openApiDocument(routes))],
  };

  constructor(
    private readonly config: GatewayConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (this.config.nodeEnv !== 'development') return;
    answerRoute(this.host, readPage, async (_, reply) => reply.headers(headers).type('text/html').send(page));
    answerRoute(this.host, readPart, async (request, reply) => {
      const { part } = request.params as { part: string };
      if (!Object.hasOwn(this.parts, part)) throw new DomainError('not-found', 'There is nothing at this address.');
      const [type, read] = this.parts[part]!;
      return reply
        .headers(headers)
        .type(type)
        .send(await read());
    });
  }
}

function fromPackage(file: string): Promise<Buffer> {
  return readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${file}`));
}
