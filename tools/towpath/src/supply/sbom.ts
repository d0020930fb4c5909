import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

// What the lock file names, by npm. All of it: told to leave out what only builds and tests, npm leaves out some of what
// services use as well; such packages say `cdx:npm:package:development`.
const bill = execFileSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
);
const { components } = JSON.parse(bill) as { components: unknown[] };

mkdirSync('dist', { recursive: true });
writeFileSync('dist/sbom.cdx.json', bill);
console.log(`dist/sbom.cdx.json: ${components.length} packages (CycloneDX).`);
