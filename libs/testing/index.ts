export { badRequests } from './bad-requests.ts';
export { describeBadInput } from './describe-bad-input.ts';
export { describeSettings } from './describe-settings.ts';
export { eventually } from './eventually.ts';
export { givenService, type ServiceUnderTest } from './given-service.ts';
export { type GoodRequest, goodRequest, goodRequests } from './good-requests.ts';
export { HttpClient, type HttpReply } from './http-client.ts';
export { peerFiles, type PeerKeys } from './peer-files.ts';
export { rawRequest } from './raw-request.ts';
