export { eventually } from './eventually.ts';
export { givenService, type ServiceUnderTest } from './given-service.ts';
export { HttpClient, type HttpReply } from './http-client.ts';
export { type PeerKeys, peerFiles } from './peer-files.ts';
