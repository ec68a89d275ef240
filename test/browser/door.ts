import { request as forward } from "node:http";
import { createServer } from "node:https";
import { makeCertificates } from "../support/certificates.ts";

export interface Door {
  /** `127.0.0.1:41234` */
  readonly place: string;
  close(): Promise<void>;
}

/**
 * HTTPS in front of our server, as whoever runs it has: cookies of the login are for nothing else.
 * The server is asked for its address at each request.
 */
export async function openDoor(host: string, inner: () => string): Promise<Door> {
  const { key, certificate } = makeCertificates([host]);
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const { method, headers, url } = request;
    const answer = forward(new URL(url ?? "/", inner()), { method, headers }, (inside) => {
      response.writeHead(inside.statusCode ?? 502, inside.headers);
      inside.pipe(response);
    });
    answer.once("error", () => response.destroy());
    request.pipe(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    place: `127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
