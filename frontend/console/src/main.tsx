import "@fontsource-variable/vazirmatn";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./base.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { RegionProvider, useSpeech } from "./i18n/context";
import { themeIn } from "./theme";

function Themed() {
  const close = useSpeech().say("common.close");
  const theme = useMemo(() => themeIn(close), [close]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-center" limit={3} />
      <App />
    </MantineProvider>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <RegionProvider>
      <Themed />
    </RegionProvider>
  </StrictMode>,
);
