/** Servers of the providers that most people have, so that nobody has to look them up. */
export interface Provider {
  id: string;
  /** A brand, the same in every language. */
  name: string;
  domains: string[];
  settings: Record<string, string | number>;
  /** What the provider asks for instead of the password that people sign in with. */
  asks: "app_password" | "oauth2" | "password";
}

const tls = (imap: string, smtp: string) => ({ imap_host: imap, imap_port: 993, imap_security: "tls", smtp_host: smtp, smtp_port: 465, smtp_security: "tls" });
const starttls = (imap: string, smtp: string) => ({ ...tls(imap, smtp), smtp_port: 587, smtp_security: "starttls" });

export const providers: Provider[] = [
  { id: "google", name: "Google (Gmail, Workspace)", domains: ["gmail.com", "googlemail.com"], settings: tls("imap.gmail.com", "smtp.gmail.com"), asks: "app_password" },
  { id: "microsoft365", name: "Microsoft 365", domains: [], settings: { ...starttls("outlook.office365.com", "smtp.office365.com"), sign_in: "oauth2" }, asks: "oauth2" },
  { id: "outlook", name: "Outlook.com", domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"], settings: { ...starttls("outlook.office365.com", "smtp-mail.outlook.com"), sign_in: "oauth2" }, asks: "oauth2" },
  { id: "yahoo", name: "Yahoo", domains: ["yahoo.com", "ymail.com"], settings: tls("imap.mail.yahoo.com", "smtp.mail.yahoo.com"), asks: "app_password" },
  { id: "icloud", name: "iCloud", domains: ["icloud.com", "me.com", "mac.com"], settings: starttls("imap.mail.me.com", "smtp.mail.me.com"), asks: "app_password" },
  { id: "zoho", name: "Zoho", domains: ["zoho.com", "zohomail.com"], settings: tls("imap.zoho.com", "smtp.zoho.com"), asks: "app_password" },
  { id: "fastmail", name: "Fastmail", domains: ["fastmail.com"], settings: tls("imap.fastmail.com", "smtp.fastmail.com"), asks: "app_password" },
  { id: "yandex", name: "Yandex", domains: ["yandex.com", "yandex.ru"], settings: tls("imap.yandex.com", "smtp.yandex.com"), asks: "app_password" },
];

/** The provider whose address it is; none for a domain of one's own. */
export function providerOf(address: string): Provider | undefined {
  const domain = address.slice(address.lastIndexOf("@") + 1).trim().toLowerCase();
  return providers.find(({ domains }) => domains.includes(domain));
}
