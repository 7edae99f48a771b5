// Small conveniences. Every page works without them.
document.querySelectorAll("select[data-submit]").forEach((select) => {
  select.closest("form").classList.add("scripted");
  select.addEventListener("change", () => select.form.submit());
});

document.querySelectorAll("code.copy").forEach((code) => {
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain copier";
  button.textContent = document.body.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = document.body.dataset.copied;
    setTimeout(() => (button.textContent = document.body.dataset.copy), 2000);
  });
  code.after(button);
});

// What scrolls must be reachable by keyboard, and what doesn't must not be a stop on the way.
function reach() {
  document.querySelectorAll(".scroll, pre").forEach((box) => {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}
reach();
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true);
document.addEventListener("htmx:after:swap", reach);
