import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** Who a frame is from, and where it goes. */
export interface DirectDoor {
  readonly host: string;
  readonly port: number;
  readonly sender: string;
  /** The private key of the sender, as a JWK. */
  readonly senderKeyFile: string;
  readonly receiver: string;
}

const lifeSeconds = 60;
const patienceMs = 3_000;

/** Sends the text of a message as the transport would, without looking at it. Resolves once it was taken. */
export async function sendFrame(door: DirectDoor, message: string): Promise<void> {
  const data = `{"token":"${tokenOf(door)}","envelope":${message}}`;
  const answer = await sendRaw(door, `{"pattern":"messages.v1","id":"poison","data":${data}}`);
  if (!answer.includes('"ack":true')) throw new Error(`A message was not taken: ${answer || 'no answer'}`);
}

/** Sends any text as a frame. Resolves with the answer, or with nothing when the receiver hangs up or is silent. */
export async function sendRaw({ host, port }: DirectDoor, text: string): Promise<string> {
  const socket = connect({ host, port });
  try {
    socket.write(`${text.length}#${text}`);
    return await answerOf(socket);
  } finally {
    socket.destroy();
  }
}

function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.setTimeout(patienceMs, () => resolve(''));
    socket.once('data', (bytes) => resolve(bytes.toString()));
    socket.once('close', () => resolve(''));
    socket.once('error', () => resolve(''));
  });
}

/** A token of the sender's own, as services prove to each other who they are. */
function tokenOf({ sender, senderKeyFile, receiver }: DirectDoor): string {
  const jwk = JSON.parse(readFileSync(senderKeyFile, 'utf8')) as JsonWebKey;
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: sender, aud: receiver, iat: now, exp: now + lifeSeconds };
  const content = [{ alg: 'ES256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
