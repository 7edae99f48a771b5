// The editors of templates. Without this they are forms, a textarea and a frame.
const form = document.querySelector("form[data-editor]");
const live = document.getElementById("live");

// What is shown follows what is written and chosen; the frame is sent on in place, so that the way back stays the way back.
const frame = form?.querySelector("iframe[data-shown]");
let shown = 0;
const show = () => {
  if (!frame) return;
  const address = new URL(frame.dataset.shown, location.href);
  for (const name of ["cart", "language", "currency", "width", "look"]) {
    const field = form.elements.namedItem(name);
    if (field) address.searchParams.set(name, field.value);
  }
  address.searchParams.set("seen", ++shown);
  const screen = frame.closest(".screen");
  screen.classList.toggle("phone", form.elements.namedItem("width").value === "phone");
  screen.classList.toggle("dark", form.elements.namedItem("look").value === "dark");
  frame.contentWindow.location.replace(address);
};

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
const NARROW = 700; // pixels: on a phone the plain field is easier to write in

// Which words fit where the cursor stands: tags, filters, or variables; outside of braces none.
const fitting = (before) => {
  const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  if (open < 0 || Math.max(before.lastIndexOf("}}"), before.lastIndexOf("%}")) > open) return [];
  const inside = before.slice(open);
  if (/\|\s*\w*$/.test(inside)) return ["filter"];
  return /^\{%-?\s*\w*$/.test(inside) ? ["tag"] : ["variable", "item"];
};

const code = (area) => {
  ace.config.set("useStrictCSP", true);
  const host = document.createElement("div");
  host.className = "code-editor";
  const label = area.closest("label");
  label.after(host);
  const editor = ace.edit(host, {
    value: area.value, mode: "ace/mode/liquid", useWorker: false, wrap: true, tabSize: 2, useSoftTabs: true, minLines: 16, maxLines: 42, showPrintMargin: false,
    enableKeyboardAccessibility: true, textInputAriaLabel: area.dataset.code, enableBasicAutocompletion: true, enableLiveAutocompletion: true,
  });
  const colours = () => editor.setTheme(
    isDark() ? { isDark: true, cssClass: "ace-github-dark", cssText: "" } : { isDark: false, cssClass: "ace-github-light-default", cssText: "" },
  );
  colours();
  dark.addEventListener("change", colours);
  const words = [...document.querySelectorAll("#vocabulary [data-word]")].map((w) => ({ name: w.dataset.word, kind: w.dataset.kind }));
  editor.completers = [{
    identifierRegexps: [/[\w.]/],
    getCompletions: (_, session, place, prefix, done) => {
      const kinds = fitting(session.getLine(place.row).slice(0, place.column));
      done(null, words.filter((w) => kinds.includes(w.kind)).map((w) => ({ caption: w.name, value: w.name, score: 1 })));
    },
  }];
  area.hidden = true;
  area.required = false;
  label.addEventListener("click", () => editor.focus());
  form.querySelectorAll(".keys").forEach((e) => { e.hidden = false; });
  editor.session.on("change", () => {
    area.value = editor.getValue();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return () => editor.session.setAnnotations([...live.querySelectorAll("[data-field=body][data-line]")].map((fault) => ({
    row: fault.dataset.line - 1, column: 0, text: fault.textContent, type: "warning" in fault.dataset ? "warning" : "error",
  })));
};

if (form && live) {
  form.classList.add("scripted");
  const area = form.querySelector("textarea[data-code]");
  const mark = window.ace && area?.dataset.code && innerWidth >= NARROW ? code(area) : () => {};
  mark();
  if (live.dataset.hxPost) live.addEventListener("htmx:after:swap", () => { mark(); show(); });
  // Not every way to choose from a list says "input"; one answer is asked for, however many of both come.
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => form.dispatchEvent(new Event("written")));
  // How it is looked at changes nothing of what is written: no answer has to be waited for.
  form.querySelectorAll(".view select").forEach((select) => select.addEventListener("change", show));
}

// A field for a colour gets a picker beside it; what is typed counts.
document.querySelectorAll("input[data-colour]").forEach((field) => {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.setAttribute("aria-label", field.closest("label").firstChild.textContent.trim());
  picker.disabled = field.matches(":disabled");
  const follow = () => { if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value; };
  follow();
  field.addEventListener("input", follow);
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.after(picker);
});

// Whoever comes for a block finds it open.
const open = () => {
  const block = location.hash.startsWith("#b") && document.getElementById(location.hash.slice(1));
  const details = block && block.querySelector("details");
  if (!details) return;
  details.open = true;
  details.querySelector("summary").focus();
};
addEventListener("hashchange", open);
open();
