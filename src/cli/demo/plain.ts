/** The first line as it reads rendered: without the addresses of links. */
export function plain(markdown: string): string {
  const [line = ""] = markdown.split("\n");
  return line.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/^- |`/g, "");
}
