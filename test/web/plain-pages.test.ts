import { expect, it } from "@jest/globals";
import { Hono } from "hono";
import { answerBroken, answerBusy } from "../../src/web/plain-pages.ts";

const app = new Hono();
app.get("/busy", (context) => answerBusy(context, 5));
app.get("/broken", answerBroken);

it.each([
  ["/busy", 503, "Too many numbers are being computed"],
  ["/broken", 500, "Something went wrong here"],
])("%s tells people by a page, and programs in a line", async (path, status, title) => {
  const person = await app.request(path, { headers: { accept: "text/html,*/*" } });
  expect(person.status).toBe(status);
  expect(await person.text()).toContain(`<h1>${title}</h1>`);
  const program = await app.request(path);
  expect(program.status).toBe(status);
  expect(await program.text()).toMatch(new RegExp(`^[^<]*${title}[^<]*$`));
  expect(person.headers.get("retry-after")).toBe(status === 503 ? "5" : null);
});
