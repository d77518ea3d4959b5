import "@fontsource-variable/vazirmatn";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./base.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { RegionProvider } from "./i18n/context";
import { theme } from "./theme";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <RegionProvider>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Notifications position="bottom-center" limit={3} />
        <App />
      </MantineProvider>
    </RegionProvider>
  </StrictMode>,
);
