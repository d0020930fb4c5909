import { type Setting, settingName } from './setting.ts';
import type { SettingsClass } from './settings.ts';

/** What a README says about one setting. */
export interface SettingDescription {
  readonly name: string;
  readonly allowed: string;
  readonly default: string;
  readonly meaning: string;
}

export function describeSettings(settings: SettingsClass): SettingDescription[] {
  return Object.entries(settings.shape).map(([key, each]) => ({
    name: settingName(key),
    allowed: each.allowed,
    default: describeDefault(each),
    meaning: each.meaning,
  }));
}

/** A Markdown table of the settings of these classes. */
export function settingsTable(...classes: readonly SettingsClass[]): string {
  const rows = classes
    .flatMap(describeSettings)
    .map((each) => `| \`${each.name}\` | ${each.allowed} | ${each.default} | ${each.meaning} |`);
  return ['| setting | allowed | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function describeDefault(setting: Setting<unknown>): string {
  if (setting.default !== undefined) return `\`${setting.default}\``;
  return setting.optional ? 'none' : 'must be given';
}
