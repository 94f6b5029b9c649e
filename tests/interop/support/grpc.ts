// A call of gRPC with one message each way, over a socket of the file system.
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";

/** Calls a method such as "/package.Service/Method". @throws Error where the other side says that it failed */
export async function call(socket: string, method: string, request: Uint8Array): Promise<void> {
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  try {
    const status = await new Promise<string>((resolve, reject) => {
      const stream = session.request({
        [constants.HTTP2_HEADER_METHOD]: "POST",
        [constants.HTTP2_HEADER_PATH]: method,
        [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
        [constants.HTTP2_HEADER_TE]: "trailers",
      });
      // Where nothing is answered the status stands in the first headers.
      const read = (headers: Readonly<Record<string, unknown>>): void => {
        const code = headers["grpc-status"];
        if (code !== undefined) resolve(code === "0" ? "" : `${String(code)} ${String(headers["grpc-message"])}`);
      };
      stream.on("response", read);
      stream.on("trailers", read);
      stream.on("error", reject);
      session.on("error", reject);
      stream.on("close", () => reject(new Error(`${method} ended without a status`)));
      stream.resume();
      const head = Buffer.alloc(5);
      head.writeUInt32BE(request.length, 1);
      stream.end(Buffer.concat([head, request]));
    });
    if (status !== "") throw new Error(`${method}: ${status}`);
  } finally {
    session.close();
  }
}
