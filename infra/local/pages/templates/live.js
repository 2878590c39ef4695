"use strict";
// Keeps the parts marked data-live up to date without touching what has not changed: scroll, focus, opened e-mails.
(() => {
  const served = new Map();
  let picked = null;
  let timer = 0;

  const key = (region, child) => `${region.id} ${child.id}`;
  const remember = (region) => {
    for (const child of region.children) served.set(key(region, child), child.outerHTML);
  };

  function renew(region, fresh) {
    const before = new Map([...region.children].map((child) => [child.id, child]));
    let place = region.firstElementChild;
    for (const next of [...fresh.children]) {
      const html = next.outerHTML;
      let node = before.get(next.id);
      before.delete(next.id);
      if (!node || served.get(key(region, next)) !== html) {
        if (node) {
          if (node === place) place = place.nextElementSibling;
          if (node.tagName === "DETAILS") next.open = node.open;
          node.remove();
        }
        next.classList.add(node ? "changed" : "arrived");
        node = next;
        served.set(key(region, next), html);
      }
      if (node === place) place = place.nextElementSibling;
      else region.insertBefore(node, place);
    }
    for (const gone of before.values()) if (!gone.open) gone.remove(); // somebody reads it
  }

  function show(page) {
    for (const region of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(region.id);
      if (fresh) renew(region, fresh);
    }
    for (const old of document.querySelectorAll("[data-sync]")) {
      const fresh = page.getElementById(old.id);
      if (fresh) old.value = fresh.value;
    }
    const choice = picked && document.getElementById(picked);
    if (choice) choice.checked = true;
  }

  async function refresh() {
    clearTimeout(timer);
    const began = performance.now();
    try {
      const reply = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!reply.ok) throw new Error(reply.status);
      show(new DOMParser().parseFromString(await reply.text(), "text/html"));
      document.getElementById("gone").hidden = true;
    } catch {
      document.getElementById("gone").hidden = false;
    }
    clearTimeout(timer);
    // A page that is dear to make (thousands of answers) is asked for less often.
    if (!document.hidden) timer = setTimeout(refresh, Math.max(1500, 10 * (performance.now() - began)));
  }

  async function act(event) {
    const form = event.target;
    if (form.method !== "post") return;
    event.preventDefault();
    const card = form.closest(".card, .phone");
    if (card.getAttribute("aria-busy") === "true") return;
    card.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(form, event.submitter));
      await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
    } finally {
      await refresh();
      card.removeAttribute("aria-busy");
    }
  }

  document.querySelectorAll("[data-live]").forEach(remember);
  document.addEventListener("submit", act);
  document.addEventListener("change", (event) => {
    if (event.target.name === "phone") picked = event.target.id;
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
  timer = setTimeout(refresh, 1500);
})();
