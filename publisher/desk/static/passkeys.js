// Have the browser make a passkey, or sign with one; what it answers goes into the form, and the desk verifies it.

const WHY = {
  NotAllowedError: "It was cancelled, or took too long. Nothing was signed; try again.",
  InvalidStateError: "This device has a passkey for this desk already.",
  SecurityError: "Passkeys work at http://localhost only: open the desk by the address that the terminal shows.",
  NotSupportedError: "This device cannot make a passkey of a kind that can be verified.",
};

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

const text = (buffer) => {
  const said = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(said).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

/** Options as the browser wants them: what is binary in bytes. */
const asked = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
  ...Object.fromEntries(
    ["allowCredentials", "excludeCredentials"]
      .filter((name) => options[name])
      .map((name) => [name, options[name].map((one) => ({ ...one, id: bytes(one.id) }))]),
  ),
});

/** The answer of a passkey as JSON: what is binary in base64url. */
const answered = ({ id, rawId, type, response }) => {
  const names = ["clientDataJSON", "authenticatorData", "signature", "attestationObject"];
  const said = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(said) });
};

const ask = (form, publicKey) =>
  form.dataset.way === "passkey" ? navigator.credentials.get({ publicKey }) : navigator.credentials.create({ publicKey });

const fail = (form, words) => {
  const said = form.querySelector("[data-failed]");
  said.hidden = false;
  said.className = "mistake";
  said.textContent = words;
  said.tabIndex = -1;
  said.focus();
};

for (const form of document.querySelectorAll('form[data-way$="passkey"]')) {
  const button = form.querySelector("[data-options]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!navigator.credentials) return fail(form, "This browser has no passkeys.");
    button.disabled = true;
    try {
      form.elements.answer.value = answered(await ask(form, asked(JSON.parse(button.dataset.options))));
      form.submit();
    } catch (error) {
      fail(form, WHY[error.name] ?? `The browser says: ${error.message}`);
    } finally {
      button.disabled = false;
    }
  });
}
