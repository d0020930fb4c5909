const hidden = '[redacted]';

/** Names (without case and separators) whose values are never logged, however deep. */
const secretName =
  /(?:authorization|cookie|password|passwordhash|passphrase|secret|token|(?:api|private|secret|signing)keys?|cardnumber|cvc|cvv|iban|signature)$/;

/** What gives itself away inside a text: bearer tokens, JWTs, keys of the payment provider, passwords in URLs, PEM blocks. */
const secretTexts: readonly [RegExp, string][] = [
  [/\bBearer\s+[^\s"',;]+/gi, `Bearer ${hidden}`],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]+)?/g, hidden],
  [/\b(?:sk|rk|whsec)_[A-Za-z0-9_]{8,}/g, hidden],
  [/:\/\/([^\s/:@]*):[^\s/@]+@/g, `://$1:${hidden}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
];

const deepest = 8;
const longestList = 100;

export function redactText(text: string): string {
  return secretTexts.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

/** A copy that can be logged: no secrets, no cycles, errors with what tells their cause and nothing else. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, longestList).map((each) => redact(each, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  return redactFields(value, depth);
}

export function redactFields(value: object, depth = 0): Record<string, unknown> {
  const isSecret = (name: string) =>
    secretName.test(name.toLowerCase().replaceAll(/[-_]/g, '')) || isKeyMaterial(name, value);
  const entries = Object.entries(value).map(([name, each]) => [
    name,
    isSecret(name) ? hidden : redact(each, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** The private parts of a JSON Web Key. */
function isKeyMaterial(name: string, owner: object): boolean {
  return 'kty' in owner && ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(name);
}

/** Not its other properties: drivers and clients keep whole requests there. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: redactText(message),
    ...('code' in error && { code: String(error.code) }),
    ...(stack && { stack: redactText(stack) }),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
  };
}
