// A colour while it is chosen: the browser's own picker beside the field, and the page in small in that colour.
"use strict";
(() => {
  const form = document.getElementById("settings"), sample = document.getElementById("sample");
  const { color, own_color: own, look } = form.elements, picker = document.getElementById("picker");
  const START = "#1f6feb";
  let wanted = "";
  // As the server reads it: with or without "#", in three digits or six.
  const whole = (text) => {
    const [, digits] = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.normalize("NFKC").trim()) || [];
    return digits && "#" + (digits.length === 3 ? digits.replace(/./g, "$&$&") : digits).toLowerCase();
  };

  function show() {
    const chosen = color.value === "own" ? whole(own.value) : color.value;
    if (!chosen) return;
    const url = new URL(sample.src);
    url.searchParams.set("color", chosen);
    url.searchParams.set("look", look.value);
    wanted = url.href;
    if (sample.complete && sample.src !== wanted) sample.src = wanted; // else when this one is there: one at a time
  }
  sample.addEventListener("load", () => { if (wanted && sample.src !== wanted) sample.src = wanted; });

  picker.value = whole(own.value) || START;
  picker.hidden = false;
  form.addEventListener("input", ({ target }) => {
    if (target === picker) own.value = picker.value;
    if (target === own && whole(own.value)) picker.value = whole(own.value);
    if (target === own || target === picker) color.value = "own";
    if (target.name === "color" && target.value === "own" && !own.value) own.value = picker.value;
    show();
  });
})();
