import { createTheme } from "@mantine/core";

// Latin letters in the system's face and Arabic letters in Vazirmatn; Arabic and Persian pages put Vazirmatn first.
const fonts = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Vazirmatn Variable", sans-serif';

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  fontFamily: `var(--markaz-font, ${fonts})`,
  headings: { fontFamily: `var(--markaz-font, ${fonts})`, fontWeight: "650" },
  cursorType: "pointer",
});
