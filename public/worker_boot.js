// Starts the worker's program.
import init from "./worker.js";

// A program that does not start must not leave the page waiting: an error that nobody catches is told to it,
// a promise that nobody awaits is not.
init({ module_or_path: "./worker_bg.wasm" }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
