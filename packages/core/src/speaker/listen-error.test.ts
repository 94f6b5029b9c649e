// One clear sentence for an address that cannot be bound.
import { expect, test } from "vitest";
import { listenError } from "./listen-error.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`bind ${code}`), { code });
}

test("says which address, which port and why", () => {
  const cause = systemError("EADDRINUSE");
  const error = listenError({ address: "192.0.2.1", port: 179 }, cause);
  expect(error.message).toBe("cannot listen on 192.0.2.1:179: it is in use (EADDRINUSE)");
  expect(error.code).toBe("EADDRINUSE");
  expect(error.cause).toBe(cause);
});

test("IPv6 is in brackets", () => {
  const error = listenError({ address: "2001:db8::1", port: 0 }, systemError("EADDRNOTAVAIL"));
  expect(error.message).toBe("cannot listen on [2001:db8::1]:0: it is not an address of this machine (EADDRNOTAVAIL)");
});

test("an unusual error keeps the system's words, and its code where it has one", () => {
  expect(listenError({ address: "::", port: 1 }, systemError("EIO"))).toMatchObject({
    message: "cannot listen on [::]:1: bind EIO",
    code: "EIO",
  });
  expect(listenError({ address: "::", port: 1 }, new Error("no"))).toMatchObject({
    message: "cannot listen on [::]:1: no",
    code: "",
  });
});
