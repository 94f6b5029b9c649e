// What is used here of the module that workers have, and no more.
declare module "cloudflare:sockets" {
  interface Socket {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
    readonly opened: Promise<unknown>;
    readonly closed: Promise<void>;
    close(): Promise<void>;
  }

  export function connect(
    address: { readonly hostname: string; readonly port: number },
    options: { readonly secureTransport: "off" | "on" | "starttls"; readonly allowHalfOpen: boolean },
  ): Socket;
}
