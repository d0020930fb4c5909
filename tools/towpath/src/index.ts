export { createNodes } from './plugin.ts';
export { readServices, type ServiceDeclaration, ServiceDeclarationError } from './services.ts';
