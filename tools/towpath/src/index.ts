export { readServices, type ServiceDeclaration, ServiceDeclarationError } from './services.ts';
