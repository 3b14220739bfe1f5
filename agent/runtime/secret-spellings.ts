/**
 * Every form in which a secret turns up in a text: as it is, escaped for an address, for JSON or
 * for a form, in hexadecimal, and inside a Basic login, where base64 shifts it by its neighbours.
 *
 * Whoever shows foreign text (a camera's answer, a broker's reason, an error with its stack) hides
 * all of them, so that an echo is no leak.
 */
const shown = "***";

/** Shorter ones would tear holes into every line and protect nothing. */
const secretCharsMin = 3;
/** Shorter parts of base64 and of hexadecimal turn up by chance. */
const coreCharsMin = 6;

/** Longest first: a form that holds another one goes before it. */
export function spellingsOf(secrets: readonly string[]): string[] {
  const all = secrets.filter(({ length }) => length >= secretCharsMin).flatMap(formsOf);
  return [...new Set(all)].toSorted((a, b) => b.length - a.length);
}

/** Replaces every form of the secrets by `***`. */
export function hiderOf(secrets: readonly string[]): (text: string) => string {
  const forms = spellingsOf(secrets);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, shown), text);
}

function formsOf(secret: string): string[] {
  const wellFormed = secret.toWellFormed();
  const escaped = inJson(secret);
  const hex = Buffer.from(secret).toString("hex");
  return [
    secret,
    ...percentFormsOf(wellFormed),
    escaped,
    // A log line may quote a message that is itself JSON.
    inJson(escaped),
    Buffer.from(secret).toString("base64"),
    ...[...base64CoresOf(secret), hex, hex.toUpperCase()].filter(
      ({ length }) => length >= coreCharsMin,
    ),
  ];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function percentFormsOf(text: string): string[] {
  const component = encodeURIComponent(text);
  const strict = component.replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const forms = [component, encodeURI(text), strict, strict.replaceAll("%20", "+")];
  return forms.flatMap((form) => [
    form,
    form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

/**
 * What of it stays the same in base64 whatever stands before and behind it: three forms, by where
 * it begins in a group of three bytes. The same in the alphabet for addresses.
 */
function base64CoresOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    const core = text.slice(Math.ceil((shift * 8) / 6), end);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
