// Passkeys. A form for them is shown where the browser has them; its text beside it says what is lacking where it hasn't.
const hasPasskeys = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;

const answerOf = async (form) => {
  const asked = await fetch(form.dataset.ask, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (asked.redirected) return location.assign(asked.url);
  const options = await asked.json();
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.answer.value = JSON.stringify(made.toJSON());
  form.submit();
};

if (hasPasskeys) {
  document.querySelectorAll("[data-without-passkeys]").forEach((text) => text.remove());
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const fault = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fault.textContent = "";
      answerOf(form).catch(() => (fault.textContent = form.dataset.failed));
    });
  });
}
