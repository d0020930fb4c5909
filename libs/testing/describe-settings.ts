import { readFileSync } from 'node:fs';

import { type SettingsClass, settingsTable } from '@towpath/config';

/** The README of a service tells each of its settings as it is, and no others. */
export function describeSettings(readme: URL, ...settings: readonly SettingsClass[]): void {
  describe('settings', () => {
    it('When a setting is added, changed or removed, then the README tells', () => {
      expect(rowsOf(readFileSync(readme, 'utf8'))).toEqual(rowsOf(settingsTable(...settings)));
    });
  });
}

/** Rows that begin with the name of a setting, without the spaces with which a formatter lines up columns. */
function rowsOf(markdown: string): string[] {
  const lines = markdown.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  return lines.filter((line) => /^\| `[A-Z_]+` \|/.test(line));
}
