export { Environment } from './environment.ts';
export { setting } from './kinds.ts';
export { SecretFile, type SecretFileOptions } from './secret-file.ts';
export { type Role, roles, ServiceIdentity } from './service-identity.ts';
export type { Setting } from './setting.ts';
export { checkSettings, provideSettings, readSettings, Settings, type SettingsClass } from './settings.ts';
export { SettingsError } from './settings-error.ts';
export { describeSettings, type SettingDescription, settingsTable } from './settings-table.ts';
