(() => {
  // Whoever calls or writes from the page is asked afterwards what came of it: that way is chosen already.
  addEventListener("click", (event) => {
    const way = event.target.closest("[data-way]")?.dataset.way;
    const field = way && document.querySelector("#contacted [name=channel]");
    if (field) field.value = way;
  });
  // What can be undone can for a minute, by the server's clock.
  const undo = document.querySelector("[data-until]");
  const end = () => [undo.form, document.querySelector(".waits")].forEach((each) => each?.remove());
  if (undo) setTimeout(end, Date.parse(undo.dataset.until) - Date.parse(document.body.dataset.now));
})();
