// What becomes of an answer, as long as somebody may still come. The form to add something stays as it is being filled in.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const here = location.pathname + location.search + "&part=";
  let tag = "", timer = 0;
  const show = (html, all) => {
    const read = new DOMParser().parseFromString(html, "text/html"), news = read.getElementById("news"), wish = read.getElementById("wish");
    if (!news) return;
    $("news").dataset.again = news.dataset.again || "";
    if ($("news").innerHTML !== news.innerHTML) $("news").replaceChildren(...news.childNodes);
    if (!all && !(wish && !$("wish"))) return;
    document.querySelector("#thanks .notice")?.remove();
    const sent = all && read.querySelector("#thanks .notice");
    if (sent) $("news").before(sent);
    $("wish")?.remove();
    if (!wish) return;
    document.querySelector(".now")?.remove();
    $("news").after(wish);
    wish.addEventListener("submit", send);
    wish.querySelector(".summary")?.focus();
  };
  const later = (seconds) => {
    clearTimeout(timer);
    if (seconds > 0) timer = setTimeout(look, seconds * 1e3);
  };
  const look = async () => {
    let again = 15;
    try {
      if (!document.hidden) {
        const reply = await fetch(here + ($("wish") ? "news" : "form"), { headers: tag ? { "If-None-Match": tag } : {} });
        if (reply.status === 200) {
          tag = reply.headers.get("etag");
          show(await reply.text());
        }
        if (reply.status < 400) again = Number($("news").dataset.again);
      }
    } catch { /* no network: look again later */ }
    later(again);
  };
  const send = async (event) => {
    const form = event.target;
    event.preventDefault();
    clearTimeout(timer);
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (reply.status >= 500) throw reply;
      tag = "";
      show(await reply.text(), true);
      if (reply.ok) document.querySelector("#thanks h1").focus();
    } catch { return form.submit(); }
    later(Number($("news").dataset.again));
  };
  // What is being typed goes along to the page in another language, once.
  const keep = (event) => {
    if ($("wish")) try { sessionStorage.wish = JSON.stringify([...new FormData($("wish"))]); } catch { /* no place for it */ }
    const to = event.target.closest("button"), query = new URLSearchParams(location.search);
    if (!to) return;
    event.preventDefault();
    query.delete("sent");
    query.set("lang", to.value);
    location.search = query;
  };
  const fill = () => {
    try {
      for (const [name, value] of JSON.parse(sessionStorage.wish || "[]")) {
        for (const field of $("wish")?.querySelectorAll(`[name=${name}]:not([type=hidden])`) || []) {
          if (field.type !== "radio" && field.type !== "checkbox") field.value = value;
          else if (field.value === value) field.checked = true;
          if (value) field.closest("details")?.setAttribute("open", "");
        }
      }
      sessionStorage.removeItem("wish");
    } catch { /* nothing was kept */ }
  };
  const begin = () => {
    $("wish")?.addEventListener("submit", send);
    document.querySelector("header nav")?.addEventListener("click", keep);
    fill();
    document.addEventListener("visibilitychange", () => document.hidden || !$("news").dataset.again || look());
    later(Number($("news").dataset.again));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
