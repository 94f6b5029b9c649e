// Exit codes of the command. They are listed in --help and in docs/cli.md; a test compares both with this table.

/** Exit codes by meaning. */
export const ExitCode = {
  /** Stopped as asked: by SIGINT or SIGTERM, or because with --once everything was done. */
  Ok: 0,
  /** Could not go on: an address to listen on is taken, the session of a replay ended, an internal error. */
  Failed: 1,
  /** A capture has something in it that is not as it should be. All that could be read was written. */
  Malformed: 1,
  /** The command line, the configuration file or a capture is wrong, or a file cannot be opened. */
  Usage: 2,
  /** A second SIGINT ended it at once. */
  Interrupted: 130,
  /** A second SIGTERM ended it at once. */
  Terminated: 143,
} as const;

/** One line for each code, for --help. */
export type ExitCodeText = readonly (readonly [code: number, text: string])[];

/** Of the commands that hold sessions. */
export const EXIT_CODE_TEXT: ExitCodeText = [
  [ExitCode.Ok, "stopped as asked: SIGINT, SIGTERM, standard output closed, or done with --once"],
  [ExitCode.Failed, "could not go on: an address to listen on is taken, a replay's session ended, an internal error"],
  [ExitCode.Usage, "the command line or a file is wrong: configuration, or a capture that cannot be played"],
  [ExitCode.Interrupted, "a second SIGINT ended it at once, sessions not closed in order"],
  [ExitCode.Terminated, "a second SIGTERM ended it at once, sessions not closed in order"],
];

/** Of the commands that read captures. */
export const CAPTURE_EXIT_CODE_TEXT: ExitCodeText = [
  [ExitCode.Ok, "everything was read, and nothing in it is malformed"],
  [ExitCode.Malformed, "something is malformed or cannot be read; standard error says what and where"],
  [ExitCode.Usage, "the command line is wrong, or a file cannot be opened or written"],
];

/** Of `replay --log`. */
export const LOG_EXIT_CODE_TEXT: ExitCodeText = [
  [ExitCode.Ok, "every output is as it was recorded, as far as the log goes"],
  [ExitCode.Failed, "an output is another, or the log is damaged; standard error says what and where"],
  [ExitCode.Usage, "the command line is wrong, or the log cannot be opened"],
];

/** Of `ctl`. */
export const CONTROL_EXIT_CODE_TEXT: ExitCodeText = [
  [ExitCode.Ok, "the command was taken"],
  [ExitCode.Failed, "the run would not: no such peer, a configuration file that is wrong; or no run listens there"],
  [ExitCode.Usage, "the command line or the command is wrong; nothing was said to the run"],
];
