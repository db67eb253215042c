// Reads slices of a file for the worker. The browser delivers a slice's bytes on the thread that
// asked for them; here they cost the worker, which indexes meanwhile, nothing.
onmessage = async ({ data: { id, file, start, end } }) => {
  try {
    const buffer = await file.slice(start, end).arrayBuffer();
    postMessage({ id, buffer }, [buffer]);
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};
