(() => {
  const left = document.getElementById("left");
  if (left) {
    const until = Date.parse(left.dateTime);
    // The server's clock is the one that counts, however wrong the phone's is.
    const ahead = Date.parse(left.dataset.now) - Date.now();
    const tick = () => {
      const minutes = Math.ceil((until - Date.now() - ahead) / 60000);
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
