import { Center, Group, Image, Loader, Title } from "@mantine/core";
import { Suspense } from "react";
import { savePreferences } from "../http/api";
import { useSpeech } from "../i18n/context";
import { useView } from "../live/context";
import { pagesFor } from "../pages/registry";
import { AccountMenu } from "./AccountMenu";
import { useAlerts } from "./alerts";
import { LinkBanner } from "./LinkBanner";
import { Navigation } from "./Navigation";
import { Offers } from "./Offers";
import { PresenceControl } from "./PresenceControl";
import { useRoute } from "./route";
import css from "./Shell.module.css";

/** Everything around the pages: name, pages, presence, account, the state of the connection and the offers. */
export function Shell(props: { leave: () => void }) {
  const { state } = useView();
  const { say } = useSpeech();
  const route = useRoute();
  useAlerts(state?.offers ?? []);
  if (!state) {
    return (
      <Center h="100dvh">
        <LinkBanner />
        <Loader aria-label={say("app.loading")} />
      </Center>
    );
  }
  const pages = pagesFor(state.me.permissions);
  const page = pages.find(({ path }) => path === route[0]) ?? pages[0];
  return (
    <div className={css.shell}>
      <header className={css.header}>
        <Group gap="xs" wrap="nowrap">
          <Image src={`${import.meta.env.BASE_URL}icon.svg`} alt="" w={28} h={28} />
          <Title order={1} fz={18} visibleFrom="xs">
            {say("app.name")}
          </Title>
        </Group>
        <Navigation pages={pages} current={page} />
        <Group gap="xs" wrap="nowrap">
          <PresenceControl presence={state.presence} />
          <AccountMenu me={state.me} save={savePreferences} leave={props.leave} />
        </Group>
      </header>
      <LinkBanner />
      <Offers offers={state.offers} />
      <main className={css.main}>{page && <Suspense fallback={null}><page.Page rest={route.slice(1)} /></Suspense>}</main>
    </div>
  );
}
