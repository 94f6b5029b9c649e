// A driver that tells the events of a connection out of order, twice, or too late: a close before the end, an error after a
// close, data after either. Whatever it tells, the connection ends once, what came before the end is heard, and no other
// session is the worse for it. All orders of three events are tried, from the beginning and once a session is up.
import { describe, expect, test } from "vitest";
import type { PeerHandle } from "../../packages/core/src/speaker/peer-handle.ts";
import type { LinkEvents } from "../../packages/core/src/speaker/transport.ts";
import { scriptedBystander } from "../support/bystander.ts";
import { type ScriptedLink, settled } from "../support/scripted-transport.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { concat, keepalive, open, update } from "../support/wire.ts";

const EVENTS = ["connected", "failed", "session", "update", "eof", "closed"] as const;
type Event = (typeof EVENTS)[number];

/** All orders of so many events, each of which may come several times, behind these. */
function orders(more: number, first: readonly Event[] = []): (readonly Event[])[] {
  if (more === 0) return [first];
  return EVENTS.flatMap((event) => orders(more - 1, first.concat(event)));
}

function tell(events: LinkEvents, { endpoints }: ScriptedLink, event: Event): void {
  switch (event) {
    case "connected":
      return events.connected(endpoints);
    case "failed":
      return events.failed("failed");
    case "session":
      return events.bytes(concat(open(), keepalive()));
    case "update":
      return events.bytes(update());
    case "eof":
      return events.eof();
    case "closed":
      return events.closed("closed");
  }
}

/** What is to become of a connection: is it up, has it ended, and how many UPDATEs are heard. */
function expected(order: readonly Event[], accepted: boolean): { up: boolean; over: boolean; updates: number } {
  let up = accepted;
  let over = false;
  let established = false;
  let updates = 0;
  for (const event of order) {
    if (over) break;
    if (event === "connected") up = true;
    else if (event === "session") {
      // The second OPEN of a session is an error.
      over = up && established;
      established = up;
    } else if (event === "update") {
      // Before the OPEN it is an error.
      over = up && !established;
      if (up && established) updates += 1;
    } else over = true;
  }
  return { up, over, updates };
}

describe.each(["dialled", "accepted"] as const)("a connection that was %s", (direction) => {
  test.each([
    ["whose UPDATEs are handled at once", false],
    ["whose UPDATEs wait for the plugin", true],
  ])("%s", async (_, waits) => {
    for (const order of [...orders(3), ...orders(3, ["connected", "session"])]) {
      const d = new SpeakerDriver({ listen: [{ address: "192.0.2.1", port: 179 }] });
      const checkBystander = await scriptedBystander(d);
      let updates = 0;
      const held: (() => void)[] = [];
      const onEstablished = () => (): Promise<void> | void => {
        updates += 1;
        if (waits) return new Promise<void>((resolve) => held.push(resolve));
      };
      const accepted = direction === "accepted";
      const peer = d.add({ passive: accepted }, { onEstablished }) as PeerHandle;
      const link = accepted ? d.listener.connect() : d.transport.dialled;
      const events = link.events!;

      for (const event of order) {
        tell(events, link, event);
        events.unsent(0);
      }
      for (let seen = -1; seen !== updates;) {
        seen = updates;
        for (const release of held.splice(0)) release();
        if (waits) await settled();
      }
      checkBystander();

      const name = order.join(" ");
      const { up, over, updates: most } = expected(order, accepted);
      expect([updates, link.closes.length], name).toEqual([most, up && over ? 1 : 0]);
      if (!over) events.closed("at last");
      expect([link.closes.length, peer.view().connections], name).toEqual([up ? 1 : 0, []]);
      expect(
        [...peer.links.values()].some((one) => one.link === link),
        `${name}: forgotten`,
      ).toBe(false);
      const ends = d.events.filter(({ type }) => type === "ended" || type === "dialFailed");
      expect(ends.length, name).toBe(1);

      // Nothing that comes now is about anything.
      const told = d.events.length;
      for (const event of EVENTS) tell(events, link, event);
      events.gone();
      events.gone();
      expect([d.events.length, link.closes.length], name).toEqual([told, up ? 1 : 0]);
      checkBystander();
    }
  });
});
