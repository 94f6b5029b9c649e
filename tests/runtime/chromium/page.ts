// A page that does the exercise and tells where it ran and what came of it. Run by portable.test.ts.
import { exercise } from "../portable/exercise.ts";

async function fetched(name: string): Promise<Uint8Array> {
  const response = await fetch(`/captures/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function tell(what: object): Promise<void> {
  await fetch("/told", { method: "POST", body: JSON.stringify(what) });
}

const { userAgent } = navigator;
exercise(fetched).then(
  (outcomes) => tell({ userAgent, outcomes }),
  (error: unknown) => tell({ userAgent, error: error instanceof Error ? error.stack : String(error) }),
);
