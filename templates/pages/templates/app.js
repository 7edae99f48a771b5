// How a text is billed is counted while it is written; without scripts, by its preview.
document.querySelectorAll("[data-bill]").forEach((place) => {
  const form = document.querySelector("textarea.source").form;
  let wait = 0;
  let last = 0;
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const asked = ++last;
      const answer = await fetch(place.dataset.bill, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok && asked === last) place.innerHTML = await answer.text();
    }, 300);
  });
});
