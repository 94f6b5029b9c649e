// The seed of property tests: `SEED` where it is given, and in CI always the same, so that its answer is about the change and not
// about luck. Everywhere else each run has a seed of its own, which a failure prints; `npm run fuzz` goes on for as long as it is let.
const { SEED, CI } = process.env;
if (SEED !== undefined || CI !== undefined) {
  const { configureGlobal } = await import("fast-check");
  configureGlobal({ seed: Number(SEED ?? 4271) });
}
