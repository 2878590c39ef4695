(() => {
  const left = document.getElementById("left");
  if (left) {
    const until = Date.parse(left.dateTime);
    const skew = () => Math.ceil((until - Date.now()) / 60000);
    const shown = Number((left.textContent.match(/\d+/) || [0])[0]);
    // The server's clock is the one that counts: what it showed fixes how far ours is off.
    const inMinutes = left.textContent === left.dataset.minutes.replace("#", shown);
    const agree = !inMinutes && Math.floor(skew() / 60) === shown;
    const offset = agree ? 0 : shown * (inMinutes ? 1 : 60) - skew();
    const tick = () => {
      const minutes = skew() + offset;
      if (minutes <= 0) return location.reload();
      left.textContent = minutes < 120
        ? left.dataset.minutes.replace("#", minutes)
        : left.dataset.hours.replace("#", Math.floor(minutes / 60));
    };
    setInterval(tick, 15000);
  }
  const form = document.querySelector("form.action");
  if (form) form.addEventListener("submit", () => {
    setTimeout(() => { form.querySelector("button").disabled = true; });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
