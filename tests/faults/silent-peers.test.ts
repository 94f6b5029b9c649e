// Peers that are configured and never answer, not even by a refusal: what all of their dials together may hold is bounded, and each
// has its turn.
import { createSpeaker } from "@bgpwire/transport-node";
import { expect, test } from "vitest";
import { nodeDriver } from "../support/node-driver.ts";
import { until } from "../support/real-time.ts";
import { MANY_ADDRESSES, openDescriptors } from "../support/socket-world.ts";

const PEERS = 150;
const DIALS = 20;

test.skipIf(!MANY_ADDRESSES)(`${PEERS} silent peers hold ${DIALS} descriptors, and each is dialled`, async () => {
  const hole = await nodeDriver.blackHole!();
  const dialled = new Set<string>();
  const speaker = createSpeaker({
    routerId: "10.0.0.1",
    maximumDials: DIALS,
    connectTimeout: 0.1,
    onEvent: (event) => void (event.type === "dialFailed" && dialled.add(event.peer.id)),
  });
  for (let i = 0; i < PEERS; i += 1) {
    const place = { remoteAddress: hole.address, remotePort: hole.port, localAddress: `127.0.2.${1 + i}` };
    speaker.addPeer({ ...place, localAs: 65001, remoteAs: 65002, connectRetryTime: 60 });
  }
  const before = openDescriptors();
  await speaker.start();
  let most = 0;
  await until(() => {
    most = Math.max(most, openDescriptors() - before);
    return dialled.size === PEERS;
  }, "a dial of each");
  expect(most).toBeGreaterThanOrEqual(DIALS);
  // The event loop has opened a few of its own.
  expect(most).toBeLessThan(DIALS + 10);
  await speaker.stop();
  await until(() => openDescriptors() < before + 10, "no descriptors of dials");
  await hole.close();
});
