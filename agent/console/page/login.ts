/** The login: a form, and what the box says to it. */
import { ask, Refused } from "./ask.ts";
import { fill, h } from "./h.ts";
import { say } from "./language/say.ts";

export function showLogin(host: HTMLElement, onEntered: () => Promise<void>): void {
  const user = h("input", { id: "user", autocomplete: "username", required: true });
  const password = h("input", {
    id: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const told = h("p", { role: "alert", class: "bad" });
  const button = h("button", { class: "main" }, say("login.enter"));
  const enter = async (): Promise<void> => {
    button.disabled = true;
    fill(told);
    try {
      await ask("/api/session", {
        method: "POST",
        body: { user: user.value, password: password.value },
      });
      await onEntered();
    } catch (error) {
      fill(told, textOf(error));
      password.value = "";
      password.focus();
    } finally {
      button.disabled = false;
    }
  };
  const onsubmit = (event: Event): void => {
    event.preventDefault();
    void enter();
  };
  document.title = `${say("login.title")} · ${say("shell.name")}`;
  fill(
    host,
    h("h1", {}, say("login.title")),
    h(
      "form",
      { class: "login", onsubmit },
      h("label", { for: "user" }, say("login.user")),
      user,
      h("label", { for: "password" }, say("login.password")),
      password,
      button,
      told,
    ),
  );
  user.focus();
}

function textOf(error: unknown): string {
  if (!(error instanceof Refused)) return say("shell.failed", { why: String(error) });
  if (error.status === 401) return say("login.wrong");
  if (error.status === 429) return say("login.wait");
  return say("shell.failed", { why: error.message });
}
