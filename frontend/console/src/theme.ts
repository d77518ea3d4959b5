import { Alert, createTheme, Drawer, Modal, Notification, type MantineThemeOverride } from "@mantine/core";

// Latin letters in the system's face and Arabic letters in Vazirmatn; Arabic and Persian pages put Vazirmatn first.
const fonts = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Vazirmatn Variable", sans-serif';

const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  fontFamily: `var(--markaz-font, ${fonts})`,
  headings: { fontFamily: `var(--markaz-font, ${fonts})`, fontWeight: "650" },
  cursorType: "pointer",
});

/** `close`: what every button is called that puts something away; Mantine's own have no name. */
export function themeIn(close: string): MantineThemeOverride {
  const closeButtonProps = { "aria-label": close };
  return {
    ...theme,
    components: {
      Alert: Alert.extend({ defaultProps: { closeButtonLabel: close } }),
      Drawer: Drawer.extend({ defaultProps: { closeButtonProps } }),
      Modal: Modal.extend({ defaultProps: { closeButtonProps } }),
      Notification: Notification.extend({ defaultProps: { closeButtonProps } }),
    },
  };
}
