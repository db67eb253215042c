// Starts the page's program. A file of its own, because the page's policy allows no inline script.
import init from "./app.js";

init({ module_or_path: "./app_bg.wasm" }).catch((error) => {
  const panel = document.createElement("p");
  panel.className = "bi-crash";
  panel.setAttribute("role", "alert");
  panel.dataset.testid = "error";
  panel.textContent =
    "Binlight needs WebAssembly, which did not start in this browser. It said: " + error;
  document.body.append(panel);
});
