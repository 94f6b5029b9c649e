// Writes docs/api/*.api.md: what each package offers, with signatures, out of the declarations that are published. `pnpm run api`; a
// test holds the files to be what this writes, so that no change of what users see goes unseen.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { install, ROOT } from "../tests/support/node-versions.ts";
import { PACKAGES } from "../tests/support/packed.ts";

/** Where the reports are. */
export const REPORTS: string = join(ROOT, "docs/api");

const SILENT = { default: { logLevel: ExtractorLogLevel.None } };

/** The report of each package, by the name of its file. @throws Error where the declarations cannot be read */
export function apiReports(): Map<string, string> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "bgpwire-api-")));
  try {
    // The packages as they are installed: declarations alone, no sources to fall back on.
    install(directory, ["transport-deno"]);
    install(directory, PACKAGES);
    return new Map(PACKAGES.map((folder) => [`${folder}.api.md`, reportOf(directory, folder)]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function reportOf(directory: string, folder: string): string {
  // Beside node_modules/, of which the tool lists what others have written as imports.
  const projectFolder = join(directory, folder);
  cpSync(join(directory, "node_modules/@bgpwire", folder), projectFolder, { recursive: true });
  const mainEntryPointFilePath = join(projectFolder, "dist/index.d.ts");
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023"],
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
    module: "nodenext",
    moduleResolution: "nodenext",
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
  };
  const extractorConfig = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, "package.json"),
    configObject: {
      projectFolder,
      mainEntryPointFilePath,
      compiler: { overrideTsconfig: { compilerOptions, files: [mainEntryPointFilePath] } },
      apiReport: {
        enabled: true,
        reportFolder: directory,
        reportTempFolder: directory,
        reportFileName: folder,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: SILENT, tsdocMessageReporting: SILENT },
      newlineKind: "lf",
    },
  });
  const errors: string[] = [];
  const { succeeded } = Extractor.invoke(extractorConfig, {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.text);
      message.handled = true;
    },
  });
  if (!succeeded) throw new Error(`packages/${folder}: ${errors.join("\n") || "the report could not be made"}`);
  return readFileSync(join(directory, `${folder}.api.md`), "utf8");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(REPORTS, { recursive: true });
  for (const [file, report] of apiReports()) writeFileSync(join(REPORTS, file), report);
}
