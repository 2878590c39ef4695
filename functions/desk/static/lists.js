(() => {
  const main = document.querySelector("main.lists");
  if (!main) return;
  const find = (selector, within = document) => within.querySelector(selector);
  const rows = () => [...main.querySelectorAll(".entry")];
  const link = (row) => find("h2 a", row) ?? find("a", row);
  // Kept on this device; not below the names that desk.js clears when somebody signs out.
  const kept = {
    get: (key) => { try { return localStorage.getItem("lazo-lists:" + key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("lazo-lists:" + key, value); } catch { /* private mode */ } },
  };

  // Shortcuts of one key: never while somebody types, and they can be switched off (WCAG 2.1.4).
  const help = find("[data-help]"), on = find("[data-keys-on]"), opener = find("[data-keys]");
  on.checked = kept.get("keys") !== "off";
  on.addEventListener("change", () => kept.set("keys", on.checked ? "on" : "off"));
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  const move = (step) => {
    const all = rows(), at = all.findIndex((row) => row.contains(document.activeElement));
    const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (!row) return;
    if (!link(row)) row.tabIndex = -1;
    (link(row) ?? row).focus();
  };
  const search = find(".search input") ?? find("input[type=search]");
  const actions = {
    j: () => move(1), k: () => move(-1), "?": () => help.showModal(),
    "/": () => { const closed = search?.closest("details:not([open])"); if (closed) closed.open = true; search?.focus(); },
  };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
    if (!on.checked || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = actions[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // What is new comes by itself: ask with the tag of what is shown, which costs little while nothing changes.
  if (!main.dataset.tag) return;
  const says = JSON.parse(main.dataset.says), news = find("[data-news]"), offline = find("[data-cut-off]");
  const EVERY = main.dataset.every * 1000, LONGEST = 300000;
  let tag = main.dataset.tag, wait = EVERY, timer = 0, asking = false, sound = null;

  const bell = find("[data-sound]");
  const ring = () => {
    if (!sound) return;
    const tone = sound.createOscillator(), volume = sound.createGain(), at = sound.currentTime;
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.08, at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.5);
  };
  const hear = (wanted) => {
    bell.setAttribute("aria-pressed", wanted);
    kept.set("sound", wanted ? "on" : "off");
    // A browser lets a page make a sound only after somebody has touched it.
    sound = wanted ? sound ?? new AudioContext() : null;
  };
  if ("AudioContext" in window) {
    bell.hidden = false;
    bell.addEventListener("click", () => { hear(bell.getAttribute("aria-pressed") !== "true"); ring(); });
    if (kept.get("sound") === "on") {
      bell.setAttribute("aria-pressed", true);
      addEventListener("pointerdown", () => { if (!sound) hear(true); }, { once: true });
    }
  }

  const swap = (page) => {
    const before = new Set(rows().map((row) => row.id));
    const focused = document.activeElement?.closest?.(".entry, [data-part]"), at = focused?.id;
    const part = focused?.dataset.part, address = document.activeElement?.getAttribute?.("href");
    // What is looked at stays where it is: the row with the focus, else the first one on a screen that was scrolled.
    const anchor = (at && document.getElementById(at)) || (scrollY > 0 && rows().find((row) => row.getBoundingClientRect().bottom > 0));
    const top = anchor && anchor.getBoundingClientRect().top;
    for (const old of main.querySelectorAll("[data-part]")) {
      const next = find(`[data-part=${old.dataset.part}]`, page);
      if (next && next.innerHTML !== old.innerHTML) old.replaceChildren(...next.childNodes);
    }
    const fresh = rows().filter((row) => !before.has(row.id));
    for (const row of fresh) row.classList.add("fresh");
    const again = at && document.getElementById(at);
    if (again) link(again)?.focus({ preventScroll: true });
    else if (part) [...main.querySelectorAll(`[data-part=${part}] a`)].find((a) => a.getAttribute("href") === address)?.focus({ preventScroll: true });
    const same = anchor && document.getElementById(anchor.id);
    if (same) scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
    news.textContent = fresh.length === 1 ? says.new_one : fresh.length ? says.new_many.replace("#", fresh.length) : says.changed;
    if (fresh.length) ring();
  };
  const ask = async () => {
    clearTimeout(timer);
    if (asking || document.hidden) return;
    asking = true;
    try {
      const reply = await fetch(location.href, { headers: { "if-none-match": tag }, cache: "no-store", signal: AbortSignal.timeout(15000) });
      if (reply.redirected) return location.reload();
      if (reply.status !== 304) {
        if (!reply.ok) throw reply.status;
        const page = new DOMParser().parseFromString(await reply.text(), "text/html"), next = find("main[data-tag]", page);
        if (!next) throw 0;
        if (next.dataset.tag !== tag) swap(page);
        tag = next.dataset.tag;
      }
      offline.hidden = true;
      wait = EVERY;
    } catch {
      offline.hidden = false;
      wait = Math.min(wait * 2, LONGEST);
    } finally { asking = false; }
    timer = setTimeout(ask, wait);
  };
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  addEventListener("offline", () => { offline.hidden = false; });
  find("[data-refresh]").addEventListener("click", (event) => { event.preventDefault(); ask(); });
  timer = setTimeout(ask, wait);
})();
