// A worker that does the exercise with the captures it is sent, and tells where it ran and what came of it. Run by portable.test.ts.
import { exercise } from "../portable/exercise.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const captures = await request.formData();
    const outcomes = await exercise(
      async (name) => new Uint8Array(await (captures.get(name) as unknown as Blob).arrayBuffer()),
    );
    return Response.json({ userAgent: navigator.userAgent, outcomes });
  },
};
