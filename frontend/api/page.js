"use strict";

/** The CSRF value of the signed-in person, so that "Try it out" works with the session's cookie. */
let csrf = null;

async function readSession() {
  const answer = await fetch("/api/session", { credentials: "same-origin" });
  if (answer.ok) csrf = (await answer.json()).csrf_token;
}

function withCsrf(request) {
  const isUnsafe = !["GET", "HEAD", "OPTIONS"].includes((request.method || "GET").toUpperCase());
  if (csrf && isUnsafe) request.headers["X-CSRF-Token"] = csrf;
  return request;
}

readSession().catch(() => undefined);

window.SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  // The badge would ask a public service about this installation.
  validatorUrl: null,
  requestInterceptor: withCsrf,
});
