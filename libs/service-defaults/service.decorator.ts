import { Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { provideSettings, type SettingsClass } from '@towpath/config';

export interface ServiceMetadata extends ModuleMetadata {
  /** As in service.yaml. */
  readonly name: string;
  readonly settings?: readonly SettingsClass[];
}

const names = new WeakMap<object, string>();

/** The module that is a whole service: a Nest module with a name and settings. */
export function Service({ name, settings = [], providers = [], ...rest }: ServiceMetadata): ClassDecorator {
  return (target) => {
    names.set(target, name);
    Module({ ...rest, providers: [...settings.map((each) => provideSettings(each)), ...providers] })(target);
  };
}

/** @throws Error if the class has no `@Service` */
export function nameOf(service: Type): string {
  const name = names.get(service);
  if (!name) throw new Error(`${service.name} is no service: decorate it with @Service.`);
  return name;
}
