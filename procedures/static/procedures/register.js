/* Small helps on the officer's pages: lists that filter at once, flags that go when they were seen. */
(function () {
  "use strict";
  if (!window.StimulusModule || !window.wagtail || !window.wagtail.app) return;
  const csrf = () => {
    const field = document.querySelector("[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  };

  class AutosubmitController extends window.StimulusModule.Controller {
    connect() {
      this.element.querySelectorAll("select").forEach((select) => select.addEventListener("change", () => this.element.requestSubmit()));
      const button = this.element.querySelector("button[type=submit]");
      if (button) button.classList.add("w-sr-only");
    }
  }

  class FlagsController extends window.StimulusModule.Controller {
    static targets = ["flag"];
    static values = { url: String, failed: String };

    async seen(event) {
      const flag = event.target.closest("li");
      const body = new FormData();
      body.append("position", this.flagTargets.indexOf(flag));
      const button = event.target, state = flag.querySelector("[role=status]");
      button.disabled = true;
      state.textContent = "";
      const answer = await fetch(this.urlValue, { method: "POST", body, headers: { "X-CSRFToken": csrf() }, redirect: "manual" }).catch(() => null);
      if (!answer || answer.status >= 400) {
        button.disabled = false;
        state.textContent = this.failedValue;
        return;
      }
      flag.remove();
      if (!this.flagTargets.length) (this.element.closest(".w-panel") || this.element).remove();
    }
  }

  window.wagtail.app.register("qms-autosubmit", AutosubmitController);
  window.wagtail.app.register("qms-flags", FlagsController);

  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("qms-q");
    if (event.key !== "/" || !search || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select,[contenteditable]")) return;
    event.preventDefault();
    search.focus();
  });
})();
