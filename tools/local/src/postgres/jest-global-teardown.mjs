export default async function tearDown() {
  await globalThis.towpathTestPostgres?.stop();
}
