// Hydrates the prerendered page inside #app; the document around it stays static.
import { Component, createElement, hydrate } from "react";
import { EmbedLayout } from "$/app/root";
import { Router, openRouter } from "$/lean/router.js";

/** Shows a way out when a render throws, and reports the error as Reflex reports any other. */
class ErrorBoundary extends Component {
  static getDerivedStateFromError() {
    return { failed: true };
  }

  componentDidCatch(error) {
    window.onerror?.(String(error), "", 0, 0, error);
  }

  render() {
    if (!this.state.failed) return this.props.children;
    return createElement(
      "main",
      { className: "app-error", role: "alert", "data-app-state": "error" },
      createElement("p", null, "Something went wrong."),
      createElement("button", { type: "button", onClick: () => location.reload() }, "Reload"),
    );
  }
}

openRouter().then(() => {
  hydrate(
    createElement(ErrorBoundary, null, createElement(Router, null, createElement(EmbedLayout, null, createElement(Router.Page)))),
    document.getElementById("app"),
  );
});
