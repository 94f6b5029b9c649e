// Exit codes of the command. They are listed in --help and in the README; a test compares both with this table.

/** Exit codes by meaning. */
export const ExitCode = {
  /** Stopped as asked: by SIGINT or SIGTERM, or because the demo was over. */
  Ok: 0,
  /** Could not go on: an address to listen on is taken, an internal error. */
  Failed: 1,
  /** The command line or the configuration file is wrong. */
  Usage: 2,
  /** A second SIGINT ended it at once. */
  Interrupted: 130,
  /** A second SIGTERM ended it at once. */
  Terminated: 143,
} as const;

/** One line each, for --help. */
export const EXIT_CODE_TEXT: readonly (readonly [code: number, text: string])[] = [
  [ExitCode.Ok, "stopped as asked: SIGINT, SIGTERM, standard output closed, or demo --once done"],
  [ExitCode.Failed, "could not go on: an address to listen on is taken, an internal error"],
  [ExitCode.Usage, "the command line or the configuration file is wrong"],
  [ExitCode.Interrupted, "a second SIGINT ended it at once, sessions not closed in order"],
  [ExitCode.Terminated, "a second SIGTERM ended it at once, sessions not closed in order"],
];
