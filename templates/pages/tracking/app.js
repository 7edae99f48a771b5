// A stream that is watched for hours mustn't fill the page: what came long ago leaves it, and is found by its topic.
const KEPT = 100;
document.querySelectorAll("[data-came]").forEach((list) => {
  const trim = () => {
    const none = list.parentElement.querySelector("p.none");
    if (none && list.children.length) none.remove();
    while (list.children.length > KEPT) list.lastElementChild.remove();
  };
  new MutationObserver(trim).observe(list, { childList: true });
});
