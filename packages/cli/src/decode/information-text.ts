// What a capture tells of itself (files, interfaces, routers, statistics) as words: names and values in turn, without the syntax of JSON.
import { printable } from "../output/text.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * @example informationText({ peer: { address: "192.0.2.1", as: 65001, … }, statistics: [{ name: "adjRibInRoutes", type: 7, value: "3" }] })
 * // "192.0.2.1 AS 65001  adjRibInRoutes 3"
 */
export function informationText(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => fieldText(name, value))
    .filter((text) => text !== "")
    .join("  ");
}

function fieldText(name: string, value: unknown): string {
  if (name === "peer" && isPeer(value)) return peerText(value);
  // Its values say what they are.
  if (name === "rib") return scalarText(value);
  if (Array.isArray(value) && value.every(isNamed)) return value.map(namedText).join("  ");
  if (Array.isArray(value) && value.every(isPeer)) return `${printable(name)} ${value.map(peerText).join(", ")}`;
  return `${printable(name)} ${isValues(value) ? printable(JSON.stringify(value)) : scalarText(value)}`;
}

/** A peer of a monitored router (RFC 7854 section 4.2); "0:0" is no distinguisher. */
function peerText({ address, as, distinguisher }: Values): string {
  const instance = distinguisher === undefined || distinguisher === "0:0" ? "" : ` of ${scalarText(distinguisher)}`;
  return `${scalarText(address)} AS ${scalarText(as)}${instance}`;
}

/** A TLV or a statistic: its number is that of its name. */
function namedText({ name, type: _type, ...rest }: Values): string {
  const { value, text, ...others } = rest;
  const alone = value ?? text;
  const more = Object.keys(others).length === 0 ? "" : ` ${printable(JSON.stringify(others))}`;
  return `${scalarText(name)}${alone === undefined ? "" : ` ${scalarText(alone)}`}${more}`;
}

function scalarText(value: unknown): string {
  return printable(typeof value === "string" && value !== "" ? value.trim() : JSON.stringify(value));
}

function isPeer(value: unknown): value is Values {
  return isValues(value) && typeof value["address"] === "string";
}

function isNamed(value: unknown): value is Values {
  return isValues(value) && typeof value["name"] === "string";
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
