// A plugin is an object of callbacks. What would never be called, because its name is none of theirs or because it is no function, is
// refused when the peer is added, and not missed when the session is up.
import { checkObject, invalid, show } from "../session/check-field.ts";
import type { Plugin } from "./plugin.ts";

const CALLBACKS: Readonly<Record<keyof Plugin, true>> = {
  getCapabilities: true,
  onOpenMessage: true,
  onEstablished: true,
  onRouteRefresh: true,
  onCapabilities: true,
  onEndOfRib: true,
  onClose: true,
  onStale: true,
  onSelection: true,
  onStateChange: true,
};
const NAMES = Object.keys(CALLBACKS) as readonly (keyof Plugin)[];

/**
 * Whatever else a plugin has is its own, the methods of a class too; only a function in an object literal whose name says that it
 * wants to be called, such as `onUpdate`, is a mistake.
 *
 * @throws ConfigError `invalid-value` with the field
 */
export function checkPlugin(plugin: unknown): asserts plugin is Plugin {
  checkObject(plugin, "plugin", "callbacks");
  for (const name of NAMES) {
    const callback = (plugin as Plugin)[name];
    if (callback !== undefined && typeof callback !== "function") {
      throw invalid(`plugin.${name}`, `${show(callback)} is not a function`);
    }
  }
  for (const [name, value] of Object.entries(plugin as object)) {
    if (typeof value === "function" && /^on[A-Z]/.test(name) && !Object.hasOwn(CALLBACKS, name)) {
      throw invalid(`plugin.${name}`, `is none of the callbacks; there are ${NAMES.join(", ")}`);
    }
  }
}
