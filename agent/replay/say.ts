/** What is told to people is told in Chinese or in English. */
export type Language = "zh" | "en";

export type Say = (zh: string, en: string) => string;

export function sayIn(language: Language): Say {
  return (zh, en) => (language === "zh" ? zh : en);
}
