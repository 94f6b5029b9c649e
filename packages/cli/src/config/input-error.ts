// What a user wrote and we cannot use: the one error that ends the command with exit code 2.

/** A mistake on the command line, in the configuration file or in a typed command. Its message is for people and whole. */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}

/** The steps from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** A path for people. @example pathText(["peers", 0, "holdTime"]) // "peers[0].holdTime" */
export function pathText(path: Path): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : text === "" ? step : `.${step}`;
  return text;
}

/** A value as it is quoted in messages, cut when long. Passwords in it are not. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value, hidden) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function hidden(key: string, value: unknown): unknown {
  return key === "md5Password" ? "…" : value;
}
