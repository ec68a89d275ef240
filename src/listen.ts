import type { Server } from "node:http";
import { AppError } from "./errors.ts";

interface Place {
  /** Setting that the port comes from. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Gives back `http://localhost:3000`, with the real port. Throws `settings/invalid`. */
export function listen(server: Server, place: Place): Promise<string> {
  const { host, port } = place;
  // Where localhost means ::1 first, a relay that sends to 127.0.0.1 would find nobody.
  const listenOn = host === "localhost" ? "127.0.0.1" : host;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(explain(error, place));
    server.once("error", fail);
    server.listen(port, listenOn, () => {
      server.off("error", fail);
      const address = server.address();
      const real = address !== null && typeof address === "object" ? address.port : port;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${real}`);
    });
  });
}

function explain(error: NodeJS.ErrnoException, { name, host, port }: Place): Error {
  const what = {
    EADDRINUSE: `${name}: ${port} is taken by another process; take another one, or 0 for any free one`,
    EACCES: `${name}: this user may not listen on ${port}; take one above 1023`,
    EADDRNOTAVAIL: `HOST: this machine has no address ${host}`,
    ENOTFOUND: `HOST: nobody knows ${host}`,
  }[error.code ?? ""];
  if (what === undefined) return error;
  return new AppError("settings/invalid", what, { retry: { kind: "never" }, cause: error });
}
