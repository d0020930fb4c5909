export { eventually } from './eventually.ts';
export { givenService, type ServiceUnderTest } from './given-service.ts';
export { HttpClient, type HttpReply } from './http-client.ts';
export { peerFiles, type PeerKeys } from './peer-files.ts';
