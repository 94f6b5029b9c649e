// Checks values against the published schema and says the first thing that is wrong in one sentence: where, what was
// given, what would be accepted.
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { quote, type Path } from "./input-error.ts";
import { FORMATS, type FileConfig } from "./model.ts";

/** What is wrong, and where. */
export interface Problem {
  readonly path: Path;
  /** True when the path ends in a field's name that is itself the mistake. */
  readonly unknownField: boolean;
  readonly message: string;
}

interface Accepting {
  readonly accepts?: string;
  /** What is given must not be printed. */
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, Accepting>>;
}

const SCHEMA_ID = "urn:bgpwire:schema:config:1";

let compiled: Ajv | null = null;

function schema(part: string): ValidateFunction {
  if (compiled === null) {
    const file = new URL("../../schema/config.schema.json", import.meta.url);
    const ajv = new Ajv({ verbose: true, allowUnionTypes: true, strictRequired: false });
    ajv.addVocabulary(["accepts", "secret"]);
    for (const [name, validate] of Object.entries(FORMATS)) ajv.addFormat(name, validate);
    ajv.addSchema(JSON.parse(readFileSync(file, "utf8")));
    compiled = ajv;
  }
  return compiled.getSchema(`${SCHEMA_ID}${part}`)!;
}

/** What the fields of a part of the file are, in the words of the schema: the description, or what they take where there is none. */
export function schemaDescriptions(part: "peer" | "announcement" | "station"): (field: string) => string {
  const { properties } = schema(`#/definitions/${part}`).schema as {
    readonly properties: Readonly<Record<string, { readonly description?: string; readonly accepts?: string }>>;
  };
  return (field) => {
    const { description, accepts } = properties[field]!;
    return description ?? accepts!;
  };
}

/** Checks a whole file. */
export function checkFile(value: unknown): Problem | null {
  return check("", value);
}

/** Checks one peer. */
export function checkPeer(value: unknown): Problem | null {
  return check("#/definitions/peer", value);
}

/** Checks one announcement. */
export function checkAnnouncement(value: unknown): Problem | null {
  return check("#/definitions/announcement", value);
}

/** Checks one station. */
export function checkStation(value: unknown): Problem | null {
  return check("#/definitions/station", value);
}

/** Checks one field of the file, such as `routerId`. */
export function checkField(field: keyof FileConfig, value: unknown): Problem | null {
  const problem = check("", { [field]: value });
  return problem === null ? null : { ...problem, path: problem.path.slice(1) };
}

function check(part: string, value: unknown): Problem | null {
  const validate = schema(part);
  if (validate(value)) return null;
  return describe(validate.errors![0]!);
}

function describe(error: ErrorObject): Problem {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~")));
  const place = error.parentSchema as Accepting;
  if (error.keyword === "additionalProperties") {
    const field = String((error.params as { additionalProperty: string }).additionalProperty);
    const known = Object.keys(place.properties ?? {}).filter((name) => name !== "$schema");
    return {
      path: [...path, field],
      unknownField: true,
      message: `there is no such field; there are ${known.join(", ")}`,
    };
  }
  if (error.keyword === "required") {
    const field = (error.params as { missingProperty: string }).missingProperty;
    return {
      path: [...path, field],
      unknownField: false,
      message: `is missing; give ${place.properties?.[field]?.accepts ?? "it"}`,
    };
  }
  return {
    path,
    unknownField: false,
    message: `${place.secret === true ? "what is there" : quote(error.data)} is not accepted; give ${place.accepts ?? error.message}`,
  };
}
