import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { bundle } from './bundle.ts';

const service = `
import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { greeting } from '@towpath/words';

@Injectable() class Clock { readonly year = 2026; }
@Controller() class Greeter { constructor(private readonly clock: Clock) {} @Get() greet() { return greeting + this.clock.year; } }
@Module({ controllers: [Greeter], providers: [Clock] }) class Greetings {}

const app = await NestFactory.create(Greetings, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
const answer = await fetch(await app.getUrl());
pino({ timestamp: false, base: null }).info(await answer.text());
await app.close();
`;

describe('a bundled service', () => {
  const root = mkdtempSync(join(tmpdir(), 'towpath-bundle-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('When it runs where nothing is installed, then injection, libs and logs work', async () => {
    const repository = resolve(__dirname, '../../../..');
    cpSync(join(repository, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
    symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
    for (const [folder, file, source] of [
      ['apps/greeter/src', 'main.ts', service],
      ['libs/words', 'index.ts', `export const greeting = 'Happy ';`],
    ]) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, file), source);
    }

    await bundle(root, 'apps/greeter');
    rmSync(join(root, 'node_modules'));

    const output = execFileSync(process.execPath, [join(root, 'apps/greeter/dist/main.js')], { encoding: 'utf8' });
    expect(output).toBe('{"level":30,"msg":"Happy 2026"}\n');
  }, 30_000);
});
