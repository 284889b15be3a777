(() => {
  "use strict";
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const one = (id) => document.getElementById(id);
  document.documentElement.classList.add("js-on");

  // What a link leads to may be folded, or filtered away.
  const reveal = () => {
    const target = location.hash.length > 1 && one(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]") && form) form.reset();
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    const focus = target.matches("details") ? target.querySelector("summary") : target.querySelector("a") || target;
    focus.focus({ preventScroll: true });
  };

  // The map: one stop for the tab key, the arrow keys inside.
  for (const map of all("svg.map")) {
    const links = all("a", map);
    const middle = (link) => {
      const box = link.querySelector("rect").getBBox();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    links.forEach((link, at) => link.setAttribute("tabindex", at ? "-1" : "0"));
    map.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const from = event.target.closest("a");
      if (!step || !from) return;
      event.preventDefault();
      const [x, y] = middle(from);
      let best = null;
      let least = Infinity;
      for (const link of links) {
        const [dx, dy] = [middle(link)[0] - x, middle(link)[1] - y];
        const along = dx * step[0] + dy * step[1];
        const aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
        if (along > 0.5 && along + 2 * aside < least) [best, least] = [link, along + 2 * aside];
      }
      if (!best) return;
      from.setAttribute("tabindex", "-1");
      best.setAttribute("tabindex", "0");
      best.focus();
    });
  }

  const form = document.querySelector(".filters");
  addEventListener("hashchange", reveal);
  if (form) {
    const groups = all("details.g").map((element) => ({
      element,
      path: element.querySelector(".path").textContent.toLowerCase(),
      shown: element.querySelector(".shown"),
      opened: false,
      items: all("li.f", element).map((item) => ({ item, code: item.dataset.c, classes: item.classList, text: null })),
    }));
    const total = groups.reduce((sum, group) => sum + group.items.length, 0);
    const value = (id) => (one(id) ? one(id).value : "");
    const checked = (id) => Boolean(one(id) && one(id).checked);
    const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
    const words = (entry) => (entry.text ??= entry.item.textContent.toLowerCase());

    const apply = () => {
      const [query, repository, rule, silent] = [value("q").trim().toLowerCase(), value("repository"), value("rule"), value("silent")];
      const severities = ["e", "w", "n"].filter(checked);
      const fresh = checked("new");
      const active = query || repository || rule || silent || fresh || severities.length < 3;
      const fits = (entry, named) =>
        (!rule || entry.code.startsWith(rule)) &&
        severities.some((severity) => entry.classes.contains(severity)) &&
        (!silent || entry.classes.contains("x") === (silent === "only")) &&
        (!fresh || entry.classes.contains("new")) &&
        (named || words(entry).includes(query));
      let found = 0;
      let scripts = 0;
      for (const group of groups) {
        let kept = 0;
        if (!repository || group.element.dataset.r === repository) {
          const named = !query || group.path.includes(query);
          for (const entry of group.items) {
            const fit = fits(entry, named);
            if (entry.item.hidden === fit) entry.item.hidden = !fit;
            kept += fit;
          }
        }
        group.kept = kept;
        group.element.hidden = !kept;
        group.shown.hidden = !active || kept === group.items.length;
        group.shown.textContent = `${kept} shown`;
        found += kept;
        scripts += kept > 0;
      }
      for (const group of groups) {
        if (active && found <= 60 && group.kept && !group.element.open) group.element.open = group.opened = true;
        if ((!active || found > 60) && group.opened) group.element.open = group.opened = false;
      }
      for (const shelf of all(".shelf")) shelf.hidden = !all("details.g", shelf).some((group) => !group.hidden);
      for (const rest of all(".shelf .rest")) rest.hidden = !all("details.g", rest).some((group) => !group.hidden);
      if (active) for (const rest of all(".shelf .rest")) rest.open = true;
      one("status").textContent = active
        ? `${count(found, "finding")} of ${total.toLocaleString("en")}, in ${count(scripts, "script")}`
        : `${count(total, "finding")} in ${count(groups.length, "script")}`;
    };

    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(apply, 120);
    };
    form.hidden = false;
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    for (const pick of all(".pick")) {
      pick.addEventListener("click", () => {
        form.reset();
        one("rule").value = pick.dataset.rule;
        setTimeout(() => {
          apply();
          one("findings").scrollIntoView();
          one("rule").focus({ preventScroll: true });
        });
      });
    }
    apply();
  }
  reveal();
})();
