(() => {
  "use strict";
  const root = document.documentElement;
  const path = location.pathname.replace(/\/thanks$/, "");
  const query = new URLSearchParams(location.search);
  const WEEK = 6048e5, HOUR = 36e5, ANEW = 12e4, ALONE = 6e4, JSON_TYPE = "application/json";
  const $ = (id) => document.getElementById(id);
  const on = (what, event, act) => what.addEventListener(event, act);
  const now = () => Date.now();
  const make = (tag, more) => Object.assign(document.createElement(tag), more);

  // Storage may be full, or refused in private browsing: then what it holds lives as long as the page.
  const store = (area, key) => {
    let held = null;
    return {
      get() {
        try { return JSON.parse(area().getItem(key)) || held; } catch { return held; }
      },
      set(value) {
        held = value;
        try { area().setItem(key, JSON.stringify(value)); return true; } catch { return false; }
      },
      clear() {
        held = null;
        try { area().removeItem(key); } catch { /* nothing was stored */ }
      },
    };
  };
  // The draft goes with the tab: a shop's tablet must not show one customer what another typed.
  const draft = store(() => sessionStorage, "lazo:draft:" + path);
  const thanked = store(() => sessionStorage, "lazo:thanked:" + path);
  const waiting = store(() => localStorage, "lazo:waiting");
  // A tablet that a shop hands around: opened once with ?tablet, or the third answer here within a week.
  const sent = store(() => localStorage, "lazo:sent:" + path);
  const recently = () => (sent.get() || []).filter((at) => now() - at < WEEK);
  const shared = () => recently().length > 2;
  const queue = () => (waiting.get() || []).filter((entry) => now() - entry.at < WEEK);
  const enqueue = (entry) => waiting.set([...queue().filter((e) => e.body.answer_id !== entry.body.answer_id), entry]);
  const dequeue = (entry) => {
    const rest = queue().filter((e) => e.body.answer_id !== entry.body.answer_id);
    if (rest.length) waiting.set(rest); else waiting.clear();
  };

  const post = (to, body, signal) =>
    fetch(to, { method: "POST", headers: { "Content-Type": JSON_TYPE }, body: JSON.stringify(body), keepalive: true, signal });
  // "sent", "later" (no network, or the server has trouble), or the server's refusal.
  const deliver = async (entry) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 15000);
    try {
      const reply = await post(entry.path, entry.body, stop.signal);
      if (reply.status === 202) {
        entry.thanks = (await reply.json()).thanks;
        return "sent";
      }
      if (reply.status === 409) return "sent";
      if (reply.status === 429 || reply.status >= 500) return "later";
      const refusal = (await reply.json()).error;
      return refusal ? { status: reply.status, ...refusal } : "later";
    } catch {
      return "later";
    } finally {
      clearTimeout(timer);
    }
  };

  // What becomes of it, with the style and script that only the thanks need: the policy of this page knows both.
  const follow = async (token) => {
    try {
      const reply = await fetch(path + "/thanks?part=start&lang=" + root.lang + "&t=" + token);
      if (!reply.ok) return;
      const read = new DOMParser().parseFromString(await reply.text(), "text/html");
      $("news").previousElementSibling.remove();
      $("news").replaceWith(...read.body.childNodes);
      for (const each of read.head.children) document.head.append(make(each.localName, { textContent: each.textContent }));
    } catch { /* the thanks stand as they are */ }
  };
  // Nobody must read on a shared tablet what is meant for the one before: it goes back unless somebody touches it.
  const leave = () => {
    if (!shared()) return;
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => location.replace(path), ALONE);
    };
    for (const touch of ["pointerdown", "keydown", "input"]) on(window, touch, wait);
    wait();
  };

  const start = () => {
    const form = $("survey");
    if (query.has("tablet")) sent.set([1, 2, 3].map(() => now()));
    // A shared tablet stays on the thanks: after a while a reload is another answer.
    const since = path !== location.pathname && thanked.get();
    if (since && now() - since > ($("news")?.dataset.again ? HOUR : ANEW)) return location.replace(path + "?lang=" + root.lang);
    if (!form) {
      if (path !== location.pathname) leave();
      return resend();
    }
    thanked.clear();
    const words = JSON.parse($("words").textContent);
    const field = form.elements;
    const why = $("why"), contact = $("contact"), send = $("send"), live = $("live"), still = $("still"), left = $("comment-left");
    const sendLabel = send.textContent;
    let current = null, busy = false, toggled = false, timer = 0, pause = 4000, tapped = false, tapping = 0, stays = false;

    const filled = (name) => field[name].value.trim() !== "";
    const values = () => [...new FormData(form)].filter(([name]) => name !== "remark");
    const save = () => draft.set({ at: now(), values: values() });
    const fill = (saved) => {
      for (const input of form.querySelectorAll("[name]")) {
        if (input.name === "lang" || input.name === "remark") continue;
        const mine = saved.filter(([name]) => name === input.name).map(([, value]) => value);
        if (input.type === "radio" || input.type === "checkbox") input.checked = mine.includes(input.value);
        else if (mine.length) input.value = mine[0];
      }
    };

    const ask = () => {
      const score = field.score.value;
      if (score === "") return;
      const band = words.bands[score];
      why.textContent = words.why[band];
      if (live.textContent !== words.why[band]) live.textContent = words.why[band];
      if (!toggled) contact.open = band === "low" || filled("phone") || filled("email") || filled("name") || field.consent.checked;
      form.classList.add("scored");
    };
    const count = () => {
      const room = words.longest - [...field.comment.value.normalize()].length;
      left.textContent = room > 200 ? "" : words[room < 0 ? "over" : "left"].replace("{count}", Math.abs(room));
      left.classList.toggle("error", room < 0);
    };

    // The first tap counts: the score alone, once it has settled. What is lost is not repeated: the form has it too.
    const tap = (left) => {
      clearTimeout(tapping);
      if (!tapped || current || field.r) return;
      const body = { provisional: true, left, tapped_at: now(), score: Number(field.score.value), lang: root.lang };
      for (const name of ["answer_id", "signature"]) body[name] = field[name].value;
      if (left) navigator.sendBeacon(path, new Blob([JSON.stringify(body)], { type: JSON_TYPE }));
      else post(path, body).catch(() => {});
    };
    const clearErrors = () => {
      $("summary").hidden = true;
      for (const shown of form.querySelectorAll(".error[id$=-error]")) shown.textContent = "";
      for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    };
    const showErrors = (problems) => {
      clearErrors();
      const items = problems.map(({ field: name, message }) => {
        $(name + "-error").textContent = message;
        $(name).setAttribute("aria-invalid", "true");
        const item = make("li");
        item.append(make("a", { href: "#" + (name === "score" ? "score-0" : name), textContent: message }));
        return item;
      });
      if (problems.some(({ field: name }) => contact.contains($(name)))) contact.open = true;
      if (field.score.value !== "") ask();
      $("summary").querySelector("ul").replaceChildren(...items);
      $("summary").hidden = false;
      $("summary").focus();
    };
    const problems = () => {
      const reach = filled("phone") || filled("email"), found = [];
      const add = (name, code) => found.push({ field: name, message: words.errors[code] });
      if (field.score.value === "") add("score", "score_required");
      if ([...field.comment.value.normalize()].length > words.longest) add("comment", "comment_too_long");
      if (reach && !field.consent.checked) add("consent", "consent_required");
      if (!reach && field.consent.checked) add("phone", "contact_missing");
      return found;
    };

    const show = (section) => {
      form.hidden = section !== form;
      // Without a connection another language would lead to the browser's own error page.
      document.querySelector("header nav").hidden = section === $("waiting");
      for (const id of ["waiting", "thanks"]) $(id).hidden = $(id) !== section;
      if (section !== form) {
        section.querySelector("h1").focus();
        scrollTo(0, 0);
      }
    };
    const working = (on) => {
      busy = on;
      send.textContent = on ? words.sending : sendLabel;
      for (const button of document.querySelectorAll("button")) {
        if (on) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
      }
    };

    const thank = (token) => {
      current = null;
      tapped = false;
      form.reset();
      draft.clear();
      thanked.set(now());
      sent.set([...recently(), now()]);
      setTimeout(() => $("thanks").append(make("a", { href: path + location.search, textContent: words.anew })), ANEW);
      document.title = $("thanks").querySelector("h1").textContent;
      show($("thanks"));
      history.replaceState(null, "", path + "/thanks?lang=" + root.lang + (token ? "&t=" + token : ""));
      leave();
      if (token) follow(token);
    };
    const refuse = (refusal) => {
      current = null;
      if (!refusal.field || !$(refusal.field + "-error")) return form.submit();
      show(form);
      save();
      showErrors([refusal]);
    };
    const attempt = async (byHand) => {
      if (!current || busy) return;
      clearTimeout(timer);
      working(true);
      const result = await deliver(current);
      working(false);
      if (result === "later") {
        if ($("waiting").hidden) show($("waiting"));
        else if (byHand) still.textContent = still.textContent === words.still ? words.still + "\u00a0" : words.still;
        timer = setTimeout(attempt, pause);
        pause = Math.min(pause * 2, 60000);
        return;
      }
      dequeue(current);
      if (result === "sent") thank(current.thanks); else refuse(result);
    };
    const submit = (event) => {
      const language = event.submitter?.name === "switch" && event.submitter.value;
      if (language && current) return event.preventDefault();
      // Another language is the same answer, whose draft goes along; without a place for the draft the form does.
      stays = !!language;
      if (language && !$("thanks").hidden) {
        event.preventDefault();
        const here = new URLSearchParams(location.search);
        here.set("lang", language);
        return location.replace(location.pathname + "?" + here);
      }
      if (language && !save()) return;
      event.preventDefault();
      if (language) return location.replace(path + "?lang=" + language + (field.r ? "&r=" + field.r.value : ""));
      if (current) return;
      const found = problems();
      if (found.length) return showErrors(found);
      clearErrors();
      clearTimeout(tapping);
      const body = { reasons: [], consent: field.consent.checked };
      for (const [name, value] of new FormData(form)) {
        if (name === "reasons") body.reasons.push(value);
        else if (name === "score") body.score = Number(value);
        else if (name !== "consent") body[name] = value;
      }
      current = { path, at: now(), body };
      if (enqueue(current)) draft.clear();
      else $("waiting").querySelector("p").textContent = words.keep_open;
      attempt();
    };

    form.noValidate = true;
    const kept = draft.get();
    if ($("summary").hidden && kept && now() - kept.at < HOUR) fill(kept.values);
    ask();
    count();
    on(form, "input", () => { save(); count(); });
    on(form, "change", (event) => {
      save();
      if (event.target.name === "score") {
        tapped = true;
        clearTimeout(tapping);
        // An answer within two seconds of the page would count as a robot's.
        tapping = setTimeout(tap, Math.max(1000, 2500 - performance.now()), false);
        ask();
        $("reasons").scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
      }
    });
    on(form, "submit", submit);
    on(window, "pagehide", () => stays || tap(true));
    // Number keys, while the focus is in the question (WCAG 2.1.4): 1 and then 0 within a moment is 10.
    let one = -HOUR;
    on($("score"), "keydown", (event) => {
      if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      const ten = event.key === "0" && event.timeStamp - one < 1000;
      one = event.key === "1" ? event.timeStamp : -HOUR;
      const chosen = $("score-" + (ten ? 10 : event.key));
      chosen.focus();
      chosen.click();
    });
    if ($("summary").hidden && matchMedia("(hover: hover) and (pointer: fine)").matches) $("score").focus({ preventScroll: true });
    on(contact.querySelector("summary"), "click", () => { toggled = true; });
    on($("waiting").querySelector("button"), "click", () => attempt(true));
    on(window, "online", () => (current ? attempt() : resend(told)));
    on(document, "visibilitychange", () => document.hidden || attempt());
    const told = () => {
      const notice = make("p", { className: "notice", textContent: words.sent_earlier });
      notice.setAttribute("role", "status");
      form.before(notice);
    };
    resend(told, (entry, refusal) => {
      if (entry.path !== path || field.score.value !== "") return false;
      fill(Object.entries(entry.body).flatMap(([name, value]) => [value].flat().map((v) => [name, name === "consent" ? v && "yes" : String(v)])));
      refuse(refusal);
      return true;
    });
  };

  // What was left waiting by an earlier visit, to whichever of our surveys.
  const resend = async (sent = () => {}, refused = () => false) => {
    let any = false;
    for (const entry of queue()) {
      const result = await deliver(entry);
      if (result === "later") return;
      if (result === "sent") any = true;
      else if (result.field && !refused(entry, result)) continue;
      dequeue(entry);
    }
    if (any) sent();
  };

  root.classList.add("js");
  on(document, "DOMContentLoaded", () => {
    try { start(); } catch (error) {
      root.classList.remove("js");
      throw error;
    }
  });
})();
