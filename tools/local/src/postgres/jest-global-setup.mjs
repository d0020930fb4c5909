import { startTestServer } from './test-server.ts';

/** One PostgreSQL per test run, unless the caller brings one. */
export default async function setUp() {
  if (process.env.TOWPATH_TEST_POSTGRES) return;
  const server = await startTestServer();
  process.env.TOWPATH_TEST_POSTGRES = server.url;
  globalThis.towpathTestPostgres = server;
}
