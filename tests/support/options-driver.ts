// A driver whose sockets all have options: on some platforms they are made another way then, and keep the same promises.
import type { SocketOptions, Transport } from "@bgpwire/core";
import type { DriverUnderTest } from "./driver-suite.ts";
import { NO_SOCKET_OPTIONS } from "./no-socket-options.ts";

/** What is seen of them is nothing. */
const OPTIONS: SocketOptions = { ...NO_SOCKET_OPTIONS, dscp: 48 };
/** For the sockets that listen: the key of somebody who never comes. */
const STRANGER = {
  remote: "192.0.2.9",
  localAddress: null,
  options: { ...NO_SOCKET_OPTIONS, md5Password: Uint8Array.of(1) },
};

export function optionsDriver(driver: DriverUnderTest): DriverUnderTest {
  return { ...driver, transport: (options) => withOptions(driver.transport(options)) };
}

function withOptions(inner: Transport): Transport {
  inner.socketOptions!.protect([STRANGER]);
  return {
    ...inner,
    dial: (target, events) => inner.dial({ ...target, socketOptions: OPTIONS }, events),
    listen: (target, accept) =>
      inner.listen(target, (link, endpoints) => {
        link.setOptions!(OPTIONS);
        return accept(link, endpoints);
      }),
  };
}
