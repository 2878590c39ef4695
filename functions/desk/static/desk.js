(() => {
  const body = document.body, page = document.querySelector("[data-drafts]");
  const PREFIX = "lazo-desk:", KEPT = 12 * 3600 * 1000;

  // Without a connection: nothing is sent, and it says so where it was asked for; what was typed stays.
  const offline = JSON.parse(body.dataset.offline ?? "{}"), kept = body.dataset.kept;
  const say = (at, text) => {
    const line = at.querySelector(":scope > .offline") ?? document.createElement("p");
    line.className = "offline";
    line.setAttribute("role", "alert");
    line.textContent = text;
    at.prepend(line);
  };
  addEventListener("submit", (event) => {
    if (navigator.onLine || !offline.unsent) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(event.target, offline.unsent);
    event.target.querySelector(":scope > .offline").scrollIntoView({ block: "nearest" });
  });
  addEventListener("online", () => {
    for (const each of document.querySelectorAll("form > .offline")) each.remove();
  });
  if (kept) {
    // The first moment of a connection is often too early: try again.
    addEventListener("online", () => setTimeout(() => location.reload(), 1000));
    setInterval(() => { if (navigator.onLine) location.reload(); }, 30000);
    say(document.querySelector("main"), offline.kept.replace("#",
    new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(kept))));
  }
  for (const each of document.querySelectorAll("[data-back]")) each.addEventListener("click", () => history.back());
  const workers = body.dataset.worker && navigator.serviceWorker;
  if (workers) {
    workers.register(body.dataset.worker, { scope: "/desk" }).catch(() => { /* not now */ });
    // The board that was loaded before there was a worker is kept, too.
    if (location.pathname === "/desk") workers.ready.then(({ active }) => workers.controller || active.postMessage("board"));
  }

  // Update relative times by the server's clock, because the phone's may be wrong.
  if (body.dataset.now) {
    const spans = JSON.parse(body.dataset.spans), ahead = Date.parse(body.dataset.now) - (kept ? Date.parse(kept) : Date.now());
    const said = (minutes, words, whole) => {
      if (minutes < 1) return words.now;
      const [unit, size] = spans.units.find(([, , last]) => last === null || minutes <= last);
      return words[unit].replace("#", size > 1 ? Math.max(2, whole(minutes / size)) : minutes);
    };
    setInterval(() => {
      for (const each of document.querySelectorAll("[data-live]")) {
        const left = (Date.parse(each.closest("time").dateTime) - Date.now() - ahead) / 60000;
        const text = left > 0 ? said(Math.ceil(left), spans.until, Math.round) : said(Math.floor(-left), spans.ago, Math.floor);
        if (each.textContent !== text) each.textContent = text;
        if (left <= 0 && each.dataset.late) {
          const clock = each.closest(".clock");
          if (!clock.classList.contains("late")) clock.querySelector("strong").textContent = each.dataset.late;
          clock.classList.add("late");
        }
      }
    }, 5000);
  }

  // Read the wall again every minute, and keep the last one while there is no connection.
  if (document.querySelector("[data-wall]")) setInterval(async () => {
    const shown = document.querySelector("[data-wall]");
    try {
      const reply = await fetch(location.href);
      if (reply.status === 404 || reply.redirected) return location.reload();
      if (!reply.ok) throw reply.status;
      const next = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("[data-wall]");
      shown.replaceWith(next);
    } catch { shown.querySelector(".offline").hidden = false; }
  }, 60000);

  // Return from the switch of languages to this very page, with its filters.
  for (const each of document.querySelectorAll("[data-here]")) each.value = location.pathname + location.search;

  // Disable the buttons after sending. (Attributes, not properties: a field may be called "action".)
  addEventListener("submit", (event) => {
    if (event.target.getAttribute("method") === "post") setTimeout(() => { for (const each of event.target.querySelectorAll("button")) each.disabled = true; });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Hide the bar's link while the form that it leads to is in view.
  const act = document.querySelector(".act a.main[href^='#']"), goal = act && document.querySelector(act.hash);
  if (goal) new IntersectionObserver(([seen]) => act.parentElement.classList.toggle("there", seen.isIntersecting),
    { rootMargin: "0px 0px -40% 0px" }).observe(goal);

  // Open the collapsed sections around a link's target, and all sections for printing.
  const reveal = () => {
    let at = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
  let shut = [];
  addEventListener("beforeprint", () => {
    shut = [...document.querySelectorAll("details.card:not([open])")];
    for (const each of shut) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of shut) each.open = false; });

  // Keep text that was typed but not saved for twelve hours, so that it survives a crash or an empty battery.
  // (The survey's page uses keys with "lazo:" in the same storage.)
  const store = (() => { try { localStorage.getItem(PREFIX); return localStorage; } catch { return null; } })();
  if (!store) return;
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { store.setItem(key, JSON.stringify(value)); } catch { /* full */ } };
  for (const key of Object.keys(store)) {
    if (key.startsWith(PREFIX) && !(Date.now() - read(key)?.at < KEPT)) store.removeItem(key);
  }
  addEventListener("submit", (event) => {
    if (!event.target.getAttribute("action").endsWith("/desk/sign-out")) return;
    for (const key of Object.keys(store)) if (key.startsWith(PREFIX)) store.removeItem(key);
    self.caches?.delete("lazo-board");
  });
  if (!page) return;

  const saved = new Set(page.dataset.saved.split(" "));
  const fields = (form) => [...form.elements].filter((each) => each.name && !/hidden|submit/.test(each.type));
  const typed = (form) => fields(form).some((each) =>
    !/radio|checkbox|select/.test(each.type) && each.value !== each.defaultValue);
  const keep = (form, key) => write(key, {
    at: Date.now(),
    form: form.elements.form.value.split(".")[0],
    values: fields(form).map((each) => [each.name, /radio|checkbox/.test(each.type) ? each.checked && each.value : each.value]),
  });
  const fill = (form, values) => fields(form).forEach((each, number) => {
    const [name, value] = values[number] ?? [];
    if (name !== each.name) return;
    if (/radio|checkbox/.test(each.type)) each.checked = value === each.value; else each.value = value;
  });
  const tell = (form, key) => {
    const line = document.createElement("p"), button = document.createElement("button");
    line.className = "recovered";
    line.setAttribute("role", "status");
    line.textContent = page.dataset.recovered;
    button.type = "button";
    button.className = "plain";
    button.textContent = page.dataset.discard;
    button.addEventListener("click", () => { store.removeItem(key); form.reset(); line.remove(); });
    line.append(button);
    form.prepend(line);
  };
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + page.dataset.drafts + ":" + form.id, draft = read(key);
    if (draft && saved.has(draft.form)) store.removeItem(key);
    else if (draft && !("failed" in form.dataset)) {
      fill(form, draft.values);
      for (let at = form; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
      tell(form, key);
    }
    const note = () => { if (typed(form)) keep(form, key); else store.removeItem(key); };
    form.addEventListener("input", note);
    form.addEventListener("change", note);
    form.addEventListener("submit", () => { if (typed(form) || read(key)) keep(form, key); });
  }
})();
