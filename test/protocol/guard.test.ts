// The wire contract does not change by accident: the hash of frames.ts is pinned beside the version that it describes.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { protocolVersion } from '../../server/protocol/frames.ts';

const pinned = { version: 1, hash: 'd6e07bd2a3bd6a2d' };

it('frames.ts is what version 1 of the protocol says.', () => {
  const text = readFileSync(new URL('../../server/protocol/frames.ts', import.meta.url), 'utf8');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  expect(
    { version: protocolVersion, hash },
    'server/protocol/frames.ts has changed. If old clients and servers still understand each other (a new optional field, a comment), pin the new hash here. If not, raise protocolVersion and the subprotocol, then pin both. Either way bring docs/protocol.md up to date.',
  ).toEqual(pinned);
});
